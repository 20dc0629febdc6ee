// What a good lanwarden.toml becomes.
#include "agent/config/config.h"

#include <unistd.h>
#include <catch2/catch.hpp>

#include "tests/agent/config_scratch.h"

using namespace lanwarden;
using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;
using namespace std::chrono_literals;

namespace {
constexpr const char* kContract = R"(
store = "lanwarden.db"

[snmp]
timeout = "2s"
retries = 3
in_flight = 8
concurrency = 512

[[credential]]
name = "campus"
version = "3"
user = "lanwarden"
auth = "SHA-256"
auth_password = { env = "LW_TEST_AUTH" }
privacy = "AES"
privacy_password = { file = "priv" }

[[credential]]
name = "campus-rw"
version = "2c"
community = "secret-rw"

[[router]]
name = "gw"
address = "[2001:db8::1]:1161"
credential = "campus"
retries = 1

[[switch]]
name = "floor3"
address = "10.0.3.2"
credential = "campus"
write_credential = "campus-rw"
protected_ports = ["Gi1/0/48"]

[[switch]]
name = "attic"
address = "attic.example.org:161"
credential = "campus-rw"
timeout = "250ms"
in_flight = 1

[[sniffer]]
interface = "eth0"

[isolation]
mode = "ask"
for = "1h30m"
per_hour = 5
min_confidence = 0.95
max_macs_on_port = 2
protected_macs = ["00:00:5e:00:01:*"]
)";
}  // namespace

TEST_CASE("the contract's configuration is read whole") {
  Environment auth("LW_TEST_AUTH", "authenticate me");
  ConfigFolder folder(kContract);
  folder.write("priv", "keep it private\n");
  const Config c = folder.load();
  CHECK(c.store == folder.path() / "lanwarden.db");
  CHECK_FALSE(c.store_in_state_directory);
  CHECK(c.snmp.timeout == 2s);
  CHECK(c.snmp.retries == 3);
  CHECK(c.snmp.in_flight == 8);
  CHECK(c.snmp.concurrency == 512);
  REQUIRE(c.credentials.size() == 2);
  CHECK(c.credentials[0].version == snmp::Version::kV3);
  CHECK(c.credentials[0].user == "lanwarden");
  CHECK(c.credentials[0].auth == snmp::AuthProtocol::kSha256);
  CHECK(c.credentials[0].auth_password.reveal() == "authenticate me");
  CHECK(c.credentials[0].privacy == snmp::PrivProtocol::kAes128);
  CHECK(c.credentials[0].privacy_password.reveal() == "keep it private");
  CHECK(c.credentials[1].version == snmp::Version::kV2c);
  CHECK(c.credentials[1].community.reveal() == "secret-rw");
  REQUIRE(c.switches.size() == 3);
  CHECK(c.switches[0].name == "floor3");
  CHECK(c.switches[0].protected_ports == std::vector<std::string>{"Gi1/0/48"});
  CHECK(c.switches[2].name == "gw");  // routers come last
  CHECK(c.switches[2].router);
  CHECK(c.find("attic")->address == "attic.example.org:161");
  CHECK(c.find("nowhere") == nullptr);
  REQUIRE(c.sniffers.size() == 1);
  CHECK(c.sniffers[0].interface == "eth0");
  CHECK(c.isolation.mode == IsolationMode::kAsk);
  CHECK(c.isolation.duration == 90min);
  CHECK(c.isolation.per_hour == 5);
  CHECK(c.isolation.min_confidence == Approx(0.95));
  CHECK(c.isolation.max_macs_on_port == 2);
  REQUIRE(c.isolation.protected_macs.size() == 1);
  CHECK(c.isolation.protected_macs[0].matches(*topology::MacAddress::parse("00:00:5e:00:01:07")));
  CHECK(c.warnings.empty());
}

TEST_CASE("what the daemon does by the clock, and what it may do by itself") {
  ConfigFolder folder(R"(
[poll]
every = "1h"
jitter = 0.25
[incidents]
close_after = "never"
[isolation]
mode = "auto"
auto_kinds = ["rogue-dhcp-server", "arp-spoof"]
confidence = { rogue-dhcp-server = 0.98, arp-spoof = 1 }
longer = 3
longest = "2d"
)");
  const Config c = folder.load();
  CHECK(c.poll.every == 1h);
  CHECK(c.poll.jitter == Approx(0.25));
  CHECK_FALSE(c.incidents.close_after);
  CHECK(c.isolation.auto_kinds == std::vector<std::string>{"rogue-dhcp-server", "arp-spoof"});
  CHECK(c.isolation.kind_confidence.at("rogue-dhcp-server") == Approx(0.98));
  CHECK(c.isolation.kind_confidence.at("arp-spoof") == Approx(1));
  CHECK(c.isolation.longer == Approx(3));
  CHECK(c.isolation.longest == 48h);
  const Config standard = ConfigFolder("").load();
  CHECK(standard.poll.every == 10min);
  CHECK(standard.incidents.close_after == 24h);
  CHECK(standard.isolation.auto_kinds.size() == 4);
}

TEST_CASE("targets take what their switch says, and else the defaults") {
  Environment auth("LW_TEST_AUTH", "authenticate me");
  ConfigFolder folder(kContract);
  folder.write("priv", "keep it private");
  const auto targets = folder.load().targets();
  REQUIRE(targets.size() == 3);
  for (std::uint32_t i = 0; i < 3; ++i) CHECK(targets[i].id == topology::SwitchId{i});
  CHECK(targets[0].name == "floor3");
  CHECK(targets[0].read.name == "campus");
  REQUIRE(targets[0].write);
  CHECK(targets[0].write->community.reveal() == "secret-rw");
  CHECK(targets[0].timeout == 2s);
  CHECK(targets[0].retries == 3);
  CHECK(targets[0].in_flight == 8);
  CHECK_FALSE(targets[1].write);
  CHECK(targets[1].timeout == 250ms);
  CHECK(targets[1].in_flight == 1);
  CHECK(targets[2].addresses_only);
  CHECK(targets[2].retries == 1);
}

TEST_CASE("an empty file is a good configuration: all defaults") {
  Environment state("XDG_STATE_HOME", "/somewhere/state");
  ConfigFolder folder;
  const Config c = folder.load();
  CHECK(c.store == "/somewhere/state/lanwarden/lanwarden.db");
  CHECK(c.store_in_state_directory);
  CHECK(c.snmp.timeout == 1s);
  CHECK(c.snmp.retries == 2);
  CHECK(c.snmp.in_flight == 4);
  CHECK(c.snmp.concurrency == 1024);
  CHECK(c.isolation.mode == IsolationMode::kOff);
  CHECK(c.isolation.duration == 4h);
  CHECK(c.isolation.per_hour == 3);
  CHECK(c.isolation.min_confidence == Approx(0.9));
  CHECK(c.isolation.max_macs_on_port == 1);
  CHECK(c.targets().empty());
}

TEST_CASE("the state directory is the user's, and root's the system's") {
  Environment state("XDG_STATE_HOME", nullptr);
  Environment home("HOME", "/home/anna");
  CHECK(default_store_path() == (::geteuid() == 0 ? "/var/lib/lanwarden/lanwarden.db"
                                                  : "/home/anna/.local/state/lanwarden/lanwarden.db"));
  CHECK(default_config().store == default_store_path());
  CHECK(default_config().file.empty());
}

TEST_CASE("an absolute store stays where it is") {
  ConfigFolder folder("store = \"/srv/lw/lan.db\"");
  CHECK(folder.load().store == "/srv/lw/lan.db");
}

TEST_CASE("isolating forever is allowed") {
  ConfigFolder folder("[isolation]\nfor = \"forever\"");
  CHECK_FALSE(folder.load().isolation.duration);
}

TEST_CASE("a whole number will do for a fraction") {
  ConfigFolder folder("[isolation]\nmin_confidence = 1");
  CHECK(folder.load().isolation.min_confidence == Approx(1.0));
}

TEST_CASE("one newline at the end of a secret file is not part of the secret") {
  ConfigFolder folder("[[credential]]\nname = \"a\"\nversion = \"2c\"\ncommunity = { file = \"c\" }");
  folder.write("c", "two\nlines\r\n");
  CHECK(folder.load().credentials[0].community.reveal() == "two\nlines");
}

TEST_CASE("a plain secret that others can read is warned about, once a credential") {
  ConfigFolder folder(R"([[credential]]
name = "ro"
version = "2c"
community = "public"

[[credential]]
name = "v3"
version = "3"
user = "u"
auth = "SHA"
auth_password = "12345678"
privacy = "AES"
privacy_password = "12345678"
)");
  CHECK(folder.load().warnings.empty());
  ::chmod(folder.file().c_str(), 0644);
  const Config c = folder.load();
  REQUIRE(c.warnings.size() == 2);
  CHECK(folder.without_folder(c.warnings[0]) ==
        "lanwarden.toml:4: credential \"ro\": others can read this file: chmod 600 lanwarden.toml");
  CHECK(folder.without_folder(c.warnings[1]) ==
        "lanwarden.toml:11: credential \"v3\": others can read this file: chmod 600 lanwarden.toml");
}

TEST_CASE("a readable file that only points to its secrets needs no warning") {
  Environment community("LW_TEST_COMMUNITY", "public");
  ConfigFolder folder(
      "[[credential]]\nname = \"a\"\nversion = \"1\"\ncommunity = { env = \"LW_TEST_COMMUNITY\" }");
  ::chmod(folder.file().c_str(), 0644);
  CHECK(folder.load().warnings.empty());
}

TEST_CASE("one box under two names is warned about") {
  ConfigFolder folder(R"([[credential]]
name = "ro"
version = "2c"
community = "public"
[[switch]]
name = "a"
address = "10.0.0.1"
credential = "ro"
[[switch]]
name = "b"
address = "10.0.0.1"
credential = "ro"
)");
  const Config c = folder.load();
  REQUIRE(c.warnings.size() == 1);
  CHECK(folder.without_folder(c.warnings[0]) ==
        "lanwarden.toml:11: [[switch]] \"b\": has the same address as \"a\": is it one box under two names?");
}

TEST_CASE("the configuration is looked for where one named it, here, at home, in /etc") {
  CHECK(find_config("/named/by/hand.toml") == "/named/by/hand.toml");
  ConfigFolder home;
  std::filesystem::create_directory(home.path() / "lanwarden");
  home.write("lanwarden/lanwarden.toml", "");
  Environment xdg("XDG_CONFIG_HOME", home.path().c_str());
  const auto here = std::filesystem::current_path();
  std::filesystem::current_path(home.path() / "lanwarden");
  CHECK(find_config({}) == "lanwarden.toml");
  std::filesystem::current_path("/");
  CHECK(find_config({}) == home.path() / "lanwarden/lanwarden.toml");
  std::filesystem::current_path(here);
}

TEST_CASE("durations are read as people write them") {
  CHECK(parse_duration("90s") == 90s);
  CHECK(parse_duration("2h") == 2h);
  CHECK(parse_duration("3d") == 72h);
  CHECK(parse_duration("15m") == 15min);
  CHECK(parse_duration("250ms") == 250ms);
  CHECK(parse_duration("1h30m") == 90min);
  CHECK(parse_duration("0s") == 0s);
  for (const char* bad : {"", "5", "s", "1.5h", "-1s", " 1s", "1s ", "1 s", "1m1h", "1s1s", "1x",
                          "99999999999999999999s", "9223372036854775807ms", "300000d", "1S"}) {
    INFO(bad);
    CHECK_FALSE(parse_duration(bad));
  }
}

TEST_CASE("durations are written so that they read back") {
  CHECK(format_duration(4h) == "4h");
  CHECK(format_duration(90min) == "1h30m");
  CHECK(format_duration(90s) == "90s");
  CHECK(format_duration(60s) == "1m");
  CHECK(format_duration(250ms) == "250ms");
  CHECK(format_duration(1500ms) == "1500ms");
  CHECK(format_duration(0s) == "0s");
  CHECK(format_duration(72h) == "3d");
  for (std::int64_t ms = 1; ms < 1'000'000'000'000; ms = ms * 7 + 13) {
    INFO(ms);
    CHECK(parse_duration(format_duration(std::chrono::milliseconds{ms})) == std::chrono::milliseconds{ms});
  }
}

TEST_CASE("a misspelt word has a near one, a strange one has none") {
  const std::vector<std::string_view> known = {"address", "name", "credential", "write_credential"};
  CHECK(did_you_mean("adress", known) == "address");
  CHECK(did_you_mean("nmae", known) == "name");
  CHECK(did_you_mean("Credential", known) == "credential");
  CHECK(did_you_mean("write-credential", known) == "write_credential");
  CHECK(did_you_mean("colour", known).empty());
  CHECK(did_you_mean("", known).empty());
  CHECK(did_you_mean("x", {"y"}).empty());
}

TEST_CASE("the reference names every option with its default and its range") {
  const std::string text = config_reference_markdown();
  for (const char* part : {
           "## `[[credential]]`\n\nA way to be let in. Never printed, logged or stored. Any number of "
           "them.\n",
           "| `retries` | whole number from 0 to 10 | 2 | How often to ask again after the first try. |\n",
           "| `timeout` | duration from 10ms to 1m | \"1s\" | How long to wait for an answer before asking "
           "again. |\n",
           "| `mode` | `\"off\"`, `\"ask\"`, `\"auto\"` | \"off\" | off: nothing;",
           "| `address` | address | required |",
           "| `community` | secret: text, `{ env = \"NAME\" }` or `{ file = \"/path\" }` |",
       }) {
    INFO(part);
    CHECK(text.find(part) != std::string::npos);
  }
}
