#include "tests/lab/agent/table_mib.h"

#include <algorithm>
#include <array>

namespace lanwarden::lab {

namespace {

constexpr std::array<std::uint32_t, 9> kSysUpTime{1, 3, 6, 1, 2, 1, 1, 3, 0};

ber::Octets encode_name(OidView name) {
  ber::Octets content;
  content.reserve(name.size() * 2);
  ber::append_oid_content(content, name);
  return content;
}

}  // namespace

ber::OctetsView Table::name_of(Row row) const {
  // Rows are our own encoding: SEQUENCE header, then the name's header.
  const std::uint8_t* at = octets_.data() + row.offset;
  at += at[1] < 0x80 ? 2 : 2 + (at[1] & 0x7f);
  if (at[1] < 0x80) return {at + 2, at[1]};
  std::size_t length = 0;
  for (std::size_t i = 0; i < (at[1] & 0x7fu); ++i) length = length << 8 | at[2 + i];
  return {at + 2 + (at[1] & 0x7f), length};
}

ber::OctetsView Table::varbind(std::size_t row) const {
  return ber::OctetsView(octets_).subspan(rows_[row].offset, rows_[row].size);
}

ber::OctetsView Table::name(std::size_t row) const { return name_of(rows_[row]); }

void Table::set(OidView name, const Value& value) {
  const ber::Octets varbind = ber::encode_varbind(name, value);
  const Row row{static_cast<std::uint32_t>(octets_.size()), static_cast<std::uint32_t>(varbind.size())};
  const auto append = [&] { octets_.insert(octets_.end(), varbind.begin(), varbind.end()); };

  if (sorted_ == rows_.size()) {
    const ber::Octets content = encode_name(name);
    const bool last = rows_.empty() || ber::compare_encoded(name_of(rows_.back()), content) < 0;
    if (last) {
      append();
      rows_.push_back(row);
      ++sorted_;
      return;
    }
    const std::size_t at = bound(content, false);
    if (ber::compare_encoded(name_of(rows_[at]), content) == 0) {
      if (rows_[at].size == row.size) {
        std::ranges::copy(varbind, octets_.begin() + rows_[at].offset);
        return;
      }
      append();
      garbage_ += rows_[at].size;
      rows_[at] = row;
      compact();
      return;
    }
  }
  append();
  rows_.push_back(row);
}

bool Table::erase(OidView name) {
  const std::size_t at = lower_bound(name);
  if (at == rows_.size() || ber::compare_encoded(name_of(rows_[at]), encode_name(name)) != 0) return false;
  drop(at, at + 1);
  return true;
}

std::size_t Table::erase_below(OidView prefix) {
  const std::size_t from = lower_bound(prefix);
  const std::size_t count = count_below(prefix);
  drop(from, from + count);
  return count;
}

void Table::drop(std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) garbage_ += rows_[i].size;
  rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(from),
              rows_.begin() + static_cast<std::ptrdiff_t>(to));
  sorted_ = rows_.size();
  compact();
}

void Table::clear() { *this = Table(); }

std::optional<Value> Table::find(OidView name) const {
  const std::size_t at = lower_bound(name);
  if (at == rows_.size() || ber::compare_encoded(name_of(rows_[at]), encode_name(name)) != 0) {
    return std::nullopt;
  }
  auto read = ber::read_varbind(varbind(at));
  if (!read) return std::nullopt;
  return std::move(read->value);
}

std::size_t Table::size() const {
  settle();
  return rows_.size();
}

std::size_t Table::count_below(OidView prefix) const {
  const std::size_t from = lower_bound(prefix);
  const ber::Octets content = encode_name(prefix);
  Oid decoded;
  const auto below = [&](Row row) {
    const auto name = name_of(row);
    // The first two sub-identifiers share an octet: there an encoded prefix says nothing.
    if (prefix.size() < 2) return ber::read_oid(name, decoded) && starts_with(decoded, prefix);
    return name.size() >= content.size() && std::equal(content.begin(), content.end(), name.begin());
  };
  const auto end =
      std::partition_point(rows_.begin() + static_cast<std::ptrdiff_t>(from), rows_.end(), below);
  return static_cast<std::size_t>(end - rows_.begin()) - from;
}

void Table::for_each(const std::function<void(OidView, const Value&)>& visit) const {
  settle();
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (const auto read = ber::read_varbind(varbind(i))) visit(read->name, read->value);
  }
}

std::size_t Table::bound(ber::OctetsView name, bool after) const {
  const auto at = std::partition_point(rows_.begin(), rows_.end(), [&](Row row) {
    const int order = ber::compare_encoded(name_of(row), name);
    return after ? order <= 0 : order < 0;
  });
  return static_cast<std::size_t>(at - rows_.begin());
}

std::size_t Table::lower_bound(OidView name) const {
  settle();
  return bound(encode_name(name), false);
}

std::size_t Table::upper_bound(OidView name) const {
  settle();
  // "1" has no encoding of its own (it would be 1.0): what follows it begins
  // with 1.0. The same for the empty name and 0.0.
  return bound(encode_name(name), name.size() >= 2);
}

void Table::settle() const {
  if (sorted_ == rows_.size()) return;
  const auto before = [this](Row a, Row b) { return ber::compare_encoded(name_of(a), name_of(b)) < 0; };
  const auto middle = rows_.begin() + static_cast<std::ptrdiff_t>(sorted_);
  std::stable_sort(middle, rows_.end(), before);
  std::inplace_merge(rows_.begin(), middle, rows_.end(), before);
  // Of rows with one name the newest, which is the last, stays.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (i + 1 < rows_.size() && !before(rows_[i], rows_[i + 1])) {
      garbage_ += rows_[i].size;
    } else {
      rows_[kept++] = rows_[i];
    }
  }
  rows_.resize(kept);
  sorted_ = kept;
}

void Table::compact() {
  if (garbage_ < 4096 || garbage_ < octets_.size() / 2) return;
  ber::Octets octets;
  octets.reserve(octets_.size() - garbage_);
  for (Row& row : rows_) {
    const auto from = octets_.begin() + row.offset;
    row.offset = static_cast<std::uint32_t>(octets.size());
    octets.insert(octets.end(), from, from + row.size);
  }
  octets_ = std::move(octets);
  garbage_ = 0;
}

Table& TableMib::table(std::string_view context) {
  if (context.empty()) return default_;
  const auto at = others_.find(context);
  return at != others_.end() ? at->second : others_.emplace(context, Table()).first->second;
}

const Table* TableMib::find_table(std::string_view context) const {
  if (context.empty()) return &default_;
  const auto at = others_.find(context);
  return at == others_.end() ? nullptr : &at->second;
}

std::vector<std::string> TableMib::contexts() const {
  std::vector<std::string> names{""};
  for (const auto& [name, table] : others_) names.push_back(name);
  return names;
}

void TableMib::on_set(Check check, Changed changed) {
  check_ = std::move(check);
  changed_ = std::move(changed);
}

void TableMib::count_uptime(std::chrono::nanoseconds now, std::uint32_t at_start_ticks) {
  uptime_ = Uptime{now, at_start_ticks};
}

void TableMib::reboot(std::chrono::nanoseconds now) {
  if (uptime_) uptime_ = Uptime{now, 0};
}

bool TableMib::has_context(std::string_view context) const { return find_table(context) != nullptr; }

Table& TableMib::answering(const Asked& asked, OidView name) {
  if (uptime_ && asked.context.empty() && compare(name, kSysUpTime) <= 0) {
    using Ticks = std::chrono::duration<std::int64_t, std::centi>;
    const auto passed = std::chrono::duration_cast<Ticks>(asked.now - uptime_->began).count();
    default_.set(kSysUpTime, Value::of_timeticks(uptime_->ticks + static_cast<std::uint32_t>(passed)));
  }
  return table(asked.context);
}

void TableMib::get(const Asked& asked, OidView name, VarBindSink& out) {
  const Table& rows = answering(asked, name);
  const std::size_t at = rows.lower_bound(name);
  const ber::Octets content = encode_name(name);
  if (at < rows.size() && ber::compare_encoded(rows.name(at), content) == 0) {
    out.add_encoded(rows.varbind(at));
    return;
  }
  // RFC 3416 §4.2.1: noSuchInstance when the object type is here with other
  // instances. A table of rows does not know where an index begins: take the
  // last sub-identifier of short names, and room for a MAC address in long ones.
  const std::size_t index = name.size() <= 12 ? 1 : 7;
  const bool instance = name.size() > index + 2 && rows.count_below(name.first(name.size() - index)) > 0;
  out.add(name, Value::exception(instance ? Tag::kNoSuchInstance : Tag::kNoSuchObject));
}

void TableMib::next(const Asked& asked, OidView after, std::size_t count, VarBindSink& out) {
  const Table& rows = answering(asked, after);
  const std::size_t from = rows.upper_bound(after);
  const std::size_t to = std::min(rows.size(), count > rows.size() ? rows.size() : from + count);
  for (std::size_t i = from; i < to; ++i) {
    if (!out.add_encoded(rows.varbind(i))) return;
  }
}

SetResult TableMib::judge(const Asked& asked, std::span<const Assignment> assignments) const {
  const Table* rows = find_table(asked.context);
  for (std::size_t i = 0; i < assignments.size(); ++i) {
    const Assignment& assignment = assignments[i];
    const auto refused = [&](ErrorStatus status) { return SetResult{status, i + 1}; };
    const bool writable = std::ranges::any_of(
        writable_, [&](const Oid& prefix) { return starts_with(assignment.name, prefix); });
    if (!writable) return refused(ErrorStatus::kNotWritable);
    const auto old = rows == nullptr ? std::nullopt : rows->find(assignment.name);
    if (!old) return refused(ErrorStatus::kNoCreation);
    if (old->tag != assignment.value.tag) return refused(ErrorStatus::kWrongType);
    if (check_) {
      if (const ErrorStatus status = check_(asked, assignment); status != ErrorStatus::kNoError) {
        return refused(status);
      }
    }
  }
  return {};
}

SetResult TableMib::set(const Asked& asked, std::span<const Assignment> assignments) {
  const SetResult result = judge(asked, assignments);
  if (result.status != ErrorStatus::kNoError) return result;
  for (const Assignment& assignment : assignments) {
    table(asked.context).set(assignment.name, assignment.value);
  }
  if (changed_) {
    for (const Assignment& assignment : assignments) changed_(asked, assignment);
  }
  return {};
}

}  // namespace lanwarden::lab
