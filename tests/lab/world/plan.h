// The first decision about a building: which managed switches there are and
// what each hangs from.
#pragma once

#include <string>
#include <vector>

#include "tests/lab/world/random.h"
#include "tests/lab/world/world.h"

namespace lanwarden::lab {

struct PlannedSwitch {
  std::string name;
  std::string location;
  Tier tier = Tier::kAccess;
  Vendor vendor = Vendor::kGeneric;
  unsigned parent = 0;  ///< an earlier one; itself for the first
  unsigned depth = 0;
};

/// At least one switch; parents come before their children.
std::vector<PlannedSwitch> plan_switches(const WorldOptions& options);

}  // namespace lanwarden::lab
