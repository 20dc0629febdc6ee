#include "snmp/pacing.h"

#include <catch2/catch.hpp>

#include "snmp/address.h"

using namespace lanwarden::snmp;
using namespace std::chrono_literals;

TEST_CASE("a window starts small, grows with quick answers up to the limit, and halves on silence") {
  Window window(8);
  CHECK(window.size() == 2);
  for (int i = 0; i < 100; ++i) window.answered(1ms, 1ms);
  CHECK(window.size() == 8);
  window.silence();
  CHECK(window.size() == 4);
  for (int i = 0; i < 10; ++i) window.silence();
  CHECK(window.size() == 1);
}

TEST_CASE("a window does not grow while answers queue up") {
  Window window(8);
  for (int i = 0; i < 100; ++i) window.answered(3s, 100ms);
  CHECK(window.size() == 1);
}

TEST_CASE("a burst opens the window, unless the switch was hurt before") {
  Window good(8), hurt(8);
  good.open();
  CHECK(good.size() == 8);
  hurt.silence();
  hurt.open();
  CHECK(hurt.size() == 1);
}

TEST_CASE("waits follow the round trip, double, and are neither hasty nor endless") {
  RoundTrip quick, slow;
  for (int i = 0; i < 50; ++i) quick.add(1ms);
  for (int i = 0; i < 50; ++i) slow.add(3s);
  CHECK(quick.wait(0) == 100ms);
  CHECK(quick.wait(1) == 200ms);
  CHECK(quick.wait(20) == 8s);
  CHECK(slow.wait(0) > 3s);
}

TEST_CASE("a bulk size doubles while it is filled") {
  BulkSize size;
  for (int i = 0; i < 5; ++i) size.filled();
  CHECK(size.variables() == BulkSize::kMost);
}

TEST_CASE("a bulk size that failed is tried ever more rarely") {
  BulkSize size;
  // A switch that bears 10 variables and no more.
  int failures = 0;
  for (int asked = 0; asked < 1000; ++asked) {
    if (size.variables() > 10) {
      ++failures;
      size.silence(size.variables(), size.variables() / 4);
    } else {
      size.filled();
    }
  }
  CHECK(failures < 20);
  CHECK(size.variables() <= 10);
}

TEST_CASE("a bulk size recovers from mere loss") {
  BulkSize size;
  for (int i = 0; i < 5; ++i) size.filled();
  size.silence(128, 32);
  CHECK(size.variables() == 32);
  for (int i = 0; i < 10; ++i) size.filled();
  CHECK(size.variables() == BulkSize::kMost);
}

TEST_CASE("addresses are read in every form") {
  CHECK(parse_address("10.0.3.2") == HostPort{"10.0.3.2", 161});
  CHECK(parse_address("10.0.3.2:1161") == HostPort{"10.0.3.2", 1161});
  CHECK(parse_address("floor3.example") == HostPort{"floor3.example", 161});
  CHECK(parse_address("[2001:db8::1]:1161") == HostPort{"2001:db8::1", 1161});
  CHECK(parse_address("[2001:db8::1]") == HostPort{"2001:db8::1", 161});
  CHECK(parse_address("2001:db8::1") == HostPort{"2001:db8::1", 161});
  for (const char* bad :
       {"", ":161", "10.0.3.2:", "10.0.3.2:0", "10.0.3.2:70000", "10.0.3.2:x", "[::1", "[::1]x", "a b"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_address(bad).has_value());
  }
}
