// lanwarden itself, run on the monitor as an administrator runs it: a configuration file, a command, and
// what it prints. Nothing of its code is used, only what the contract promises.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lan.h"

namespace lanwarden::integration {

struct ProductAnswer {
  int exit_code = -1;
  std::string out, err;
  std::vector<nlohmann::json> lines;  ///< what of `out` is JSON, a document a line

  /// The first document; an empty object when there is none.
  nlohmann::json document() const { return lines.empty() ? nlohmann::json::object() : lines.front(); }
  /// For INFO: everything it said.
  std::string everything() const;
};

/// A [[switch]] of lanwarden.toml, with credentials by the names that Product defines:
/// "v2c-read", "v2c-write", "v3-read", "v3-write", "wrong".
struct SwitchEntry {
  std::string name, address, credential;
  std::string write_credential;  ///< empty: none
};

class Product {
 public:
  /// A lanwarden with a configuration and an empty store of its own below `lan.directory()/name`.
  /// `more` is added to the configuration.
  Product(const Lan& lan, const std::string& name, const std::vector<SwitchEntry>& switches,
          const std::string& more = "");

  /// Runs one command to its end; `-c lanwarden.toml` is added.
  ProductAnswer run(std::vector<std::string> arguments,
                    std::chrono::milliseconds limit = std::chrono::seconds{60}) const;
  /// Starts one and leaves it running; what it prints goes to `lan.log_of(log)`.
  Process start(std::vector<std::string> arguments, const std::string& log) const;

  /// The same, with the log behind a pipe, so that a full disk cannot hold the program up. The process is the
  /// shell around it.
  Process start_through_pipe(const std::vector<std::string>& arguments, const std::string& log) const;
  /// The pid that a running daemon wrote beside its store; 0: none.
  pid_t daemon() const;
  void append_config(const std::string& text) const;

 private:
  const Lan& lan_;
  std::filesystem::path config_;
};

/// The managed switches of the plan, each with its right credentials; no write credential where the switch
/// takes none.
std::vector<SwitchEntry> entries_of(const LanPlan& plan);

}  // namespace lanwarden::integration
