// The trouble that lanwarden is called for, and what it wrote down about it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lan.h"
#include "product.h"

namespace lanwarden::integration {

/// The whole incident that this station is the culprit of; an empty object when there is none.
nlohmann::json incident_of(const Product& lanwarden, const std::string& mac);
std::vector<std::string> timeline_states(const nlohmann::json& incident);
bool has(const std::vector<std::string>& states, const char* state);

/// Hosts that want to come up and cannot, because the clock answers their probes.
class Victims {
 public:
  explicit Victims(const Lan& lan);
  /// Until the first of them was told that its address is taken.
  bool in_trouble() const;
  /// Whether all of them came up within `limit`.
  bool all_up(std::chrono::milliseconds limit) { return process_.wait(limit) == 0; }
  bool still_trying() { return !process_.exit_code().has_value(); }
  const std::string& log() const { return log_; }

 private:
  const Lan& lan_;
  std::string log_;
  Process process_;
};

/// The clock answers and the victims cannot come up. Throws LanError when the trouble does not begin.
struct Trouble {
  explicit Trouble(const Lan& lan);
  Process clock;
  Victims victims;
};

}  // namespace lanwarden::integration
