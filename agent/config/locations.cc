// Where the configuration and the store are looked for.
#include <unistd.h>

#include <cstdlib>
#include <system_error>

#include "agent/config/config.h"

namespace lanwarden::agent {
namespace {

/// An absolute path from the environment; the XDG specification says to ignore others.
std::optional<std::filesystem::path> directory_from(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr || value[0] != '/') return std::nullopt;
  return std::filesystem::path(value);
}

std::optional<std::filesystem::path> xdg(const char* variable, const char* below_home) {
  if (auto named = directory_from(variable)) return named;
  if (const auto home = directory_from("HOME")) return *home / below_home;
  return std::nullopt;
}

}  // namespace

std::optional<std::filesystem::path> find_config(const std::optional<std::filesystem::path>& explicit_file) {
  if (explicit_file) return explicit_file;  // load_config says so when it is not there
  std::vector<std::filesystem::path> places = {"lanwarden.toml"};
  if (const auto home = xdg("XDG_CONFIG_HOME", ".config"))
    places.push_back(*home / "lanwarden/lanwarden.toml");
  places.emplace_back("/etc/lanwarden/lanwarden.toml");
  std::error_code ignored;
  for (const auto& place : places)
    if (std::filesystem::exists(place, ignored)) return place;
  return std::nullopt;
}

std::filesystem::path default_store_path() {
  if (::geteuid() != 0 || directory_from("XDG_STATE_HOME"))
    if (const auto state = xdg("XDG_STATE_HOME", ".local/state")) return *state / "lanwarden/lanwarden.db";
  return "/var/lib/lanwarden/lanwarden.db";
}

Config default_config() {
  Config config;
  config.store = default_store_path();
  return config;
}

}  // namespace lanwarden::agent
