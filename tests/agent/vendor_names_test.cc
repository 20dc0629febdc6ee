#include "agent/vendor/vendor_names.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "agent/vendor/registry_csv.h"

using namespace lanwarden::agent;
using lanwarden::topology::MacAddress;

namespace {

MacAddress mac(const char* text) { return *MacAddress::parse(text); }

constexpr const char* kHeader = "Registry,Assignment,Organization Name,Organization Address\r\n";

/// A folder with the three registries, gone when the test ends.
class RegistryFolder {
 public:
  RegistryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "lanwarden-vendor-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~RegistryFolder() { std::filesystem::remove_all(path_); }
  RegistryFolder(const RegistryFolder&) = delete;
  RegistryFolder& operator=(const RegistryFolder&) = delete;
  void write(const char* file, const std::string& rows) const {
    std::ofstream(path_ / file) << kHeader << rows;
  }
  void write_all() const {
    write("oui.csv",
          "MA-L,0008C7,Compaq Computer Corporation,20555 S.H. 249 Houston TX US 77070 \r\n"
          "MA-L,70B3D5,IEEE Registration Authority,445 Hoes Lane Piscataway NJ US 08554 \r\n"
          "MA-L,000D4B,\"Roku, Inc.\",\"399 Sherman Avenue, Suite 12 Palo Alto CA US 94306 \"\r\n"
          "MA-L,8C1F64,Parent of the small,\r\n");
    write("mam.csv", "MA-M,8C1F64A,Middle COMPAQ partner GmbH,\r\n");
    write("oui36.csv", "MA-S,8C1F64AB1,The smallest,\r\nMA-S,70B3D5F2F,TELEPLATFORMS,\r\n");
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("the clock's card has a vendor, comma and all") {
  RegistryFolder folder;
  folder.write_all();
  const VendorNames names(folder.path());
  CHECK(names.lookup(mac("00:0d:4b:ce:20:cd")) == "Roku, Inc.");
  CHECK(names.lookup(mac("00:08:c7:c5:9d:a7")) == "Compaq Computer Corporation");
  CHECK(names.lookup(mac("00:08:c8:00:00:01")).empty());
  CHECK(names.size() == 7);
  CHECK_FALSE(names.warning());
}

TEST_CASE("the longest assigned block names the vendor") {
  RegistryFolder folder;
  folder.write_all();
  const VendorNames names(folder.path());
  CHECK(names.lookup(mac("8c:1f:64:ab:1f:ff")) == "The smallest");
  CHECK(names.lookup(mac("8c:1f:64:ab:2f:ff")) == "Middle COMPAQ partner GmbH");
  CHECK(names.lookup(mac("8c:1f:64:bb:2f:ff")) == "Parent of the small");
}

TEST_CASE("the registration authority made no device") {
  RegistryFolder folder;
  folder.write_all();
  const VendorNames names(folder.path());
  CHECK(names.lookup(mac("70:b3:d5:f2:f0:01")) == "TELEPLATFORMS");
  CHECK(names.lookup(mac("70:b3:d5:00:00:01")).empty());
}

TEST_CASE("a locally administered or a group address names no vendor") {
  RegistryFolder folder;
  folder.write("oui.csv", "MA-L,0208C7,Nobody can own this,\r\nMA-L,0108C7,Nor this,\r\n");
  const VendorNames names(folder.path());
  CHECK(names.lookup(mac("02:08:c7:00:00:01")).empty());
  CHECK(names.lookup(mac("01:08:c7:00:00:01")).empty());
}

TEST_CASE("a part of the name, in any case, finds every block of the vendor") {
  RegistryFolder folder;
  folder.write_all();
  const VendorNames names(folder.path());
  const auto found = names.find("compaq");
  REQUIRE(found.size() == 2);
  CHECK(found[0].bits == 24);
  CHECK(found[0].value == 0x0008c7000000U);
  CHECK(found[0].matches(mac("00:08:c7:12:34:56")));
  CHECK_FALSE(found[0].matches(mac("00:08:c8:12:34:56")));
  CHECK(found[0].pattern().matches(mac("00:08:c7:12:34:56")));
  CHECK_FALSE(found[0].pattern().matches(mac("00:08:c8:12:34:56")));
  CHECK(found[1].bits == 28);
  CHECK(found[1].pattern().matches(mac("8c:1f:64:a0:00:00")));
  CHECK_FALSE(found[1].pattern().matches(mac("8c:1f:64:b0:00:00")));
  CHECK(names.find("").empty());
  CHECK(names.find("no such vendor").empty());
}

TEST_CASE("without the registries there are no names, and one warning says why") {
  const VendorNames names("/nowhere");
  CHECK(names.lookup(mac("00:08:c7:c5:9d:a7")).empty());
  CHECK(names.find("compaq").empty());
  CHECK(names.size() == 0);
  CHECK(names.warning() ==
        "vendor names are missing: cannot read /nowhere/oui36.csv, /nowhere/mam.csv, /nowhere/oui.csv; "
        "try: apt-get install ieee-data");
}

TEST_CASE("quotes, newlines in quotes, damaged lines and a missing last newline are read through") {
  CsvArena arena;
  const auto rows = read_registry(
      "Registry,Assignment,Organization Name,Organization Address\n"
      "MA-L,000001,\"The \"\"best\"\"  of\r\nthem \",\"two\nlines, and \"\"quotes\"\"\"\n"
      "garbage\n"
      "\n"
      "MA-L,NOTHEX,Nobody,\n"
      "MA-L,000002,,no name\n"
      "MA-L,000003,Last one",
      arena);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].name == "The \"best\" of them");
  CHECK(rows[0].assignment == 1);
  CHECK(rows[0].digits == 6);
  CHECK(rows[1].name == "Last one");
}

TEST_CASE("a quote that is never closed ends with the file") {
  CsvArena arena;
  CHECK(read_registry("MA-L,000001,Good,\nMA-L,000002,\"Bad,", arena).size() == 2);
  CHECK(read_registry("\"", arena).empty());
  CHECK(read_registry("", arena).empty());
}

TEST_CASE("Debian's own registries are understood") {
  const VendorNames names;
  if (names.size() == 0) {
    WARN("SKIPPED: " << names.warning().value_or(""));
    return;
  }
  CHECK(names.size() > 40'000);
  CHECK(names.lookup(mac("00:08:c7:c5:9d:a7")) == "Hewlett Packard");
  CHECK(names.lookup(mac("00:0d:4b:ce:20:cd")) == "Roku, Inc.");
  CHECK(names.lookup(mac("70:b3:d5:f2:f0:01")) == "TELEPLATFORMS");
}
