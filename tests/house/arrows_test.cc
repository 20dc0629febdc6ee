#include "tests/house/arrows.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

using namespace lanwarden::house;

namespace {
const std::filesystem::path kRoot = LANWARDEN_SOURCE_DIR;

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}
}  // namespace

TEST_CASE("no room includes what its arrows forbid") {
  const auto files = source_files(kRoot);
  REQUIRE(files.size() > 30);
  CHECK(broken_arrows(files) == std::vector<std::string>{});
}

TEST_CASE("every source file, tests above all, is in a build list") {
  const std::string commands = read(std::filesystem::path(LANWARDEN_BINARY_DIR) / "compile_commands.json");
  REQUIRE(commands.find("topology/mac_address.cc") != std::string::npos);
  // Fuzz targets need clang and a preset of their own.
  CHECK(unbuilt_sources(source_files(kRoot), commands, {"tests/fuzz/"}) == std::vector<std::string>{});
}

TEST_CASE("every fuzz target is in its build list") {
  const std::string list = read(kRoot / "tests/fuzz/CMakeLists.txt");
  for (const SourceFile& file : source_files(kRoot)) {
    if (!file.path.starts_with("tests/fuzz/") || !file.path.ends_with(".cc")) continue;
    INFO(file.path);
    CHECK(list.find(std::filesystem::path(file.path).stem().string()) != std::string::npos);
  }
}

TEST_CASE("every room says what belongs in it") {
  CHECK(rooms_without_readme(kRoot) == std::vector<std::string>{});
}

TEST_CASE("the arrow rule notices what is wrong") {
  CHECK(broken_arrows({{"analysis/x.cc", "#include \"snmp/collector.h\"\n"}}).size() == 1);
  CHECK(broken_arrows({{"topology/x.h", "// hm\n #  include \"mibs/oid.h\"\n"}}).size() == 1);
  CHECK(broken_arrows({{"agent/x.cc", "#include \"mibs/oid.h\"\n"}}).size() == 1);
  CHECK(broken_arrows({{"agent/x.cc", "#include \"tests/lab/world/world.h\"\n"}}).size() == 1);
  CHECK(broken_arrows({{"agent/x.cc", "#include <pcap/pcap.h>\n"}}).size() == 1);
  CHECK(broken_arrows({{"snmp/x.h", "#include <net-snmp/net-snmp-config.h>\n"}}).size() == 1);
  CHECK(broken_arrows({{"mibs/x.cc", "#include \"../topology/ids.h\"\n"}}).size() == 1);
  CHECK(broken_arrows({{"mibs/x.cc", "#include \"topology/ids.h\"\n#include <vector>\n"}}).empty());
  CHECK(broken_arrows({{"agent/capture/pcap_source.cc", "#include <pcap/pcap.h>\n"}}).empty());
}

TEST_CASE("the build-list rule notices a forgotten file") {
  const std::vector<SourceFile> files = {
      {"tests/a/built_test.cc", ""}, {"tests/a/forgotten_test.cc", ""}, {"tests/a/x.h", ""}};
  CHECK(unbuilt_sources(files, R"([{"file": "/src/tests/a/built_test.cc"}])", {}) ==
        std::vector<std::string>{"tests/a/forgotten_test.cc"});
}
