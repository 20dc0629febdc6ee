// Where a secret comes from: the text itself, the environment, a file.
#pragma once

#include <filesystem>
#include <string>

#include "agent/config/toml_document.h"
#include "snmp/target.h"
#include "topology/result.h"

namespace lanwarden::agent {

/// Why there is no secret; never contains one.
using SecretError = std::string;

/// `node` is text, { env = "X" } or { file = "/path" } (relative to `directory`;
/// one newline at its end is cut). Empty secrets, and files over 64 KiB, are errors.
topology::Result<snmp::Secret, SecretError> read_secret(const TomlNode& node,
                                                        const std::filesystem::path& directory);

/// Whether the secret itself stands in the configuration.
inline bool is_plain(const TomlNode& node) { return node.kind == TomlNode::Kind::kText; }

}  // namespace lanwarden::agent
