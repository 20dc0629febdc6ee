#include "agent/commands/command_line.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "agent/config/suggest.h"
#include "agent/output/help_text.h"

namespace lanwarden::agent {
namespace {

constexpr const char* kGlobalGroup = "Global options";

/// Global options work before and after the command's name, as with ip and git.
void add_globals(CLI::App& cli, GlobalOptions& o) {
  cli.add_option("-c,--config", o.config, "configuration file")->type_name("FILE")->group(kGlobalGroup);
  cli.add_option("--store", o.store, "database file")->type_name("FILE")->group(kGlobalGroup);
  cli.add_flag("-v,--verbose", o.verbose, "more: every reason, every failed switch")->group(kGlobalGroup);
  cli.add_flag("-q,--quiet", o.quiet, "results and errors only")->group(kGlobalGroup);
  cli.add_option("--color", o.color, "auto, always or never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->group(kGlobalGroup);
  cli.add_flag("--json", o.json, "for scripts")->group(kGlobalGroup);
}

/// A line of two columns; what does not fit beside a long name goes below it.
std::string entry(const std::string& name, const std::string& text, std::size_t width) {
  constexpr std::size_t kColumn = 22;
  std::string line = "  " + name;
  line.append(line.size() + 2 <= kColumn ? kColumn - line.size() : 0, ' ');
  const bool below = line.size() != kColumn;
  const std::string words = wrapped(std::string(kColumn, ' ') + text, width, kColumn);
  return below ? line + "\n" + words + "\n" : line + words.substr(kColumn) + "\n";
}

std::string entries(const std::string& title, const std::vector<OptionWords>& words, std::size_t width) {
  if (words.empty()) return "";
  std::string out = "\n" + title + ":\n";
  for (const OptionWords& w : words)
    out += entry(w.names + (w.value.empty() ? "" : " " + w.value),
                 w.description + (w.required ? " (required)" : ""), width);
  return out;
}

/// For one whole page: CLI11's own knows no width and repeats the globals of every command.
class HelpPage : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode) const override {
    const std::size_t width = std::clamp<std::size_t>(terminal_width(), 40, 110);
    const bool top = app->get_parent() == nullptr;
    std::vector<OptionWords> arguments, own, global;
    for (OptionWords& w : option_words(*app)) {
      auto& list = w.argument ? arguments : w.global ? global : own;
      list.push_back(std::move(w));
    }
    std::string out = wrapped(app->get_description(), width, 0) +
                      "\n\nusage: " + wrapped(usage_line(*app, name), width, 9) + "\n";
    out += entries("arguments", arguments, width) + entries("options", own, width);
    std::string subcommands;
    for (const CLI::App* sub :
         app->get_subcommands([](const CLI::App* s) { return !s->get_group().empty(); }))
      subcommands += entry(sub->get_name(), sub->get_description(), width);
    if (top) out += entries("for every command", global, width);
    if (!subcommands.empty()) out += "\ncommands:\n" + subcommands;
    if (!top) {
      std::string names;
      for (const OptionWords& w : global)
        names += (names.empty() ? "" : ", ") + w.names.substr(0, w.names.find(',')) +
                 (w.value.empty() ? "" : " " + w.value);
      if (!names.empty())
        out +=
            "\n" + wrapped("also, as for every command: " + names + " (lanwarden --help)", width, 2) + "\n";
    }
    const std::string footer = help_for_terminal(read_help(app->get_footer()), width);
    return out + (footer.empty() ? "" : "\n" + footer + "\n");
  }

 private:
  static std::size_t terminal_width() {
    winsize size{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
  }
};

void all_apps(const CLI::App& app, std::vector<const CLI::App*>& out) {
  out.push_back(&app);
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) all_apps(*sub, out);
}

}  // namespace

std::unique_ptr<CommandLine> make_command_line(GlobalOptions& options, const std::string& version) {
  auto line = std::make_unique<CommandLine>();
  CLI::App& cli = line->cli;
  cli.name("lanwarden");
  cli.description("lanwarden finds the device that hurts a network, and takes it off.");
  cli.formatter(std::make_shared<HelpPage>());
  cli.set_help_flag("-h,--help", "this page");
  cli.set_version_flag("--version", "lanwarden " + version, "which lanwarden this is");
  cli.require_subcommand(1);
  add_globals(cli, options);
  cli.footer("lanwarden COMMAND --help tells more, with examples; so does: man lanwarden");
  for (const CommandSpec& spec : command_registry()) {
    CLI::App* sub = cli.add_subcommand(std::string(spec.name), std::string(spec.summary));
    sub->footer(std::string(spec.help));
    if (is_hidden(spec.name)) sub->group("");
    line->commands.push_back({&spec, sub, spec.define(*sub)});
    add_globals(*sub, options);
  }
  return line;
}

std::vector<OptionWords> option_words(const CLI::App& cli) {
  std::vector<OptionWords> all;
  for (const CLI::Option* o : cli.get_options()) {
    if (o->get_group().empty()) continue;
    OptionWords w;
    w.argument = !o->nonpositional();
    w.names = w.argument ? o->get_name(true) : "";
    for (const std::string& s : o->get_snames()) w.names += (w.names.empty() ? "-" : ", -") + s;
    for (const std::string& l : o->get_lnames()) w.names += (w.names.empty() ? "--" : ", --") + l;
    // Validators add what they allow to the type's name; the description says it in words.
    if (!w.argument && o->get_items_expected_max() > 0)
      w.value = o->get_type_name().substr(0, o->get_type_name().find(':'));
    w.description = o->get_description();
    w.required = o->get_required();
    w.many = o->get_items_expected_max() > 1;
    w.global = o->get_group() == kGlobalGroup;
    all.push_back(std::move(w));
  }
  return all;
}

std::string usage_word(const OptionWords& argument) {
  const std::string word = argument.names + (argument.many ? "..." : "");
  return argument.required ? word : "[" + word + "]";
}

std::string usage_line(const CLI::App& cli, const std::string& name) {
  std::string line = name + " [OPTIONS]";
  for (const OptionWords& w : option_words(cli))
    if (w.argument) line += " " + usage_word(w);
  const auto visible = cli.get_subcommands([](const CLI::App* s) { return !s->get_group().empty(); });
  if (!visible.empty()) line += cli.get_require_subcommand_min() > 0 ? " COMMAND" : " [COMMAND]";
  return line;
}

std::string wrong_usage(const CommandLine& line, int argc, const char* const* argv, std::string error) {
  std::vector<const CLI::App*> apps;
  all_apps(line.cli, apps);
  std::vector<std::string_view> commands;
  for (const auto& c : line.commands)
    if (!is_hidden(c.spec->name)) commands.push_back(c.spec->name);
  const auto chosen = line.cli.get_subcommands();
  if (chosen.empty() && argc > 1 && argv[1][0] != '-' &&
      std::find(commands.begin(), commands.end(), argv[1]) == commands.end())
    return fmt::format("no command \"{}\"{}", argv[1], perhaps(argv[1], commands));
  // The first option that neither the program nor the command has.
  std::vector<std::string> known;
  for (const CLI::App* app :
       {&line.cli, chosen.empty() ? &line.cli : static_cast<const CLI::App*>(chosen.front())})
    for (const CLI::Option* o : app->get_options())
      for (const std::string& name : o->get_lnames()) known.push_back("--" + name);
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    if (word == "--") break;
    word = word.substr(0, word.find('='));
    if (word.size() < 3 || !word.starts_with("--") ||
        std::find(known.begin(), known.end(), word) != known.end())
      continue;
    return fmt::format("no option \"{}\"{}", word, perhaps(word, {known.begin(), known.end()}));
  }
  return error;
}

}  // namespace lanwarden::agent
