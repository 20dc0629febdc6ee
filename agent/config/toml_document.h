// A TOML file as a plain tree with line numbers, in the file's order. The one
// door to toml++, which is heavy to compile and keeps its tables sorted by key.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "topology/result.h"

namespace lanwarden::agent {

struct TomlNode {
  enum class Kind : std::uint8_t { kText, kInteger, kReal, kBool, kDate, kList, kTable };
  Kind kind = Kind::kTable;
  int line = 0;                                           ///< from 1
  std::string text;                                       ///< kText
  std::int64_t integer = 0;                               ///< kInteger
  double real = 0;                                        ///< kReal
  bool boolean = false;                                   ///< kBool
  std::vector<TomlNode> items;                            ///< kList
  std::vector<std::pair<std::string, TomlNode>> members;  ///< kTable, in the file's order

  const TomlNode* find(std::string_view key) const;
};

/// "a number", "text", "a list"…: for "must be …, not …".
std::string_view describe(TomlNode::Kind kind);

struct TomlError {
  int line = 0;
  std::string text;  ///< never contains what stands to the right of a secret's key
};

topology::Result<TomlNode, TomlError> parse_toml(std::string_view text);

}  // namespace lanwarden::agent
