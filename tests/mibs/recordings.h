// Recordings of real switches (not part of this repository), as agents of walker.h.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/mibs/walker.h"

namespace lanwarden::mibs::testing {

struct RecordedAgent {
  std::string name;
  Agent agent;
};
/// Where the recordings are: $LANWARDEN_SHARED/walks, or beside the checkout. nullopt: not there.
std::optional<std::filesystem::path> recordings_folder();
/// All recordings of one folder, sorted by name.
std::vector<RecordedAgent> recorded_agents(const std::filesystem::path& folder);

}  // namespace lanwarden::mibs::testing
