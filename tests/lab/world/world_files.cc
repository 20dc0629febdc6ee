#include "tests/lab/world/world_files.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

namespace lanwarden::lab {
namespace {

using nlohmann::json;
using topology::BridgePort;
using topology::IfIndex;
using topology::IpAddress;
using topology::MacAddress;
using topology::VlanId;

constexpr int kFormat = 1;

constexpr std::array<std::string_view, 4> kVendors = {"cisco", "procurve", "aruba", "generic"};
constexpr std::array<std::string_view, 4> kTiers = {"core", "distribution", "server", "access"};
constexpr std::array<std::string_view, 4> kBoxes = {"unmanaged", "access-point", "virtual-host", "phone"};
constexpr int kStationKinds = static_cast<int>(StationKind::kSwitch) + 1;

template <class Enum, std::size_t N>
std::string word(const std::array<std::string_view, N>& words, Enum value) {
  return std::string(words[static_cast<std::size_t>(value)]);
}
template <class Enum, std::size_t N>
Enum from_word(const std::array<std::string_view, N>& words, const std::string& text) {
  for (std::size_t i = 0; i < N; ++i)
    if (words[i] == text) return static_cast<Enum>(i);
  throw std::runtime_error("unknown word \"" + text + "\"");
}
StationKind station_kind(const std::string& text) {
  for (int i = 0; i < kStationKinds; ++i)
    if (to_word(static_cast<StationKind>(i)) == text) return static_cast<StationKind>(i);
  throw std::runtime_error("unknown kind of station \"" + text + "\"");
}
MacAddress mac_of(const json& j) {
  const auto mac = MacAddress::parse(j.get<std::string>());
  if (!mac) throw std::runtime_error("no MAC address: " + j.dump());
  return *mac;
}
IpAddress ip_of(const json& j) {
  const auto ip = IpAddress::parse(j.get<std::string>());
  if (!ip) throw std::runtime_error("no IP address: " + j.dump());
  return *ip;
}

json to_json(const End& end) { return json::array({end.node, end.port.value}); }
End end_of(const json& j) { return {j.at(0).get<NodeId>(), IfIndex{j.at(1).get<std::uint32_t>()}}; }

json to_json(const Port& p) {
  json j = {{"name", p.name}, {"ifindex", p.ifindex.value}, {"address", p.address.to_string()}};
  if (p.descr != p.name) j["descr"] = p.descr;
  if (!p.alias.empty()) j["alias"] = p.alias;
  if (p.bridge_port.value != 0) j["bridge_port"] = p.bridge_port.value;
  if (p.module != 0) j["place"] = {p.module, p.position};
  if (p.type != 6) j["type"] = p.type;
  if (p.speed_bps != 1'000'000'000) j["speed_bps"] = p.speed_bps;
  if (p.pvid.value != 0) j["pvid"] = p.pvid.value;
  if (p.voice.value != 0) j["voice"] = p.voice.value;
  if (p.trunk) j["trunk"] = true;
  if (p.link) j["link"] = true;
  if (p.aggregate != topology::kNoInterface) j["aggregate"] = p.aggregate.value;
  if (p.lldp_port != 0) j["lldp_port"] = p.lldp_port;
  return j;
}
Port port_of(const json& j) {
  Port p;
  p.name = j.at("name");
  p.ifindex = IfIndex{j.at("ifindex").get<std::uint32_t>()};
  p.address = mac_of(j.at("address"));
  p.descr = j.value("descr", p.name);
  p.alias = j.value("alias", "");
  p.bridge_port = BridgePort{j.value("bridge_port", 0U)};
  if (j.contains("place")) {
    p.module = j["place"].at(0);
    p.position = j["place"].at(1);
  }
  p.type = j.value("type", 6U);
  p.speed_bps = j.value("speed_bps", std::uint64_t{1'000'000'000});
  p.pvid = VlanId{j.value("pvid", std::uint16_t{0})};
  p.voice = VlanId{j.value("voice", std::uint16_t{0})};
  p.trunk = j.value("trunk", false);
  p.link = j.value("link", false);
  p.aggregate = IfIndex{j.value("aggregate", 0U)};
  p.lldp_port = j.value("lldp_port", 0U);
  return p;
}

// The forwarding table by port: [[ifindex, [stations …]], …], a few characters a row.
json fdb_json(const Switch& s) {
  std::map<std::uint32_t, std::vector<std::uint32_t>> by_port;
  for (const LearnedRow& row : s.fdb) by_port[row.port.value].push_back(row.station);
  json all = json::array();
  for (auto& [port, stations] : by_port) all.push_back({port, std::move(stations)});
  return all;
}

void read_fdb(const json& j, Switch& s, std::size_t stations) {
  for (const json& group : j)
    for (const json& station : group.at(1)) {
      LearnedRow row{station.get<std::uint32_t>(), IfIndex{group.at(0).get<std::uint32_t>()}};
      if (row.station >= stations) throw std::runtime_error("no station " + station.dump());
      if (row.port == topology::kNoInterface) row.status = topology::FdbStatus::kSelf;
      s.fdb.push_back(row);
    }
  std::sort(s.fdb.begin(), s.fdb.end(), [](const auto& a, const auto& b) { return a.station < b.station; });
}

json to_json(const Switch& s) {
  json ports = json::array();
  for (const Port& p : s.ports) ports.push_back(to_json(p));
  return {{"name", s.name},
          {"address", s.address},
          {"vendor", word(kVendors, s.vendor)},
          {"tier", word(kTiers, s.tier)},
          {"descr", s.descr},
          {"object_id", s.object_id},
          {"location", s.location},
          {"bridge_address", s.bridge_address.to_string()},
          {"ip", s.ip.to_string()},
          {"stp_priority", s.stp_priority},
          {"lldp", s.lldp},
          {"stp", s.stp},
          {"router", s.router},
          {"ports", std::move(ports)},
          {"fdb", fdb_json(s)}};
}
Switch switch_of(const json& j, std::size_t stations) {
  Switch s;
  s.name = j.at("name");
  s.address = j.at("address");
  s.vendor = from_word<Vendor>(kVendors, j.at("vendor"));
  s.tier = from_word<Tier>(kTiers, j.at("tier"));
  s.descr = j.at("descr");
  s.object_id = j.at("object_id");
  s.location = j.at("location");
  s.bridge_address = mac_of(j.at("bridge_address"));
  s.ip = ip_of(j.at("ip"));
  s.stp_priority = j.at("stp_priority");
  s.lldp = j.at("lldp");
  s.stp = j.at("stp");
  s.router = j.at("router");
  for (const json& p : j.at("ports")) s.ports.push_back(port_of(p));
  std::sort(s.ports.begin(), s.ports.end(),
            [](const Port& a, const Port& b) { return a.ifindex < b.ifindex; });
  read_fdb(j.at("fdb"), s, stations);
  return s;
}

json to_json(const Station& s) {
  json j = {{"mac", s.mac.to_string()}, {"ip", s.ip.to_string()}, {"vlan", s.vlan.value},
            {"kind", to_word(s.kind)},  {"name", s.name},         {"at", to_json(s.at)}};
  if (s.former) j["former"] = to_json(*s.former);
  return j;
}
Station station_of(const json& j) {
  Station s{mac_of(j.at("mac")),
            ip_of(j.at("ip")),
            VlanId{j.at("vlan").get<std::uint16_t>()},
            station_kind(j.at("kind")),
            j.at("name"),
            end_of(j.at("at")),
            std::nullopt};
  if (j.contains("former")) s.former = end_of(j["former"]);
  return s;
}

json to_json(const Box& b) {
  json j = {{"kind", word(kBoxes, b.kind)}, {"name", b.name}};
  if (b.passes_lldp) j["passes_lldp"] = true;
  if (b.station) j["station"] = *b.station;
  return j;
}
Box box_of(const json& j) {
  Box b{from_word<BoxKind>(kBoxes, j.at("kind")), j.at("name"), j.value("passes_lldp", false), std::nullopt};
  if (j.contains("station")) b.station = j["station"].get<std::uint32_t>();
  return b;
}

json to_json(const Cable& c) {
  json j = {{"a", to_json(c.a)}, {"b", to_json(c.b)}};
  if (c.blocked) j["blocked"] = true;
  if (c.other_trees != 0) j["blocked_in_other_trees"] = c.other_trees;
  if (c.second_leg) j["second_leg"] = true;
  return j;
}

void check_references(const World& w) {
  const std::size_t nodes = w.switches.size() + w.boxes.size();
  const auto check = [&](const End& end) {
    if (end.node >= nodes) throw std::runtime_error("no node " + std::to_string(end.node));
  };
  for (const Cable& c : w.cables) {
    check(c.a);
    check(c.b);
  }
  for (const Station& s : w.stations) {
    check(s.at);
    if (s.former) check(*s.former);
  }
  for (const Box& b : w.boxes)
    if (b.station && *b.station >= w.stations.size()) throw std::runtime_error("no station for " + b.name);
}

World world_of(const json& j) {
  if (j.at("format") != kFormat)
    throw std::runtime_error("another version's format: " + j.at("format").dump());
  World w;
  w.options.seed = j.at("seed");
  w.options.udp_port = j.at("udp_port");
  w.options.vlan_trees = j.value("vlan_trees", 1U);
  w.options.story = j.value("story", "") == "clock" ? Story::kClock : Story::kNone;
  for (const json& v : j.at("vlans")) w.vlans.push_back(VlanId{v.get<std::uint16_t>()});
  for (const json& s : j.at("stations")) w.stations.push_back(station_of(s));
  for (const json& s : j.at("switches")) w.switches.push_back(switch_of(s, w.stations.size()));
  for (const json& b : j.at("boxes")) w.boxes.push_back(box_of(b));
  for (const json& c : j.at("cables"))
    w.cables.push_back({end_of(c.at("a")), end_of(c.at("b")), c.value("blocked", false),
                        c.value("blocked_in_other_trees", std::uint8_t{0}), c.value("second_leg", false)});
  w.options.switches = static_cast<unsigned>(w.switches.size());
  w.options.vlans = static_cast<unsigned>(w.vlans.size());
  check_references(w);
  return w;
}

json port_json(const World& w, topology::PortId port) {
  const Switch& s = w.switches[port.sw.value];
  json j = {{"switch", s.name}, {"ifindex", port.ifindex.value}};
  if (const Port* p = s.port(port.ifindex)) j["port"] = p->name;
  return j;
}

}  // namespace

std::string world_json(const World& w) {
  json j = {{"format", kFormat}, {"seed", w.options.seed}, {"udp_port", w.options.udp_port}};
  if (w.trees() > 1) j["vlan_trees"] = w.options.vlan_trees;
  if (w.options.story == Story::kClock) j["story"] = "clock";
  for (const VlanId v : w.vlans) j["vlans"].push_back(v.value);
  for (const auto* list : {"stations", "switches", "boxes", "cables"}) j[list] = json::array();
  for (const Station& s : w.stations) j["stations"].push_back(to_json(s));
  for (const Switch& s : w.switches) j["switches"].push_back(to_json(s));
  for (const Box& b : w.boxes) j["boxes"].push_back(to_json(b));
  for (const Cable& c : w.cables) j["cables"].push_back(to_json(c));
  return j.dump() + "\n";
}

std::string truth_json(const World& w) {
  json stations = json::array(), links = json::array(), segments = json::array();
  const auto all = truths(w);
  for (std::uint32_t i = 0; i < w.stations.size(); ++i) {
    const Station& s = w.stations[i];
    const Truth& truth = all[i];
    json j = {{"mac", s.mac.to_string()}, {"ip", s.ip.to_string()},
              {"name", s.name},           {"kind", to_word(s.kind)},
              {"vlan", s.vlan.value},     {"verdict", to_word(truth.verdict)},
              {"ports", json::array()},   {"switch", w.switches[truth.sw.value].name}};
    bool known = false;  // whether a bridge beside it still has its row: without one nobody can tell
    for (const topology::PortId port : truth.ports) {
      j["ports"].push_back(port_json(w, port));
      const LearnedRow* row = row_of(w.switches[port.sw.value], i);
      known = known || (row != nullptr && row->port == port.ifindex);
    }
    if (truth.ports.size() == 1) {
      j["port"] = j["ports"][0]["port"];
      j["ifindex"] = truth.ports[0].ifindex.value;
    }
    if (!truth.ports.empty()) j["row_present"] = known;
    stations.push_back(std::move(j));
  }
  for (const TrueLink& link : true_links(w)) {
    json j = {{"a", port_json(w, link.a)}, {"b", port_json(w, link.b)}};
    if (link.blocked) j["blocked"] = true;
    if (link.through_box) j["through_unmanaged"] = true;
    links.push_back(std::move(j));
  }
  for (const TrueSegment& segment : true_segments(w)) {
    json j = {{"ports", json::array()}, {"stations", json::array()}};
    for (const topology::PortId port : segment.ports) j["ports"].push_back(port_json(w, port));
    for (const std::uint32_t station : segment.stations)
      j["stations"].push_back(w.stations[station].mac.to_string());
    segments.push_back(std::move(j));
  }
  return json{{"stations", std::move(stations)},
              {"links", std::move(links)},
              {"segments", std::move(segments)}}
             .dump(1) +
         "\n";
}

std::string config_toml(const World& w) {
  std::ostringstream out;
  out << "# A simulated building: lanwarden-lab serve answers for these switches.\n"
         "store = \"lanwarden.db\"\n\n"
         "[[credential]]\nname = \"ro\"\nversion = \"2c\"\ncommunity = \"public\"\n\n"
         "[[credential]]\nname = \"rw\"\nversion = \"2c\"\ncommunity = \"private\"\n";
  for (const Switch& s : w.switches)
    out << "\n[[switch]]\nname = \"" << s.name << "\"\naddress = \"" << s.address
        << "\"\ncredential = \"ro\"\nwrite_credential = \"rw\"\n";
  return out.str();
}

topology::Result<void, std::string> save_world(const World& world, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return tl::unexpected(folder.string() + ": cannot make this folder: " + error.message());
  const auto write = [&](const char* name, const std::string& text) {
    std::ofstream out(folder / name, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    return static_cast<bool>(out);
  };
  // Readable by the owner only: the file holds communities, though they are no secret here.
  const bool written = write("world.json", world_json(world)) && write("truth.json", truth_json(world)) &&
                       write("lanwarden.toml", config_toml(world));
  if (!written) return tl::unexpected(folder.string() + ": cannot write here");
  std::filesystem::permissions(folder / "lanwarden.toml",
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
                               error);
  return {};
}

topology::Result<World, std::string> parse_world(const std::string& text) {
  try {
    return world_of(json::parse(text));
  } catch (const std::exception& e) {
    return tl::unexpected(std::string("this is no world: ") + e.what());
  }
}

topology::Result<World, std::string> load_world(const std::filesystem::path& path) {
  const auto file = std::filesystem::is_directory(path) ? path / "world.json" : path;
  std::ifstream in(file, std::ios::binary);
  if (!in) return tl::unexpected(file.string() + ": cannot be read; lanwarden-lab generate makes one");
  std::ostringstream text;
  text << in.rdbuf();
  auto world = parse_world(std::move(text).str());
  if (!world) return tl::unexpected(file.string() + ": " + world.error());
  return world;
}

}  // namespace lanwarden::lab
