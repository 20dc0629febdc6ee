// The guard rails as they are documented.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "agent/isolation/rules.h"

using namespace lanwarden::agent;

TEST_CASE("agent/doc/isolation.md has every rule, with what it forbids and whether it may be forced") {
  const auto file = std::filesystem::path(LANWARDEN_SOURCE_DIR) / "agent/doc/isolation.md";
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  REQUIRE_FALSE(text.empty());
  for (const Rule& r : rules()) {
    CAPTURE(r.name);
    const std::size_t at = text.find("| `" + std::string(r.name) + "` |");
    REQUIRE(at != std::string::npos);
    const std::string row = text.substr(at, text.find('\n', at) - at);
    CHECK(row.ends_with(r.may_be_forced ? "| by hand |" : "| never |"));
  }
}
