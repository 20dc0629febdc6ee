// An engine id that stays, and boots that only grow.
#include "agent/watch/own_engine.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/agent/store_scratch.h"

using namespace lanwarden::agent;

namespace {
void write(const std::filesystem::path& file, const std::string& text) { std::ofstream(file) << text; }
}  // namespace

TEST_CASE("own engine: the same id at each start, and one boot more") {
  const testing::ScratchFolder scratch;
  const auto file = scratch.path() / "lanwarden.db-engine";
  const auto first = next_start(file);
  REQUIRE(first.has_value());
  CHECK(first->id.size() >= 5);
  CHECK(first->boots == 1);
  for (std::uint32_t boots = 2; boots < 5; ++boots) {
    const auto next = next_start(file);
    REQUIRE(next.has_value());
    CHECK(next->id == first->id);
    CHECK(next->boots == boots);
  }
  const auto mode = std::filesystem::status(file).permissions();
  CHECK((mode & std::filesystem::perms::others_write) == std::filesystem::perms::none);
}

TEST_CASE("own engine: after the last boot it becomes another engine (RFC 3414, 2.3)") {
  const testing::ScratchFolder scratch;
  const auto file = scratch.path() / "engine";
  write(file, "engine 0x80001f88800102030405060708\nboots 2147483645\n");
  const auto last = next_start(file);
  REQUIRE(last.has_value());
  CHECK(last->boots == 2147483646);
  CHECK(engine_id_text(*last) == "0x80001f88800102030405060708");
  const auto other = next_start(file);
  REQUIRE(other.has_value());
  CHECK(other->boots == 1);
  CHECK(other->id != last->id);
}

TEST_CASE("own engine: what cannot be read or written is told, and nothing is made up") {
  const testing::ScratchFolder scratch;
  const auto file = scratch.path() / "engine";
  for (const char* text :
       {"", "engine", "engine 0x80 boots 1", "engine 0x8000zz8880 boots 1", "engine 0x80001f8880 boots 0",
        "engine 0x80001f8880 boots x", "boots 1 engine 2"}) {
    CAPTURE(text);
    write(file, text);
    const auto start = next_start(file);
    REQUIRE_FALSE(start.has_value());
    CHECK(start.error().find(file.string()) != std::string::npos);
  }
  CHECK_FALSE(next_start(scratch.path() / "no such folder" / "engine").has_value());
}
