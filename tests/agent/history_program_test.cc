// The past, as a person asks for it.
#include <catch2/catch.hpp>

#include "tests/agent/program.h"

using namespace lanwarden::testing;
using nlohmann::json;

namespace {
constexpr const char* kClock = "00:0d:4b:ce:20:cd";
}

TEST_CASE("the past of a station, an address, a port and a switch") {
  Folder f;
  const std::string lw = generate(f, "--story clock");
  {
    Served served(f, "w");
    REQUIRE(sh(f, lw + "poll").code == 0);
  }
  // From here on nobody answers: all of this is memory.
  const Ran then = sh(f, lw + "where ce:20:cd --at now --json");
  INFO(then.out << then.err);
  REQUIRE(then.code == 0);
  const json there = then.json()["results"][0];
  CHECK(there["verdict"] == "edge");
  CHECK(there["switch"] == "floor3");
  CHECK(there.contains("at"));
  CHECK(there.contains("since"));
  CHECK_FALSE(there.contains("until"));
  CHECK(there["macs_on_port"] == 1);
  const std::string port = there["port"];
  const Ran text = sh(f, lw + "where ce:20:cd --at now");
  CHECK(mentions(text.out, "there since "));
  CHECK(mentions(text.out, ", and still"));

  const Ran early = sh(f, lw + "where ce:20:cd --at '2h ago'");
  CHECK(early.code == 1);
  CHECK(mentions(early.err, "nothing is known of that time: the memory begins at "));
  CHECK(sh(f, lw + "where ce:20:cd --at 'in a while'").code == 2);

  const Ran station = sh(f, lw + "history ce:20:cd --json");
  CHECK(station.code == 0);
  bool placed = false;
  for (const json& line : station.lines())
    placed = placed || (line["kind"] == "place" && line["switch"] == "floor3" && line["port"] == port &&
                        !line.contains("between_switches"));
  CHECK(placed);
  const Ran words = sh(f, lw + "history ce:20:cd");
  CHECK(mentions(words.out, "on floor3 " + port));
  CHECK(mentions(words.out, "still"));
  CHECK(mentions(words.err, "more on ports between switches: -v"));

  const Ran on_port = sh(f, lw + "history floor3 " + port + " --format csv");
  CHECK(on_port.code == 0);
  CHECK(on_port.out.starts_with("kind,since,seen,until,mac,switch,port,vlan,ip,name,"));
  CHECK(mentions(on_port.out, std::string(",,") + kClock + ",floor3," + port + ","));

  const Ran of_switch = sh(f, lw + "history floor3 --json");
  bool first = false;
  for (const json& line : of_switch.lines())
    first = first || (line["kind"] == "event" && line["event"] == "first-polled");
  CHECK(first);

  CHECK(sh(f, lw + "history 02:00:00:00:00:99").code == 1);
  const Ran wrong = sh(f, lw + "history flor3 A1");
  CHECK(wrong.code == 2);
  CHECK(mentions(wrong.err, "did you mean floor3?"));
  CHECK(sh(f, lw + "history floor3 no-such-port").code == 2);
  CHECK(sh(f, lw + "history ce:20:cd --since tomorrowish").code == 2);
  CHECK(sh(f, lw + "history nobody-is-called-so").code == 2);
  CHECK(sh(f, lw + "history ce:20:cd --since now --json").code == 0);  // it is still there
}

TEST_CASE("where over many: arguments, a file, standard input, as CSV") {
  Folder f;
  const std::string lw = generate(f, "--story clock");
  Served served(f, "w");
  REQUIRE(sh(f, lw + "poll").code == 0);
  f.write("macs",
          std::string("# the list of the caretaker\n") + kClock + "  # the clock\n\n02:00:00:00:00:99\n");
  const Ran csv = sh(f, lw + "where --file macs nobody-is-called-so --format csv");
  INFO(csv.out << csv.err);
  CHECK(csv.code == 0);
  CHECK(csv.out.starts_with("query,mac,vendor,ips,names,verdict,confidence,switch,port,ifindex,vlan,"));
  CHECK(mentions(csv.out, std::string(kClock) + "," + kClock + ","));
  CHECK(mentions(csv.out, ",edge,"));
  CHECK(mentions(csv.out, "\n02:00:00:00:00:99,,,"));
  CHECK(mentions(csv.out, "nobody-is-called-so,,,"));
  const Ran both = sh(f, "printf '%s\\nce:20:cd\\n' vendor:nobody | " + lw + "where - --json --stored");
  REQUIRE(both.lines().size() == 2);
  CHECK(both.lines()[0]["results"].empty());
  CHECK(both.lines()[1]["results"][0]["mac"] == kClock);
  CHECK(sh(f, lw + "where --file missing").code == 2);
  CHECK(sh(f, lw + "where").code == 2);
  const Ran typo = sh(f, lw + "where 00:0d:4b:ce:20:zz");
  CHECK(typo.code == 2);
}

TEST_CASE("the memory is exported, imported and backed up") {
  Folder f;
  const std::string lw = generate(f, "--story clock");
  {
    Served served(f, "w");
    REQUIRE(sh(f, lw + "poll").code == 0);
  }
  REQUIRE(sh(f, lw + "export -o a.jsonl").code == 0);
  const Ran again = sh(f, lw + "export -o a.jsonl");
  CHECK(again.code == 2);
  CHECK(mentions(again.err, "a.jsonl is there already"));
  const Ran imported = sh(f, lw + "--store new.db import a.jsonl");
  INFO(imported.err);
  CHECK(imported.code == 0);
  CHECK(sh(f, lw + "--store new.db export > b.jsonl; cmp a.jsonl b.jsonl").code == 0);
  CHECK(sh(f, lw + "--store new.db import a.jsonl").code == 2);  // it has a memory already
  const Ran there = sh(f, lw + "--store new.db where ce:20:cd --stored --json");
  CHECK(there.json()["results"][0]["verdict"] == "edge");

  const Ran backup = sh(f, lw + "backup copy.db");
  INFO(backup.err);
  CHECK(backup.code == 0);
  CHECK(sh(f, lw + "backup copy.db").code == 2);
  CHECK(sh(f, lw + "backup copy.db --force").code == 0);
  CHECK(sh(f, "test \"$(stat -c %a copy.db a.jsonl | sort -u)\" = 600").code == 0);
  CHECK(sh(f, lw + "--store copy.db history floor3 --json").lines().size() > 1);

  const Ran csv = sh(f, lw + "export port --format csv");
  CHECK(csv.out.starts_with("switch,name,ifindex\n"));
  CHECK(mentions(csv.out, "floor3,"));
  CHECK(sh(f, lw + "export --format csv").code == 2);
  const Ran typo = sh(f, lw + "export plaec");
  CHECK(typo.code == 2);
  CHECK(mentions(typo.err, "did you mean place?"));

  f.write("bad.jsonl", f.read("a.jsonl") + "{\"kind\":\"station\",\"mac\":\"zz\"}\n");
  const Ran bad = sh(f, lw + "--store bad.db import bad.jsonl");
  CHECK(bad.code == 2);
  CHECK(mentions(bad.err, "bad.jsonl: line "));
  CHECK(mentions(bad.err, "\"mac\": not a MAC address; nothing was imported"));
  CHECK_FALSE(mentions(f.read("a.jsonl"), "private"));
}
