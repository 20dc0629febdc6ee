#include "agent/output/help_text.h"

#include <algorithm>

#include "agent/output/console.h"

namespace lanwarden::agent {
namespace {

constexpr std::string_view kExit = "exit: ";

/// "0 done, 1 nothing found; 2 usage": a digit that follows a comma or a semicolon begins a code.
std::vector<std::pair<char, std::string>> read_exits(std::string_view text) {
  std::vector<std::pair<char, std::string>> exits;
  const auto begins = [&](std::size_t i) {
    const bool after = i == 0 || (i >= 2 && text[i - 1] == ' ' && (text[i - 2] == ',' || text[i - 2] == ';'));
    return after && text[i] >= '0' && text[i] <= '9' && i + 1 < text.size() && text[i + 1] == ' ';
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (begins(i)) {
      exits.emplace_back(text[i], "");
      ++i;
    } else if (!exits.empty()) {
      exits.back().second += text[i];
    }
  }
  for (auto& [code, words] : exits)
    while (!words.empty() && (words.back() == ' ' || words.back() == ',' || words.back() == ';'))
      words.pop_back();
  return exits;
}

/// Where what an example is for begins, behind three spaces; npos when it says nothing.
std::size_t explanation(std::string_view line) {
  const std::size_t gap = line.find("   ");
  return gap == std::string_view::npos ? gap : line.find_first_not_of(' ', gap);
}

}  // namespace

HelpText read_help(std::string_view help) {
  HelpText out;
  bool paragraph = false;  // the last block goes on
  while (!help.empty()) {
    const std::size_t end = std::min(help.find('\n'), help.size());
    const std::string_view line = help.substr(0, end);
    help.remove_prefix(std::min(end + 1, help.size()));
    const bool verbatim = line.starts_with("  ");
    if (line.empty()) {
      paragraph = false;
    } else if (verbatim && !out.blocks.empty() && out.blocks.back().verbatim && paragraph) {
      out.blocks.back().text += "\n" + std::string(line.substr(2));
    } else if (!verbatim && paragraph && !out.blocks.back().verbatim) {
      out.blocks.back().text += " " + std::string(line);
    } else {
      out.blocks.push_back({verbatim, std::string(verbatim ? line.substr(2) : line)});
      paragraph = true;
    }
  }
  if (!out.blocks.empty() && out.blocks.back().text.starts_with(kExit)) {
    out.exits = read_exits(std::string_view(out.blocks.back().text).substr(kExit.size()));
    out.blocks.pop_back();
  }
  return out;
}

std::string help_for_terminal(const HelpText& help, std::size_t width) {
  std::string out;
  bool heads_lines = false;  // the paragraph before speaks of the lines that follow
  for (const HelpText::Block& block : help.blocks) {
    if (!out.empty()) out += heads_lines && block.verbatim ? "\n" : "\n\n";
    heads_lines = !block.verbatim && block.text.ends_with(':');
    if (!block.verbatim) {
      out += wrapped(block.text, width, 0);
      continue;
    }
    std::string_view rest = block.text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const std::size_t why = explanation(line);
      if (line.size() + 2 > width && why != std::string_view::npos) {
        std::string_view command = line.substr(0, why);
        while (command.ends_with(' ')) command.remove_suffix(1);
        out +=
            "  " + std::string(command) + "\n" + wrapped("      " + std::string(line.substr(why)), width, 6);
      } else {
        out += "  " + std::string(line);
      }
      if (!rest.empty()) out += '\n';
    }
  }
  if (help.exits.empty()) return out;
  out += out.empty() ? "exit codes:" : "\n\nexit codes:";
  for (const auto& [code, words] : help.exits)
    out += "\n" + wrapped(std::string("  ") + code + " " + words, width, 4);
  return out;
}

}  // namespace lanwarden::agent
