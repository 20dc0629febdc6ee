// Every recording in a few lines, for eyes: what the poll makes of a device, and what it could not place.
// Hidden from ordinary runs: mibs_test "[listing]".
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <map>
#include <set>

#include "tests/mibs/recordings.h"

using namespace lanwarden;
using namespace lanwarden::mibs::testing;

namespace {

void print(const std::string& name, const Polled& polled) {
  const topology::SwitchSnapshot& s = polled.snapshot;
  std::size_t unplaced = 0, no_vlan = 0;
  std::map<std::uint32_t, int> numbers;
  for (const topology::FdbEntry& e : s.fdb) {
    if (e.vlan == topology::kNoVlan) ++no_vlan;
    if (e.port != topology::kNoInterface || e.status == topology::FdbStatus::kSelf) continue;
    ++unplaced;
    ++numbers[e.bridge_port.value];
  }
  std::printf("== %s: %s | %s\n", name.c_str(), s.object_id.c_str(),
              s.system_descr.substr(0, s.system_descr.find_first_of("\r\n")).c_str());
  std::printf(
      "   fdb %zu rows, %zu on no port, %zu without VLAN; %zu interfaces, %zu base ports, %zu databases; %zu "
      "requests\n",
      s.fdb.size(), unplaced, no_vlan, s.interfaces.size(), s.base_ports.size(), s.databases.size(),
      polled.requests.size());
  for (const auto& [number, rows] : numbers) std::printf("   port %u is none: %d rows\n", number, rows);
  std::size_t members = 0, tagged = 0, untagged = 0, fed = 0;
  for (const topology::Vlan& v : s.vlans) tagged += v.tagged.size(), untagged += v.untagged.size();
  for (const topology::Interface& i : s.interfaces) {
    members += i.aggregate != topology::kNoInterface;
    fed += i.poe == topology::Poe::kDelivering;
  }
  std::printf(
      "   %zu VLANs (%zu tagged, %zu untagged places), %zu LAG members, %zu fed, stp %zu/%zu, arp %zu\n",
      s.vlans.size(), tagged, untagged, members, fed, s.stp.size(), s.stp_ports.size(), s.addresses.size());
  for (const topology::Neighbor& n : s.neighbors) {
    const topology::Interface* const i = s.interface(n.local_port);
    std::printf("   %s %s [%s] -> %s / %s / %s\n", std::string(to_string(n.protocol)).c_str(),
                i != nullptr ? i->name.c_str() : "NO LOCAL PORT", n.local_port_text.c_str(),
                n.system_name.c_str(), n.chassis_id.c_str(), n.port_id.c_str());
  }
  for (const std::string& text : s.problems) std::printf("   problem: %s\n", text.c_str());
  for (const std::string& text : s.decisions) std::printf("   decision: %s\n", text.c_str());
}

}  // namespace

TEST_CASE("listing of every recording", "[.][listing]") {
  const auto folder = recordings_folder();
  REQUIRE(folder);
  std::vector<std::filesystem::path> folders = {*folder / "devices"};
  for (const auto& entry : std::filesystem::directory_iterator(*folder / "networks"))
    folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  for (const auto& f : folders)
    for (const RecordedAgent& r : recorded_agents(f))
      print(f.filename().string() + "/" + r.name, poll(r.agent));
}
