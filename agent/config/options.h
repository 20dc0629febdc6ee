// Every option there is, in one table: lanwarden.toml is read with it, unknown
// keys are found with it, the reference is printed from it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/config/channel_config.h"
#include "agent/config/config.h"

namespace lanwarden::agent {

/// The sections, as a set: [[switch]] and [[router]] share most options.
enum Section : unsigned {
  kTop = 1U << 0,
  kSnmp = 1U << 1,
  kCredential = 1U << 2,
  kSwitch = 1U << 3,
  kRouter = 1U << 4,
  kSniffer = 1U << 5,
  kIsolation = 1U << 6,
  kPoll = 1U << 7,
  kIncidents = 1U << 8,
  kTraps = 1U << 9,
  kNotify = 1U << 10,
  kHistory = 1U << 11,
  kAgentx = 1U << 12,
  kAudit = 1U << 13,
  kNames = 1U << 14,
};

struct SectionInfo {
  Section section;
  std::string_view name;
  bool many;  ///< [[name]]: any number of them
  std::string_view help;
};
std::span<const SectionInfo> sections();

/// What may stand to the right of the equals sign.
enum class OptionKind : std::uint8_t {
  kText,
  kPath,
  kAddress,       ///< host, host:port, IPv6, [IPv6]:port
  kAgentxSocket,  ///< a path, or tcp:address:port
  kReference,     ///< the name of a [[credential]]
  kChoice,
  kBoolean,
  kNumber,
  kFraction,
  kDuration,
  kDurationOrForever,
  kDurationOrNever,
  kTextList,
  kMacPatterns,
  kStations,       ///< IP or whole MAC addresses
  kKindList,       ///< kinds of finding
  kKindFractions,  ///< { kind = number, … }
  kServerList,     ///< IP addresses, each with or without a port
  kEventList,      ///< what a channel is told of
  kSecret,         ///< text, { env = "X" } or { file = "/path" }
};

/// A value read and judged. monostate: "forever" or "never".
using OptionValue =
    std::variant<std::monostate, std::string, bool, std::int64_t, double, std::chrono::milliseconds,
                 std::vector<std::string>, std::map<std::string, double>, snmp::Secret>;

/// Where the values of one section go while it is read; the pointer of its kind is set.
struct OptionTarget {
  Config& config;
  snmp::Credential* credential = nullptr;
  SwitchConfig* sw = nullptr;
  SnifferConfig* sniffer = nullptr;
  ChannelConfig* channel = nullptr;
};

struct Option {
  unsigned sections = 0;
  std::string_view key;
  OptionKind kind = OptionKind::kText;
  bool required = false;
  std::string_view standard{};                  ///< the default as TOML or in words; empty: none
  std::string_view example{};                   ///< a value as TOML, where neither default nor kind gives one
  double low = 0, high = 0;                     ///< kNumber, kFraction; durations in milliseconds
  std::span<const std::string_view> choices{};  ///< kChoice; in the order of the enum they stand for
  std::string_view help;
  void (*assign)(OptionTarget&, OptionValue&&) = nullptr;
};
std::span<const Option> options();
const Option* find_option(Section section, std::string_view key);
/// What may stand there, in words and Markdown's code: "duration from 1s to 7d, or `\"never\"`".
std::string allowed_values(const Option& option);

}  // namespace lanwarden::agent
