#include "agent/isolation/guard.h"

#include <fmt/format.h>

#include <algorithm>

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
    if (config_ != nullptr)
      for (const std::string& name : config_->protected_ports)
        if (name == port_->name || name == port_->descr || name == port_->alias)
          refuse("protected-port", where_ + " is protected", "protected_ports in the configuration");
    if (!sw_.fdb_complete())
      refuse("incomplete-tables", fmt::format("the forwarding table of {} was not read completely", sw_.name),
             "lanwarden poll " + sw_.name);
  }

  void place() {
    const topology::PortId aggregate = in_.fabric.port_of(in_.port.sw, in_.port.ifindex);
    const bool lag = aggregate != in_.port || port_->type == 161;
    if (lag) refuse("link-aggregation", where_ + " is a link aggregate or a member of one");
    if (in_.fabric.faces_switch(aggregate)) refuse("leads-to-a-switch", where_ + " leads to another switch");
    if (const auto* unknown = in_.fabric.unknown_bridge(aggregate))
      refuse("leads-to-a-switch",
             fmt::format("{} leads to a bridge that is not polled: {}", where_, unknown->description));
    switch (in_.fabric.role(aggregate)) {
      case PortRole::kEdge:
      case PortRole::kShared:  // the number of stations decides
      case PortRole::kUplink:  // said above
      case PortRole::kUnused:  // a station that came after the last walk: the live answer places it
        break;
      case PortRole::kSegment:
        if (!in_.fabric.faces_switch(aggregate))
          refuse("leads-to-a-switch", where_ + " is on a segment with other switches");
        break;
      case PortRole::kUnknown:
        refuse("role-unknown", "what is behind " + where_ + " is not known", "poll the switches behind it");
        break;
    }
  }

  void station(const topology::Location& location) {
    if (!in_.live)
      refuse("not-seen-now", fmt::format("no switch holds {} at this moment", location.mac.to_string()),
             "wait until it speaks, or: lanwarden where --provoke");
    const bool shared_allowed =
        location.verdict == Verdict::kShared && in_.config.isolation.max_macs_on_port > 1;
    if (location.verdict != Verdict::kEdge && !shared_allowed)
      refuse("not-an-edge",
             fmt::format("the verdict is \"{}\", not \"edge\"", topology::to_string(location.verdict)));
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
    for (std::size_t i = 0; i < in_.config.isolation.protected_macs.size(); ++i)
      if (in_.config.isolation.protected_macs[i].matches(location.mac))
        refuse("protected-mac",
               fmt::format("{} matches the protected {}", location.mac.to_string(),
                           in_.config.isolation.protected_macs_text[i]),
               "isolation.protected_macs");
  }

  void bystanders() {
    const auto stations = in_.fabric.stations(in_.port);
    const auto on_port = [&](MacAddress mac) {
      return std::find(stations.begin(), stations.end(), mac) != stations.end() ||
             std::any_of(sw_.fdb.begin(), sw_.fdb.end(), [&](const topology::FdbEntry& e) {
               return e.mac == mac && e.port == in_.port.ifindex && e.status != FdbStatus::kSelf;
             });
    };
    if (in_.location == nullptr && stations.size() > in_.config.isolation.max_macs_on_port)
      refuse("too-many-stations",
             fmt::format("{} stations are on {}, {} allowed", stations.size(), where_,
                         in_.config.isolation.max_macs_on_port),
             "isolation.max_macs_on_port");
    if (in_.location == nullptr)
      for (const MacAddress mac : stations)
        for (const auto& pattern : in_.config.isolation.protected_macs)
          if (pattern.matches(mac))
            refuse("protected-mac", mac.to_string() + " is on it and protected", "isolation.protected_macs");
    for (const MacAddress mac : in_.own_macs)
      if (on_port(mac) || (in_.location != nullptr && in_.location->mac == mac))
        refuse("own-port", "lanwarden itself is behind " + where_);
    for (const MacAddress mac : in_.gateway_macs)
      if (on_port(mac) || (in_.location != nullptr && in_.location->mac == mac))
        refuse("gateway", fmt::format("the gateway {} is behind {}", mac.to_string(), where_));
    for (const SwitchSnapshot& other : in_.fabric.snapshots()) {
      if (&other == &sw_) continue;
      for (const MacAddress mac : other.own_addresses)
        if (on_port(mac)) {
          refuse("management-path",
                 fmt::format("{}'s own address {} is behind {}", other.name, mac.to_string(), where_));
          break;
        }
    }
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
  }

  const GuardInput& in_;
  const SwitchSnapshot& sw_;
  const SwitchConfig* config_;
  const Interface* port_;
  std::string where_;
  std::vector<Refusal> refusals_;
};

}  // namespace

std::vector<Refusal> judge(const GuardInput& input) { return Judge(input).all(); }

}  // namespace lanwarden::agent
