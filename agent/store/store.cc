#include "agent/store/store.h"

#include <array>

namespace lanwarden::agent {
namespace {
// In the order of the enums. The words are stored and printed: they never change.
constexpr std::array<std::string_view, 9> kIncidentStates = {
    "open", "located", "asked", "isolated", "refused", "dry-run", "verified", "restored", "closed"};
constexpr std::array<std::string_view, 6> kIsolationStates = {"intended", "active",   "restoring",
                                                              "failed",   "restored", "released"};
constexpr std::array<std::string_view, 3> kWays = {"admin-down", "quarantine", "power-cycle"};

constexpr std::array<std::string_view, 9> kNameSources = {"dns", "mdns", "netbios", "dhcp", "lldp",
                                                          "cdp", "fdp",  "edp",     "llmnr"};
constexpr std::array<std::string_view, 8> kSwitchEvents = {
    "first-polled", "renamed", "readdressed", "replaced", "updated", "rebooted", "silent", "answered"};

template <class Enum, std::size_t N>
std::optional<Enum> known_word(const std::array<std::string_view, N>& words, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i)
    if (words[i] == text) return static_cast<Enum>(i);
  return std::nullopt;
}
}  // namespace

std::string_view to_string(IncidentState state) { return kIncidentStates[static_cast<std::size_t>(state)]; }

std::optional<IncidentState> incident_state(std::string_view text) {
  return known_word<IncidentState>(kIncidentStates, text);
}

std::string_view to_string(IsolationState state) { return kIsolationStates[static_cast<std::size_t>(state)]; }

std::optional<IsolationState> isolation_state(std::string_view text) {
  return known_word<IsolationState>(kIsolationStates, text);
}

bool is_open(IsolationState state) {
  return state == IsolationState::kIntended || state == IsolationState::kActive ||
         state == IsolationState::kRestoring;
}

std::string_view to_string(IsolationWay way) { return kWays[static_cast<std::size_t>(way)]; }

std::optional<IsolationWay> isolation_way(std::string_view text) {
  return known_word<IsolationWay>(kWays, text);
}

std::string_view to_string(NameSource source) { return kNameSources[static_cast<std::size_t>(source)]; }

std::optional<NameSource> name_source(std::string_view text) {
  return known_word<NameSource>(kNameSources, text);
}

std::string_view to_string(SwitchEventKind kind) { return kSwitchEvents[static_cast<std::size_t>(kind)]; }

std::optional<SwitchEventKind> switch_event_kind(std::string_view text) {
  return known_word<SwitchEventKind>(kSwitchEvents, text);
}

}  // namespace lanwarden::agent
