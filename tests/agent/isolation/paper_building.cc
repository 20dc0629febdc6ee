#include "tests/agent/isolation/paper_building.h"

#include <algorithm>

#include "tests/lab/world/tables.h"

namespace lanwarden::agent::testing {
namespace {

using topology::Completeness;
using topology::FdbEntry;
using topology::kNoInterface;
using topology::MacAddress;
using topology::OperStatus;
using topology::SwitchSnapshot;

constexpr std::string_view kAdmin = "ifAdminStatus.", kOper = "ifOperStatus.", kName = "ifName.",
                           kDescr = "ifDescr.", kBasePort = "dot1dBasePortIfIndex.";

std::optional<IfIndex> index_of(const std::string& name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  return IfIndex{static_cast<std::uint32_t>(std::stoul(name.substr(prefix.size())))};
}

/// Where a station may be plugged in and nobody is: no uplink, no aggregate, no VLAN interface.
bool is_free(const lab::Port& p) {
  return !p.link && !p.trunk && p.bridge_port.value != 0 && p.aggregate == kNoInterface && p.type == 6;
}

}  // namespace

PaperBuilding::PaperBuilding(lab::World world, PaperClock& clock, std::uint32_t culprit)
    : world_(std::move(world)), clock_(clock), culprit_(culprit), switches_(world_.switches.size()) {
  for (std::uint32_t i = 0; i < switches_.size(); ++i) ports_.emplace_back(world_, i, kQuarantine);
  be_heard_at_home();
  rebuild();
  for (std::size_t i = 0; i < switches_.size(); ++i)
    for (const lab::Port& p : world_.switches[i].ports)
      switches_[i].shown[p.ifindex] = switches_[i].real[p.ifindex] = p.ifindex;
  known_.resize(switches_.size());
  poll_all();
}

void PaperBuilding::rebuild() {
  live_ = std::make_unique<lab::LiveWorld>(world_);
  for (std::uint32_t i = 0; i < switches_.size(); ++i)
    for (const lab::Port& p : world_.switches[i].ports) follow({SwitchId{i}, p.ifindex});
}

void PaperBuilding::be_heard_at_home() {
  const lab::End& at = world_.stations[culprit_].at;
  std::vector<PortId> home = {{SwitchId{at.node}, at.port}};
  if (!world_.is_switch(at.node)) home = world_.ports_facing(at.node);
  for (const PortId port : home)
    for (lab::LearnedRow& row : world_.switches[port.sw.value].fdb)
      if (row.station == culprit_) row.port = port.ifindex;
}

void PaperBuilding::follow(PortId port) {
  live_->set_admin(port, !ports_[port.sw.value].cut_off(port.ifindex));
}

void PaperBuilding::poll_all() {
  for (std::uint32_t i = 0; i < switches_.size(); ++i)
    if (switches_[i].reachable)
      known_[i] = snapshot(SwitchId{i});
    else if (!known_[i].answered)
      known_[i].name = world_.switches[i].name;
  fabric_ = topology::infer(known_);
}

/// What a whole poll of it would give now, by the numbers its agent uses now.
SwitchSnapshot PaperBuilding::snapshot(SwitchId id) const {
  const State& state = switches_[id.value];
  const lab::Switch& sw = world_.switches[id.value];
  SwitchSnapshot s = lab::snapshot_of(world_, id.value, clock_.now().wall);
  s.uptime_cs = static_cast<std::uint64_t>((clock_.truth() - state.up_since).count() / 10'000'000) + 100;
  std::vector<MacAddress> hidden;
  for (const lab::LearnedRow& row : sw.fdb)
    if (!live_->row_visible(id.value, row) || (state.aged_out && row.station == culprit_))
      hidden.push_back(world_.stations[row.station].mac);
  std::erase_if(s.fdb,
                [&](const FdbEntry& e) { return std::binary_search(hidden.begin(), hidden.end(), e.mac); });
  const auto shown = [&](IfIndex& port) {
    if (const auto it = state.shown.find(port); it != state.shown.end()) port = it->second;
  };
  for (topology::Interface& i : s.interfaces) {
    const bool admin = ports_[id.value].admin_up(i.ifindex);
    i.admin = admin ? OperStatus::kUp : OperStatus::kDown;
    // In quarantine the link stays up.
    const bool link = live_->oper_up({id, i.ifindex}) || (admin && ports_[id.value].cut_off(i.ifindex));
    i.oper = i.oper == OperStatus::kUp && link ? OperStatus::kUp : OperStatus::kDown;
    shown(i.ifindex);
    shown(i.aggregate);
  }
  std::sort(s.interfaces.begin(), s.interfaces.end(),
            [](const auto& a, const auto& b) { return a.ifindex < b.ifindex; });
  for (FdbEntry& e : s.fdb) shown(e.port);
  for (topology::BasePort& b : s.base_ports) shown(b.ifindex);
  for (topology::StpPort& p : s.stp_ports) shown(p.port);
  for (topology::StpBridge& b : s.stp) shown(b.root_port);
  for (topology::Neighbor& n : s.neighbors) shown(n.local_port);
  for (topology::AddressEntry& a : s.addresses) shown(a.port);
  if (state.incomplete)
    for (const auto table : {topology::Table::kBridgeFdb, topology::Table::kQBridgeFdb})
      if (s.table(table).completeness == Completeness::kComplete)
        s.table(table).completeness = Completeness::kPartial;
  return s;
}

snmp::Failure PaperBuilding::silence(SwitchId sw) const {
  return {snmp::Cause::kTimeout, world_.switches[sw.value].name + ": no answer"};
}

Located PaperBuilding::live(MacAddress mac) {
  happens("live");
  Located located;
  located.live = true;
  located.asked.live = true;
  std::vector<topology::MacRow> rows;
  std::vector<SwitchId> unanswered;
  for (std::uint32_t i = 0; i < switches_.size(); ++i) {
    ++located.asked.asked;
    const SwitchId id{i};
    if (!switches_[i].reachable) {
      unanswered.push_back(id);
      located.asked.failed.push_back({world_.switches[i].name, "timeout", silence(id).detail});
      continue;
    }
    ++located.asked.answered;
    for (const FdbEntry& e : snapshot(id).fdb)
      if (e.mac == mac) rows.push_back({id, e.port, e.vlan, e.status, clock_.now().wall});
  }
  located.location = topology::locate(*fabric_, {mac, rows, unanswered, true});
  located.rows = rows;
  if (located.found()) return located;
  // As Locator does: the last place known, said to be old.
  const auto stored = topology::stored_rows(*fabric_, mac);
  auto before = topology::locate(*fabric_, {mac, stored, unanswered});
  if (before.verdict == topology::Verdict::kUnknown) return located;
  located.live = false;
  located.location = std::move(before);
  located.location.confidence = std::min(located.location.confidence, 0.5);
  return located;
}

StoreResult<Asked> PaperBuilding::poll(SwitchId sw) {
  happens("poll");
  Asked asked;
  asked.live = true;
  asked.asked = 1;
  if (!switches_[sw.value].reachable) {
    asked.failed.push_back({world_.switches[sw.value].name, "timeout", silence(sw).detail});
    return asked;
  }
  asked.answered = 1;
  known_[sw.value] = snapshot(sw);
  fabric_ = topology::infer(known_);
  return asked;
}

topology::Result<std::vector<topology::MacRow>, snmp::Failure> PaperBuilding::rows(SwitchId sw,
                                                                                   MacAddress mac) {
  happens("rows");
  if (!switches_[sw.value].reachable) return tl::make_unexpected(silence(sw));
  std::vector<topology::MacRow> rows;
  for (const FdbEntry& e : snapshot(sw).fdb)
    if (e.mac == mac) rows.push_back({sw, e.port, e.vlan, e.status, clock_.now().wall});
  return rows;
}

topology::Result<snmp::Values, snmp::Failure> PaperBuilding::read(SwitchId sw,
                                                                  std::span<const snmp::Variable> variables) {
  happens("read");
  State& state = switches_[sw.value];
  if (!state.reachable) return tl::make_unexpected(silence(sw));
  let_late_ones_in(sw);
  snmp::Values values;
  for (const snmp::Variable& v : variables) {
    std::optional<std::string>& value = values.emplace_back();
    if (v.name == "sysUpTime.0") {
      value = std::to_string((clock_.truth() - state.up_since).count() / 10'000'000 + 100);
      continue;
    }
    if (const auto vlan = ports_[sw.value].vlan_value(v.name)) value = *vlan;
    if (const auto bridge_port = index_of(v.name, kBasePort))
      for (const lab::Port& p : world_.switches[sw.value].ports)
        if (p.bridge_port.value == bridge_port->value)
          value = std::to_string(state.shown.at(p.ifindex).value);
    for (const std::string_view prefix : {kAdmin, kOper, kName, kDescr}) {
      const auto index = index_of(v.name, prefix);
      if (!index) continue;
      const auto real = state.real.find(*index);
      if (real == state.real.end()) break;
      const lab::Port* port = world_.switches[sw.value].port(real->second);
      const PortId id{sw, real->second};
      if (prefix == kName) value = port->name;
      if (prefix == kDescr) value = port->descr;
      const bool admin = ports_[sw.value].admin_up(id.ifindex);
      const bool link = live_->oper_up(id) || (admin && ports_[sw.value].cut_off(id.ifindex));
      if (prefix == kAdmin) value = admin ? "1" : "2";
      if (prefix == kOper) value = port->link && link ? "1" : "2";
    }
  }
  return values;
}

topology::Result<void, snmp::Failure> PaperBuilding::set(SwitchId sw,
                                                         std::span<const snmp::Varbind> varbinds) {
  happens("set");
  State& state = switches_[sw.value];
  if (!state.reachable || state.fault == SetFault::kLostRequest) return tl::make_unexpected(silence(sw));
  if (state.fault == SetFault::kRefused)
    return tl::make_unexpected(snmp::Failure{snmp::Cause::kRefused, "genErr; nothing was changed"});
  if (state.fault == SetFault::kIgnored) return {};
  let_late_ones_in(sw);
  for (const snmp::Varbind& v : varbinds)
    if (!write(sw, v, false, false))
      return tl::make_unexpected(snmp::Failure{snmp::Cause::kRefused, "noCreation; nothing was changed"});
  const bool late = state.fault == SetFault::kLate;
  for (const snmp::Varbind& v : varbinds) {
    write(sw, v, !late, true);
    if (late) state.late.push_back({clock_.truth() + std::chrono::seconds{4}, v});
  }
  happens("after-set");
  if (state.fault == SetFault::kLostAnswer || state.fault == SetFault::kLate)
    return tl::make_unexpected(silence(sw));
  return {};
}

lab::Truth PaperBuilding::truth() const {
  lab::Truth truth = lab::truth_of(world_, culprit_);
  if (truth.verdict != topology::Verdict::kSegment) return truth;
  // A segment all but one of whose ways in are shut hangs on that one like any station.
  std::vector<PortId> open;
  for (const PortId p : truth.ports)
    if (live_->oper_up(p)) open.push_back(p);
  if (open.size() != 1) return truth;
  std::size_t stations = 0;
  for (const lab::Station& s : world_.stations) stations += s.at == world_.stations[culprit_].at ? 1 : 0;
  truth.ports = open;
  truth.sw = open.front().sw;
  truth.verdict = stations > 1 ? topology::Verdict::kShared : topology::Verdict::kEdge;
  return truth;
}

PaperSet PaperBuilding::keep(PortId port, bool up, const std::string& varbind) const {
  const lab::Truth now = truth();
  PaperSet s{port.sw,        name(port), up,    varbind,
             clock_.truth(), false,      false, std::string(lab::to_word(now.verdict))};
  for (const PortId p : now.ports) s.truth += " " + world_.switches[p.sw.value].name + " " + name(p);
  const bool here = !now.ports.empty() && now.ports.front() == port;
  bool neighbours = false;
  const IfIndex shown = switches_[port.sw.value].shown.at(port.ifindex);
  for (const FdbEntry& e : snapshot(port.sw).fdb) neighbours |= e.port == shown && e.mac != culprit();
  s.unheard = here && now.verdict == topology::Verdict::kShared && !neighbours;
  s.culprits_edge = here && (now.verdict == topology::Verdict::kEdge || s.unheard);
  return s;
}

bool PaperBuilding::write(SwitchId sw, const snmp::Varbind& v, bool now, bool kept) {
  State& state = switches_[sw.value];
  const std::string text = v.variable.oid + " " + v.variable.syntax + " " + v.value;
  std::vector<PaperPorts::Touched> touched;
  if (const auto index = index_of(v.variable.name, kAdmin)) {
    const auto real = state.real.find(*index);
    if (real == state.real.end()) return false;
    touched.push_back({real->second, v.value == "1"});
  } else {
    PaperPorts copy = ports_[sw.value];
    auto changed = copy.write_vlan(v.variable.name, v.value);
    if (!changed) return false;
    touched = std::move(*changed);
  }
  if (kept)
    for (const auto& [port, up] : touched) sets_.push_back(keep({sw, port}, up, text));
  if (!now) return true;
  if (index_of(v.variable.name, kAdmin))
    ports_[sw.value].set_admin(touched.front().port, touched.front().up);
  else
    ports_[sw.value].write_vlan(v.variable.name, v.value);
  for (const auto& [port, up] : touched) follow({sw, port});
  return true;
}

void PaperBuilding::let_late_ones_in(SwitchId sw) {
  State& state = switches_[sw.value];
  while (!state.late.empty() && state.late.front().first <= clock_.truth()) {
    const snmp::Varbind v = state.late.front().second;
    state.late.erase(state.late.begin());
    write(sw, v, true, false);
  }
}

bool PaperBuilding::speak_to(std::uint32_t listener) {
  const lab::Station& from = world_.stations[culprit_];
  const lab::Station& to = world_.stations[listener];
  const auto heard = [&](std::uint32_t station, const lab::Station& at) {
    return world_.is_switch(at.at.node) ? live_->heard_at(at.at.node, station) : true;
  };
  if (from.vlan != to.vlan || !heard(culprit_, from) || !heard(listener, to)) return false;
  const auto hops = lab::active_hops(world_);
  for (std::uint32_t i = 0; i < switches_.size(); ++i) {
    if (!live_->heard_at(i, culprit_)) continue;
    const auto way = lab::directions(hops, i);
    const bool ends_here = i == from.at.node || i == to.at.node;
    if (!ends_here && way[from.at.node] == way[to.at.node]) continue;
    const IfIndex port = i == from.at.node ? from.at.port : way[from.at.node];
    for (lab::LearnedRow& row : world_.switches[i].fdb)
      if (row.station == culprit_) row.port = port;
  }
  return true;
}

bool PaperBuilding::move_culprit(SwitchId sw, bool heard) {
  for (lab::Port& p : world_.switches[sw.value].ports) {
    if (!is_free(p)) continue;
    const lab::End old = world_.stations[culprit_].at;
    if (world_.is_switch(old.node))
      for (lab::Port& o : world_.switches[old.node].ports)
        if (o.ifindex == old.port) o.link = false;
    p.link = true;
    lab::Station& culprit = world_.stations[culprit_];
    if (heard && culprit.former && world_.is_switch(old.node)) culprit.former = old;
    culprit.at = {sw.value, p.ifindex};
    // Its own switch is the first to learn.
    if (culprit.former && culprit.former->node == sw.value) culprit.former.reset();
    lab::learn_tables(world_);
    be_heard_at_home();
    rebuild();
    return true;
  }
  return false;
}

void PaperBuilding::age_out(SwitchId sw) { switches_[sw.value].aged_out = true; }

void PaperBuilding::restart(SwitchId sw, bool renumber, bool forgets) {
  State& state = switches_[sw.value];
  state.up_since = clock_.truth();
  state.late.clear();
  if (renumber) {
    // The physical ports move round by one, as when a module was put in.
    std::vector<IfIndex> ports, numbers;
    for (const lab::Port& p : world_.switches[sw.value].ports)
      if (p.type == 6) ports.push_back(p.ifindex), numbers.push_back(state.shown[p.ifindex]);
    std::rotate(numbers.begin(), numbers.begin() + (numbers.empty() ? 0 : 1), numbers.end());
    state.real.clear();
    for (std::size_t i = 0; i < ports.size(); ++i) state.shown[ports[i]] = numbers[i];
    for (const auto& [real, shown] : state.shown) state.real[shown] = real;
  }
  if (forgets) {
    ports_[sw.value].reset_all();
    rebuild();
  }
}

void PaperBuilding::by_hand(const std::string& switch_name, const std::string& port, bool up) {
  const auto sw = world_.switch_named(switch_name);
  const lab::Port* p = sw ? world_.switches[sw->value].port_named(port) : nullptr;
  if (p == nullptr) return;
  if (up)
    ports_[sw->value].reset(p->ifindex);
  else
    ports_[sw->value].set_admin(p->ifindex, false);
  follow({*sw, p->ifindex});
}

std::string PaperBuilding::name(PortId port) const {
  const lab::Switch& sw = world_.switches[port.sw.value];
  const lab::Port* p = sw.port(port.ifindex);
  return p != nullptr ? p->name : "?";
}

bool PaperBuilding::shut(const std::string& switch_name, const std::string& port) const {
  const auto shut = shut_ports();
  return std::binary_search(shut.begin(), shut.end(), switch_name + " " + port);
}

std::vector<std::string> PaperBuilding::shut_ports() const {
  std::vector<std::string> all;
  for (std::uint32_t i = 0; i < switches_.size(); ++i)
    for (const lab::Port& p : world_.switches[i].ports)
      if (!ports_[i].untouched(p.ifindex)) all.push_back(world_.switches[i].name + " " + p.name);
  std::sort(all.begin(), all.end());
  return all;
}

std::string PaperBuilding::to_text() const {
  std::string text;
  for (const topology::Link& l : fabric_->links())
    text += fabric_->describe(l.a) + (l.blocked ? " -x- " : " --- ") + fabric_->describe(l.b) + ", ";
  for (const topology::Segment& s : fabric_->segments()) {
    text += "segment";
    for (const PortId p : s.ports) text += " " + fabric_->describe(p);
    text += ", ";
  }
  for (const std::string& s : shut_ports()) text += s + " is shut, ";
  for (std::uint32_t i = 0; i < switches_.size(); ++i)
    if (!switches_[i].reachable) text += world_.switches[i].name + " is silent, ";
  return text;
}

}  // namespace lanwarden::agent::testing
