// Tables on a terminal, and what may reach it.
#include "agent/output/console.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "agent/output/views.h"

using namespace lanwarden::agent;

TEST_CASE("columns stand two spaces apart, and no line ends in spaces") {
  Console console;
  console.configure(ColorMode::kNever, 0, false);
  TextTable table({"SWITCH", "PORT", "VENDOR"});
  table.row({"core", "Gi1/0/24", "Cisco"});
  table.row({"floor3", "A1", ""});
  CHECK(table.render(console) ==
        "SWITCH  PORT      VENDOR\n"
        "core    Gi1/0/24  Cisco\n"
        "floor3  A1");
}

TEST_CASE("an umlaut is one column wide, a colour none") {
  Console console;
  console.configure(ColorMode::kAlways, 0, false);
  TextTable table({"NAME", "STATE"});
  table.row({"Küche", console.paint(Style::kRed, "down")});
  table.row({console.paint(Style::kGreen, "Flur"), "up"});
  CHECK(table.render(console) ==
        "\x1b[1mNAME   STATE\x1b[0m\n"
        "Küche  \x1b[1;31mdown\x1b[0m\n"
        "\x1b[32mFlur\x1b[0m   up");
}

TEST_CASE("JSON is never coloured, even when colour is asked for") {
  Console console;
  console.configure(ColorMode::kAlways, 0, true);
  CHECK(console.paint(Style::kRed, "down") == "down");
}

TEST_CASE("what a switch sent cannot steer the terminal") {
  CHECK(printable("A1 \x1b[2Juplink\r\n\x07\x7f") == "A1  [2Juplink    ");
  CHECK(printable("Küche") == "Küche");
  CHECK(printable("A1 \xc2\x9b"
                  "2J \xc2\xa0") == "A1  2J \xc2\xa0");
}

TEST_CASE("text that is not UTF-8 is mended, and stays JSON") {
  CHECK(dump(to_json(Asked{1, 0, {{"sw\xff", "timeout", ""}}, true})) ==
        "{\"asked\":1,\"answered\":0,\"failed\":[{\"switch\":\"sw\xef\xbf\xbd\",\"error\":\"timeout\","
        "\"detail\":\"\"}]}");
}

TEST_CASE("a narrow terminal loses the columns that can go, in their order, and no other") {
  Console console;
  TextTable table({"SWITCH", "PORTS", "VLANS", "ODD"});
  table.row({"floor3", "48", "12", "1"});
  table.can_go({2, 1});
  CHECK(table.render(console, 0) == "SWITCH  PORTS  VLANS  ODD\nfloor3  48     12     1");
  CHECK(table.render(console, 25) == table.render(console, 0));
  CHECK(table.render(console, 24) == "SWITCH  PORTS  ODD\nfloor3  48     1");
  CHECK(table.render(console, 12) == "SWITCH  ODD\nfloor3  1");
  CHECK(table.render(console, 5) == "SWITCH  ODD\nfloor3  1");
}

TEST_CASE("long sentences are broken at spaces, with an indent") {
  CHECK(wrapped("  floor3: no complete table", 16, 4) == "  floor3: no\n    complete\n    table");
  CHECK(wrapped("a bb ccc", 0, 4) == "a bb ccc");
  CHECK(wrapped("unbreakable words", 4, 2) == "unbreakable\n  words");
  CHECK(wrapped("", 10, 2).empty());
  CHECK(wrapped("  do    wait for it", 14, 8) == "  do    wait\n        for it");
  CHECK(wrapped("\x1b[1minfo  \x1b[0m shut", 20, 7) == "\x1b[1minfo  \x1b[0m shut");
  CHECK(wrapped("\x1b[1mcore\x1b[0m: odd", 9, 2) == "\x1b[1mcore\x1b[0m: odd");
}
