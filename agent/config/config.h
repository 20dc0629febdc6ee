// lanwarden.toml, read and judged. Unknown keys, wrong types and impossible
// values are errors that name file, line and key, and say what would be right.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/store/isolation_journal.h"
#include "snmp/target.h"
#include "topology/mac_pattern.h"
#include "topology/result.h"

namespace lanwarden::agent {

struct SwitchConfig {
  std::string name;
  std::string address;
  std::string credential;  ///< name of a [[credential]]
  std::optional<std::string> write_credential;
  std::vector<std::string> protected_ports;  ///< names or patterns: ifName, ifDescr or ifAlias
  std::optional<std::chrono::milliseconds> timeout;
  std::optional<unsigned> retries, in_flight;
  bool router = false;  ///< from [[router]]: ARP/ND only
};

struct SnmpConfig {
  std::chrono::milliseconds timeout{1000};
  unsigned retries = 2;
  unsigned in_flight = 4;
  unsigned concurrency = 1024;
};

struct SnifferConfig {
  std::string interface;
};

enum class IsolationMode : std::uint8_t { kOff, kAsk, kAuto };

struct IsolationConfig {
  IsolationMode mode = IsolationMode::kOff;
  std::optional<std::chrono::seconds> duration{std::chrono::hours{4}};  ///< `for`; nullopt: "forever"
  std::chrono::seconds longest{std::chrono::hours{24 * 7}};  ///< of a station that comes back again and again
  IsolationWay way = IsolationWay::kAdminDown;
  std::optional<unsigned> quarantine_vlan;
  std::chrono::seconds power_off{10};  ///< `power_off_for`
  unsigned per_hour = 3;
  unsigned at_once = 10;
  bool mark = false;      ///< `mark_ports`: write into ifAlias that lanwarden holds the port
  bool rollback = false;  ///< `rollback`: undo what did not end the trouble
  double min_confidence = 0.9;
  unsigned max_macs_on_port = 1;
  std::vector<std::string> protected_ports;  ///< on every switch: names or patterns
  std::vector<std::string> dhcp_servers;     ///< IP or MAC addresses
  std::vector<std::string> protected_macs_text;
  std::vector<topology::MacPattern> protected_macs;
  /// With mode auto, kinds of finding that are acted upon without asking. The default: a device whose own
  /// frames prove it, and that no network needs.
  std::vector<std::string> auto_kinds = {"arp-bogus-responder", "nd-bogus-responder", "rogue-dhcp-server",
                                         "rogue-router-advertisement"};
  std::map<std::string, double> kind_confidence;  ///< `confidence`: for one kind, in place of min_confidence
  double longer = 2;  ///< each return of the device multiplies the time by this, up to `longest`
};

/// What `lanwarden run` does by the clock.
struct PollConfig {
  std::optional<std::chrono::milliseconds> every{std::chrono::minutes{10}};  ///< nullopt: "never"
  /// Between these the interval of each switch adapts; nullopt: a quarter of `every`, twice `every`.
  std::optional<std::chrono::milliseconds> fastest, slowest;
  double jitter = 0.1;  ///< each switch's turn comes early or late by up to this part of `every`
};

struct IncidentConfig {
  std::optional<std::chrono::milliseconds> close_after{std::chrono::hours{24}};  ///< nullopt: "never"
};

/// When the wiring is audited, and what is worth a word.
struct AuditConfig {
  std::optional<std::chrono::milliseconds> every{std::chrono::hours{1}};  ///< nullopt: "never"
  std::optional<std::chrono::milliseconds> unused;                        ///< nullopt: "never"
  unsigned flaps = 6;
  std::string tell = "warning";
};

/// How long the past is kept.
struct HistoryConfig {
  std::optional<std::chrono::milliseconds> keep{std::chrono::hours{24 * 400}};  ///< nullopt: "forever"
  unsigned most_megabytes = 4096;
};

/// What switches say by themselves.
struct TrapConfig {
  std::string listen;  ///< "0.0.0.0:162"; empty: nowhere
};

/// What stations are called, beside the names that are heard.
struct NamesConfig {
  bool reverse_dns = false;
  std::vector<std::string>
      servers;  ///< addresses of DNS servers, with or without a port; empty: the machine's
};

/// Answering the local snmpd.
struct AgentxConfig {
  std::string socket;  ///< as snmp::AgentxSocket::parse takes it; empty: not
};

struct Config {
  std::filesystem::path file;   ///< empty: no file was found, defaults only
  std::filesystem::path store;  ///< absolute
  bool store_in_state_directory =
      true;  ///< nobody named one: the directory may have to be made (SqliteOptions::create_directory)
  SnmpConfig snmp;
  std::vector<snmp::Credential> credentials;
  std::vector<SwitchConfig> switches;  ///< [[switch]] then [[router]], file order
  std::vector<SnifferConfig> sniffers;
  IsolationConfig isolation;
  PollConfig poll;
  IncidentConfig incidents;
  TrapConfig traps;
  AuditConfig audit;
  HistoryConfig history;
  NamesConfig names;
  AgentxConfig agentx;
  std::vector<std::string>
      warnings;  ///< "lanwarden.toml:7: credential "ro": others can read this file: chmod 600"

  const SwitchConfig* find(std::string_view name) const;
  /// One snmp::Target per switch, SwitchId = index in `switches`.
  std::vector<snmp::Target> targets() const;
};

/// For people: "lanwarden.toml:12: [[switch]] "floor3": unknown key "adress"; did you mean "address"?"
struct ConfigError {
  std::string message;
};

/// Where configuration is looked for: `explicit_file` if given (must exist), else
/// ./lanwarden.toml, $XDG_CONFIG_HOME/lanwarden/lanwarden.toml (~/.config/…),
/// /etc/lanwarden/lanwarden.toml; nullopt when none is there.
std::optional<std::filesystem::path> find_config(const std::optional<std::filesystem::path>& explicit_file);

/// Reads and judges the file. Every problem is reported, in the file's order, one
/// line each. Reads secret files and environment variables; no message ever
/// contains a secret.
topology::Result<Config, ConfigError> load_config(const std::filesystem::path& file);

/// With no file at all: defaults, and the store in the state directory.
Config default_config();
/// $XDG_STATE_HOME/lanwarden/lanwarden.db (~/.local/state/…); /var/lib/lanwarden/lanwarden.db for root.
std::filesystem::path default_store_path();

/// Every option there is, for agent/doc: made from the same table the file is read with.
std::string config_reference_markdown();

/// The one of `known` that `word` was probably meant to be; empty when none is near.
std::string_view did_you_mean(std::string_view word, const std::vector<std::string_view>& known);

/// "90s", "2h", "3d", "15m", "250ms", "1h30m"; nullopt when it is no duration.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
/// "4h", "1h30m", "90s": the shortest text that parse_duration reads back.
std::string format_duration(std::chrono::milliseconds duration);

}  // namespace lanwarden::agent
