#include "snmp/polling.h"

#include <algorithm>

#include "snmp/collector_impl.h"

namespace lanwarden::snmp {
namespace {

using topology::Completeness;

/// Tables that grow with the stations; the others have a row a port, or fewer.
bool may_be_large(const mibs::Request& request) {
  switch (request.table) {
    case topology::Table::kBridgeFdb:
    case topology::Table::kQBridgeFdb:
    case topology::Table::kVendorFdb:
    case topology::Table::kAddresses:
      return true;
    default:
      return false;
  }
}

mibs::Ending merged(const std::vector<const Walk*>& walks) {
  for (const Walk* const walk : walks)
    if (walk->ending().completeness != Completeness::kComplete) return walk->ending();
  return {};
}

}  // namespace

Polling::Polling(Peer& peer, const Limits& limits, const SwitchSnapshot* last, bool neighbors_only)
    : peer_(peer),
      limits_(limits),
      poll_(peer.target().name, peer.target().address,
            neighbors_only                 ? mibs::Poll::Kind::kNeighbors
            : peer.target().addresses_only ? mibs::Poll::Kind::kAddressesOnly
                                           : mibs::Poll::Kind::kSwitch) {
  if (last == nullptr) return;
  poll_.remember(*last);
  Manners& manners = peer.manners();
  if (manners.learned) return;
  manners.bulk.remember(last->manners.bulk_variables, last->manners.bulk_failed_at);
  manners.no_get_bulk = last->manners.no_get_bulk;
  manners.partitions.remember(last->manners.cuts);
  peer.remember_window(last->manners.window);
}

void Polling::begin() {
  walk_limits_ = {limits_.table_deadline, Clock::now() + limits_.switch_deadline, limits_.table_rows};
  ask();
}

void Polling::variable(mibs::RequestId request, std::size_t column, mibs::OidView index,
                       const mibs::Value& value) {
  poll_.add(request, column, index, value);
}

void Polling::ask() {
  for (mibs::Request& request : poll_.next()) {
    if (request.get) {
      get(std::move(request));
      continue;
    }
    std::vector<Segment> segments(1);
    if (may_be_large(request))
      segments =
          peer_.manners().partitions.segments(request.name, request.vlan_context, peer_.target().in_flight);
    Table& table = open_[request.id];
    table.request = std::move(request);
    walk(table, std::move(segments));
  }
  if (!over_ && open_.empty()) end();
}

void Polling::get(mibs::Request request) {
  Table& table = open_[request.id];
  table.request = request;
  start(table, std::make_unique<Get>(std::move(request), walk_limits_, *this));
}

void Polling::walk(Table& table, std::vector<Segment> segments) {
  std::vector<std::unique_ptr<Exchange>> parts;
  WalkLimits limits = walk_limits_;
  limits.rows = std::max<std::uint32_t>(1, limits.rows / static_cast<std::uint32_t>(segments.size()));
  for (Segment& segment : segments) {
    auto part = std::make_unique<Walk>(table.request, peer_.manners(), limits, *this, std::move(segment));
    table.walks.push_back(part.get());
    parts.push_back(std::move(part));
  }
  // Counted before the first can end.
  table.open = parts.size();
  for (auto& part : parts) start(table, std::move(part));
}

void Polling::start(Table& table, std::unique_ptr<Exchange> part) {
  if (table.walks.empty()) table.open = 1;
  table.parts.push_back(std::move(part));
  peer_.add(*table.parts.back(), [this, id = table.request.id](Exchange&) { part_ended(id); });
}

bool Polling::suspicious(const Table& table) {
  for (std::size_t n = 0; n < table.walks.size(); ++n) {
    const Walk& walk = *table.walks[n];
    if (table.walks.size() > 1 && walk.disordered()) return true;
    if (n == 0 || walk.ending().completeness != Completeness::kComplete) continue;
    const Walk& before = *table.walks[n - 1];
    if (before.ending().completeness == Completeness::kComplete && before.beyond() != walk.first())
      return true;
  }
  return false;
}

void Polling::part_ended(mibs::RequestId id) {
  Table& table = open_.at(id);
  if (--table.open > 0) return;
  if (suspicious(table)) {
    for (const Walk* const walk : table.walks) table.rows_in_parts += walk->sample().rows();
    table.walks.clear();
    table.parts.clear();
    table.again = true;
    poll_.again(id);
    walk(table, std::vector<Segment>(1));
    return;
  }
  table_ended(table);
  open_.erase(id);
  ask();
}

/// Walked again in one piece, there was clearly more than in the parts: more than what comes and goes
/// meanwhile.
bool Polling::gained(const Table& table) {
  const std::uint64_t rows = table.walks.front()->sample().rows(), parts = table.rows_in_parts;
  return table.again && rows > parts + std::max<std::uint64_t>(8, parts / 100);
}

void Polling::table_ended(Table& table) {
  const mibs::RequestId id = table.request.id;
  if (table.walks.empty()) {
    poll_.ended(id, static_cast<const Get&>(*table.parts.front()).ending());
    return;
  }
  mibs::Ending ending = merged(table.walks);
  if (may_be_large(table.request)) {
    Partitions& partitions = peer_.manners().partitions;
    const auto& [name, context] = std::tie(table.request.name, table.request.vlan_context);
    if (ending.completeness != Completeness::kComplete) {
      partitions.forget(name, context);
    } else if (gained(table)) {
      partitions.never(name, context);
    } else {
      std::vector<const RowSample*> samples;
      for (const Walk* const walk : table.walks) samples.push_back(&walk->sample());
      partitions.learn(name, context, samples);
    }
  }
  poll_.ended(id, std::move(ending));
}

void Polling::end() {
  over_ = true;
  rows_ = poll_.rows();
  snapshot_ = poll_.finish(wall_clock());
  if (peer_.failure()) snapshot_.problems.push_back(peer_.failure()->detail);
  Manners& manners = peer_.manners();
  manners.learned = manners.learned || snapshot_.answered;
  snapshot_.manners = {manners.bulk.variables(), manners.bulk.failed_at(), peer_.window(),
                       manners.no_get_bulk, manners.partitions.cuts()};
}

}  // namespace lanwarden::snmp
