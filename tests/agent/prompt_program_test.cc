// At the prompt: completion as bash does it, the first configuration, suggestions, CSV.
#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <stdexcept>

#include "tests/agent/program.h"

using namespace lanwarden::testing;
using nlohmann::json;

namespace {

/// What bash would offer for this line, a word a line: its own completion function on its own variables.
std::string bash_offers(const Folder& f, const std::string& typed) {
  f.write("ask.bash",
          "source <($LW completion bash)\ncomplete -p lanwarden >/dev/null || exit 9\nCOMP_WORDBREAKS=$' "
          "\\t\\n\\'\"><=;|&(:'\nCOMP_LINE='lanwarden " +
              typed +
              "' COMP_POINT=${#COMP_LINE}\nlanwarden() { $LW \"$@\"; }\n"
              "_lanwarden\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
  const Ran ran = sh(f, "export LW; bash --norc ask.bash");
  CHECK(ran.err == "");
  return ran.out;
}

/// A host that is plugged in at a port, of a building that was generated into w.
json a_host(const Folder& f) {
  const json truth = json::parse(f.read("w/truth.json"));
  for (const json& s : truth.at("stations"))
    if (s.at("verdict") == "edge") return s;
  throw std::runtime_error("no host at an edge");
}

bool is_there(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

}  // namespace

TEST_CASE("bash completes commands, options, switches, ports, stations and incidents as they are") {
  Folder f;
  const std::string lw = generate(f, "--switches 4 --hosts 30 --seed 5");
  {
    Served served(f, "w");
    REQUIRE(sh(f, lw + "poll -q").code == 0);
  }
  const json station = a_host(f);
  const std::string mac = station["mac"], sw = station["switch"], port = station["port"];
  const std::string c = "-c w/lanwarden.toml ";

  CHECK(bash_offers(f, "whe") == "where\n");
  CHECK(mentions(bash_offers(f, ""), "isolations\n"));
  CHECK_FALSE(mentions(bash_offers(f, "__"), "__complete"));
  CHECK(bash_offers(f, "incidents --op") == "--open\n");
  CHECK(bash_offers(f, "topology --format gra") == "graphml\n");
  // Readline has taken "--format=" already: only what follows is put there.
  CHECK(bash_offers(f, "topology --format=gra") == "graphml\n");
  CHECK(mentions(bash_offers(f, c + "poll "), sw + "\n"));
  CHECK(bash_offers(f, c + "fdb " + sw + " --port " + port.substr(0, port.size() - 1)).find(port + "\n") !=
        std::string::npos);
  CHECK(mentions(bash_offers(f, c + "isolate " + sw + " "), port + "\n"));
  // Of a MAC address readline has what stands before the last colon.
  CHECK(mentions(bash_offers(f, c + "where " + mac.substr(0, 16)), mac.substr(15) + "\n"));
  CHECK(bash_offers(f, c + "where " + mac.substr(0, 15)).find(mac.substr(15) + "\n") != std::string::npos);
  CHECK(mentions(bash_offers(f, "completion "), "zsh\n"));
  f.write("my trace.pcap", "");
  CHECK(mentions(bash_offers(f, "watch -r my"), "my\\ trace.pcap\n") ==
        false);  // readline quotes names of files by itself
  CHECK(mentions(bash_offers(f, "watch -r my"), "my trace.pcap\n"));
}

TEST_CASE("a terminal's TAB does it, too") {
  if (!is_there("script")) {
    WARN("SKIPPED: no script(1) to make a terminal");
    return;
  }
  Folder f;
  const std::string lw = LANWARDEN_BINARY_DIR "/lanwarden";  // the name as typed is what bash looks up
  f.write("keys", "source <(" + lw + " completion bash)\nPS1=\n" + lw + " ki\tarp-swe\t\nexit\n");
  const Ran ran = sh(f, "script -qec 'bash --norc --noprofile -i' typed <keys");
  CHECK(mentions(ran.out, "A station asks for one address after another"));
}

TEST_CASE("completion fails never: a broken configuration, no store, nonsense") {
  Folder f;
  f.write("bad.toml", "[[switch]]\nname = 3\n");
  for (const char* words :
       {"-c bad.toml poll ''", "--store nowhere.db incidents ''", "-c", "--nonsense x y ''", ""}) {
    INFO(words);
    const Ran ran = sh(f, std::string("$LW __complete -- ") + words);
    CHECK(ran.code == 0);
    CHECK(ran.err == "");
  }
  CHECK_FALSE(std::filesystem::exists(f.path("nowhere.db")));
}

TEST_CASE("zsh and fish take their scripts, and fish offers what there is") {
  Folder f;
  if (is_there("zsh"))
    CHECK(sh(f, "$LW completion zsh >_lanwarden && zsh -n _lanwarden").code == 0);
  else
    WARN("SKIPPED: no zsh here");
  if (is_there("fish")) {
    const Ran ran = sh(
        f,
        "export LW HOME=$PWD; $LW completion fish >lanwarden.fish && mkdir bin && ln -s $LW bin/lanwarden && "
        "PATH=$PWD/bin:$PATH fish -c 'source lanwarden.fish; complete -C \"lanwarden isol\"'");
    CHECK(ran.code == 0);
    CHECK(mentions(ran.out, "isolate\t"));
    CHECK(mentions(ran.out, "isolations\t"));
  } else {
    WARN("SKIPPED: no fish here");
  }
}

TEST_CASE("init with flags writes a configuration that is read back, for its owner alone") {
  Folder f;
  const std::string init =
      "LW_C=public $LW init --address 10.0.3.2 --name floor3 --snmp 2c --community env:LW_C";
  const Ran first = sh(f, init + " -i eth0");
  REQUIRE(first.code == 0);
  CHECK(mentions(first.out, "lanwarden check"));
  struct stat info {};
  REQUIRE(stat(f.path("lanwarden.toml").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0600);
  const json config = sh(f, "LW_C=public $LW config --json").json();
  CHECK(config["switches"] == 1);
  CHECK(config["sniffers"] == json{"eth0"});
  CHECK(config["warnings"] == json::array());
  CHECK_FALSE(mentions(f.read("lanwarden.toml"), "public"));
  CHECK(mentions(f.read("lanwarden.toml"), "\nmode = \"off\""));

  const Ran again = sh(f, init);
  CHECK(again.code == 2);
  CHECK(mentions(again.err, "--force"));
  CHECK(sh(f, init + " --force").code == 0);
  CHECK(mentions(f.read("lanwarden.toml.old"), "eth0"));
}

TEST_CASE("init takes no secret on the command line, and leaves a good file when an answer is wrong") {
  Folder f;
  const Ran plain = sh(f, "$LW init --address 10.0.3.2 --snmp 2c --community s3cret");
  CHECK(plain.code == 2);
  CHECK_FALSE(mentions(plain.err, "s3cret"));
  f.write("lanwarden.toml", "store = \"x.db\"\n");
  const Ran wrong =
      sh(f, "LW_C=public $LW init --force --address 10.0.3.2:99999 --snmp 2c --community env:LW_C");
  CHECK(wrong.code == 2);
  CHECK(mentions(wrong.err, "address"));
  CHECK(f.read("lanwarden.toml") == "store = \"x.db\"\n");
  const Ran silent = sh(f, "$LW init -c new.toml");
  CHECK(silent.code == 2);
  CHECK(mentions(silent.err, "--address"));
}

TEST_CASE("init asks on a terminal, shows no secret, and keeps it in a file of its own") {
  if (!is_there("script")) {
    WARN("SKIPPED: no script(1) to make a terminal");
    return;
  }
  Folder f;
  f.write("answers", "10.0.0.1\ncore\n4\n2c\nr34d-only\n\n");
  const Ran ran = sh(f, "export LW; script -qec '$LW init' typed <answers");
  CHECK(mentions(ran.out, "there are 1, 2c and 3"));
  CHECK(mentions(ran.out, "written"));
  CHECK(mentions(f.read("secrets/ro-community"), "r34d-only"));
  CHECK_FALSE(mentions(f.read("lanwarden.toml"), "r34d-only"));
  struct stat info {};
  REQUIRE(stat(f.path("secrets/ro-community").c_str(), &info) == 0);
  CHECK((info.st_mode & 07) == 0);
  CHECK(sh(f, "$LW config --json").json()["switches"] == 1);
}

TEST_CASE("the example says nothing but the store, and every option of it can be said") {
  Folder f;
  REQUIRE(sh(f, "$LW config --example >example.toml").code == 0);
  std::string text = f.read("example.toml");
  CHECK(sh(f, "$LW -c example.toml config --json").json()["switches"] == 0);
  // Each commented line by itself, in its section with what that requires.
  std::size_t options = 0;
  for (std::size_t at = 0; (at = text.find("\n#", at)) != std::string::npos; ++at)
    if (text[at + 2] != ' ' && text[at + 2] != '[') ++options;
  CHECK(options > 60);
}

TEST_CASE("every command that takes a name suggests the right one") {
  Folder f;
  const std::string lw = generate(f, "--switches 3 --hosts 10 --seed 3");
  {
    Served served(f, "w");
    REQUIRE(sh(f, lw + "poll -q").code == 0);
  }
  const json station = a_host(f);
  const std::string sw = station["switch"], port = station["port"];
  const std::string wrong = sw + "x", meant = "did you mean " + sw + "?";
  for (const std::string& command :
       {"poll " + wrong, "fdb " + wrong, "check " + wrong, "record " + wrong + " -o x",
        "isolate " + wrong + " " + port + " --dry-run", "restore " + wrong + " " + port,
        "topology --stored --explain " + wrong + " " + port}) {
    INFO(command);
    const Ran ran = sh(f, lw + command);
    CHECK(ran.code == 2);
    CHECK(mentions(ran.err, meant));
  }
  for (const std::string& command :
       {"fdb " + sw + " --port " + port + "x", "topology --stored --explain " + sw + " " + port + "x",
        "isolate " + sw + " " + port + "x --dry-run"}) {
    INFO(command);
    const Ran ran = sh(f, lw + command);
    CHECK(ran.code == 2);
    CHECK(mentions(ran.err, "did you mean "));
  }
  CHECK(mentions(sh(f, "$LW kinds arp-spof").err, "did you mean arp-spoof?"));
}

TEST_CASE("fdb as CSV has the same rows as JSON, below a header") {
  Folder f;
  const std::string lw = generate(f, "--switches 3 --hosts 10 --seed 3");
  {
    Served served(f, "w");
    REQUIRE(sh(f, lw + "poll -q").code == 0);
  }
  const Ran csv = sh(f, lw + "fdb --format csv");
  CHECK(csv.code == 0);
  CHECK(csv.out.starts_with("switch,mac,vlan,port,ifindex,bridge_port,status\n"));
  const auto rows = sh(f, lw + "fdb --format json").lines();
  CHECK(static_cast<std::size_t>(std::count(csv.out.begin(), csv.out.end(), '\n')) == rows.size() + 1);
  for (const json& row : rows)
    CHECK(mentions(csv.out, row["switch"].get<std::string>() + "," + row["mac"].get<std::string>() + ","));
  CHECK(sh(f, lw + "fdb --json --format csv").code == 2);
  CHECK(sh(f, lw + "fdb --format csv --port no-such-port").out ==
        "switch,mac,vlan,port,ifindex,bridge_port,status\n");
  CHECK(sh(f, lw + "incidents --format csv").out ==
        "id,state,kind,severity,mac,switch,port,opened,updated,summary\n");
}

TEST_CASE("--watch looks again, and ends with who reads it") {
  Folder f;
  const std::string columns = "id,state,kind,severity,mac,switch,port,opened,updated,summary\n";
  const Ran ran = sh(f, "$LW --store new.db incidents --watch --format csv | head -n 2");
  CHECK(ran.out == columns + columns);
}
