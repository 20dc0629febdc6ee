// `lanwarden audit`, end to end, on a served building.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/agent/program.h"

using namespace lanwarden::testing;
using nlohmann::json;

namespace {

std::vector<std::string> kinds(const json& findings) {
  std::vector<std::string> all;
  for (const json& f : findings) all.push_back(f["kind"].get<std::string>() + " " + f.value("switch", ""));
  return all;
}

/// Shuts or opens the first port of a switch's uplink, as somebody at its console would.
void set_admin(const Folder& f, const std::string& sw, const std::string& port, int value) {
  const auto truth = json::parse(f.read("w/world.json"));
  for (const json& s : truth["switches"])
    if (s["name"] == sw)
      for (const json& p : s["ports"])
        if (p["name"] == port) {
          const Ran set = sh(f, "snmpset -v2c -c private -Oqv " + s["address"].get<std::string>() +
                                    " 1.3.6.1.2.1.2.2.1.7." + std::to_string(p["ifindex"].get<int>()) +
                                    " i " + std::to_string(value));
          INFO(set.err);
          REQUIRE(set.code == 0);
          return;
        }
  FAIL("no " << sw << " " << port);
}

}  // namespace

TEST_CASE("an audit tells each change once, against the last one, a file and a time") {
  Folder f;
  const std::string lw = generate(f, "--switches 8 --hosts 60 --ring 1 --unmanaged 1");
  Served served(f, "w");
  f.write("community.sh", "sed -i 's/\"public\"/\"reading\"/' w/lanwarden.toml");

  CHECK(sh(f, lw + "audit --stored").code == 2);  // nothing was ever polled
  const Ran first = sh(f, lw + "audit --json --save good.json");
  INFO(first.out << first.err);
  REQUIRE(first.code == 1);
  CHECK_FALSE(first.json().contains("against"));
  CHECK(first.json()["audited"]["switches"] == 8);
  CHECK(first.json()["polled"]["answered"] == 8);

  const Ran quiet = sh(f, lw + "audit --json");
  CHECK(quiet.code == 0);
  CHECK(quiet.json()["findings"].empty());
  CHECK(quiet.json()["standing"].size() == first.json()["findings"].size());

  const json link = json::parse(sh(f, lw + "topology --stored --json").out)["links"][0];
  const std::string sw = link["a"]["switch"], port = link["a"]["port"];
  set_admin(f, sw, port, 2);
  const Ran cut = sh(f, lw + "audit --json");
  INFO(cut.out << cut.err);
  CHECK(cut.code == 1);
  const auto found = kinds(cut.json()["findings"]);
  CHECK(found.size() == 2);
  const std::string kind = cut.json()["findings"][0]["kind"];
  CHECK((kind == "link-gone" || kind == "redundant-link-lost"));
  CHECK(cut.json()["findings"][0]["before"].get<std::string>().find(sw + " " + port) != std::string::npos);
  CHECK(cut.json()["findings"][0].contains("since"));
  CHECK(cut.json()["findings"][1]["kind"] == "port-shut");

  CHECK(sh(f, lw + "audit").code == 0);  // told once
  const Ran against = sh(f, lw + "audit --stored --against good.json --json");
  CHECK(against.code == 1);
  CHECK(kinds(against.json()["findings"]) == found);
  CHECK(against.json()["against"]["file"] == "good.json");
  const Ran since =
      sh(f, lw + "audit --stored --json --since '" + first.json()["time"].get<std::string>() + "'");
  INFO(since.err);
  REQUIRE(since.code == 1);
  CHECK(kinds(since.json()["findings"]) == found);
  const Ran before = sh(f, lw + "audit --stored --since '2 days ago'");
  CHECK(before.code == 2);
  CHECK(mentions(before.err, "nothing is known of the wiring before"));

  // Somebody says that it is all right.
  const std::string id = cut.json()["findings"][1]["id"];
  CHECK(sh(f, lw + "audit --acknowledge " + id).code == 2);  // without a reason
  CHECK(sh(f, lw + "audit --acknowledge " + id + " --reason 'to be replaced' --until 2099-01-01").code == 0);
  CHECK(sh(f, lw + "audit --acknowledge 00000000 --reason x").code == 1);
  const Ran acknowledged = sh(f, lw + "audit --stored --against good.json --json");
  CHECK(acknowledged.json()["findings"].size() == 1);
  CHECK(acknowledged.json()["acknowledged"][0]["acknowledged"]["reason"] == "to be replaced");
  CHECK(mentions(sh(f, lw + "audit --acknowledged").out, "to be replaced"));
  CHECK(sh(f, lw + "audit --withdraw " + id).code == 0);
  CHECK(sh(f, lw + "audit --withdraw " + id).code == 1);

  // For pipelines and files.
  const Ran junit = sh(f, lw + "audit --stored --against good.json --format junit");
  CHECK(junit.code == 1);
  CHECK(mentions(junit.out, "failures=\"2\""));
  CHECK(mentions(sh(f, lw + "audit --stored --against good.json --format html").out, "<h2>New</h2>"));
  CHECK(sh(f, lw + "audit --stored --against good.json --severity critical").code == 0);
  CHECK(mentions(sh(f, lw + "audit --log").out, "AUDIT"));

  set_admin(f, sw, port, 1);
  const Ran back = sh(f, lw + "audit --json");
  CHECK(kinds(back.json()["findings"]) == std::vector<std::string>{"link-new " + sw});
  const auto ended = kinds(back.json()["ended"]);
  CHECK(std::count(ended.begin(), ended.end(), "port-shut " + sw) == 1);
}

TEST_CASE("an audit of a silent network says so, and changes nothing") {
  Folder f;
  const std::string lw = generate(f, "--switches 4 --hosts 20");
  {
    Served served(f, "w");
    REQUIRE(sh(f, lw + "poll").code == 0);
  }
  f.write("fast.sh", "printf '[snmp]\\ntimeout = \"100ms\"\\nretries = 0\\n' >> w/lanwarden.toml");
  REQUIRE(sh(f, "sh fast.sh").code == 0);
  const Ran silent = sh(f, lw + "audit");
  CHECK(silent.code == 3);
  CHECK(mentions(silent.err, "audit --stored"));
  CHECK(sh(f, lw + "audit --log").out.empty());
  // The poll before brought the wiring up to date: an audit can go back to it.
  CHECK(sh(f, lw + "audit --stored --since '1 minute ago' --json").code == 2);
  CHECK(sh(f, lw + "audit --stored --json").code == 1);
}

TEST_CASE("files and times that are none are refused with what to try") {
  Folder f;
  const std::string lw = generate(f, "--switches 2 --hosts 5");
  f.write("bad.json", "{}");
  const Ran bad = sh(f, lw + "audit --stored --against bad.json");
  CHECK(bad.code == 2);
  CHECK(mentions(bad.err, "bad.json: it is no file that audit --save wrote"));
  CHECK(mentions(sh(f, lw + "audit --stored --against none.json").err, "--save none.json"));
  CHECK(mentions(sh(f, lw + "audit --stored --since soon").err, "is no time; try"));
  CHECK(mentions(sh(f, lw + "audit --stored --since '2h ago'").err, "nothing was known of the wiring"));
  CHECK(sh(f, lw + "audit --json --format html").code == 2);
}
