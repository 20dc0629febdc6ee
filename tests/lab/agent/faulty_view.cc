#include "tests/lab/agent/faulty_view.h"

#include <algorithm>

#include "tests/lab/agent/ber.h"

namespace lanwarden::lab {

namespace {

constexpr std::size_t kOneRow = 65507;

const Oid* column_of(const std::vector<Oid>& columns, OidView name) {
  const auto at = std::ranges::find_if(columns, [&](const Oid& column) { return starts_with(name, column); });
  return at == columns.end() ? nullptr : &*at;
}

// 0..1, the same for the same station in every column: its last six
// sub-identifiers decide, so that port and status of a row stay together.
double share_of(OidView name) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const std::uint32_t id : name.last(std::min<std::size_t>(name.size(), 6))) {
    hash = (hash ^ id) * 0x100000001b3ULL;
  }
  hash ^= hash >> 29U;
  hash *= 0xbf58476d1ce4e5b9ULL;
  return static_cast<double>(hash >> 11U) * 0x1.0p-53;
}

// The index counts on as MAC addresses do: octet by octet, the first part of it without end.
Oid count_on(OidView name, std::size_t column_size) {
  Oid next(name.begin(), name.end());
  if (next.size() == column_size) return next + 1U;
  for (std::size_t i = next.size(); i-- > column_size;) {
    ++next[i];
    if (i == column_size || next[i] < 256) break;
    next[i] = 0;
  }
  return next;
}

}  // namespace

FaultyView::FaultyView(std::shared_ptr<MibView> base, const Faults& faults)
    : base_(std::move(base)), faults_(faults) {}

bool FaultyView::hidden(const Asked& asked, OidView name) {
  if (!faults_.partial || column_of(faults_.partial->below, name) == nullptr) return false;
  if (!first_asked_) first_asked_ = asked.now;
  return asked.now < *first_asked_ + faults_.partial->until && share_of(name) >= faults_.partial->fraction;
}

void FaultyView::get(const Asked& asked, OidView name, VarBindSink& out) {
  if (hidden(asked, name)) {
    out.add(name, Value::exception(Tag::kNoSuchInstance));
  } else {
    base_->get(asked, name, out);
  }
}

std::optional<FaultyView::Row> FaultyView::base_next(const Asked& asked, OidView after) {
  Oid at(after.begin(), after.end());
  VarBindSink one;
  while (true) {
    one.reset(kOneRow);
    base_->next(asked, at, 1, one);
    if (one.count() == 0) return std::nullopt;
    auto read = ber::read_varbind(one[0]);
    if (!read) return std::nullopt;
    if (!hidden(asked, read->name)) return Row{std::move(read->name), {one[0].begin(), one[0].end()}};
    at = std::move(read->name);
  }
}

std::optional<FaultyView::Row> FaultyView::step(const Asked& asked, OidView after) {
  if (faults_.not_increasing) {
    if (const Oid* column = column_of(faults_.not_increasing->below, after);
        column && *column != Oid(after.begin(), after.end())) {
      // Which row of the column was the last one? A walk of a few rows says it.
      Oid at = *column;
      std::size_t row = 0;
      while (row < faults_.not_increasing->row) {
        const auto next = base_next(asked, at);
        if (!next || !starts_with(next->name, *column)) break;
        at = next->name;
        ++row;
      }
      if (row == faults_.not_increasing->row && compare(after, at) >= 0) return base_next(asked, *column);
    }
  }
  auto row = base_next(asked, after);
  for (const Oid& column : faults_.endless) {
    const bool inside = starts_with(after, column);
    const bool real = row && starts_with(row->name, column);
    const bool jumped_over = compare(after, column) < 0 && (!row || compare(row->name, column) > 0);
    if (real || !(inside || jumped_over)) continue;
    Oid name = inside ? count_on(after, column.size()) : column + 1U;
    return Row{name, ber::encode_varbind(name, Value::of_integer(1))};
  }
  return row;
}

void FaultyView::next(const Asked& asked, OidView after, std::size_t count, VarBindSink& out) {
  Oid at(after.begin(), after.end());
  for (std::size_t i = 0; i < count; ++i) {
    auto row = step(asked, at);
    if (!row || !out.add_encoded(row->varbind)) return;
    at = std::move(row->name);
  }
}

}  // namespace lanwarden::lab
