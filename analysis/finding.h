// What a detector has to say: a finding, with evidence.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "topology/ids.h"
#include "topology/mac_address.h"
#include "topology/time.h"

namespace lanwarden::analysis {

enum class Severity : std::uint8_t { kInfo, kWarning, kCritical };
std::string_view to_string(Severity severity);

/// A frame that proves a finding: where to look it up.
struct FrameRef {
  std::uint32_t source = 0;  ///< interface or file, as in RawFrame
  std::uint64_t number = 0;  ///< from 1
  topology::Time time{};
  bool operator==(const FrameRef&) const = default;
};

using EvidenceValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>,
                                   std::vector<std::vector<std::string>>>;
/// Named values in the order a person would read them; the contract fixes some names.
using Evidence = std::vector<std::pair<std::string, EvidenceValue>>;

struct Finding {
  topology::Time time{};  ///< capture time of the frame that decided
  std::string_view kind;  ///< one of the contract's kinds; static storage
  Severity severity = Severity::kInfo;
  topology::MacAddress mac;  ///< the culprit's Ethernet source address; zero when not one station
  topology::VlanId vlan;
  std::uint32_t source = 0;  ///< interface or file it was heard on
  std::string summary;       ///< one sentence
  Evidence evidence;
  std::vector<FrameRef> frames;  ///< bounded; the first ones that prove it
};

}  // namespace lanwarden::analysis
