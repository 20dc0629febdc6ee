// `lanwarden notify`: are they told?
#include <catch2/catch.hpp>

#include "tests/agent/program.h"

using namespace lanwarden::testing;

namespace {

std::string channels(const Folder& f) {
  return "[[notify]]\nname = \"file\"\ntype = \"command\"\ncommand = [\"/bin/sh\", \"-c\", \"cat > " +
         f.path("told") +
         "\"]\n"
         "[[notify]]\nname = \"broken\"\ntype = \"command\"\ncommand = [\"/bin/sh\", \"-c\", \"echo 'no "
         "line' >&2; exit "
         "3\"]\n";
}

}  // namespace

TEST_CASE("notify test sends through each channel, and says what came of it", "[notify]") {
  Folder f;
  f.write("lw.toml", channels(f));
  const std::string lw = "$LW -c " + f.path("lw.toml") + " --store " + f.path("lw.db") + " ";
  const Ran all = sh(f, lw + "notify test");
  CHECK(all.code == 1);
  CHECK(mentions(all.out, "file (command): delivered: /bin/sh: exit code 0\n"));
  CHECK(mentions(all.out, "broken (command): not delivered: /bin/sh: exit code 3: no line\n"));
  CHECK(nlohmann::json::parse(f.read("told"))["event"] == "test");
  CHECK(sh(f, lw + "notify test file").code == 0);
  const Ran broken = sh(f, lw + "notify test broken --json");
  CHECK(broken.code == 3);
  CHECK(broken.json()["result"] == "failed");
  const Ran unknown = sh(f, lw + "notify test fille");
  CHECK(unknown.code == 2);
  CHECK(mentions(unknown.err, "no [[notify]] \"fille\"; did you mean file?"));
}

TEST_CASE("notify lists the channels; with none it says what to write", "[notify]") {
  Folder f;
  f.write("lw.toml", channels(f));
  f.write("none.toml", "");
  const std::string store = " --store " + f.path("lw.db") + " ";
  sh(f, "$LW -c " + f.path("lw.toml") + store + "restore --due");  // makes the store
  const Ran list = sh(f, "$LW -c " + f.path("lw.toml") + store + "notify");
  INFO(list.out << list.err);
  CHECK(list.code == 0);
  CHECK(mentions(list.out, "new: begins with lanwarden run"));
  const auto lines = sh(f, "$LW -c " + f.path("lw.toml") + store + "notify --json").lines();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["channel"] == "file");
  CHECK(lines[0]["state"] == "new");
  const Ran none = sh(f, "$LW -c " + f.path("none.toml") + store + "notify");
  CHECK(none.code == 2);
  CHECK(mentions(none.err, "no [[notify]] is configured: nobody is told (agent/doc/notify.md)"));
}
