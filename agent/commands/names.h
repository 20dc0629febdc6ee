// Names that somebody typed: what they name, or which one was probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/app.h"

namespace lanwarden::agent {

/// Exit(kUsage): `no switch "flor3"; did you mean floor3?`; with no near one, which there are.
/// `what`: "switch", "port of floor3", "credential".
[[noreturn]] void no_such(App& app, std::string_view what, std::string_view name,
                          const std::vector<std::string_view>& known);

/// The port that is called so (ifName, ifDescr or alias); else no_such().
const topology::Interface& port_named(App& app, const SwitchSnapshot& sw, const std::string& name);

}  // namespace lanwarden::agent
