// Runs the built programs as a person would, for tests.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace lanwarden::testing {

struct Ran {
  int code = -1;
  std::string out, err;
  nlohmann::json json() const;                ///< of the whole output
  std::vector<nlohmann::json> lines() const;  ///< JSON Lines
};

/// A folder that goes with the test.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string path(const std::string& name) const { return root_ + "/" + name; }
  void write(const std::string& name, const std::string& text) const;
  std::string read(const std::string& name) const;

 private:
  std::string root_;
};

/// `command` is a shell's: "$LW where …" and "$LAB generate …" name the programs.
Ran sh(const Folder& folder, const std::string& command);

/// A served world: `lanwarden-lab serve`, until it goes.
class Served {
 public:
  Served(const Folder& folder, const std::string& world, const std::string& options = "");
  ~Served();
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

 private:
  std::FILE* pipe_ = nullptr;
  std::string pid_file_;
};

/// A UDP port that is free on loopback.
unsigned free_port();

/// Makes a world in folder w on a free port; returns "$LW -c w/lanwarden.toml ", to put a command behind.
std::string generate(const Folder& folder, const std::string& options);

bool mentions(const std::string& text, const std::string& what);

}  // namespace lanwarden::testing
