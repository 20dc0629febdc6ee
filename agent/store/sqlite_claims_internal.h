// Addresses and names of stations as intervals. Both are claims (somebody says that a station has a value) in
// tables of one shape, so one way to keep them serves both.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/store/chronicle.h"

namespace lanwarden::agent::sqlite {

/// Silence after which a claim that is heard again begins anew: a week, so that a laptop that is off at
/// night, or a printer over a long weekend, has one interval and not one a day.
inline constexpr std::int64_t kClaimSilence = std::int64_t{7} * 24 * 3600 * 1'000'000'000;
/// How exact the last time of a heard name is.
inline constexpr std::int64_t kNameGrain = std::int64_t{600} * 1'000'000'000;

struct Claim {
  std::int64_t mac = 0;
  std::string value;  ///< octets of an address, or a name
  std::string source;
};

/// Statements are prepared once for all switches of a poll. Within a transaction.
class ClaimWriter {
 public:
  enum class Kind { kAddress, kName };
  ClaimWriter(SQLite::Database& db, Kind kind);
  /// What the tables of a switch claim now; `previous`: when they were last read.
  void polled(std::int64_t sw, std::optional<std::int64_t> previous, std::int64_t now,
              std::vector<Claim> claims);
  void heard(const Claim& claim, std::int64_t time);

 private:
  struct Open : Claim {
    std::int64_t from = 0;
    std::optional<std::int64_t> last_seen;
  };
  void bind_claim(SQLite::Statement& s, int first, std::int64_t sw, const Claim& claim) const;
  void bind_value(SQLite::Statement& s, int index, const std::string& value) const;
  std::vector<Open> read(SQLite::Statement& rows) const;
  void open(std::int64_t sw, const Claim& claim, std::int64_t from, std::optional<std::int64_t> last_seen);
  void close(std::int64_t sw, const Open& row, std::int64_t last_seen, std::int64_t until);
  void seen(std::int64_t sw, const Claim& claim, std::optional<std::int64_t> last_seen);
  /// What only one claim of a source can hold: an address, or the name of a station.
  std::string subject(const Claim& claim) const;

  Kind kind_;
  SQLite::Statement of_switch_, of_station_, open_, past_, remove_, seen_, station_;
};

/// A name as it is kept: without control characters, spaces around it and a last dot; empty: none.
std::string kept_name(std::string_view name);

}  // namespace lanwarden::agent::sqlite
