#include "agent/isolation/guard.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <regex>

#include "topology/confirm.h"

namespace lanwarden::agent {
namespace {

using topology::FdbStatus;
using topology::Interface;
using topology::MacAddress;
using topology::PortRole;
using topology::SwitchSnapshot;
using topology::Verdict;

class Judge {
 public:
  explicit Judge(const GuardInput& input)
      : in_(input),
        sw_(input.fabric.snapshot(input.port.sw)),
        config_(input.config.find(sw_.name)),
        port_(sw_.interface(input.port.ifindex)),
        where_(input.fabric.describe(input.port)) {}

  std::vector<Refusal> all() {
    switch_and_port();
    if (port_ == nullptr) return std::move(refusals_);
    place();
    if (in_.location != nullptr) station(*in_.location);
    bystanders();
    limits();
    return std::move(refusals_);
  }

 private:
  void refuse(std::string_view rule, std::string fact, std::string lift = "") {
    refusals_.push_back({rule, std::move(fact), std::move(lift)});
  }

  void switch_and_port() {
    if (config_ == nullptr) {
      refuse("unknown-switch", sw_.name + " is not in the configuration", "add a [[switch]] for it");
    } else if (!config_->write_credential) {
      refuse("no-write-credential", fmt::format("{} has no write_credential", sw_.name),
             "name one in its [[switch]] if lanwarden may write to it");
    }
    if (port_ == nullptr) {
      refuse("unknown-port", where_ + " is not among the ports that the switch reported",
             "lanwarden poll " + sw_.name);
      return;
    }
    if ((config_ != nullptr && is_protected(config_->protected_ports, *port_)) ||
        is_protected(in_.config.isolation.protected_ports, *port_))
      refuse("protected-port", where_ + " is protected", "protected_ports in the configuration");
    if (!sw_.fdb_complete())
      refuse("incomplete-tables", fmt::format("the forwarding table of {} was not read completely", sw_.name),
             "lanwarden poll " + sw_.name);
    if (in_.sighting && sw_.time < *in_.sighting)
      refuse("stale-tables", fmt::format("the tables of {} are older than the sighting", sw_.name),
             "lanwarden poll " + sw_.name);
    if (!sw_.base_ports.empty() &&
        std::none_of(sw_.base_ports.begin(), sw_.base_ports.end(),
                     [&](const topology::BasePort& b) { return b.ifindex == in_.port.ifindex; }) &&
        port_->aggregate == topology::kNoInterface)
      refuse("not-a-bridge-port", where_ + " is no bridge port: stations are not plugged in there",
             "name the port that the station is on");
    if (port_->admin == topology::OperStatus::kDown && !in_.already)
      refuse("already-down", where_ + " is shut already, by somebody else",
             "whoever shut it opens it; lanwarden would not know that it has to stay shut");
  }

  void place() {
    const topology::PortId aggregate = in_.fabric.port_of(in_.port.sw, in_.port.ifindex);
    const bool lag = aggregate != in_.port || port_->type == 161;
    const bool segment = in_.fabric.role(aggregate) == PortRole::kSegment;
    if (lag)
      refuse("link-aggregation", where_ + " is a link aggregate or a member of one",
             "take the port out of the aggregate first");
    if ((in_.fabric.faces_switch(aggregate) || in_.fabric.role(aggregate) == PortRole::kUplink) && !segment &&
        in_.fabric.unknown_bridge(aggregate) == nullptr)
      refuse("uplink", where_ + " leads to another switch", "nothing: look for the station behind it");
    if (const auto* unknown = in_.fabric.unknown_bridge(aggregate))
      refuse("trunk",
             fmt::format("{} leads to a bridge that is not polled: {}", where_, unknown->description),
             "add a [[switch]] for that bridge, and look for the station there");
    unplaced(aggregate);
    if (joins_a_stack())
      refuse("stack-port", fmt::format("{} joins the units of a stack", where_), "its name says so");
    switch (in_.fabric.role(aggregate)) {
      case PortRole::kEdge:
      case PortRole::kShared:  // the number of stations decides
      case PortRole::kUplink:  // said above
      case PortRole::kUnused:  // a station that came after the last walk: the live answer places it
        break;
      case PortRole::kSegment:
        refuse("segment", where_ + " is on a segment with other switches",
               "nothing: look for the station on that segment");
        break;
      case PortRole::kUnknown:
        refuse("role-unknown", "what is behind " + where_ + " is not known", "poll the switches behind it");
        break;
    }
  }

  /// A switch that sees the same stations as this one is in the same LAN. Where no port of this switch is
  /// known to lead to it, any port may: a station that went quiet on that switch then seems to be plugged in
  /// here.
  void unplaced(topology::PortId aggregate) {
    if (in_.fabric.faces_switch(aggregate)) return;  // said above
    const auto snapshots = in_.fabric.snapshots();
    for (std::uint32_t i = 0; i < snapshots.size(); ++i) {
      const topology::SwitchId other{i};
      if (other == in_.port.sw || !snapshots[i].answered || in_.fabric.direction(in_.port.sw, other))
        continue;
      if (!shares_a_station(sw_, snapshots[i])) continue;
      refuse("unplaced-switch",
             fmt::format("nobody knows how {} is connected: it may be behind {}", snapshots[i].name, where_),
             fmt::format("lanwarden poll; lanwarden topology shows what is missing around {}",
                         snapshots[i].name));
    }
  }

  /// Rows are sorted by address.
  static bool shares_a_station(const SwitchSnapshot& a, const SwitchSnapshot& b) {
    auto x = a.fdb.begin(), y = b.fdb.begin();
    while (x != a.fdb.end() && y != b.fdb.end()) {
      if (x->mac < y->mac) {
        ++x;
      } else if (y->mac < x->mac) {
        ++y;
      } else {
        if (x->status != FdbStatus::kStatic && y->status != FdbStatus::kStatic &&
            topology::address_kind(x->mac) == topology::AddressKind::kStation)
          return true;
        ++x;
      }
    }
    return false;
  }

  /// Vendors name such ports for what they are: "StackPort1", "stk-1/2", "VSL", "irf-port 1/1", "vsf 1".
  bool joins_a_stack() const {
    static const std::regex kNames(
        R"((^|[^a-z])(stack(ing|[ -]?port)?|stk|vsl|vsf|irf([ -]?port)?)($|[^a-z]))",
        std::regex::icase | std::regex::optimize);
    const auto says = [](const std::string& text) { return std::regex_search(text, kNames); };
    return says(port_->name) || says(port_->descr);
  }

  void station(const topology::Location& location) {
    if (!in_.live)
      refuse("not-seen-now", fmt::format("no switch holds {} at this moment", location.mac.to_string()),
             "wait until it speaks, or: lanwarden where --provoke");
    confirmation(location);
    const bool shared_allowed =
        location.verdict == Verdict::kShared && in_.config.isolation.max_macs_on_port > 1;
    if (location.verdict != Verdict::kEdge && !shared_allowed)
      refuse("not-an-edge",
             fmt::format("the verdict is \"{}\", not \"edge\"", topology::to_string(location.verdict)),
             "lanwarden where " + location.mac.to_string() + " says why");
    if (location.confidence < in_.config.isolation.min_confidence)
      refuse("not-sure-enough",
             fmt::format("confidence {:.2f} is below {:.2f}", location.confidence,
                         in_.config.isolation.min_confidence),
             "isolation.min_confidence");
    if (location.stations_on_port > in_.config.isolation.max_macs_on_port)
      refuse("too-many-stations",
             fmt::format("{} stations are on {}, {} allowed", location.stations_on_port, where_,
                         in_.config.isolation.max_macs_on_port),
             "isolation.max_macs_on_port");
  }

  /// A row of the past looks like one of now, and a table may have a hole where the station is now. The
  /// switches around tell.
  void confirmation(const topology::Location& location) {
    const topology::LocateQuery query{location.mac, in_.rows, {}, in_.live};
    if (!in_.live || !location.port || location.port->sw != in_.port.sw) return;  // refused by other rules
    const auto doubtful = topology::unconfirmed(in_.fabric, query, in_.port);
    if (doubtful.empty()) return;
    if (in_.heard_by && topology::holds_all_the_way(in_.fabric, query, *in_.heard_by, in_.port)) return;
    std::string names;
    for (std::size_t i = 0; i < doubtful.size() && i < 4; ++i)
      names += (i == 0 ? "" : ", ") + in_.fabric.snapshot(doubtful[i]).name;
    if (doubtful.size() > 4) names += fmt::format(" and {} more", doubtful.size() - 4);
    refuse(
        "unconfirmed",
        fmt::format(
            "{}, next to {}, {} not point to {} there: that row may be of the past, and it may be behind {}",
            names, sw_.name, doubtful.size() == 1 ? "does" : "do", location.mac.to_string(),
            doubtful.size() == 1 ? names : "one of them"),
        "wait until it speaks, or: lanwarden where --provoke");
  }

  /// Everybody on the port would go with the culprit.
  void bystanders() {
    std::vector<MacAddress> on_port(in_.fabric.stations(in_.port).begin(),
                                    in_.fabric.stations(in_.port).end());
    if (in_.location == nullptr && on_port.size() > in_.config.isolation.max_macs_on_port)
      refuse("too-many-stations",
             fmt::format("{} stations are on {}, {} allowed", on_port.size(), where_,
                         in_.config.isolation.max_macs_on_port),
             "isolation.max_macs_on_port");
    // Switches' own and group addresses count among what depends on the port.
    for (const topology::FdbEntry& e : sw_.fdb)
      if (e.port == in_.port.ifindex && e.status != FdbStatus::kSelf) on_port.push_back(e.mac);
    if (in_.location != nullptr) on_port.push_back(in_.location->mac);
    std::sort(on_port.begin(), on_port.end());
    on_port.erase(std::unique(on_port.begin(), on_port.end()), on_port.end());
    const auto has = [&](MacAddress mac) { return std::binary_search(on_port.begin(), on_port.end(), mac); };
    for (const MacAddress mac : on_port) {
      protect(mac);
      const auto kind = topology::address_kind(mac);
      if (kind == topology::AddressKind::kVrrp || kind == topology::AddressKind::kHsrp ||
          kind == topology::AddressKind::kGlbp)
        refuse("gateway", fmt::format("{} behind {} is a virtual router's address", mac.to_string(), where_),
               "take the routers' own ports out of the question");
    }
    for (const MacAddress mac : in_.own_macs)
      if (has(mac)) refuse("own-port", "lanwarden itself is behind " + where_, "run it from elsewhere");
    for (const MacAddress mac : in_.gateway_macs)
      if (has(mac))
        refuse("gateway", fmt::format("the gateway {} is behind {}", mac.to_string(), where_),
               "it is in the routing table of this machine, or a [[router]]");
    for (const MacAddress mac : in_.dhcp_macs)
      if (has(mac))
        refuse("dhcp-server", fmt::format("the DHCP server {} is behind {}", mac.to_string(), where_),
               "isolation.dhcp_servers, or this machine's own lease");
    management(has);
  }

  void protect(MacAddress mac) {
    for (std::size_t i = 0; i < in_.config.isolation.protected_macs.size(); ++i)
      if (in_.config.isolation.protected_macs[i].matches(mac))
        refuse("protected-mac",
               in_.location != nullptr && in_.location->mac == mac
                   ? fmt::format("{} matches the protected {}", mac.to_string(),
                                 in_.config.isolation.protected_macs_text[i])
                   : fmt::format("{} on {} is protected", mac.to_string(), where_),
               "isolation.protected_macs");
  }

  template <class Has>
  void management(const Has& has) {
    static const std::regex kNames(R"(^(mgmt|management|oob|fxp|me)[-_ /]?[0-9]*([./][0-9]+)*$)",
                                   std::regex::icase | std::regex::optimize);
    if (std::regex_match(port_->name, kNames))
      refuse("management-path", where_ + " is the switch's own management port", "its name says so");
    for (const SwitchSnapshot& other : in_.fabric.snapshots()) {
      if (&other == &sw_) continue;
      for (const MacAddress mac : other.own_addresses)
        if (has(mac)) {
          refuse("management-path",
                 fmt::format("{}'s own address {} is behind {}", other.name, mac.to_string(), where_),
                 "nothing: that switch could not be asked any more");
          break;
        }
    }
    for (const auto& [name, mac] : in_.management)
      if (has(mac))
        refuse("management-path",
               fmt::format("{}, which answers for {}, is behind {}", mac.to_string(), name, where_),
               "correct that switch's address, if it is not so");
  }

  void limits() {
    if (in_.already)
      refuse("already-isolated", fmt::format("isolation {} holds {} already", *in_.already, where_),
             fmt::format("lanwarden restore {}", *in_.already));
    if (in_.isolations_last_hour >= in_.config.isolation.per_hour)
      refuse("too-many-isolations",
             fmt::format("{} in the last hour, {} allowed", in_.isolations_last_hour,
                         in_.config.isolation.per_hour),
             "isolation.per_hour");
    if (in_.isolations_open >= in_.config.isolation.at_once)
      refuse("too-many-at-once",
             fmt::format("{} ports are held at this moment, {} allowed", in_.isolations_open,
                         in_.config.isolation.at_once),
             "isolation.at_once, or restore one");
  }

  const GuardInput& in_;
  const SwitchSnapshot& sw_;
  const SwitchConfig* config_;
  const Interface* port_;
  std::string where_;
  std::vector<Refusal> refusals_;
};

}  // namespace

bool is_protected(const std::vector<std::string>& patterns, const Interface& port) {
  for (const std::string& pattern : patterns)
    for (const std::string* text : {&port.name, &port.descr, &port.alias})
      if (!text->empty() &&
          (*text == pattern || ::fnmatch(pattern.c_str(), text->c_str(), FNM_CASEFOLD) == 0))
        return true;
  return false;
}

std::vector<Refusal> judge(const GuardInput& input) { return Judge(input).all(); }

}  // namespace lanwarden::agent
