#include "tests/lab/agent/recording.h"

#include <unistd.h>
#include <catch2/catch.hpp>
#include <cstdlib>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/lab/agent/walk_names.h"

using namespace lanwarden::lab;
namespace fs = std::filesystem;

namespace {

// The recordings, or nullopt after saying loudly that they are not here.
std::optional<fs::path> walks() {
  const char* given = std::getenv("LANWARDEN_SHARED");
  const fs::path shared = given != nullptr ? fs::path(given) : fs::path(LANWARDEN_SOURCE_DIR) / "../shared";
  if (fs::is_directory(shared / "walks")) return shared / "walks";
  WARN("SKIPPED: no recordings at " << (shared / "walks") << "; set LANWARDEN_SHARED");
  std::cerr << "SKIPPED: no recordings of real switches at " << shared / "walks"
            << "\n";
  return std::nullopt;
}

struct Loaded {
  Table table;
  LoadedFile file;
};
Loaded snmprec(std::string_view text) {
  Loaded loaded;
  loaded.file = parse_snmprec(text, loaded.table);
  return loaded;
}
Loaded walk(std::string_view text) {
  Loaded loaded;
  loaded.file = parse_walk(text, loaded.table);
  return loaded;
}
Value value(const Loaded& loaded, const char* name) {
  const auto found = loaded.table.find(*parse_oid(name));
  REQUIRE(found);
  return *found;
}

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("lab-recordings-" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  void write(const char* name, std::string_view text) const { std::ofstream(path_ / name) << text; }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("every type of a snmprec line is read") {
  const Loaded loaded = snmprec(
      "1.3.6.1.2.1.1.1.0|4|a | b\n"
      "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1.516\n"
      "1.3.6.1.2.1.1.3.0|67|411675523\n"
      "1.3.6.1.2.1.2.2.1.6.1|4x|e8655ff5ee41\r\n"
      "1.3.6.1.2.1.2.2.1.7.1|2|-5\n"
      "1.3.6.1.2.1.2.2.1.10.1|65|4294967295\n"
      "1.3.6.1.2.1.2.2.1.5.1|66|1000000000\n"
      "1.3.6.1.2.1.4.20.1.1.10.0.3.2|64|10.0.3.2\n"
      "1.3.6.1.2.1.4.20.1.1.10.0.3.3|64x|0a000303\n"
      "1.3.6.1.2.1.17.2.1.0|5|\n"
      "1.3.6.1.2.1.31.1.1.1.6.1|70|18446744073709551615\n"
      "1.3.6.1.4.1.1.1.0|68x|9f780442\n");
  CHECK(loaded.file.bad.empty());
  CHECK(loaded.file.rows == 12);
  CHECK(value(loaded, "1.3.6.1.2.1.1.1.0") == Value::of_octets("a | b"));
  CHECK(value(loaded, "1.3.6.1.2.1.1.2.0") == Value::of_oid(Oid{1, 3, 6, 1, 4, 1, 9, 1, 516}));
  CHECK(value(loaded, "1.3.6.1.2.1.2.2.1.6.1") == Value::of_octets("\xe8\x65\x5f\xf5\xee\x41"));
  CHECK(value(loaded, "1.3.6.1.2.1.2.2.1.7.1") == Value::of_integer(-5));
  CHECK(value(loaded, "1.3.6.1.2.1.4.20.1.1.10.0.3.3") == Value::of_ip(0x0a000303));
  CHECK(value(loaded, "1.3.6.1.2.1.17.2.1.0") == Value{});
  CHECK(value(loaded, "1.3.6.1.2.1.31.1.1.1.6.1") == Value::of_counter64(UINT64_MAX));
}

TEST_CASE("a variation module's initial value is taken, its tag cut off") {
  const Loaded loaded = snmprec(
      "1.3.6.1.2.1.2.2.1.10.1|65:numeric|initial=4711,rate=3\n"
      "1.3.6.1.2.1.1.5.0|4:writecache|value=floor3\n");
  CHECK(value(loaded, "1.3.6.1.2.1.2.2.1.10.1") == Value::of_counter32(4711));
  CHECK(value(loaded, "1.3.6.1.2.1.1.5.0") == Value::of_octets("floor3"));
}

TEST_CASE("snmprec lines that cannot be read are named by number, the others count") {
  const Loaded loaded = snmprec(
      "# a comment\n"
      "1.3.6.1.2.1.1.5.0|4|floor3\n"
      "nonsense\n"
      "1.3.6.1.2.1.1.7.0|2|two\n"
      "1.3.6.1.2.1.1.8.0|99|1\n"
      "5.6.7|2|1\n"
      "1.3.6.1.2.1.2.2.1.6.1|4x|e86\n"
      "\n"
      "1.3.6.1.2.1.1.5.0|4|the last one counts\n");
  std::vector<std::size_t> lines;
  for (const BadLine& bad : loaded.file.bad) lines.push_back(bad.line);
  CHECK(lines == std::vector<std::size_t>{3, 4, 5, 6, 7});
  CHECK(loaded.file.rows == 1);
  CHECK(loaded.file.repeated == 1);
  CHECK(value(loaded, "1.3.6.1.2.1.1.5.0") == Value::of_octets("the last one counts"));
}

TEST_CASE("every type that snmpwalk prints is read") {
  const Loaded loaded = walk(
      ".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.9.1.516\n"
      ".1.3.6.1.2.1.1.3.0 = Timeticks: (411675523) 47 days, 15:32:35.23\n"
      ".1.3.6.1.2.1.1.5.0 = STRING: \"floor\\\"3\\\\\"\r\n"
      ".1.3.6.1.2.1.1.6.0 = STRING: no quotes\n"
      ".1.3.6.1.2.1.1.4.0 = \"\"\n"
      ".1.3.6.1.2.1.2.2.1.7.1 = INTEGER: up(1)\n"
      ".1.3.6.1.2.1.2.2.1.7.2 =INTEGER: 2\n"
      ".1.3.6.1.2.1.2.2.1.5.1 = Gauge32: 100 bits per second\n"
      ".1.3.6.1.2.1.2.2.1.6.1 = Hex-STRING: 00 1F 12 AC CB F0 \n"
      ".1.3.6.1.2.1.2.2.1.6.2 = Hex-STRING: 0:a0:a5:61:e9:1d\n"
      ".1.3.6.1.2.1.4.22.1.2.5.10.0.0.1 = STRING: 0:18:7d:21:6d:b4\n"
      ".1.3.6.1.2.1.4.20.1.1.10.0.0.1 = IpAddress: 10.0.0.1\n"
      ".1.3.6.1.2.1.17.1.4.1.3.1 = OID: ccitt.0\n"
      ".1.3.6.1.2.1.2.2.1.10.1 = Wrong Type (should be Counter32): Gauge32: 7\n"
      ".1.3.6.1.2.1.31.1.1.1.6.1 = Counter64: 18446744073709551615\n"
      "iso.0.8802.1.1.2.1.3.5.0 = BITS: 28 00 bridge(2) router(4)\n"
      ".1.3.6.1.2.1.99 = No Such Object available on this agent at this OID\n"
      ".1.3.6.1.2.1.99 = No more variables left in this MIB View (It is past the end of the MIB tree)\n"
      "End of MIB\n");
  CHECK(loaded.file.bad.empty());
  CHECK(loaded.file.rows == 16);
  CHECK(value(loaded, "1.3.6.1.2.1.1.3.0") == Value::of_timeticks(411675523));
  CHECK(value(loaded, "1.3.6.1.2.1.1.5.0") == Value::of_octets("floor\"3\\"));
  CHECK(value(loaded, "1.3.6.1.2.1.1.6.0") == Value::of_octets("no quotes"));
  CHECK(value(loaded, "1.3.6.1.2.1.1.4.0") == Value::of_octets(""));
  CHECK(value(loaded, "1.3.6.1.2.1.2.2.1.7.1") == Value::of_integer(1));
  CHECK(value(loaded, "1.3.6.1.2.1.2.2.1.7.2") == Value::of_integer(2));
  CHECK(value(loaded, "1.3.6.1.2.1.2.2.1.5.1") == Value::of_gauge32(100));
  CHECK(value(loaded, "1.3.6.1.2.1.2.2.1.6.1").octets == std::string("\x00\x1f\x12\xac\xcb\xf0", 6));
  CHECK(value(loaded, "1.3.6.1.2.1.2.2.1.6.2").octets == std::string("\x00\xa0\xa5\x61\xe9\x1d", 6));
  CHECK(value(loaded, "1.3.6.1.2.1.4.22.1.2.5.10.0.0.1").octets ==
        std::string("\x00\x18\x7d\x21\x6d\xb4", 6));
  CHECK(value(loaded, "1.3.6.1.2.1.17.1.4.1.3.1") == Value::of_oid(Oid{0, 0}));
  CHECK(value(loaded, "1.3.6.1.2.1.2.2.1.10.1") == Value::of_gauge32(7));
  CHECK(value(loaded, "1.0.8802.1.1.2.1.3.5.0").octets == std::string("\x28\x00", 2));
}

TEST_CASE("strings and hexadecimal octets go on over lines") {
  const Loaded loaded = walk(
      ".1.3.6.1.2.1.1.1.0 = STRING: \"Cisco IOS Software\n"
      "Technical Support = none\n"
      "\n"
      "Compiled by prod_rel_team\"\n"
      ".1.3.6.1.2.1.17.7.1.4.2.1.4.0.1 = Hex-STRING: FF FF FF FF \n"
      "00 00 \n"
      "0A\n"
      ".1.3.6.1.2.1.1.5.0 = STRING: floor3\n"
      "second floor\n");
  CHECK(loaded.file.bad.empty());
  CHECK(value(loaded, "1.3.6.1.2.1.1.1.0").octets ==
        "Cisco IOS Software\nTechnical Support = none\n\nCompiled by prod_rel_team");
  CHECK(value(loaded, "1.3.6.1.2.1.17.7.1.4.2.1.4.0.1").octets == std::string("\xff\xff\xff\xff\0\0\x0a", 7));
  CHECK(value(loaded, "1.3.6.1.2.1.1.5.0").octets == "floor3\nsecond floor");
}

TEST_CASE("a string whose end was cut away ends where the next variable begins") {
  const Loaded loaded = walk(
      ".1.3.6.1.2.1.1.1.0 = STRING: \"Cisco IOS\n"
      ".1.3.6.1.2.1.1.5.0 = STRING: \"floor3\"\n");
  CHECK(value(loaded, "1.3.6.1.2.1.1.1.0").octets == "Cisco IOS");
  CHECK(value(loaded, "1.3.6.1.2.1.1.5.0").octets == "floor3");
}

TEST_CASE("walk lines that cannot be read are named by number") {
  const Loaded loaded = walk(
      "Created directory: /var/lib/snmp\n"
      ".1.3.6.1.2.1.1.3.0 = Timeticks: soon\n"
      ".1.3.6.1.2.1.1.5.0 = STRING: \"floor3\"\n"
      "what is this\n"
      ".1.3.6.1.2.1.1.7.0 = 2\n"
      ".1.3.6.1.2.1.1.8.0 = Opaque: Float: 1.0\n");
  std::vector<std::size_t> lines;
  for (const BadLine& bad : loaded.file.bad) lines.push_back(bad.line);
  CHECK(lines == std::vector<std::size_t>{1, 2, 4, 5, 6});
  CHECK(loaded.file.rows == 1);
}

TEST_CASE("names are read as -On, as -OX and with their MIB's name") {
  const Oid mac{1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2, 0, 31, 18, 172, 203, 240};
  CHECK(read_walk_name(".1.3.6.1.2.1.17.4.3.1.2.0.31.18.172.203.240") == mac);
  CHECK(read_walk_name(".1.3.6.1.2.1.17.4.3.1.2[0:1f:12:ac:cb:f0]") == mac);
  CHECK(read_walk_name("BRIDGE-MIB::dot1dTpFdbPort[STRING: 0:1f:12:ac:cb:f0]") == mac);
  CHECK(read_walk_name("IF-MIB::ifName.3") == Oid{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1, 3});
  CHECK(read_walk_name("ifName[3]") == Oid{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1, 3});
  CHECK(read_walk_name("dot1qTpFdbPort[10][0:d:4b:ce:20:cd]") ==
        Oid{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 2, 10, 0, 13, 75, 206, 32, 205});
  CHECK(read_walk_name("ipNetToMediaPhysAddress[5][10.0.0.1]") ==
        Oid{1, 3, 6, 1, 2, 1, 4, 22, 1, 2, 5, 10, 0, 0, 1});
  CHECK(read_walk_name("ipNetToPhysicalPhysAddress[5][ipv4][\"10.0.0.1\"]") ==
        Oid{1, 3, 6, 1, 2, 1, 4, 35, 1, 4, 5, 1, 4, 10, 0, 0, 1});
  CHECK(read_walk_name(".1.3.6.1.4.1.1[\"a]b\"][1]") == Oid{1, 3, 6, 1, 4, 1, 1, 3, 'a', ']', 'b', 1});
  CHECK(read_walk_name(".1.3.6.1.4.1.1['ab']") == Oid{1, 3, 6, 1, 4, 1, 1, 'a', 'b'});
  for (const char* text :
       {"", "ifName[", "ifName[]", "ifName[3", "ifName3]", "noSuchName.1", "ifName[x]", "1.3.[2]"}) {
    INFO(text);
    CHECK_FALSE(read_walk_name(text));
  }
}

TEST_CASE("files of one switch become one agent with its VLAN contexts") {
  const Folder folder;
  folder.write("ios.snmprec", "1.3.6.1.2.1.1.5.0|4|ios\n");
  folder.write("ios@10.snmprec", "1.3.6.1.2.1.17.1.4.1.2.3|2|10103\n");
  folder.write("core-1-walk.txt", ".1.3.6.1.2.1.1.5.0 = STRING: \"core\"\n");
  folder.write("core-1.vlan.20.txt", ".1.3.6.1.2.1.17.1.1.0 = \"\"\n");
  folder.write("core-1.vlan30.txt", ".1.3.6.1.2.1.17.1.1.0 = \"\"\n");
  folder.write("README.txt", "These are recordings.\n");
  folder.write("expected.json", "{}\n");
  const auto recordings = load_recordings(folder.path());
  REQUIRE(recordings);
  REQUIRE(recordings->size() == 2);
  CHECK(recordings->at(0).name == "core-1");
  CHECK(recordings->at(0).view->contexts() == std::vector<std::string>{"", "20", "30"});
  CHECK(recordings->at(1).name == "ios");
  CHECK(recordings->at(1).view->contexts() == std::vector<std::string>{"", "10"});

  const auto one = load_recordings(folder.path() / "ios.snmprec");
  REQUIRE(one);
  REQUIRE(one->size() == 1);
  CHECK(one->at(0).view->contexts() == std::vector<std::string>{"", "10"});
}

TEST_CASE("what is no recording is refused in one sentence") {
  const Folder folder;
  folder.write("notes.txt", "nothing to see\n");
  CHECK_FALSE(load_recordings(folder.path()));
  CHECK_FALSE(load_recordings(folder.path() / "absent"));
  folder.write("x.json", "{}");
  CHECK(load_recordings(folder.path() / "x.json").error().find("neither") != std::string::npos);
}

TEST_CASE("a configuration is written for the agents of recordings") {
  const std::vector<ServedAgent> agents{{"core \"1\"", 0, {"127.10.0.1", 16100}}};
  const std::string text = lanwarden_toml(agents, "public", "private");
  CHECK(
      text.find("[[switch]]\nname = \"core \\\"1\\\"\"\naddress = \"127.10.0.1:16100\"\ncredential = \"ro\"\n"
                "write_credential = \"rw\"\n") != std::string::npos);
  CHECK(lanwarden_toml(agents, "public", "").find("write_credential") == std::string::npos);
}

TEST_CASE("loopback addresses are distinct and look like hosts") {
  CHECK(loopback_address(0) == "127.10.0.1");
  CHECK(loopback_address(253) == "127.10.0.254");
  CHECK(loopback_address(254, 20) == "127.20.1.1");
}

TEST_CASE("every recording of a real switch loads, every line of it") {
  const auto root = walks();
  if (!root) return;
  std::size_t files = 0, rows = 0, repeated = 0, bad = 0, there = 0;
  std::vector<fs::path> folders{*root / "devices"};
  for (const auto& entry : fs::directory_iterator(*root / "networks")) folders.push_back(entry.path());
  for (const fs::path& folder : folders) {
    const auto recordings = load_recordings(folder);
    REQUIRE(recordings);
    for (const auto& entry : fs::directory_iterator(folder)) there += entry.path().extension() != ".json";
    for (const Recording& recording : *recordings) {
      CHECK(recording.view->table().size() > 0);
      for (const LoadedFile& file : recording.files) {
        ++files;
        rows += file.rows;
        repeated += file.repeated;
        bad += file.bad.size();
        for (const BadLine& line : file.bad) {
          std::cout << file.file.filename().string() << ":" << line.line << ": " << line.cause << "\n";
        }
      }
    }
  }
  CHECK(files == there);
  CHECK(bad == 0);
  std::cout << "recordings: " << files << " files, " << rows << " variables, " << repeated << " repeated, "
            << bad << " unreadable lines\n";
}
