// What every store back end promises about notices; as store_contract.h.
#pragma once

#include "agent/store/notice_log.h"
#include "tests/agent/store_contract.h"

namespace lanwarden::agent::testing {

std::span<const ContractCase> notice_contract();

}  // namespace lanwarden::agent::testing
