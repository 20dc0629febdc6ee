// The LAN that test cases share: building one takes seconds, so it is built when first asked for.
#pragma once

#include "lan.h"

namespace lanwarden::integration {

/// The LAN of that plan; of two plans, only the one asked for last stands.
const Lan& shared_office_lan();
const Lan& shared_ring_lan();
/// Takes down what stands. Called at the end of the run.
void take_down_shared_lans();

}  // namespace lanwarden::integration
