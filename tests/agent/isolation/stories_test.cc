// A thousand of the stories that ./dev isolation-proof tells by the hundred thousand.
#include "tests/agent/isolation/stories.h"

#include <catch2/catch.hpp>

using namespace lanwarden::agent::testing;

TEST_CASE("a thousand stories: no port but the culprit's, none past its time, every SET written down") {
  StoryCounts counts;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) tell_story(seed, counts);
  INFO(to_text(counts));
  CHECK(counts.violations.empty());
  // Refusing everything would be no success.
  REQUIRE(counts.possible > 100);
  CHECK(counts.possible_acted * 100 >= counts.possible * 95);
  CHECK(counts.acted > 300);
  CHECK(counts.killed > 50);
}

TEST_CASE("stories that once went wrong") {
  // A row of the past and a hole where the station is now; a move between the look and the last look; lists
  // that changed between the intent and the SET; a station that returned so often that it was held for days;
  // one that came to a port which was down, after the clock had been set back.
  for (const std::uint64_t seed :
       {49225, 56497, 73608, 90474, 92080, 504331, 519606, 539140, 31386, 5002960, 5023614, 5048454}) {
    StoryCounts counts;
    tell_story(seed, counts);
    INFO(to_text(counts));
    CHECK(counts.violations.empty());
  }
}
