// What every store back end promises about what audits keep.
#include <catch2/catch.hpp>

#include "tests/agent/wiring_contract.h"

namespace lanwarden::agent::testing {
namespace {

using Items = std::vector<WiringItem>;

void what_is_known_at_any_time(StoreWorkshop& w) {
  const auto store = w.open();
  WiringLog& log = wiring_log(*store);
  CHECK(must(log.wiring()).items.empty());
  CHECK(must(log.wiring()).revision == 0);
  CHECK_FALSE(must(log.wiring_begins()));

  CHECK(must(log.save_wiring(Items{{"link a b", "1"}, {"port a", "up"}}, at(0), 0)));
  CHECK(must(log.save_wiring(Items{{"port a", "down"}, {"port c", "up"}}, at(10), 1)));
  const KeptWiring now = must(log.wiring());
  CHECK(now.items == Items{{"port a", "down", at(10)}, {"port c", "up", at(10)}});
  CHECK(now.time == at(10));
  CHECK(now.revision == 2);
  CHECK(must(log.wiring(at(5))).items == Items{{"link a b", "1", at(0)}, {"port a", "up", at(0)}});
  CHECK(must(log.wiring(at(5))).time == at(5));
  CHECK(must(log.wiring(at(10))).items == now.items);
  CHECK(must(log.wiring(at(-1))).items.empty());
  CHECK(must(log.wiring(at(-1))).time == Time{});
  CHECK(must(log.wiring_begins()) == at(0));
}

void what_stays_keeps_its_beginning(StoreWorkshop& w) {
  const auto store = w.open();
  WiringLog& log = wiring_log(*store);
  for (int i = 0; i < 5; ++i) CHECK(must(log.save_wiring(Items{{"port a", "up"}}, at(i), i)));
  CHECK(must(log.wiring()).items == Items{{"port a", "up", at(0)}});
  CHECK(must(log.wiring()).time == at(4));
}

void who_comes_between_is_not_overwritten(StoreWorkshop& w) {
  const auto one = w.open(), two = w.open();
  CHECK(must(wiring_log(*one).save_wiring(Items{{"port a", "up"}}, at(0), 0)));
  CHECK_FALSE(must(wiring_log(*two).save_wiring(Items{{"port b", "up"}}, at(1), 0)));
  CHECK(must(wiring_log(*two).wiring()).items == Items{{"port a", "up", at(0)}});
  CHECK(must(wiring_log(*two).save_wiring(Items{{"port b", "up"}}, at(1), 1)));
  CHECK(must(wiring_log(*one).wiring()).items == Items{{"port b", "up", at(1)}});
}

void a_clock_set_back_makes_no_interval_that_ends_before_it_began(StoreWorkshop& w) {
  const auto store = w.open();
  WiringLog& log = wiring_log(*store);
  CHECK(must(log.save_wiring(Items{{"port a", "up"}}, at(60), 0)));
  CHECK(must(log.save_wiring(Items{{"port a", "down"}}, at(0), 1)));
  CHECK(must(log.wiring()).items == Items{{"port a", "down", at(60)}});
  CHECK(must(log.wiring(at(60))).items == Items{{"port a", "down", at(60)}});
}

void audits_and_acknowledgements(StoreWorkshop& w) {
  const auto store = w.open();
  WiringLog& log = wiring_log(*store);
  CHECK(must(log.audits(10)).empty());
  CHECK(must(log.add_audit({0, at(1), "anna", 3, 1, R"({"findings":[]})"})) == 1);
  CHECK(must(log.add_audit({0, at(2), "schedule", 0, 4, "{}"})) == 2);
  const auto all = must(log.audits(10));
  REQUIRE(all.size() == 2);
  CHECK(all[0].id == 2);
  CHECK(all[1].time == at(1));
  CHECK(all[1].by == "anna");
  CHECK(all[1].fresh == 3);
  CHECK(all[1].standing == 1);
  CHECK(all[1].report_json == R"({"findings":[]})");
  CHECK(must(log.audits(1)).size() == 1);

  Acknowledgement a{"0123abcd", "port-shut", "floor3", "A1", "A1 is shut", "anna", "spare", at(3), at(90)};
  must(log.acknowledge(a));
  a.reason = "spare until spring";
  a.until.reset();
  must(log.acknowledge(a));
  const auto kept = must(wiring_log(*w.open()).acknowledgements());
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].reason == "spare until spring");
  CHECK_FALSE(kept[0].until);
  CHECK(kept[0].port == "A1");
  CHECK(must(log.withdraw_acknowledgement("0123abcd")));
  CHECK_FALSE(must(log.withdraw_acknowledgement("0123abcd")));
  CHECK(must(log.acknowledgements()).empty());
}

void what_ended_long_ago_is_forgotten(StoreWorkshop& w) {
  const auto store = w.open();
  WiringLog& log = wiring_log(*store);
  CHECK(must(log.save_wiring(Items{{"port a", "up"}}, at(0), 0)));
  CHECK(must(log.save_wiring(Items{{"port a", "down"}}, at(10), 1)));
  must(log.add_audit({0, at(0), "anna", 0, 0, "{}"}));
  must(log.add_audit({0, at(30), "anna", 0, 0, "{}"}));
  Retention retention;
  retention.before = at(20);
  CHECK(must(store->forget(retention)).wiring == 1);
  CHECK(must(log.wiring(at(5))).items.empty());
  CHECK(must(log.wiring()).items == Items{{"port a", "down", at(10)}});
  CHECK(must(log.audits(10)).size() == 1);
}

constexpr ContractCase kCases[] = {
    {"the wiring as it is known now, and at any time before", what_is_known_at_any_time},
    {"what stays keeps its beginning", what_stays_keeps_its_beginning},
    {"who comes between is not overwritten", who_comes_between_is_not_overwritten},
    {"a clock set back makes no interval that ends before it began",
     a_clock_set_back_makes_no_interval_that_ends_before_it_began},
    {"audits, and what somebody acknowledged", audits_and_acknowledgements},
    {"what ended long ago is forgotten", what_ended_long_ago_is_forgotten},
};

}  // namespace

std::span<const ContractCase> wiring_contract() { return kCases; }

}  // namespace lanwarden::agent::testing
