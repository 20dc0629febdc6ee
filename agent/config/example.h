// A lanwarden.toml with every option there is, as comments, from the same table the
// file is read with; and with some of them said.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace lanwarden::agent {

/// Values to be said, by section ("" is the top) and key, as they stand in the file: `"10.0.3.2"` with its
/// quotes. A section with one of them is said, too; every other line is a comment.
using ConfigChoices = std::map<std::pair<std::string, std::string>, std::string>;

std::string config_example(const ConfigChoices& chosen = {});

/// Text as a TOML basic string, in its quotes.
std::string toml_text(std::string_view text);

}  // namespace lanwarden::agent
