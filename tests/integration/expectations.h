// What a plan says lanwarden must find, for the cases of every LAN.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "product.h"

namespace lanwarden::integration {

/// The cables between managed switches, each as "core dn1 - floor1 up1".
std::set<std::string> planned_cables(const LanPlan& plan);
/// The links of `topology --format json` in the same words.
std::set<std::string> found_cables(const nlohmann::json& topology);

/// Runs `where` for one host and checks verdict, switch, port and source. `source` is "--live" or "--stored".
void check_whereabouts(const Lan& lan, const Product& lanwarden, const HostPlan& host, const char* source);

}  // namespace lanwarden::integration
