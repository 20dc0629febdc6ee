#include "agent/output/room.h"

#include <catch2/catch.hpp>

using lanwarden::agent::room_in;

TEST_CASE("a room is a word for one and a number") {
  CHECK(room_in("Printer, Room 214 (Mrs Miller)") == "Room 214");
  CHECK(room_in("R. 2.14 dose 3") == "R. 2.14");
  CHECK(room_in("R214") == "R214");
  CHECK(room_in("Gebäude 3, Büro 12a") == "Büro 12a");
  CHECK(room_in("salle-B12, Zimmer 7/2") == "Zimmer 7/2");
  CHECK(room_in("floor 3, rm#12") == "rm#12");
}

TEST_CASE("what is no room is none") {
  CHECK(room_in("").empty());
  CHECK(room_in("uplink to core").empty());
  CHECK(room_in("broom 12").empty());
  CHECK(room_in("server room").empty());
  CHECK(room_in("rack 4, slot 2").empty());
  CHECK(room_in("port 12").empty());
}
