// What a bad lanwarden.toml is told: whole messages, so that a person has read them.
#include <catch2/catch.hpp>

#include "agent/config/config.h"
#include "tests/agent/config_scratch.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;

namespace {
std::string errors(const std::string& toml) { return ConfigFolder(toml).errors(); }

constexpr const char* kRo = "[[credential]]\nname = \"ro\"\nversion = \"2c\"\ncommunity = \"public\"\n";
std::string with_switch(const std::string& lines) { return kRo + ("[[switch]]\n" + lines); }
}  // namespace

TEST_CASE("a misspelt key is named, with what was meant") {
  CHECK(errors(with_switch("name = \"floor3\"\nadress = \"10.0.3.2\"\ncredential = \"ro\"")) ==
        "lanwarden.toml:5: [[switch]] \"floor3\": address is missing\n"
        "lanwarden.toml:7: [[switch]] \"floor3\": unknown key \"adress\"; did you mean \"address\"?");
  CHECK(errors("[sniffer]\ninterface = \"eth0\"") ==
        "lanwarden.toml:1: [sniffer]: write [[sniffer]], with two brackets: there may be several");
  CHECK(errors("[[snmp]]\nretries = 1") == "lanwarden.toml:1: [[snmp]]: write [snmp]: there is only one");
  CHECK(errors("[isolate]\nmode = \"off\"") ==
        "lanwarden.toml:1: unknown key \"isolate\"; did you mean \"isolation\"?");
  CHECK(errors("[snmp]\ncolour = 1") ==
        "lanwarden.toml:2: [snmp]: unknown key \"colour\"; known here: timeout, retries, in_flight, "
        "concurrency");
  CHECK(errors("snmp = 3") == "lanwarden.toml:1: snmp: must be a section: write [snmp]");
  CHECK(errors("switch = 3") == "lanwarden.toml:1: switch: must be a section: write [[switch]]");
}

TEST_CASE("all problems are told at once, in the order of the file") {
  CHECK(errors("[isolation]\nmin_confidence = 2\nmode = \"atuo\"\n\n[snmp]\nin_flight = 0\ntimeout = 1\n") ==
        "lanwarden.toml:2: [isolation]: min_confidence: 2 is impossible; from 0 to 1\n"
        "lanwarden.toml:3: [isolation]: mode: \"atuo\" is not known; one of \"off\", \"ask\", \"auto\"; did "
        "you mean \"auto\"?\n"
        "lanwarden.toml:6: [snmp]: in_flight: 0 is impossible; from 1 to 64\n"
        "lanwarden.toml:7: [snmp]: timeout: must be a duration in double quotes, like \"250ms\", \"1s\" or "
        "\"1m\", "
        "not a whole number");
}

TEST_CASE("a value of the wrong type, or out of range, is told what would be right") {
  CHECK(errors("store = 5") == "lanwarden.toml:1: store: must be text in double quotes, not a whole number");
  CHECK(errors("store = \"\"") == "lanwarden.toml:1: store: must not be empty");
  CHECK(errors("[snmp]\nretries = \"2\"") ==
        "lanwarden.toml:2: [snmp]: retries: must be a whole number without quotes, not text");
  CHECK(errors("[snmp]\ntimeout = \"1 parsec\"") ==
        "lanwarden.toml:2: [snmp]: timeout: \"1 parsec\" is no duration; write one like \"250ms\", \"1s\" or "
        "\"1m\"");
  CHECK(errors("[snmp]\ntimeout = \"1h\"") ==
        "lanwarden.toml:2: [snmp]: timeout: \"1h\" is impossible; from 10ms to 1m");
  CHECK(errors("[isolation]\nfor = \"ever\"") ==
        "lanwarden.toml:2: [isolation]: for: \"ever\" is no duration; write one like \"90s\", \"2h\", \"3d\" "
        "or \"forever\"");
  CHECK(errors("[isolation]\nmin_confidence = 1.5") ==
        "lanwarden.toml:2: [isolation]: min_confidence: 1.5 is impossible; from 0 to 1");
  CHECK(errors("[isolation]\nmin_confidence = nan") ==
        "lanwarden.toml:2: [isolation]: min_confidence: nan is impossible; from 0 to 1");
  CHECK(errors("[isolation]\nper_hour = -1") ==
        "lanwarden.toml:2: [isolation]: per_hour: -1 is impossible; from 0 to 1000");
  CHECK(
      errors("[isolation]\nprotected_macs = \"00:00:5e:00:01:*\"") ==
      "lanwarden.toml:2: [isolation]: protected_macs: must be a list like [\"00:00:5e:00:01:*\"], not text");
  CHECK(
      errors("[isolation]\nprotected_macs = [\"00:00:5e\", \"nonsense\"]") ==
      "lanwarden.toml:2: [isolation]: protected_macs: \"nonsense\" is no whole or partial MAC address (not a "
      "hexadecimal digit, \"x\", \"?\" or \"*\"); write one like \"00:0d:4b:ce:20:cd\" or "
      "\"00:00:5e:00:01:*\"");
}

TEST_CASE("a kind of finding that does not exist is refused, with the nearest one") {
  CHECK(errors("[isolation]\nauto_kinds = [\"rogue-dhcp-serv\"]") ==
        "lanwarden.toml:2: [isolation]: auto_kinds: \"rogue-dhcp-serv\" is no kind of finding; did you mean "
        "\"rogue-dhcp-server\"?");
  CHECK(errors("[isolation]\nauto_kinds = [\"xyzzy\"]") ==
        "lanwarden.toml:2: [isolation]: auto_kinds: \"xyzzy\" is no kind of finding, as "
        "\"arp-bogus-responder\" is one");
  CHECK(errors("[isolation]\nauto_kinds = \"arp-spoof\"") ==
        "lanwarden.toml:2: [isolation]: auto_kinds: must be a list like [\"arp-bogus-responder\"], not text");
  CHECK(errors("[isolation]\nconfidence = { arp-spoof = 2 }") ==
        "lanwarden.toml:2: [isolation]: confidence: arp-spoof: 2 is impossible; from 0 to 1");
  CHECK(errors("[isolation]\nconfidence = 0.9") ==
        "lanwarden.toml:2: [isolation]: confidence: must be a table like { rogue-dhcp-server = 0.98 }, not a "
        "number");
  CHECK(
      errors("[poll]\nevery = \"sometimes\"") ==
      "lanwarden.toml:2: [poll]: every: \"sometimes\" is no duration; write one like \"90s\", \"2h\", \"3d\" "
      "or \"never\"");
}

TEST_CASE("an address that nothing can be sent to is refused") {
  const auto address = [](const std::string& text) {
    std::string message =
        errors(with_switch("name = \"s\"\ncredential = \"ro\"\naddress = \"" + text + "\""));
    const std::string prefix = "lanwarden.toml:8: [[switch]] \"s\": address: ";
    return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
  };
  for (const char* good : {"10.0.3.2", "10.0.3.2:161", "sw3", "sw-3.example.org:1161", "2001:db8::1",
                           "[2001:db8::1]", "[2001:db8::1]:65535", "fe80::1%eth0"}) {
    INFO(good);
    CHECK(address(good) == "no error");
  }
  CHECK(address("10.0.3.2:99999") == "\"10.0.3.2:99999\": \"99999\" is no port; ports go from 1 to 65535");
  CHECK(address("10.0.3.2:0") == "\"10.0.3.2:0\": \"0\" is no port; ports go from 1 to 65535");
  CHECK(address("10.0.3.2:") == "\"10.0.3.2:\": \"\" is no port; ports go from 1 to 65535");
  CHECK(address("10.0.3.256") == "\"10.0.3.256\" is no IPv4 address; it has four numbers from 0 to 255");
  CHECK(address("[2001:db8::1") == "\"[2001:db8::1\" lacks the closing bracket; write [IPv6]:port");
  CHECK(address("[2001:db8::1]161") == "\"[2001:db8::1]161\" is no address; write [IPv6]:port");
  CHECK(address("2001:db8::g") ==
        "\"2001:db8::g\" is no IPv6 address; write [2001:db8::1]:161 or 2001:db8::1");
  CHECK(address("[10.0.0.1]:161") ==
        "\"[10.0.0.1]:161\" is no IPv6 address; write [2001:db8::1]:161 or 2001:db8::1");
  CHECK(address("udp/10.0.0.1") ==
        "\"udp/10.0.0.1\" is no host; write one like 10.0.3.2, sw3.example.org, 10.0.3.2:1161 or "
        "[2001:db8::1]:161");
}

TEST_CASE("names are unique, and references lead somewhere") {
  CHECK(
      errors(with_switch(
          "name = \"a\"\naddress = \"10.0.0.1\"\ncredential = \"or\"\nwrite_credential = \"campus-rw\"\n"
          "[[router]]\nname = \"a\"\naddress = \"10.0.0.2\"\ncredential = \"ro\"\n")) ==
      "lanwarden.toml:8: [[switch]] \"a\": credential: there is no [[credential]] named \"or\"; did you mean "
      "\"ro\"?\n"
      "lanwarden.toml:9: [[switch]] \"a\": write_credential: there is no [[credential]] named \"campus-rw\"\n"
      "lanwarden.toml:11: [[router]] \"a\": name: \"a\" is taken already, in line 6; every switch and router "
      "needs a "
      "name of its own");
  CHECK(errors(std::string(kRo) + kRo) ==
        "lanwarden.toml:6: [[credential]] \"ro\": name: \"ro\" is taken already, in line 2; every credential "
        "needs a "
        "name of its own");
  CHECK(errors("[[sniffer]]\ninterface = \"eth0\"\n[[sniffer]]\ninterface = \"eth0\"") ==
        "lanwarden.toml:4: [[sniffer]] \"eth0\": interface: \"eth0\" is taken already, in line 2; one "
        "sniffer hears "
        "all of an interface");
  CHECK(errors("[[switch]]\n") ==
        "lanwarden.toml:1: [[switch]]: name is missing\n"
        "lanwarden.toml:1: [[switch]]: address is missing\n"
        "lanwarden.toml:1: [[switch]]: credential is missing");
}

TEST_CASE("a credential must make sense for its version") {
  const auto credential = [](const std::string& lines) {
    return errors("[[credential]]\nname = \"c\"\n" + lines);
  };
  const std::string at = "lanwarden.toml:";
  const std::string c = ": [[credential]] \"c\": ";
  CHECK(credential("community = \"x\"") == at + "1" + c + "version is missing; one of \"1\", \"2c\", \"3\"");
  CHECK(credential("version = 3\nuser = \"u\"") ==
        at + "3" + c + "version: must be one of \"1\", \"2c\", \"3\", not a whole number");
  CHECK(credential("version = \"2\"\ncommunity = \"x\"") ==
        at + "3" + c + "version: \"2\" is not known; one of \"1\", \"2c\", \"3\"; did you mean \"2c\"?");
  CHECK(credential("version = \"2c\"") ==
        at + "1" + c + "community is missing; versions \"1\" and \"2c\" need one");
  CHECK(credential("version = \"1\"\ncommunity = \"x\"\nuser = \"u\"") ==
        at + "5" + c + "user: belongs to version \"3\"; versions \"1\" and \"2c\" have a community");
  CHECK(credential("version = \"3\"") == at + "1" + c + "user is missing; version \"3\" needs one");
  CHECK(credential("version = \"3\"\nuser = \"u\"") == "no error");
  CHECK(credential("version = \"3\"\nuser = \"u\"\ncommunity = \"x\"") ==
        at + "5" + c + "community: belongs to versions \"1\" and \"2c\"; version \"3\" has a user");
  CHECK(credential("version = \"3\"\nuser = \"u\"\nauth = \"SHA256\"\nauth_password = \"12345678\"") ==
        at + "5" + c +
            "auth: \"SHA256\" is not known; one of \"MD5\", \"SHA\", \"SHA-224\", \"SHA-256\", \"SHA-384\", "
            "\"SHA-512\"; did you mean \"SHA-256\"?");
  CHECK(credential("version = \"3\"\nuser = \"u\"\nauth = \"SHA\"") ==
        at + "5" + c + "auth: needs auth_password beside it");
  CHECK(credential("version = \"3\"\nuser = \"u\"\nauth_password = \"12345678\"") ==
        at + "5" + c + "auth_password: is of no use without auth; add auth = \"SHA-256\"");
  CHECK(credential("version = \"3\"\nuser = \"u\"\nauth = \"MD5\"\nauth_password = \"1234567\"") ==
        at + "6" + c + "auth_password: is too short; SNMPv3 demands at least 8 characters");
  CHECK(credential("version = \"3\"\nuser = \"u\"\nprivacy = \"AES\"\nprivacy_password = \"1234\"") ==
        at + "5" + c + "privacy: needs authentication too; add auth = \"SHA-256\" and auth_password\n" + at +
            "6" + c + "privacy_password: is too short; SNMPv3 demands at least 8 characters");
}

TEST_CASE("a secret that cannot be had names the credential and the key") {
  Environment unset("LW_TEST_UNSET", nullptr);
  Environment empty("LW_TEST_EMPTY", "");
  ConfigFolder folder;
  folder.write("empty", "\n");
  const auto community = [&](const std::string& value) {
    folder.write("lanwarden.toml", "[[credential]]\nname = \"c\"\nversion = \"2c\"\ncommunity = " + value);
    const std::string message = folder.errors();
    const std::string prefix = "lanwarden.toml:4: [[credential]] \"c\": community: ";
    return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
  };
  const std::string forms =
      "write it as text in double quotes, as { env = \"NAME\" } or as { file = \"/path\" }";
  CHECK(community("{ env = \"LW_TEST_UNSET\" }") == "the environment variable LW_TEST_UNSET is not set");
  CHECK(community("{ env = \"LW_TEST_EMPTY\" }") == "the environment variable LW_TEST_EMPTY is empty");
  CHECK(community("{ file = \"missing\" }") == "the file missing cannot be read (No such file or directory)");
  CHECK(community("{ file = \"empty\" }") == "the file empty is empty");
  CHECK(community("{ file = \"/tmp\" }") == "the file /tmp is a directory");
  CHECK(community("{ file = \"a\", env = \"b\" }") == "needs exactly one of env and file; " + forms);
  CHECK(community("{}") == "needs exactly one of env and file; " + forms);
  CHECK(community("{ vault = \"x\" }") == "\"vault\" is no source of a secret; " + forms);
  CHECK(community("{ env = 5 }") == "env must be the name of a variable in double quotes; " + forms);
  CHECK(community("\"\"") == "must not be empty; " + forms);
  CHECK(community("5") == "must be a secret, not a whole number; " + forms);
}

TEST_CASE("what is no TOML is named by line, and what is no file by name") {
  CHECK(errors("[snmp\n").starts_with("lanwarden.toml:1: this is not TOML: "));
  CHECK(errors("[snmp]\nretries = 1\nretries = 2\n").starts_with("lanwarden.toml:3: this is not TOML: "));
  CHECK(load_config("/nowhere/lanwarden.toml").error().message ==
        "/nowhere/lanwarden.toml: cannot be read (No such file or directory)");
  CHECK(load_config("/tmp").error().message == "/tmp: is a directory, not a configuration file");
}

TEST_CASE("no message ever contains a secret") {
  const std::string secret = "hunter2hunter2";
  for (const std::string& line : {
           "community = " + secret,
           "community = 'a' " + secret,
           "community = \"" + secret,
           "community = \"" + secret + "\"\ncommunity = \"" + secret + "\"",
           "auth_password = [" + secret,
           "auth_password = [\"" + secret + "\"]",
           "auth_password = 1.2.3" + secret,
           "comunity = \"" + secret + "\"",
           "version = \"3\"\nauth_password = \"" + secret + "\"",
           "community = { file = \"x\", " + secret + " = \"" + secret + "\"",
           "community.x = \"" + secret + "\"",
           "privacy_password = \"\\" + secret + "\"",
           "privacy_password = \"\"\"\n" + secret + "\\q\"\"\"",
       }) {
    INFO(line);
    const std::string message = errors("[[credential]]\nname = \"c\"\n" + line + "\n");
    CHECK(message != "no error");
    CHECK(message.find("hunter2") == std::string::npos);
  }
}
