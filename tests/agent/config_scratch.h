// A folder with one lanwarden.toml, gone when the test ends.
#pragma once

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "agent/config/config.h"

namespace lanwarden::agent::testing {

class ConfigFolder {
 public:
  explicit ConfigFolder(const std::string& toml = {}) {
    std::string pattern = (std::filesystem::temp_directory_path() / "lanwarden-config-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
    write("lanwarden.toml", toml, 0600);
  }
  ~ConfigFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ConfigFolder(const ConfigFolder&) = delete;
  ConfigFolder& operator=(const ConfigFolder&) = delete;

  void write(const std::string& name, const std::string& text, mode_t mode = 0600) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    ::chmod((path_ / name).c_str(), mode);
  }
  std::filesystem::path path() const { return path_; }
  std::filesystem::path file() const { return path_ / "lanwarden.toml"; }

  Config load() const {
    auto config = load_config(file());
    if (!config) throw std::runtime_error(config.error().message);
    return std::move(*config);
  }
  /// The whole message, the folder's name left out.
  std::string errors() const {
    const auto config = load_config(file());
    return config ? "no error" : without_folder(config.error().message);
  }
  std::string without_folder(std::string text) const {
    const std::string folder = path_.string() + "/";
    for (std::size_t at; (at = text.find(folder)) != std::string::npos;) text.erase(at, folder.size());
    return text;
  }

 private:
  std::filesystem::path path_;
};

/// An environment variable for the length of a test.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) {
      old_ = old;
      had_ = true;
    }
    value != nullptr ? ::setenv(name, value, 1) : ::unsetenv(name);
  }
  ~Environment() { had_ ? ::setenv(name_, old_.c_str(), 1) : ::unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::string old_;
  bool had_ = false;
};

}  // namespace lanwarden::agent::testing
