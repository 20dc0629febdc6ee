// A forwarding table while it streams in. Why not a map of rows with strings: a
// campus has millions of rows, and a poll holds every switch's at once. A row
// here is 16 bytes; columns are joined as they come.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "mibs/oid.h"
#include "topology/ids.h"
#include "topology/mac_address.h"

namespace lanwarden::mibs {

/// A MAC address in an index: six sub-identifiers, or a length byte and six
/// (seven-byte-mac). nullopt when it is neither.
struct IndexedMac {
  topology::MacAddress mac;
  bool length_byte = false;
};
std::optional<IndexedMac> mac_of_index(OidView index);

class FdbRows {
 public:
  /// One row, undecided: `port` is what the agent sent, `status` RFC 4188's number.
  struct Row {
    std::uint64_t mac : 48;
    std::uint64_t status : 8;   ///< kNoStatus: the column had no such row
    std::uint64_t running : 1;  ///< `mac` is a running number: the index was no address
    std::uint64_t has_port : 1;
    std::uint32_t fdb;
    std::uint32_t port;
  };
  static_assert(sizeof(Row) == 16);
  static constexpr std::uint8_t kNoStatus = 0xff;

  /// `index` is what follows the database number, if any.
  void add_port(std::uint32_t fdb, OidView index, const Value& value);
  void add_status(std::uint32_t fdb, OidView index, const Value& value);
  /// Column 1, where the index is a running number.
  void add_address(std::uint32_t fdb, OidView index, const Value& value);
  /// A row decoded elsewhere (vendors' tables).
  void add(std::uint32_t fdb, topology::MacAddress mac, std::uint32_t port, std::uint8_t status);

  bool empty() const { return rows_.empty(); }
  std::size_t size() const { return rows_.size(); }
  /// Some index was a running number, so the address column has to be read.
  bool running_numbers() const { return running_numbers_; }
  bool length_bytes() const { return length_bytes_ > rows_.size() / 2; }
  /// Rows whose index or value could not be read at all.
  std::uint32_t unreadable() const { return unreadable_; }

  /// Joins what is still apart. Sorted by (fdb, mac, port); running numbers are
  /// replaced by their addresses, and rows without one are dropped. Ends the streaming.
  std::span<const Row> finish();

 private:
  struct Key {
    std::uint32_t fdb;
    std::uint64_t mac;
    bool running;
  };
  std::optional<Key> key(std::uint32_t fdb, OidView index);
  void set_status(const Key& key, std::uint8_t status);

  std::vector<Row> rows_;
  std::vector<Row> late_;  ///< statuses whose row was not at hand
  std::vector<std::pair<std::uint64_t, topology::MacAddress>> addresses_;  ///< by fdb << 32 | running number
  std::size_t cursor_ = 0;  ///< where the next status is expected
  std::size_t length_bytes_ = 0;
  std::uint32_t unreadable_ = 0;
  bool running_numbers_ = false;
  bool finished_ = false;
};

}  // namespace lanwarden::mibs
