// A file that is there whole or not at all.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace lanwarden::agent {

/// Writes `text` beside `file` and renames it over it, so that a full disk or a crash leaves what was there
/// before. An existing file keeps its mode, and its owner where that is allowed; a new one is for its owner
/// alone (0600). Follows symbolic links. What went wrong, for people, with the file's name; nullopt: done.
std::optional<std::string> write_atomically(const std::filesystem::path& file, std::string_view text);

}  // namespace lanwarden::agent
