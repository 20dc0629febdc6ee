// One value of the file against its line in the table of options.
#pragma once

#include <filesystem>
#include <string>

#include "agent/config/options.h"
#include "agent/config/toml_document.h"
#include "topology/result.h"

namespace lanwarden::agent {

/// What is wrong with it, and what would be right; never contains a secret.
using ValueError = std::string;

/// `directory` is where paths of secret files begin. References to credentials
/// are not followed here.
topology::Result<OptionValue, ValueError> read_value(const Option& option, const TomlNode& node,
                                                     const std::filesystem::path& directory);

/// "; did you mean "X"?" or nothing.
std::string suggestion(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace lanwarden::agent
