// `lanwarden check`: what an administrator is told of a network before anything goes wrong.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/agent/program.h"

using namespace lanwarden::testing;
using nlohmann::json;

namespace {

/// Switch `name` of the configuration gets another credential, and all get little patience.
void change_credential(const Folder& f, const std::string& name, const std::string& credential) {
  std::string toml = f.read("w/lanwarden.toml");
  const auto at = toml.find("name = \"" + name + "\"");
  REQUIRE(at != std::string::npos);
  const auto line = toml.find("credential = \"ro\"", at);
  REQUIRE(line != std::string::npos);
  toml.replace(line, 17, "credential = \"" + credential + "\"");
  f.write("w/lanwarden.toml", toml +
                                  "\n[[credential]]\nname = \"campus\"\nversion = \"2c\"\ncommunity = "
                                  "\"s3cret-campus\"\n\n[snmp]\ntimeout = \"150ms\"\nretries = 0\n");
}

json result_of(const Ran& ran, const std::string& name) {
  const json all = ran.json()["results"];
  for (const json& r : all)
    if (r["switch"] == name) return r;
  return json::object();
}

}  // namespace

TEST_CASE("check: a campus that is well is one line a switch, and exit 0", "[check]") {
  Folder f;
  const std::string lw = generate(f, "--switches 40 --hosts 200");
  Served served(f, "w");
  const Ran ran = sh(f, lw + "check");
  INFO(ran.out << ran.err);
  CHECK(ran.code == 0);
  CHECK(mentions(ran.out, "40 switches: 40 answered, 40 without anything odd"));
  // The header, forty switches, an empty line, the sum.
  CHECK(std::count(ran.out.begin(), ran.out.end(), '\n') == 43);
}

TEST_CASE("check: the credential that works there is named, where the configured one does not", "[check]") {
  Folder f;
  const std::string lw = generate(f, "--switches 3 --hosts 10");
  change_credential(f, "floor1", "campus");
  Served served(f, "w");

  const Ran ran = sh(f, lw + "check -v");
  INFO(ran.out << ran.err);
  CHECK(ran.code == 1);
  CHECK(mentions(ran.out, "credential \"ro\" works there"));
  CHECK(mentions(ran.out, "the configuration says \"campus\""));
  // One does not suggest what was just done, and no secret is shown.
  CHECK_FALSE(mentions(ran.out + ran.err, "try: lanwarden check"));
  CHECK_FALSE(mentions(ran.out + ran.err, "s3cret-campus"));
  CHECK_FALSE(mentions(ran.out + ran.err, "public"));
  // Nothing is told of the tables of a switch that said nothing.
  CHECK_FALSE(mentions(ran.err, "floor1: rows"));

  const json silent = result_of(sh(f, lw + "check --json"), "floor1");
  CHECK(silent["answered"] == false);
  CHECK(silent["works_with"].at(0) == "ro");
  const json untried = result_of(sh(f, lw + "check --only-configured --json"), "floor1");
  CHECK_FALSE(untried.contains("works_with"));
}

TEST_CASE("check: a sentence that is true of many switches is said once", "[check]") {
  Folder f;
  const std::string lw = generate(f, "--switches 12 --hosts 10");
  std::string toml = f.read("w/lanwarden.toml");
  const auto at = toml.find("\"private\"");
  REQUIRE(at != std::string::npos);
  toml.replace(at, 9, "\"not-this-one\"");
  f.write("w/lanwarden.toml", toml + "\n[snmp]\ntimeout = \"150ms\"\nretries = 0\n");
  Served served(f, "w");
  const Ran ran = sh(f, lw + "check");
  INFO(ran.out << ran.err);
  CHECK(ran.code == 1);
  const std::string sentence = "does not accept the write credential \"rw\"";
  const auto first = ran.out.find(sentence);
  REQUIRE(first != std::string::npos);
  CHECK(ran.out.find(sentence, first + 1) == std::string::npos);
  CHECK(mentions(ran.out, "and 4 more: does not accept"));
}

TEST_CASE("check --explain: tables, decisions, databases, contexts and what a live where asks", "[check]") {
  Folder f;
  const std::string lw = generate(f, "--switches 8 --hosts 40 --vlans 3");
  Served served(f, "w");
  // dist1 keeps a forwarding database per VLAN context.
  const Ran ran = sh(f, lw + "check --explain dist1");
  INFO(ran.out << ran.err);
  CHECK(ran.code == 0);
  for (const char* section : {"Tables", "How its deviations were decided", "Forwarding databases",
                              "VLAN contexts", "A live `where` asks", "What is odd"})
    CHECK(mentions(ran.out, section));
  const json explained = result_of(sh(f, lw + "check --explain dist1 --json"), "dist1")["explain"];
  CHECK(explained["contexts"].size() >= 3);
  CHECK(explained["databases"].size() >= 3);
  // A port and a status in every database.
  CHECK(explained["where"].size() == 2 * explained["databases"].size());

  CHECK(sh(f, lw + "check --explain").code == 2);
}
