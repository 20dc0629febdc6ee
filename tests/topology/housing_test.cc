// Stations that no switch holds, against ports with a link and nobody in sight.
#include "topology/housing.h"

#include <catch2/catch.hpp>

using namespace lanwarden::topology::detail;

TEST_CASE("homeless stations go where the free ports are, though their rows cannot tell") {
  const std::vector<Homeless> stations(10, Homeless{{{0, 1.0}, {1, 1.0}}, 0});
  const Room room = find_room(stations, {9, 1}, 1);
  CHECK(room.homeless[0] > 8);
  CHECK(room.homeless[0] < 9.5);
  CHECK(room.homeless[0] + room.homeless[1] > 9.9);
  CHECK(room.homeless[0] + room.homeless[1] < 10.1);
}

TEST_CASE("a port with a link is rightly taken when all who are homeless have one") {
  const std::vector<Homeless> certain(3, Homeless{{{0, 1.0}}, 0});
  // Three are here: with three free ports the taken one is another's; with two it is one of theirs.
  const Room enough = find_room(certain, {3}, 1), short_of_one = find_room(certain, {2}, 1);
  CHECK(enough.taken[0] > 1);
  CHECK(short_of_one.taken[0] < 0.5);
  CHECK(short_of_one.one_more[0] < enough.one_more[0]);
}
