// Every kind of change, planted into 200 switches at once: exactly those are reported, once.
#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "tests/topology/audit/plants.h"

using namespace lanwarden::topology::audit;

namespace {

void add_lines(std::vector<std::string>& all, const std::vector<Finding>& findings) {
  std::istringstream text(lines(findings));
  for (std::string line; std::getline(text, line);) all.push_back(line);
}

}  // namespace

TEST_CASE("every kind of change in 200 switches is reported, and nothing else, once") {
  Plants plants;
  Auditor auditor;
  auto now = kMonday;
  const Comparison first = auditor.audit(plants.poll(now), now);
  INFO(lines(first.fresh));
  now += kHour;
  CHECK(lines(auditor.audit(plants.poll(now), now).fresh) == "");

  plants.plant(now + std::chrono::minutes(50));
  std::vector<std::string> reported;
  // Flapping and doubled addresses take several looks to be believed: three findings. All others come at
  // once.
  for (int audit = 0; audit < 10; ++audit) {
    now += audit == 0 ? kHour : audit < 9 ? std::chrono::minutes(12) : 5 * kHour;
    const Comparison c = auditor.audit(plants.poll(now), now, plants.around());
    if (audit == 0) CHECK(c.fresh.size() + 3 == plants.expected().size());
    add_lines(reported, c.fresh);
  }
  std::sort(reported.begin(), reported.end());
  CHECK(reported == plants.expected());

  // Whatever can be planted here was; cases_test has the rest.
  std::set<std::string> kinds_seen;
  for (const std::string& line : reported) kinds_seen.insert(line.substr(0, line.find(' ')));
  const std::set<std::string_view> elsewhere = {"switch-new", "switch-removed", "port-unused"};
  for (const KindInfo& kind : kinds()) {
    if (elsewhere.contains(kind.kind)) continue;
    INFO(kind.kind);
    CHECK(kinds_seen.contains(std::string(kind.kind)));
  }
}
