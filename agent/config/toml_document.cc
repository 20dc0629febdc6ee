#include "agent/config/toml_document.h"

#include <algorithm>

// Errors as values; of the library only the parser.
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace lanwarden::agent {
namespace {

int line_of(const toml::source_region& source) { return static_cast<int>(source.begin.line); }

TomlNode convert(const toml::node& node) {
  TomlNode out;
  out.line = line_of(node.source());
  switch (node.type()) {
    case toml::node_type::string:
      out.kind = TomlNode::Kind::kText;
      out.text = node.as_string()->get();
      break;
    case toml::node_type::integer:
      out.kind = TomlNode::Kind::kInteger;
      out.integer = node.as_integer()->get();
      break;
    case toml::node_type::floating_point:
      out.kind = TomlNode::Kind::kReal;
      out.real = node.as_floating_point()->get();
      break;
    case toml::node_type::boolean:
      out.kind = TomlNode::Kind::kBool;
      out.boolean = node.value_or(false);
      break;
    case toml::node_type::array:
      out.kind = TomlNode::Kind::kList;
      for (const toml::node& item : *node.as_array()) out.items.push_back(convert(item));
      break;
    case toml::node_type::table: {
      out.kind = TomlNode::Kind::kTable;
      struct Member {
        toml::source_position place;
        const toml::key* key;
        const toml::node* value;
      };
      std::vector<Member> members;
      for (auto&& [key, value] : *node.as_table()) members.push_back({key.source().begin, &key, &value});
      std::sort(members.begin(), members.end(),
                [](const Member& a, const Member& b) { return a.place < b.place; });
      for (const Member& m : members) {
        out.members.emplace_back(std::string(m.key->str()), convert(*m.value));
        TomlNode& child = out.members.back().second;
        // What a person looks for is the line of the key.
        if (m.place.line != 0) child.line = static_cast<int>(m.place.line);
      }
      break;
    }
    default:
      out.kind = TomlNode::Kind::kDate;
      break;
  }
  return out;
}

std::string_view line_number(std::string_view text, int line) {
  for (; line > 1; --line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

}  // namespace

const TomlNode* TomlNode::find(std::string_view key) const {
  for (const auto& [name, node] : members)
    if (name == key) return &node;
  return nullptr;
}

std::string_view describe(TomlNode::Kind kind) {
  switch (kind) {
    case TomlNode::Kind::kText:
      return "text";
    case TomlNode::Kind::kInteger:
      return "a whole number";
    case TomlNode::Kind::kReal:
      return "a number";
    case TomlNode::Kind::kBool:
      return "true or false";
    case TomlNode::Kind::kDate:
      return "a date or time";
    case TomlNode::Kind::kList:
      return "a list";
    case TomlNode::Kind::kTable:
      return "a table";
  }
  return "something else";
}

topology::Result<TomlNode, TomlError> parse_toml(std::string_view text) {
  const toml::parse_result parsed = toml::parse(text);
  if (parsed) return convert(parsed.table());
  TomlError error;
  error.line = line_of(parsed.error().source());
  error.text = std::string(parsed.error().description());
  // The parser quotes what it could not read. Of a secret it must not.
  const std::string_view line = line_number(text, error.line);
  if (line.find("password") != std::string_view::npos || line.find("community") != std::string_view::npos ||
      error.text.find("password") != std::string::npos || error.text.find("community") != std::string::npos)
    error.text =
        "a secret cannot be read here; write it in double quotes, as { env = \"NAME\" } or as { file = "
        "\"/path\" }, once";
  return tl::make_unexpected(std::move(error));
}

}  // namespace lanwarden::agent
