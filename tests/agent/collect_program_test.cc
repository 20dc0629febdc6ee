// `lanwarden record` and `lanwarden discover`, end to end.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "tests/agent/program.h"

using namespace lanwarden::testing;
using nlohmann::json;

namespace {

/// Records every switch of the configuration into a folder, one file (or, with contexts, more) each.
void record_all(const Folder& f, const std::string& lw, const std::vector<std::string>& switches,
                const std::string& options) {
  std::filesystem::create_directory(f.path("rec"));
  for (const std::string& name : switches) {
    const Ran ran = sh(f, lw + "record " + name + " -o rec/" + name + ".snmprec " + options);
    INFO(ran.out << ran.err);
    REQUIRE(ran.code == 0);
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string all_recorded(const Folder& f) {
  std::string text;
  for (const auto& entry : std::filesystem::directory_iterator(f.path("rec")))
    text += f.read("rec/" + entry.path().filename().string());
  return text;
}

std::vector<std::string> sorted(std::vector<std::string> lines) {
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// What stays when the stations have other addresses: how many rows of which port, VLAN and status.
std::map<std::string, int> shape(const std::vector<json>& rows) {
  std::map<std::string, int> counts;
  for (json row : rows) {
    row.erase("mac");
    row.erase("vendor");
    ++counts[row.dump()];
  }
  return counts;
}

/// Serves the folder rec; "$LW -c rec.toml --store rec.db ".
std::string replayed(const Folder& f, std::unique_ptr<Served>& served) {
  served = std::make_unique<Served>(f, "rec", "--config rec.toml --port " + std::to_string(free_port()));
  return "$LW -c rec.toml --store " + f.path("rec.db") + " ";
}

const std::vector<std::string> kSwitches = {"core", "dist1", "floor1", "floor3"};

std::string some(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += name + " ";
  return text;
}

}  // namespace

TEST_CASE("record: a switch recorded and replayed says the same", "[record]") {
  Folder f;
  // dist1 has a forwarding table per VLAN context; core is a router too.
  const std::string lw = generate(f, "--switches 8 --hosts 60 --vlans 3 --phones 0.1");
  std::string fdb, polled;
  {
    Served served(f, "w");
    REQUIRE(sh(f, lw + "poll -q").code == 0);
    fdb = sh(f, lw + "fdb --json " + some(kSwitches)).out;
    polled = sh(f, lw + "poll --json " + some(kSwitches)).json()["polled"].dump();
    record_all(f, lw, kSwitches, "");
  }
  CHECK(std::filesystem::exists(f.path("rec/dist1@10.snmprec")));
  std::unique_ptr<Served> served;
  const std::string again = replayed(f, served);
  const Ran ran = sh(f, again + "poll --json " + some(kSwitches));
  INFO(ran.out << ran.err);
  REQUIRE(ran.code == 0);
  CHECK(ran.json()["polled"].dump() == polled);
  const auto before = sorted(lines_of(fdb)), after = sorted(lines_of(sh(f, again + "fdb --json").out));
  REQUIRE(before.size() > 100);
  CHECK(after == before);
}

TEST_CASE("record --anonymize: the same shape, and nobody's address or name", "[record]") {
  Folder f;
  const std::string lw = generate(f, "--switches 8 --hosts 60 --vlans 3 --phones 0.1");
  std::vector<json> fdb;
  json polled;
  {
    Served served(f, "w");
    REQUIRE(sh(f, lw + "poll -q").code == 0);
    fdb = sh(f, lw + "fdb --json " + some(kSwitches)).lines();
    polled = sh(f, lw + "poll --json " + some(kSwitches)).json()["polled"];
    record_all(f, lw, kSwitches, "--anonymize");
  }
  const std::string text = all_recorded(f);
  const json world = json::parse(f.read("w/truth.json"));
  std::size_t looked_for = 0;
  for (const json& station : world["stations"]) {
    const std::string mac = station["mac"];
    std::string hex, dotted;
    for (std::size_t i = 0; i < mac.size(); i += 3) {
      hex += mac.substr(i, 2);
      dotted += "." + std::to_string(std::stoul(mac.substr(i, 2), nullptr, 16));
    }
    for (const std::string& gone : {mac, hex, dotted + "|", dotted + "\n"}) CHECK_FALSE(mentions(text, gone));
    const std::string ip = station["ip"];
    CHECK_FALSE(mentions(text, "." + ip + "|"));
    const std::string name = station["name"];
    if (!name.empty()) CHECK_FALSE(mentions(text, "|" + name + "\n"));
    ++looked_for;
  }
  CHECK(looked_for > 60);

  std::unique_ptr<Served> served;
  const std::string again = replayed(f, served);
  const Ran ran = sh(f, again + "poll --json " + some(kSwitches));
  INFO(ran.out << ran.err);
  REQUIRE(ran.code == 0);
  CHECK(ran.json()["polled"] == polled);
  CHECK(shape(sh(f, again + "fdb --json").lines()) == shape(fdb));
}

TEST_CASE("record: what cannot be done is said before anything is asked", "[record]") {
  Folder f;
  const std::string lw = generate(f, "--switches 2 --hosts 4");
  CHECK(sh(f, lw + "record core -o core.txt").code == 2);
  CHECK(sh(f, lw + "record nobody -o x.snmprec").code == 2);
  CHECK(sh(f, lw + "record core -o x.snmprec --anonymize --root 1.3").code == 2);
  f.write("w/lanwarden.toml", f.read("w/lanwarden.toml") + "[snmp]\ntimeout = \"100ms\"\nretries = 0\n");
  const Ran silent = sh(f, lw + "record core -o x.snmprec");
  CHECK(silent.code == 3);
  CHECK_FALSE(std::filesystem::exists(f.path("x.snmprec")));
}

TEST_CASE("record: a file that cannot be written is one clear message, and a full disk leaves nothing",
          "[record]") {
  Folder f;
  const std::string lw = generate(f, "--switches 2 --hosts 4");
  Served served(f, "w");
  const Ran nowhere = sh(f, lw + "record core -o no/such/folder/x.snmprec");
  CHECK(nowhere.code == 2);
  CHECK(mentions(nowhere.err, "no/such/folder/x.snmprec: cannot be written"));
  f.write("x.snmprec", "before");
  // A limit of 1 KiB on files: the write fails in the middle, as on a full disk.
  const Ran full = sh(f, "trap '' XFSZ; ulimit -f 1; " + lw + "record core -o x.snmprec");
  CHECK(full.code == 2);
  CHECK(f.read("x.snmprec") == "before");
  std::size_t beside = 0;
  for (const auto& entry : std::filesystem::directory_iterator(f.path(".")))
    beside += entry.path().filename().string().starts_with("x.snmprec.") ? 1 : 0;
  CHECK(beside == 0);
}

namespace {

/// A configuration with credentials and nothing else: the one that works comes second.
std::string without_switches(const Folder& f) {
  f.write("new.toml",
          "[[credential]]\nname = \"old\"\nversion = \"2c\"\ncommunity = \"s3cret-old\"\n\n"
          "[[credential]]\nname = \"ro\"\nversion = \"2c\"\ncommunity = \"public\"\n\n"
          "[snmp]\ntimeout = \"200ms\"\nretries = 1\n");
  std::filesystem::permissions(f.path("new.toml"),
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return "$LW -c new.toml ";
}

/// 127.0.1.1:PORT of the first switch of w.
std::string port_of(const Folder& f) {
  std::smatch m;
  const std::string toml = f.read("w/lanwarden.toml");
  REQUIRE(std::regex_search(toml, m, std::regex("127\\.0\\.1\\.1:(\\d+)")));
  return m[1];
}

std::multiset<std::string> addresses(const std::string& toml) {
  std::multiset<std::string> all;
  const std::regex address("address = \"([^\"]+)\"");
  for (std::sregex_iterator it(toml.begin(), toml.end(), address), end; it != end; ++it) all.insert((*it)[1]);
  return all;
}

}  // namespace

TEST_CASE("discover: from one switch outward every switch is found, once, and the configuration works",
          "[discover]") {
  Folder f;
  generate(f,
           "--switches 40 --hosts 100 --lldp 1 --phones 0.2 --access-points 2 --lag 2 --loopback-management");
  const std::string lw = without_switches(f), port = port_of(f);
  Served served(f, "w");
  const Ran ran = sh(f, lw + "discover 127.0.1.1 --within 127.0.0.0/8 --port " + port);
  INFO(ran.out << ran.err);
  CHECK(ran.code == 0);
  CHECK(addresses(ran.out) == addresses(f.read("w/lanwarden.toml")));
  CHECK_FALSE(mentions(ran.out + ran.err, "public"));
  CHECK_FALSE(mentions(ran.out + ran.err, "s3cret"));
  CHECK(mentions(ran.err, "a telephone"));

  // Written to the configuration, which stays its owner's alone, it is one that works.
  const Ran append = sh(f, lw + "discover 127.0.1.1 --within 127.0.0.0/8 --append --port " + port);
  CHECK(append.code == 0);
  CHECK(append.out.empty());
  const Ran check = sh(f, lw + "check --json");
  INFO(check.err);
  CHECK(check.code == 0);
  CHECK(check.json()["switches"]["answered"] == 40);
  CHECK((std::filesystem::status(f.path("new.toml")).permissions() & std::filesystem::perms::others_read) ==
        std::filesystem::perms::none);
  // A second time there is nothing new.
  const std::string before = f.read("new.toml");
  CHECK(sh(f, lw + "discover 127.0.1.1 --within 127.0.0.0/8 --append --port " + port).code == 1);
  CHECK(f.read("new.toml") == before);
}

TEST_CASE("discover: nobody outside of the given networks is asked, and they are named", "[discover]") {
  Folder f;
  generate(f, "--switches 6 --hosts 10 --lldp 1 --loopback-management");
  const std::string lw = without_switches(f), port = port_of(f);
  Served served(f, "w");
  const json found = sh(f, lw + "discover 127.0.1.1 --within 127.0.1.1/32 --json --port " + port).json();
  CHECK(found["asked"] == 1);
  CHECK(found["found"].size() == 1);
  REQUIRE(found["outside"].size() >= 1);
  CHECK(found["outside"][0]["why"] == "outside of the networks");
  const Ran missing = sh(f, lw + "discover 127.0.1.1");
  CHECK(missing.code == 2);
  CHECK(mentions(missing.err, "--within 127.0.1.0/24"));
  CHECK(sh(f, lw + "discover 127.0.1.1 --within 10.0.0.0/8").code == 2);
}

TEST_CASE("discover: a subnet is asked address by address, without any LLDP", "[discover]") {
  Folder f;
  generate(f, "--switches 5 --hosts 10 --lldp 0");
  const std::string lw = without_switches(f), port = port_of(f);
  Served served(f, "w");
  const Ran ran = sh(f, lw + "discover 127.0.1.0/28 --credential ro -o found.toml --port " + port);
  INFO(ran.out << ran.err);
  CHECK(ran.code == 0);
  CHECK(addresses(f.read("found.toml")) == addresses(f.read("w/lanwarden.toml")));
  CHECK(mentions(ran.err, "14 addresses asked; found: 5 switches and routers, 5 of them new"));
  // What is there is not overwritten.
  CHECK(sh(f, lw + "discover 127.0.1.0/28 -o found.toml --port " + port).code == 2);
  const Ran wrong = sh(f, lw + "discover 127.0.1.0/28 --credential old --port " + port);
  CHECK(wrong.code == 3);
  CHECK(sh(f, lw + "discover 10.0.0.0/8").code == 2);
}
