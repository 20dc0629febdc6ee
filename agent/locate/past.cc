// What the locator asks of the memory, and tells it: where a station was, its names and addresses, the links.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "agent/locate/locator.h"
#include "agent/output/time_text.h"

namespace lanwarden::agent {
namespace {

using topology::SwitchId;
using topology::Table;
using topology::Time;
using topology::Verdict;

/// How often links that have not changed are told: their last time is not more exact.
constexpr auto kBetweenTelling = std::chrono::minutes(10);
/// Two stations that had an address within this time both are answers to "who has it?".
constexpr auto kAlmostNow = std::chrono::hours(1);

std::string joined(std::span<const topology::Source> sources) {
  std::string text;
  for (const topology::Source s : sources) text += (text.empty() ? "" : ",") + std::string(to_string(s));
  return text;
}

/// What is missing from such tables is not known to be gone.
bool unsure(const SwitchSnapshot& s) {
  using topology::Completeness;
  const auto partial = [&s](Table t) { return s.table(t).completeness == Completeness::kPartial; };
  return !s.answered || !s.fdb_complete() || partial(Table::kLldp) || partial(Table::kCdp) ||
         partial(Table::kStp) || partial(Table::kInterfaces);
}

bool held(Time from, const std::optional<Time>& until, Time at) {
  return from <= at && (!until || *until > at);
}

std::string span_text(const Sighting& s) {
  return "from " + rfc3339(s.from) + (s.until ? " until " + rfc3339(*s.until) : ", and still");
}

}  // namespace

void Locator::remember_links() {
  if (without_rows_) return;
  const topology::Fabric& f = *present();
  std::vector<LinkInterval> links;
  for (const topology::Link& link : f.links()) {
    LinkInterval l;
    const auto end = [&](topology::PortId port) {
      const auto* i = f.snapshot(port.sw).interface(port.ifindex);
      return LinkInterval::End{f.snapshot(port.sw).name, i != nullptr ? i->name : ""};
    };
    l.a = end(link.a), l.b = end(link.b);
    if (l.a.port.empty() || l.b.port.empty()) continue;
    if (l.b < l.a) std::swap(l.a, l.b);
    l.via = joined(link.via);
    links.push_back(std::move(l));
  }
  std::vector<std::string> doubted;
  Time now{};
  for (const SwitchSnapshot& s : f.snapshots()) {
    now = std::max(now, s.time);
    if (unsure(s)) doubted.push_back(s.name);
  }
  std::string telling;
  for (const LinkInterval& l : links)
    telling +=
        fmt::format("{}\t{}\t{}\t{}\t{}\n", l.a.switch_name, l.a.port, l.b.switch_name, l.b.port, l.via);
  for (const std::string& name : doubted) telling += name + "\n";
  if (now == Time{} || (telling == links_told_ && now - links_told_at_ < kBetweenTelling)) return;
  if (!store_.save_links(links, doubted, now)) return;
  links_told_ = std::move(telling);
  links_told_at_ = now;
}

StoreResult<Located> Locator::at(topology::MacAddress mac, Time time) {
  auto sightings = store_.sightings(*MacPattern::parse(mac.to_string()), time, 10'000);
  if (!sightings) return tl::make_unexpected(sightings.error());
  const topology::Fabric& f = fabric();
  std::vector<topology::MacRow> rows;
  for (const Sighting& s : *sightings) {
    const auto sw = f.switch_named(s.switch_name);
    if (!sw) continue;
    const topology::Interface* port = f.snapshot(*sw).interface_named(s.port);
    rows.push_back(
        {*sw, port != nullptr ? port->ifindex : s.ifindex, s.vlan, s.status, std::min(s.last_seen, time)});
  }
  Located located{topology::locate(f, {mac, rows, {}}, past(mac, time)), stored_asked(), {}, false};
  located.then = Then{time, std::move(*sightings), std::nullopt};
  judge_then(located);
  return located;
}

void Locator::judge_then(Located& located) {
  topology::Location& l = located.location;
  Then& then = *located.then;
  const topology::Fabric& f = fabric();
  const auto links = store_.links();
  if (links) {
    const auto changed = std::count_if(links->begin(), links->end(), [&](const LinkInterval& link) {
      return held(link.from, link.until, then.time) ? link.until.has_value() : link.from > then.time;
    });
    const bool recorded = std::any_of(links->begin(), links->end(),
                                      [&](const LinkInterval& link) { return link.from <= then.time; });
    if (!links->empty() && !recorded)
      l.evidence.push_back(
          "which port leads to which switch is known as of today: the links of then were not recorded");
    else if (changed > 0)
      l.evidence.push_back(
          fmt::format("which port leads to which switch is known as of today: {} link{} since", changed,
                      changed == 1 ? " has come or gone" : "s have come or gone"));
  }
  if (!l.port) return;
  const std::string sw = f.snapshot(l.port->sw).name;
  const auto* interface = f.snapshot(l.port->sw).interface(l.port->ifindex);
  if (interface == nullptr) return;
  for (const Sighting& s : then.rows)
    if (s.switch_name == sw && s.port == interface->name) {
      then.row = s;
      break;
    }
  const std::size_t today = std::max<std::size_t>(1, l.stations_on_port);
  const auto there = store_.stations_on(sw, interface->name, then.time);
  if (there && *there > 0 && (l.verdict == Verdict::kEdge || l.verdict == Verdict::kShared)) {
    l.stations_on_port = *there;
    if (l.verdict == Verdict::kEdge && *there > today) l.verdict = Verdict::kShared;
    l.evidence.push_back(*there == 1
                             ? fmt::format("it was the only station on {} {} then", sw, interface->name)
                             : fmt::format("{} stations were on {} {} then", *there, sw, interface->name));
    if (*there == 1 && l.verdict == Verdict::kShared)
      l.evidence.push_back("the port is shared today, so that others may have been silent then");
  }
  if (then.row)
    l.evidence.insert(l.evidence.begin(),
                      fmt::format("{} {} had it {}", sw, interface->name, span_text(*then.row)));
  if (!links) return;
  for (const LinkInterval& link : *links) {
    const LinkInterval::End here{sw, interface->name};
    if (!held(link.from, link.until, then.time) || !link.until || (link.a != here && link.b != here))
      continue;
    const auto& far = link.a == here ? link.b : link.a;
    l.evidence.insert(l.evidence.begin(),
                      fmt::format("{} {} led to {} {} then (a link until {}): it was somewhere behind it", sw,
                                  interface->name, far.switch_name, far.port, rfc3339(*link.until)));
    l.verdict = Verdict::kAmbiguous;
    l.confidence = std::min(l.confidence, 0.3);
    l.ports = {*l.port};
    l.port.reset();
    break;
  }
}

std::vector<topology::IpAddress> Locator::ips_of(topology::MacAddress mac, std::optional<Time> at) {
  std::set<topology::IpAddress> ips;
  const auto scan = [&](std::span<const SwitchSnapshot> snapshots) {
    for (const SwitchSnapshot& s : snapshots)
      for (const topology::AddressEntry& a : s.addresses)
        if (a.mac == mac) ips.insert(a.ip);
  };
  if (!at) {
    scan(routers_);
    scan(fabric().snapshots());
    if (auto known = store_.bindings(mac))
      for (const IpBinding& b : *known) ips.insert(b.ip);
  } else if (auto known = store_.address_history(mac)) {
    for (const IpBinding& b : *known)
      if (held(b.from, b.until, *at)) ips.insert(b.ip);
  }
  return {ips.begin(), ips.end()};
}

std::vector<topology::MacAddress> Locator::macs_of(topology::IpAddress ip, std::optional<Time> at) {
  std::set<topology::MacAddress> macs;
  const auto scan = [&](std::span<const SwitchSnapshot> snapshots) {
    for (const SwitchSnapshot& s : snapshots)
      for (const topology::AddressEntry& a : s.addresses)
        if (a.ip == ip) macs.insert(a.mac);
  };
  if (!at) {
    scan(routers_);
    scan(fabric().snapshots());
  }
  if (auto known = store_.address_history(ip)) {
    Time newest{};
    for (const IpBinding& b : *known) newest = std::max(newest, b.last_seen);
    for (const IpBinding& b : *known)
      if (at ? held(b.from, b.until, *at) : !b.until || newest - *b.until < kAlmostNow) macs.insert(b.mac);
  }
  return {macs.begin(), macs.end()};
}

std::vector<std::string> Locator::names_of(topology::MacAddress mac, std::optional<Time> at) {
  std::vector<std::string> names;
  const auto known = store_.names(mac);
  if (!known) return names;
  for (const NameBinding& n : *known)
    if ((at ? held(n.from, n.until, *at) : !n.until) &&
        std::find(names.begin(), names.end(), n.name) == names.end())
      names.push_back(n.name);
  return names;
}

}  // namespace lanwarden::agent
