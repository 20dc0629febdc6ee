#include "mibs/poll.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "mibs/bridge_mib.h"
#include "mibs/catalogue.h"
#include "mibs/cisco_vtp_mib.h"
#include "mibs/entity_mib.h"
#include "mibs/ip_mib.h"
#include "mibs/resolve.h"
#include "mibs/tables.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

using topology::Completeness;
using topology::SwitchSnapshot;
using topology::Table;
using topology::VlanId;

constexpr std::size_t kMostColumns = 16;

/// One request and what came of it.
struct Sent {
  const TableSpec* spec = nullptr;
  VlanId context;
  bool open = true;
  Ending ending{Completeness::kPartial, "the poll ended before its answer"};
  std::array<std::uint32_t, kMostColumns> variables{};

  /// Columns may disagree in length: the longest counts the rows.
  std::uint32_t rows() const { return *std::max_element(variables.begin(), variables.end()); }
};

Request request_of(RequestId id, const TableSpec& spec, VlanId context) {
  Request r;
  r.id = id;
  r.table = spec.table;
  r.name = spec.name;
  r.get = spec.scalars;
  for (const std::string_view column : spec.columns)
    if (auto oid = Oid::parse(column)) r.oids.push_back(std::move(*oid));
  if (context != topology::kNoVlan) r.vlan_context = std::to_string(context.value);
  return r;
}

/// Completeness and problems of every table, from how its requests ended.
void account(const std::vector<Sent>& sent, SwitchSnapshot& s) {
  std::map<const TableSpec*, std::uint64_t> rows;
  /// Per table name and cause: in how many contexts. One problem each.
  std::map<std::pair<std::string_view, std::string>, unsigned> causes;
  std::array<bool, topology::kTableCount> walked_to_end{};
  for (const Sent& r : sent) {
    topology::TableState& state = s.table(r.spec->table);
    rows[r.spec] += r.rows();
    if (r.ending.completeness == Completeness::kPartial) {
      state.completeness = Completeness::kPartial;
      if (state.cause.empty()) state.cause = r.ending.cause;
      ++causes[{r.spec->name, r.ending.cause}];
    } else if (state.completeness != Completeness::kPartial) {
      if (r.rows() > 0)
        state.completeness = Completeness::kComplete;
      else if (state.completeness == Completeness::kNotAsked)
        state.completeness = Completeness::kAbsent;
    }
    if (r.ending.completeness == Completeness::kComplete)
      walked_to_end[static_cast<std::size_t>(r.spec->table)] = true;
  }
  for (const auto& [spec, n] : rows) {
    topology::TableState& state = s.table(spec->table);
    state.rows = std::max(state.rows, static_cast<std::uint32_t>(std::min<std::uint64_t>(n, 0xffff'ffffU)));
  }
  for (const auto& [what, contexts] : causes) {
    std::string text = std::string(what.first) + " is incomplete";
    if (contexts > 1) text += " in " + std::to_string(contexts) + " VLAN contexts";
    if (!what.second.empty()) text += ": " + what.second;
    s.problems.push_back(std::move(text));
  }
  // A bridge whose tables ended in order without a row knows no station, and that is complete.
  const bool bridge = !s.base_ports.empty() && s.fdb.empty();
  if (bridge && walked_to_end[static_cast<std::size_t>(Table::kBridgeFdb)] &&
      s.table(Table::kBridgeFdb).completeness == Completeness::kAbsent &&
      s.table(Table::kQBridgeFdb).completeness == Completeness::kAbsent)
    s.table(Table::kBridgeFdb).completeness = Completeness::kComplete;
}

bool belongs_to(Poll::Kind kind, const TableSpec& spec) {
  switch (kind) {
    case Poll::Kind::kAddressesOnly:
      return spec.of_routers;
    case Poll::Kind::kNeighbors:
      return spec.table == Table::kSystem || spec.table == Table::kInterfaces ||
             spec.table == Table::kBasePorts || spec.table == Table::kLldp || spec.table == Table::kCdp ||
             spec.table == Table::kFdp || spec.table == Table::kEdp || &spec == &kBridgeScalars ||
             &spec == &kIpAddresses;
    case Poll::Kind::kSwitch:
      break;
  }
  return true;
}

/// Makes the forwarding tables partial although each walk ended in order.
void doubt_fdb(SwitchSnapshot& s, const std::string& cause) {
  topology::TableState& state = s.table(Table::kBridgeFdb);
  if (state.completeness == Completeness::kPartial) return;
  state.completeness = Completeness::kPartial;
  state.cause = cause;
  s.problems.push_back("the forwarding table is incomplete: " + cause);
}

/// Where VLANs have contexts of their own, what was lost of the list of VLANs is lost of the forwarding
/// table.
void doubt_contexts(const std::vector<Sent>& sent, bool cisco, SwitchSnapshot& s) {
  const bool in_contexts = std::any_of(sent.begin(), sent.end(), [](const Sent& r) {
    return r.spec == &kBridgeFdbTable && r.context != topology::kNoVlan;
  });
  const bool list_cut = std::any_of(sent.begin(), sent.end(), [&](const Sent& r) {
    const bool lists_vlans = r.spec == &kVtpVlans || r.spec == &kVtpTrunkPorts ||
                             r.spec == &kVlanMembership || r.spec == &kLogicalCommunities;
    // A Cisco of which not one VLAN came was asked in no context at all.
    return lists_vlans && r.ending.completeness == Completeness::kPartial &&
           (in_contexts || r.rows() > 0 || cisco);
  });
  if (list_cut) doubt_fdb(s, "not every VLAN context is known");
}

}  // namespace

struct Poll::Impl {
  std::string name, address;
  Kind kind;
  Tables tables;
  std::vector<Sent> sent;  ///< by id - 1
  std::size_t open = 0;
  std::uint64_t rows = 0;
  bool answered = false;
  std::vector<topology::BasePort> last_base_ports;
  std::uint64_t last_uptime_cs = 0;
  std::uint32_t last_fdb_rows = 0;

  std::set<std::pair<const TableSpec*, VlanId>> known;  ///< what `sent` holds

  std::vector<const TableSpec*> unasked;  ///< in the default context, in the catalogue's order

  bool wanted(const TableSpec& spec) const { return spec.wanted == nullptr || spec.wanted(tables); }
  bool asked(const TableSpec& spec, VlanId context) const { return known.contains({&spec, context}); }
  void ask(std::vector<Request>& out, const TableSpec& spec, VlanId context) {
    if (asked(spec, context)) return;
    Sent r;
    r.spec = &spec;
    r.context = context;
    sent.push_back(std::move(r));
    known.emplace(&spec, context);
    ++open;
    out.push_back(request_of(static_cast<RequestId>(sent.size()), spec, context));
  }
};

Poll::Poll(std::string name, std::string address, Kind kind) : impl_(std::make_unique<Impl>()) {
  impl_->name = std::move(name);
  impl_->address = std::move(address);
  impl_->kind = kind;
  for (const TableSpec* const spec : catalogue())
    if (belongs_to(kind, *spec)) impl_->unasked.push_back(spec);
}
Poll::~Poll() = default;
Poll::Poll(Poll&&) noexcept = default;
Poll& Poll::operator=(Poll&&) noexcept = default;

void Poll::remember(const SwitchSnapshot& last) {
  impl_->last_base_ports = last.base_ports;
  impl_->last_uptime_cs = last.uptime_cs;
  // What that poll counted, not the rows: a store keeps those of an incomplete poll open.
  impl_->last_fdb_rows = 0;
  for (const Table t : {Table::kBridgeFdb, Table::kQBridgeFdb, Table::kVendorFdb})
    impl_->last_fdb_rows = std::max(impl_->last_fdb_rows, last.table(t).rows);
}

std::vector<Request> Poll::next() {
  std::vector<Request> out;
  std::erase_if(impl_->unasked, [&](const TableSpec* spec) {
    if (!impl_->wanted(*spec)) return false;
    impl_->ask(out, *spec, topology::kNoVlan);
    return true;
  });
  if (impl_->kind == Kind::kSwitch)
    for (const VlanId context : contexts_to_ask(impl_->tables)) {
      if (impl_->asked(kBridgeFdbTable, context)) continue;
      impl_->tables.contexts.push_back(context);
      for (const TableSpec* const spec : catalogue())
        if (spec->per_vlan_context) impl_->ask(out, *spec, context);
    }
  return out;
}

void Poll::add(RequestId request, std::size_t column, OidView index, const Value& value) {
  if (request == 0 || request > impl_->sent.size()) return;
  Sent& r = impl_->sent[request - 1];
  if (!r.open || column >= r.spec->columns.size() || column >= kMostColumns) return;
  impl_->answered = true;
  if (value.is_exception()) return;
  ++r.variables[column];
  if (column == 0) ++impl_->rows;
  r.spec->add(impl_->tables, Cell{column, index, r.context}, value);
}

void Poll::again(RequestId request) {
  if (request == 0 || request > impl_->sent.size()) return;
  Sent& r = impl_->sent[request - 1];
  impl_->rows -= std::min<std::uint64_t>(impl_->rows, r.variables[0]);
  r.variables.fill(0);
}

void Poll::ended(RequestId request, Ending ending) {
  if (request == 0 || request > impl_->sent.size()) return;
  Sent& r = impl_->sent[request - 1];
  if (!r.open) return;
  r.open = false;
  r.ending = std::move(ending);
  --impl_->open;
  Tables& t = impl_->tables;
  t.asked.mark_ended(*r.spec, r.context);
  if (r.spec == &kBasePortTable && r.ending.completeness == Completeness::kPartial)
    t.base_ports_partial = true;
}

bool Poll::done() const {
  if (impl_->open > 0) return false;
  for (const TableSpec* const spec : impl_->unasked)
    if (impl_->wanted(*spec)) return false;
  if (impl_->kind == Kind::kSwitch)
    for (const VlanId context : contexts_to_ask(impl_->tables))
      if (!impl_->asked(kBridgeFdbTable, context)) return false;
  return true;
}

std::uint64_t Poll::rows() const { return impl_->rows; }

SwitchSnapshot Poll::finish(topology::Time now) {
  SwitchSnapshot s;
  s.name = impl_->name;
  s.address = impl_->address;
  s.time = now;
  s.answered = impl_->answered;
  Tables& t = impl_->tables;
  s.system_name = t.system.name;
  s.system_descr = t.system.descr;
  s.location = t.system.location;
  s.object_id = t.system.object_id.to_string();
  s.uptime_cs = t.system.uptime_cs;
  s.bridge_address = t.bridge_address;
  s.addresses = std::move(t.addresses);
  // A table that was walked again told everything twice.
  std::sort(s.addresses.begin(), s.addresses.end());
  s.addresses.erase(std::unique(s.addresses.begin(), s.addresses.end()), s.addresses.end());
  // Rows of this poll come first, so that what was known never overwrites what is.
  if (t.base_ports_partial && s.uptime_cs >= impl_->last_uptime_cs)
    t.base_ports.insert(t.base_ports.end(), impl_->last_base_ports.begin(), impl_->last_base_ports.end());
  resolve_interfaces(t, s);
  resolve_fdb(t, s);
  resolve_bridge(t, s);
  resolve_neighbors(t, s);
  resolve_places(t, s);
  resolve_vlans(t, s);
  resolve_power(t, s);
  resolve_identity(t, s);
  account(impl_->sent, s);
  if (impl_->kind == Kind::kSwitch) {
    doubt_contexts(impl_->sent, vendor_of(t.system.object_id) == Vendor::kCisco, s);
    constexpr std::uint32_t kManyRows = 10;
    if (s.answered && s.fdb.empty() && impl_->last_fdb_rows >= kManyRows &&
        s.uptime_cs >= impl_->last_uptime_cs)
      doubt_fdb(s, "it is empty, and had " + std::to_string(impl_->last_fdb_rows) +
                       " rows at the last poll; if the next poll says so too, it is believed");
  }
  const std::string kept_name = impl_->name, kept_address = impl_->address;
  const Kind kind = impl_->kind;
  *this = Poll(kept_name, kept_address, kind);
  return s;
}

namespace objects {
const Oid& if_admin_status() {
  static const Oid oid{1, 3, 6, 1, 2, 1, 2, 2, 1, 7};
  return oid;
}
const Oid& if_oper_status() {
  static const Oid oid{1, 3, 6, 1, 2, 1, 2, 2, 1, 8};
  return oid;
}
const Oid& if_name() {
  static const Oid oid{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1};
  return oid;
}
const Oid& if_descr() {
  static const Oid oid{1, 3, 6, 1, 2, 1, 2, 2, 1, 2};
  return oid;
}
const Oid& sys_uptime() {
  static const Oid oid{1, 3, 6, 1, 2, 1, 1, 3, 0};
  return oid;
}
const Oid& sys_name() {
  static const Oid oid{1, 3, 6, 1, 2, 1, 1, 5, 0};
  return oid;
}
}  // namespace objects

}  // namespace lanwarden::mibs
