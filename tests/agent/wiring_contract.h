// What every store back end promises about the wiring and its audits; as store_contract.h.
#pragma once

#include "agent/store/wiring_log.h"
#include "tests/agent/store_contract.h"

namespace lanwarden::agent::testing {

std::span<const ContractCase> wiring_contract();

}  // namespace lanwarden::agent::testing
