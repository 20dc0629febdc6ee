// Texts with {named} fields, written by an administrator, filled with what the network says. Values are never
// read as a template.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lanwarden::agent {

/// Name and value; a field that is not known has an empty value.
using NoticeFields = std::vector<std::pair<std::string_view, std::string>>;

/// The names that a template may use.
std::vector<std::string_view> template_fields();
/// What is wrong with it, for people; nullopt: nothing.
std::optional<std::string> template_problem(const std::string& text);
/// Filled; at most `most` octets. `text` was judged before: one that is wrong all the same is returned as it
/// is.
std::string fill_template(const std::string& text, const NoticeFields& fields, std::size_t most);

/// The first octets, not cut within a character, with "…" where something was left out.
std::string shortened(std::string_view text, std::size_t most);

}  // namespace lanwarden::agent
