// Questions to the person at the terminal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lanwarden::agent {

/// The answer without blanks around it, `standard` for an empty one; nullopt at the end of input. The
/// question goes to standard error.
std::optional<std::string> ask(std::string_view question, std::string_view standard = {});
/// The same without showing what is typed.
std::optional<std::string> ask_secret(std::string_view question);

}  // namespace lanwarden::agent
