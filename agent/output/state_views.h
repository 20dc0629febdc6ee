// What the daemon says of itself: as JSON, and as one screen.
#pragma once

#include <string>

#include "agent/output/views.h"
#include "agent/watch/state.h"

namespace lanwarden::agent {

Json to_json(const DaemonState& state);

/// One screen of a document that to_json(DaemonState) made; of another lanwarden's, what is known of it.
std::string status_text(const Json& state, const Console& console);

}  // namespace lanwarden::agent
