// The help of a command as it stands in the registry, taken apart: for a terminal of
// any width, and for its man page.
//
// In the registry it is written as a person reads it: paragraphs, lines that begin with
// two spaces as they are (examples), and at the end "exit: 0 done, 1 none, …".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lanwarden::agent {

struct HelpText {
  struct Block {
    bool verbatim = false;  ///< lines as they are, without their indent; else one flowing paragraph
    std::string text;
  };
  std::vector<Block> blocks;  ///< "examples:" is a paragraph of its own before its lines
  std::vector<std::pair<char, std::string>> exits;
};

HelpText read_help(std::string_view help);

/// Paragraphs broken at `width` columns; of an example that is wider, what it is for goes below it.
std::string help_for_terminal(const HelpText& help, std::size_t width);

}  // namespace lanwarden::agent
