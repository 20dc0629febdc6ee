#include "analysis/rhythm.h"

#include <catch2/catch.hpp>

using namespace lanwarden::analysis;

TEST_CASE("beats that came late do not move the period") {
  const auto rhythm = rhythm_of({1, 1, 1.29F, 1, 1, 1, 1, 1.29F, 1, 1});
  REQUIRE(rhythm);
  CHECK(rhythm->period == Approx(1).margin(0.001));
  CHECK(rhythm->plain);
}

TEST_CASE(
    "where most beats are not heard, the longest period that fits is meant, whatever else came in between") {
  // One frame came a third of a period after its beat: everything is a multiple of that, too.
  const auto rhythm =
      rhythm_of({0.34F, 0.66F, 1.01F, 0.99F, 2.02F, 3, 2, 4.01F, 3, 2, 5, 1, 1.98F, 3.02F, 2, 6, 2, 3, 1, 4});
  REQUIRE(rhythm);
  CHECK(rhythm->period == Approx(1).margin(0.02));
  CHECK_FALSE(rhythm->plain);
}

TEST_CASE("too few intervals, and intervals of chance, have no rhythm") {
  CHECK_FALSE(rhythm_of({1, 1, 1, 1}));
  CHECK_FALSE(rhythm_of({0.1F, 0.9F, 3.7F, 0.4F, 2.2F, 7.3F, 1.3F, 0.6F, 5.1F, 2.9F, 0.2F, 4.4F}));
  CHECK_FALSE(rhythm_of({0.001F, 0.001F, 0.001F, 0.001F, 0.001F, 0.001F}));  // a stream
}

TEST_CASE("an interval tells how many beats were missed in it") {
  CHECK(missed_in(1.0, 1) == 0);
  CHECK(missed_in(3.1, 1) == 2);
  CHECK(missed_in(2.5, 1) == 0);   // between two: of another source
  CHECK(missed_in(31.0, 1) == 0);  // it was off
}

TEST_CASE("a service that sends three frames a beat has bursts; a steady one has none") {
  const auto gap = burst_gap(std::vector<float>{0.05F, 0.05F, 30, 0.05F, 0.05F, 30, 0.05F, 0.05F, 30});
  REQUIRE(gap);
  CHECK(*gap > 0.05);
  CHECK(*gap < 30);
  CHECK_FALSE(burst_gap(std::vector<float>{30, 30, 30, 30, 30, 30}));
}
