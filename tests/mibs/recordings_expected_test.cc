// What an independent system (LibreNMS) extracted from the recordings, table by table, against what our
// poll says: the counts of rows that agree are pinned, and every difference is explained in mibs/README.md.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/mibs/recordings.h"

using namespace lanwarden;
using namespace lanwarden::mibs::testing;
using nlohmann::json;

namespace {

using topology::SwitchSnapshot;

std::string text(const json& row, const char* key) {
  return row.contains(key) && row[key].is_string() ? row[key].get<std::string>() : std::string();
}
std::uint32_t number(const json& row, const char* key) {
  return row.contains(key) && row[key].is_number() ? row[key].get<std::uint32_t>() : 0;
}
std::string hex(topology::MacAddress mac) {
  std::string digits = mac.to_string();
  std::erase(digits, ':');
  return digits;
}

bool agrees_fdb(const SwitchSnapshot& s, const json& row) {
  const auto mac = topology::MacAddress::parse(text(row, "mac_address"));
  return mac && std::any_of(s.fdb.begin(), s.fdb.end(), [&](const topology::FdbEntry& e) {
           return e.mac == *mac && e.port.value == number(row, "ifIndex") &&
                  (!row["vlan_vlan"].is_number() || e.vlan.value == number(row, "vlan_vlan"));
         });
}

/// The same port hears the same device: by its name, or by the address that stands in for a missing one.
bool agrees_link(const SwitchSnapshot& s, const json& row) {
  const std::string name = text(row, "remote_hostname"), port = text(row, "remote_port");
  return std::any_of(s.neighbors.begin(), s.neighbors.end(), [&](const topology::Neighbor& n) {
    const topology::Interface* const i = s.interface(n.local_port);
    if (i == nullptr) return false;
    const bool here = i->name == text(row, "ifName") || i->descr == text(row, "ifDescr");
    const bool known = n.chassis_mac && (port.find(hex(*n.chassis_mac)) != std::string::npos ||
                                         name.find(hex(*n.chassis_mac)) != std::string::npos);
    return here && (n.system_name == name || n.chassis_id == name || known);
  });
}

const topology::Vlan* vlan(const SwitchSnapshot& s, std::uint32_t id) {
  const auto it =
      std::find_if(s.vlans.begin(), s.vlans.end(), [&](const auto& v) { return v.id.value == id; });
  return it == s.vlans.end() ? nullptr : &*it;
}
bool agrees_vlan(const SwitchSnapshot& s, const json& row) {
  const topology::Vlan* const v = vlan(s, number(row, "vlan_vlan"));
  return v != nullptr && (v->name == text(row, "vlan_name") || v->name.empty());
}
bool agrees_membership(const SwitchSnapshot& s, const json& row) {
  const topology::Vlan* const v = vlan(s, number(row, "vlan"));
  if (v == nullptr) return false;
  const auto& ports = number(row, "untagged") != 0 ? v->untagged : v->tagged;
  return std::any_of(ports.begin(), ports.end(), [&](topology::IfIndex p) {
    const topology::Interface* const i = s.interface(p);
    return i != nullptr && i->bridge_port.value == number(row, "baseport");
  });
}
bool agrees_interface(const SwitchSnapshot& s, const json& row) {
  const topology::Interface* const i = s.interface(topology::IfIndex{number(row, "ifIndex")});
  return i != nullptr && (i->name == text(row, "ifName") || i->descr == text(row, "ifDescr"));
}
bool agrees_stp_port(const SwitchSnapshot& s, const json& row) {
  static const char* const kStates[] = {"unknown",  "disabled",   "blocking", "listening",
                                        "learning", "forwarding", "broken"};
  return std::any_of(s.stp_ports.begin(), s.stp_ports.end(), [&](const topology::StpPort& p) {
    return p.port.value == number(row, "ifIndex") && p.path_cost == number(row, "pathCost") &&
           text(row, "state") == kStates[static_cast<std::size_t>(p.state)];
  });
}
bool agrees_stp(const SwitchSnapshot& s, const json& row) {
  const std::string root = text(row, "designatedRoot");
  if (root.find_first_not_of('0') == std::string::npos) return s.stp.empty();  // no root: no tree
  return std::any_of(s.stp.begin(), s.stp.end(), [&](const topology::StpBridge& b) {
    return hex(b.root.address) == root && b.root_cost == number(row, "rootCost");
  });
}
bool agrees_address(const SwitchSnapshot& s, const json& row) {
  const auto mac = topology::MacAddress::parse(text(row, "mac_address"));
  const std::string ip = text(row, row.contains("ipv6_address") ? "ipv6_address" : "ipv4_address");
  const auto parsed = topology::IpAddress::parse(ip);
  return mac && parsed && std::any_of(s.addresses.begin(), s.addresses.end(), [&](const auto& e) {
           return e.ip == *parsed && e.mac == *mac;
         });
}

struct Kind {
  const char* name;
  bool (*agrees)(const SwitchSnapshot&, const json&);
};
constexpr Kind kKinds[] = {
    {"ports_fdb", agrees_fdb},          {"links", agrees_link},      {"vlans", agrees_vlan},
    {"ports_vlans", agrees_membership}, {"ports", agrees_interface}, {"stp", agrees_stp},
    {"ports_stp", agrees_stp_port},     {"ipv6_nd", agrees_address}, {"ipv4_mac", agrees_address},
};

/// Where we agree on fewer rows than are expected; why stands in mibs/README.md.
struct Difference {
  const char* recording;
  const char* kind;
  std::size_t agreed;
};
constexpr Difference kDifferences[] = {
    {"cumulus_bgp", "ipv6_nd", 89},
    {"ios_c3560", "ports_vlans", 44},
    {"ios_stp-vlans", "ports_vlans", 27},
    {"iosxe_ie32008t2s-ios17-12", "links", 1},
    {"iosxe_ie32008t2s-ios17-12", "ports_vlans", 9},
    {"jetstream_sg2218p", "links", 0},
    {"jetstream_sg2218p", "vlans", 0},
    {"jetstream_sg2218p", "ports_vlans", 0},
    {"jetstream_vlans", "vlans", 0},
    {"junos_rpm", "links", 0},
    {"junos_rpm", "ports_vlans", 0},
};
std::size_t rows_that_agree(const std::string& recording, const char* kind, std::size_t expected) {
  for (const Difference& d : kDifferences)
    if (recording == d.recording && std::string_view(kind) == d.kind) return d.agreed;
  return expected;
}

template <class Each>
void for_each_expectation(const std::filesystem::path& devices, Each each) {
  const auto agents = recorded_agents(devices);
  for (const RecordedAgent& r : agents) {
    std::ifstream in(devices / (r.name + ".expected.json"));
    if (!in) continue;
    const json expected = json::parse(in)["expected"];
    each(r.name, poll(r.agent).snapshot, expected);
  }
}

}  // namespace

TEST_CASE("every table of every recording is what LibreNMS extracted, but for the rows explained") {
  const auto folder = recordings_folder();
  if (!folder) {
    WARN("SKIPPED: no recordings of real switches; LANWARDEN_SHARED names their folder");
    return;
  }
  std::size_t rows = 0, agreed = 0;
  for_each_expectation(
      *folder / "devices", [&](const std::string& name, const SwitchSnapshot& s, const json& expected) {
        for (const Kind& kind : kKinds) {
          if (!expected.contains(kind.name)) continue;
          INFO(name << " " << kind.name << "; mibs_test \"[differences]\" prints the rows");
          const auto same =
              static_cast<std::size_t>(std::count_if(expected[kind.name].begin(), expected[kind.name].end(),
                                                     [&](const json& row) { return kind.agrees(s, row); }));
          CHECK(same == rows_that_agree(name, kind.name, expected[kind.name].size()));
          rows += expected[kind.name].size();
          agreed += same;
        }
      });
  CHECK(rows == 6904);
  CHECK(agreed == 6810);
}

TEST_CASE("differences from what LibreNMS extracted, row by row", "[.][differences]") {
  const auto folder = recordings_folder();
  REQUIRE(folder);
  for_each_expectation(
      *folder / "devices", [](const std::string& name, const SwitchSnapshot& s, const json& expected) {
        for (const Kind& kind : kKinds) {
          if (!expected.contains(kind.name)) continue;
          std::size_t agreed = 0;
          for (const json& row : expected[kind.name])
            if (kind.agrees(s, row))
              ++agreed;
            else
              std::printf("  %s %s: %s\n", name.c_str(), kind.name, row.dump().substr(0, 220).c_str());
          std::printf("%s %s: %zu of %zu\n", name.c_str(), kind.name, agreed, expected[kind.name].size());
        }
      });
}
