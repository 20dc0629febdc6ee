#include "mibs/fdb_rows.h"

#include <algorithm>
#include <tuple>

namespace lanwarden::mibs {
namespace {

/// How far back a status looks for its row: one PDU of a GETBULK that carries the columns one after the
/// other.
constexpr std::size_t kLookBack = 128;

auto order(const FdbRows::Row& r) {
  return std::tuple(r.fdb, std::uint64_t{r.running}, std::uint64_t{r.mac}, r.port);
}
auto identity(const FdbRows::Row& r) {
  return std::tuple(r.fdb, std::uint64_t{r.running}, std::uint64_t{r.mac});
}

std::optional<std::uint32_t> small_number(const Value& value) {
  constexpr std::uint64_t kNone = ~std::uint64_t{0};
  const std::uint64_t n = value.as_number(kNone);
  if (n > 0xffff'ffffU) return std::nullopt;
  return static_cast<std::uint32_t>(n);
}

}  // namespace

std::optional<IndexedMac> mac_of_index(OidView index) {
  IndexedMac result;
  if (index.size() == 7 && index[0] == 6) {
    result.length_byte = true;
    index = index.subspan(1);
  }
  if (index.size() != 6) return std::nullopt;
  std::uint64_t bits = 0;
  for (const std::uint32_t octet : index) {
    if (octet > 255) return std::nullopt;
    bits = bits << 8 | octet;
  }
  result.mac = topology::MacAddress{bits};
  return result;
}

std::optional<FdbRows::Key> FdbRows::key(std::uint32_t fdb, OidView index) {
  if (const auto found = mac_of_index(index)) {
    if (found->length_byte) ++length_bytes_;
    return Key{fdb, found->mac.bits(), false};
  }
  if (index.size() == 1) {
    running_numbers_ = true;
    return Key{fdb, index[0], true};
  }
  ++unreadable_;
  return std::nullopt;
}

void FdbRows::add_port(std::uint32_t fdb, OidView index, const Value& value) {
  if (value.is_exception() || finished_) return;
  // Some agents say -1 where others say 0: known, but on no port.
  const bool negative = value.type == Value::Type::kInteger && value.integer < 0;
  const auto port = negative ? std::optional<std::uint32_t>{0} : small_number(value);
  if (!port) {
    ++unreadable_;
    return;
  }
  if (const auto k = key(fdb, index))
    rows_.push_back({.mac = k->mac & 0xffff'ffff'ffffU,
                     .status = kNoStatus,
                     .running = k->running,
                     .has_port = 1,
                     .fdb = fdb,
                     .port = *port});
}

void FdbRows::add_status(std::uint32_t fdb, OidView index, const Value& value) {
  if (value.is_exception() || finished_) return;
  const auto status = small_number(value);
  if (!status || *status >= kNoStatus) {
    ++unreadable_;
    return;
  }
  if (const auto k = key(fdb, index)) set_status(*k, static_cast<std::uint8_t>(*status));
}

void FdbRows::set_status(const Key& k, std::uint8_t status) {
  const auto is = [&](const Row& r) { return r.mac == k.mac && r.fdb == k.fdb && r.running == k.running; };
  // Side by side in a PDU, the row has just come; column after column, it is the next in turn.
  if (cursor_ < rows_.size() && is(rows_[cursor_])) {
    rows_[cursor_++].status = status;
    return;
  }
  const std::size_t oldest = rows_.size() > kLookBack ? rows_.size() - kLookBack : 0;
  for (std::size_t i = rows_.size(); i-- > oldest;) {
    if (!is(rows_[i])) continue;
    rows_[i].status = status;
    cursor_ = i + 1;
    return;
  }
  late_.push_back({.mac = k.mac & 0xffff'ffff'ffffU,
                   .status = status,
                   .running = k.running,
                   .has_port = 0,
                   .fdb = k.fdb,
                   .port = 0});
}

void FdbRows::add_address(std::uint32_t fdb, OidView index, const Value& value) {
  if (finished_ || index.size() != 1) return;
  if (value.type != Value::Type::kOctets || value.octets.size() != 6) return;
  addresses_.emplace_back(std::uint64_t{fdb} << 32 | index[0], topology::MacAddress{value.octets.first<6>()});
}

void FdbRows::add(std::uint32_t fdb, topology::MacAddress mac, std::uint32_t port, std::uint8_t status) {
  if (!finished_)
    rows_.push_back({.mac = mac.bits() & 0xffff'ffff'ffffU,
                     .status = status,
                     .running = 0,
                     .has_port = 1,
                     .fdb = fdb,
                     .port = port});
}

std::span<const FdbRows::Row> FdbRows::finish() {
  if (finished_) return rows_;
  finished_ = true;
  // Most agents send their rows in order.
  const auto sort = [](std::vector<Row>& rows) {
    const auto less = [](const Row& a, const Row& b) { return order(a) < order(b); };
    if (!std::is_sorted(rows.begin(), rows.end(), less)) std::sort(rows.begin(), rows.end(), less);
  };
  rows_.shrink_to_fit();
  sort(rows_);
  sort(late_);
  std::vector<Row> without_port;
  auto row = rows_.begin();
  for (const Row& late : late_) {
    while (row != rows_.end() && identity(*row) < identity(late)) ++row;
    bool found = false;
    for (auto same = row; same != rows_.end() && identity(*same) == identity(late); ++same) {
      if (same->status == kNoStatus) same->status = late.status;
      found = true;
    }
    if (!found) without_port.push_back(late);
  }
  rows_.insert(rows_.end(), without_port.begin(), without_port.end());
  std::vector<Row>{}.swap(late_);

  std::sort(addresses_.begin(), addresses_.end());
  std::erase_if(rows_, [&](Row& r) {
    if (!r.running) return false;
    const std::uint64_t wanted = std::uint64_t{r.fdb} << 32 | (r.mac & 0xffff'ffffU);
    const auto it = std::lower_bound(addresses_.begin(), addresses_.end(), wanted,
                                     [](const auto& a, std::uint64_t n) { return a.first < n; });
    if (it == addresses_.end() || it->first != wanted) return true;
    r.mac = it->second.bits() & 0xffff'ffff'ffffU;
    r.running = 0;
    return false;
  });
  sort(rows_);
  return rows_;
}

}  // namespace lanwarden::mibs
