// What every command shares: the global options, the configuration, the store,
// the collector, opened when first needed and closed in the right order.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/config/config.h"
#include "agent/exit_code.h"
#include "agent/isolation/switches.h"
#include "agent/locate/locator.h"
#include "agent/output/console.h"
#include "agent/store/store.h"
#include "agent/vendor/vendor_names.h"
#include "snmp/collector.h"

namespace lanwarden::agent {

class Isolator;

struct GlobalOptions {
  std::optional<std::string> config;
  std::optional<std::string> store;
  std::string color = "auto";
  int verbose = 0;
  bool quiet = false;
  bool json = false;
};

/// Ends a command early with a message that was already printed. Thrown and
/// caught within the agent's commands only (run_command in main.cc).
struct Exit {
  ExitCode code;
};

class App {
 public:
  std::string version;  ///< of the program
  GlobalOptions options;
  Console console;

  /// Each prints its error and throws Exit when it cannot.
  const Config& config();
  Store& store();
  /// For commands that only read: a store in a directory that cannot be written serves them too.
  void only_read() { only_read_ = true; }
  /// Closes the store: nothing may be asked of this afterwards.
  void close() { store_.reset(); }
  /// This command asks the switches: it needs the fabric, and the forwarding rows only if all else fails.
  void fabric_suffices() { fabric_suffices_ = true; }
  /// What writing the store touches: its folder, and those of its files that are there.
  std::vector<std::filesystem::path> store_files();
  /// A second connection to the same store, for another thread.
  std::unique_ptr<Store> another_store();
  snmp::Collector& collector();
  /// Another one for the same switches: for walks that hunts must not wait for. Of the same thread.
  std::unique_ptr<snmp::Collector> another_collector();
  Locator& locator();
  /// Locator and collector as isolation sees them.
  Switches& switches();
  /// The configuration file read anew, changing nothing yet; a sentence for people when it is wrong.
  topology::Result<Config, std::string> load_again();
  /// From now on this configuration, with the same store: collector and locator are made anew when they are
  /// next asked for. Nobody may be using the old ones.
  void replace_config(Config config);
  std::filesystem::path store_path();
  VendorNames& vendors() { return vendors_; }

  /// Exit(kUsage) unless at least one switch is configured.
  void require_switches();
  /// Ids of these switches, all when empty. An unknown name is kUsage, with the nearest one.
  std::vector<topology::SwitchId> switch_ids(const std::vector<std::string>& names);

  /// Polls (all when empty) with a progress line; warns about silent switches.
  Asked poll(std::span<const topology::SwitchId> which);
  /// After a poll: what is known of the wiring is brought up to date, so that a later audit can go back to
  /// now.
  void remember_wiring(const Asked& asked);
  /// Polls the switches that were never polled, with a note; nothing when all were.
  void poll_unknown();
  /// One warning for those that did not answer, and each cause with -v.
  void warn_failed(const Asked& asked);
  /// Isolator::recover(), told to the user and to the incidents concerned. False: a switch could not be
  /// asked.
  bool mend(Isolator& isolator);
  /// One warning per isolation whose time has run out and whose port is still shut.
  void warn_overdue();

  template <class T>
  T need(StoreResult<T>&& result) {
    if (!result) fail(result.error());
    return std::move(*result);
  }
  void need(StoreResult<void>&& result) {
    if (!result) fail(result.error());
  }
  [[noreturn]] void fail(const StoreError& error);
  [[noreturn]] void fail(ExitCode code, std::string_view message);

  /// The user behind this process, for journals: "root", "anna (sudo)".
  static std::string who();

 private:
  std::optional<Config> config_;
  bool only_read_ = false;
  bool fabric_suffices_ = false;
  std::unique_ptr<Store> store_;
  std::unique_ptr<snmp::Collector> collector_;
  std::unique_ptr<Locator> locator_;
  std::unique_ptr<Switches> switches_;
  VendorNames vendors_;
};

}  // namespace lanwarden::agent
