#include "agent/store/store.h"

#include <array>

namespace lanwarden::agent {
namespace {
// In the order of the enums. The words are stored and printed: they never change.
constexpr std::array<std::string_view, 9> kIncidentStates = {
    "open", "located", "asked", "isolated", "refused", "dry-run", "verified", "restored", "closed"};
constexpr std::array<std::string_view, 4> kIsolationStates = {"intended", "active", "failed", "restored"};
}  // namespace

std::string_view to_string(IncidentState state) { return kIncidentStates[static_cast<std::size_t>(state)]; }

std::optional<IncidentState> incident_state(std::string_view text) {
  for (std::size_t i = 0; i < kIncidentStates.size(); ++i)
    if (kIncidentStates[i] == text) return static_cast<IncidentState>(i);
  return std::nullopt;
}

std::string_view to_string(IsolationState state) { return kIsolationStates[static_cast<std::size_t>(state)]; }

std::optional<IsolationState> isolation_state(std::string_view text) {
  for (std::size_t i = 0; i < kIsolationStates.size(); ++i)
    if (kIsolationStates[i] == text) return static_cast<IsolationState>(i);
  return std::nullopt;
}

}  // namespace lanwarden::agent
