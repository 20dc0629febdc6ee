// The agents against Net-SNMP's own command line: two implementations that know
// nothing of each other must agree on every variable of every recording.
#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "tests/lab/agent/recording.h"
#include "tests/lab/agent/testing.h"

using namespace lanwarden::lab;
using namespace lanwarden::lab::testing;
namespace fs = std::filesystem;

namespace {

std::string run(const std::string& command) {
  std::string output;
  // Whatever MIB files and defaults this machine has are none of the test's business.
  FILE* pipe = ::popen(("SNMPCONFPATH=/nonexistent MIBS= MIBDIRS= " + command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 65536> buffer;
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe))
    output.append(buffer.data(), n);
  ::pclose(pipe);
  return output;
}

bool tools_are_here() {
  if (run("command -v snmpbulkwalk").find("snmpbulkwalk") != std::string::npos) return true;
  WARN("SKIPPED: no snmpbulkwalk here; install the package snmp");
  std::cerr << "SKIPPED: the cross-check with Net-SNMP: no snmpbulkwalk (package snmp)\n";
  return false;
}

// All variables of `expected`, from what a walk printed.
void compare_with(const std::string& printed, const Table& expected) {
  Table walked;
  const LoadedFile read = parse_walk(printed, walked);
  for (const BadLine& bad : read.bad) WARN("line " << bad.line << ": " << bad.cause);
  CHECK(read.bad.empty());
  CHECK(walked.size() == expected.size());
  std::size_t different = 0;
  expected.for_each([&](OidView name, const Value& value) {
    const auto found = walked.find(name);
    if (found && *found == value) return;
    if (++different <= 3) WARN(to_text(name) << " differs");
  });
  CHECK(different == 0);
}

}  // namespace

TEST_CASE("snmpwalk, snmpbulkwalk and version 1 read back an agent's table") {
  if (!tools_are_here()) return;
  AgentServer server;
  auto table = std::make_shared<TableMib>();
  fill(*table);
  table->table("10").set(kSysName, Value::of_octets("vlan ten"));
  for (std::uint32_t i = 0; i < 3000; ++i) {
    table->table().set(kFdbPort + Oid{7, 2, 0, 0, i / 65536, i / 256 % 256, i % 256},
                       Value::of_integer(i % 48));
  }
  AgentConfig config;
  config.name = "floor3";
  config.view = table;
  config.write_community = "private";
  const auto agent = server.add(std::move(config));
  REQUIRE(agent);
  server.start();
  const std::string where = server.endpoint(*agent).to_string();
  const auto copy_of = [&](std::string_view context) {
    Table copy;
    server.locked([&] { copy = table->table(context); });
    return copy;
  };
  for (const char* walk : {"snmpbulkwalk -v2c -c public -Cr50", "snmpbulkwalk -v2c -c public -Cr500",
                           "snmpwalk -v2c -c public", "snmpwalk -v1 -c private"}) {
    INFO(walk);
    compare_with(run(std::string(walk) + " -On -Ox " + where + " .1"), copy_of(""));
  }
  compare_with(run("snmpbulkwalk -v2c -c public@10 -On -Ox " + where + " .1"), copy_of("10"));

  const std::string name = to_text(kSysName);
  CHECK(run("snmpget -v2c -c public -Oqv " + where + " " + name) == "\"floor3\"\n");
  CHECK(run("snmpget -v2c -c public -On " + where + " 1.3.6.1.2.1.1.5.9").find("No Such Instance") !=
        std::string::npos);
  CHECK(run("snmpget -v1 -c public -On " + where + " 1.3.6.1.2.1.1.5.9").find("noSuchName") !=
        std::string::npos);
  CHECK(run("snmpget -v2c -r0 -t1 -c guess -On " + where + " " + name).find("Timeout") != std::string::npos);

  const std::string status = to_text(kIfAdminStatus + 1U);
  CHECK(run("snmpset -v2c -c private -On " + where + " " + status + " i 2").find("notWritable") !=
        std::string::npos);
  server.locked([&] { table->allow_set(kIfAdminStatus); });
  CHECK(run("snmpset -v2c -c private -On " + where + " " + status + " i 2") ==
        "." + status + " = INTEGER: 2\n");
  CHECK(run("snmpset -v2c -c public -On " + where + " " + status + " i 1").find("noAccess") !=
        std::string::npos);
  CHECK(run("snmpset -v2c -c private -On " + where + " " + status + " s x").find("wrongType") !=
        std::string::npos);
  CHECK(run("snmpget -v2c -c public -Oqv " + where + " " + status) == "2\n");
}

TEST_CASE("Net-SNMP speaks version 3 with an agent, by every protocol, and understands its reports") {
  if (!tools_are_here()) return;
  AgentServer server;
  auto table = std::make_shared<TableMib>();
  fill(*table);
  table->allow_set(kIfAdminStatus);
  table->table("10").set(kSysName, Value::of_octets("vlan ten"));
  AgentConfig config;
  config.name = "floor3";
  config.view = table;
  config.users = {make_user("guest")};
  struct Kind {
    std::string user, options;
  };
  std::vector<Kind> kinds{{"guest", "-l noAuthNoPriv"}};
  for (const char* auth : {"MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"}) {
    for (const char* priv : {"", "DES", "AES", "AES-192", "AES-256"}) {
      const std::string user = std::string(auth) + priv;
      const bool secret = *priv != '\0';
      config.users.push_back(make_user(user, *parse_auth_protocol(auth), "maplesyrup",
                                       secret ? *parse_priv_protocol(priv) : PrivProtocol::kNone, "pancakes",
                                       true));
      kinds.push_back(
          {user, std::string("-a ") + auth + " -A maplesyrup " +
                     (secret ? std::string("-l authPriv -X pancakes -x ") + priv : "-l authNoPriv")});
    }
  }
  const auto agent = server.add(std::move(config));
  REQUIRE(agent);
  server.start();
  const std::string where = server.endpoint(*agent).to_string();
  const auto ask = [&](const std::string& tool, const Kind& kind, const std::string& rest) {
    return run(tool + " -v3 -r1 -t2 -u " + kind.user + " " + kind.options + " " + rest);
  };
  const std::string name = to_text(kSysName);
  std::size_t unknown_to_the_tools = 0;
  for (const Kind& kind : kinds) {
    INFO(kind.user);
    const std::string said = ask("snmpget", kind, "-Oqv " + where + " " + name);
    // How Net-SNMP was built decides which ciphers it has.
    const bool unknown = said.find("Invalid privacy protocol") != std::string::npos;
    unknown_to_the_tools += unknown;
    if (!unknown) CHECK(said == "\"floor3\"\n");
  }
  if (unknown_to_the_tools != 0)
    WARN("SKIPPED: " << unknown_to_the_tools << " ciphers that this Net-SNMP lacks");

  const Kind admin{"SHA-256AES", "-l authPriv -a SHA-256 -A maplesyrup -x AES -X pancakes"};
  Table copy;
  server.locked([&] { copy = table->table(); });
  compare_with(ask("snmpbulkwalk", admin, "-Cr7 -On -Ox " + where + " .1"), copy);
  CHECK(ask("snmpget", admin, "-n vlan-10 -Oqv " + where + " " + name) == "\"vlan ten\"\n");
  const std::string status = to_text(kIfAdminStatus + 1U);
  CHECK(ask("snmpset", admin, "-On " + where + " " + status + " i 2") == "." + status + " = INTEGER: 2\n");
  CHECK(ask("snmpset", kinds[0], "-On " + where + " " + status + " i 1").find("noAccess") !=
        std::string::npos);

  const auto refused = [&](const char* user, const char* options) {
    return ask("snmpget", {user, options}, where + " " + name);
  };
  CHECK(refused("nobody", "-l noAuthNoPriv").find("Unknown user name") != std::string::npos);
  CHECK(refused("SHA", "-l authNoPriv -a SHA -A wrongpassword").find("Authentication failure") !=
        std::string::npos);
  CHECK(refused("guest", "-l authNoPriv -a SHA -A maplesyrup").find("Unsupported security level") !=
        std::string::npos);
  CHECK(refused("SHA", "-l noAuthNoPriv").find("authorizationError") != std::string::npos);
  CHECK(refused("SHAAES", "-l authPriv -a SHA -A maplesyrup -x AES -X wrongpassword").find("floor3") ==
        std::string::npos);

  // A manager that remembers the boots of before (-Z) is told the new ones, and tries again.
  server.reboot(*agent);
  CHECK(ask("snmpget", admin, "-Z 1,5 -Oqv " + where + " " + name) == "\"floor3\"\n");
}

TEST_CASE("every recording, walked by snmpbulkwalk, is what was recorded") {
  if (!tools_are_here()) return;
  const char* given = std::getenv("LANWARDEN_SHARED");
  const fs::path shared = given != nullptr ? fs::path(given) : fs::path(LANWARDEN_SOURCE_DIR) / "../shared";
  if (!fs::is_directory(shared / "walks")) {
    WARN("SKIPPED: no recordings at " << (shared / "walks") << "; set LANWARDEN_SHARED");
    std::cerr << "SKIPPED: no recordings of real switches at " << shared / "walks"
              << "\n";
    return;
  }
  std::vector<fs::path> folders{shared / "walks/devices"};
  for (const auto& entry : fs::directory_iterator(shared / "walks/networks")) folders.push_back(entry.path());
  std::size_t walked = 0;
  for (const fs::path& folder : folders) {
    const auto recordings = load_recordings(folder);
    REQUIRE(recordings);
    AgentServer server;
    const auto served = serve_recordings(server, *recordings, {});
    REQUIRE(served);
    server.start();
    for (std::size_t i = 0; i < recordings->size(); ++i) {
      const TableMib& view = *recordings->at(i).view;
      for (const std::string& context : view.contexts()) {
        Table as_served;
        server.locked([&] { as_served = *view.find_table(context); });
        if (as_served.size() == 0) continue;
        INFO(recordings->at(i).name << " context \"" << context << "\"");
        const std::string community = context.empty() ? "public" : "public@" + context;
        const std::string printed = run("snmpbulkwalk -v2c -Cr100 -On -Ox -c " + community + " " +
                                        served->at(i).endpoint.to_string() +
                                        " .0; "
                                        "snmpbulkwalk -v2c -Cr100 -On -Ox -c " +
                                        community + " " + served->at(i).endpoint.to_string() + " .1");
        // The clock went on in between.
        const Oid uptime{1, 3, 6, 1, 2, 1, 1, 3, 0};
        Table printed_table;
        parse_walk(printed, printed_table);
        if (const auto counted = printed_table.find(uptime)) as_served.set(uptime, *counted);
        compare_with(printed, as_served);
        ++walked;
      }
    }
  }
  std::cout << "recordings walked by snmpbulkwalk: " << walked << "\n";
  CHECK(walked > 0);
}
