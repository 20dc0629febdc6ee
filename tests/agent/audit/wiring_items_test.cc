#include "agent/audit/wiring_items.h"

#include <catch2/catch.hpp>

#include "tests/lab/world/world.h"

using namespace lanwarden;
using namespace lanwarden::agent;
using namespace lanwarden::topology::audit;

namespace {

Wiring campus() {
  lab::WorldOptions o;
  o.switches = 30, o.hosts = 400, o.vlans = 3, o.lags = 2, o.rings = 2, o.unmanaged_leafs = 3;
  const topology::Time now{std::chrono::seconds{1'800'000'000}};
  Circumstances around;
  around.now = now;
  around.silent = {"floor4"};
  Wiring w = remember({}, topology::infer(lab::snapshots(lab::generate(o), now)), around);
  // Names that could be taken for others, and octets that are no text.
  w.ports[{"a\tb", "c\\t\"d"}].bridge = "LLDP bridge 'f\xfcnf'";
  w.ports[{"a", "b\tc"}].changes = {now, now - std::chrono::hours(1)};
  w.doubled_macs[topology::MacAddress(1)] = {{"a", "1"}, {"b", "2"}, now, now};
  w.doubled_ips[*topology::IpAddress::parse("fe80::1")] = {topology::MacAddress(1), topology::MacAddress(2),
                                                           now, now};
  return w;
}

void check_same(const Wiring& a, const Wiring& b) {
  CHECK(a.switches == b.switches);
  CHECK(a.ports == b.ports);
  CHECK(a.links == b.links);
  CHECK(a.stations == b.stations);
  CHECK(a.doubled_macs == b.doubled_macs);
  CHECK(a.doubled_ips == b.doubled_ips);
  CHECK(a.time == b.time);
}

}  // namespace

TEST_CASE("a wiring is the same after it was kept as items") {
  const Wiring w = campus();
  REQUIRE(w.links.size() > 20);
  const auto items = to_items(w);
  CHECK(
      std::is_sorted(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.key < b.key; }));
  const auto again = from_items(items, w.time);
  REQUIRE(again);
  check_same(w, *again);
  CHECK(again->polled == w.polled);
}

TEST_CASE("a wiring is the same after it was kept as a baseline") {
  Wiring w = campus();
  const auto again = read_baseline(baseline_text(w));
  REQUIRE(again);
  check_same(w, *again);
  CHECK(again->polled.empty());
}

TEST_CASE("a damaged item is named") {
  const auto wrong = [](const char* key, const char* value) {
    const std::vector<WiringItem> items = {{key, value, {}}};
    const auto read = from_items(items, {});
    return read ? std::string() : read.error();
  };
  CHECK(wrong("port\ta\t1", "{") == "\"port\ta\t1\": not JSON");
  CHECK(wrong("port\ta\t1", "{\"speed\": -1}") == "\"port\ta\t1\": speed: not a number of its range");
  CHECK(wrong("station\tnobody", "{}") == "\"station\tnobody\": \"nobody\" is no address");
  CHECK(wrong("switch\ta", "[]") == "\"switch\ta\": not an object");
  CHECK(wrong("invented\ta", "[]").empty());
}

TEST_CASE("a file that is no baseline is refused with the reason") {
  const auto wrong = [](const std::string& text) {
    const auto read = read_baseline(text);
    return read ? std::string() : read.error();
  };
  CHECK(wrong("") == "it is no file that audit --save wrote");
  CHECK(wrong("[]") == "it is no file that audit --save wrote");
  CHECK(wrong(R"({"lanwarden": "wiring", "format": 2})") == "it was written by a newer lanwarden");
  CHECK(wrong(R"({"lanwarden": "wiring", "format": 1, "time": 7})") == "its \"time\" is no time");
  const std::string begin = R"({"lanwarden": "wiring", "format": 1, "time": "2026-01-02T03:04:05Z")";
  CHECK(wrong(begin + "}") == "it has no list of \"items\"");
  CHECK(wrong(begin + R"(, "items": [7]})") == "its item 1 is no pair");
  CHECK(wrong(begin + R"(, "items": [[7, {}]]})") == "the key of its item 1 is not a text");
  CHECK(wrong(begin + R"(, "items": [["switch\ta", 7]]})") == "\"switch\ta\": not an object");
  CHECK(wrong(begin + R"(, "items": []})").empty());
}
