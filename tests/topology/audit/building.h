// A building that audits look at, poll by poll.
#pragma once

#include <string>
#include <vector>

#include "tests/lab/world/world.h"
#include "topology/audit/finding.h"

namespace lanwarden::topology::audit {

inline constexpr Time kMonday{std::chrono::seconds{1'800'000'000}};
inline constexpr Duration kHour = std::chrono::hours(1);

/// What a perfect poll of all switches brings at this time; every agent started a month before kMonday.
std::vector<SwitchSnapshot> polled(const lab::World& world, Time now);
SwitchSnapshot& find(std::vector<SwitchSnapshot>& all, std::string_view sw);
Interface& find(SwitchSnapshot& sw, std::string_view port);
/// ifOperStatus and, where `admin`, ifAdminStatus; ifLastChange says when.
void set_state(SwitchSnapshot& sw, std::string_view port, OperStatus oper, Time when, bool admin = false);

/// "kind switch port: before -> after", one line each.
std::string lines(const std::vector<Finding>& findings);

/// The audits of one network, each against the one before.
class Auditor {
 public:
  Comparison audit(std::vector<SwitchSnapshot> snapshots, Time now, Circumstances around = {});
  const Wiring& wiring() const { return known_; }
  Terms terms;

 private:
  Wiring known_;
};

}  // namespace lanwarden::topology::audit
