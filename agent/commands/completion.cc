// The shells' sides of completion: each asks `lanwarden __complete` and shows what it says.
#include "agent/commands/complete.h"

namespace lanwarden::agent {
namespace {

// Readline breaks words at ":" and "=", which MAC addresses and --format=csv are full of: the line is taken
// apart here as the shell does it, and what readline has already of the last word is cut off each answer.
constexpr std::string_view kBash = R"(# bash completion for lanwarden
_lanwarden() {
  local typed=${COMP_LINE:0:COMP_POINT} words=() word='' quote='' begun='' c i
  for ((i = 0; i < ${#typed}; i++)); do
    c=${typed:i:1}
    if [[ -n $quote ]]; then
      if [[ $c == "$quote" ]]; then quote=''; else word+=$c; fi
    elif [[ $c == \\ ]]; then
      i=$((i + 1)) begun=1 word+=${typed:i:1}
    elif [[ $c == [\'\"] ]]; then
      quote=$c begun=1
    elif [[ $c == [[:space:]] ]]; then
      [[ -z $begun ]] || words+=("$word")
      word='' begun=''
    else
      word+=$c begun=1
    fi
  done
  words+=("$word")
  local current=$word
  local cut=''
  if [[ -z $quote && $current == *[:=]* ]]; then
    cut=${current%"${current##*[:=]}"}
    case $cut in
      *:*) [[ $COMP_WORDBREAKS == *:* ]] || cut='' ;;
      *) [[ $COMP_WORDBREAKS == *=* ]] || cut='' ;;
    esac
  fi
  COMPREPLY=()
  local line
  while IFS= read -r line; do
    case $line in
      :files) compopt -o filenames 2>/dev/null; while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "${current#"$cut"}") ;;
      :folders) compopt -o filenames 2>/dev/null; while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "${current#"$cut"}") ;;
      *)
        word=${line%%$'\t'*}
        word=${word#"$cut"}
        [[ -n $quote ]] || printf -v word %q "$word"
        COMPREPLY+=("$word") ;;
    esac
  done < <("${words[0]}" __complete -- "${words[@]:1}" 2>/dev/null)
}
complete -F _lanwarden lanwarden
)";

constexpr std::string_view kZsh = R"(#compdef lanwarden
# zsh completion for lanwarden
_lanwarden() {
  local -a found shown
  local line word what
  for line in "${(@f)$("${words[1]}" __complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) _files ;;
      :folders) _files -/ ;;
      *)
        word=${line%%$'\t'*} what=${line#*$'\t'}
        found+=("$word")
        shown+=("$word${what:+  -- $what}") ;;
    esac
  done
  (( $#found )) && compadd -l -d shown -a found
}
if [ "$funcstack[1]" = _lanwarden ]; then _lanwarden "$@"; else compdef _lanwarden lanwarden; fi
)";

constexpr std::string_view kFish = R"(# fish completion for lanwarden
function __lanwarden_complete
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    for line in ($typed[1] __complete -- $typed[2..-1] (string unescape -- "$current") 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$current"
            case :folders
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c lanwarden -f -a '(__lanwarden_complete)'
)";

}  // namespace

CommandBody define_completion(CLI::App& cli) {
  auto shell = std::make_shared<std::string>();
  cli.add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  return [shell](App& app) {
    std::string_view script = *shell == "bash" ? kBash : *shell == "zsh" ? kZsh : kFish;
    script.remove_suffix(1);
    app.console.line(script);
    return kOk;
  };
}

}  // namespace lanwarden::agent
