// Variables in memory: sorted, encoded once, cheap to serve (a GETBULK copies
// octets). Used by tests, recordings, and as the answering half of simulated
// switches.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/lab/agent/ber.h"
#include "tests/lab/agent/mib_view.h"

namespace lanwarden::lab {

/// The variables of one context. Not to be looked at by two threads at once, not
/// even through const: what was set sorts itself at the next look. About the size of its encoding plus 8
/// octets a row.
class Table {
 public:
  /// Adds or replaces. Cheap when names come in ascending order; otherwise the
  /// rows are sorted at the next look.
  void set(OidView name, const Value& value);
  /// False when there was none.
  bool erase(OidView name);
  /// Erases everything below `prefix`; how many there were.
  std::size_t erase_below(OidView prefix);
  void clear();

  std::optional<Value> find(OidView name) const;
  std::size_t size() const;
  std::size_t count_below(OidView prefix) const;
  /// In order, each row decoded.
  void for_each(const std::function<void(OidView, const Value&)>& visit) const;

  /// Places, for serving: size() is the end.
  std::size_t lower_bound(OidView name) const;  ///< first row not before `name`
  std::size_t upper_bound(OidView name) const;  ///< first row after `name`
  ber::OctetsView varbind(std::size_t row) const;
  /// Encoded content octets of the row's name.
  ber::OctetsView name(std::size_t row) const;

 private:
  struct Row {
    std::uint32_t offset;  ///< of the VarBind, in octets_
    std::uint32_t size;
  };
  ber::OctetsView name_of(Row row) const;
  std::size_t bound(ber::OctetsView name, bool after) const;
  void settle() const;
  void drop(std::size_t from, std::size_t to);
  void compact();

  // Loading a recording must not be quadratic: what comes out of order waits
  // behind the first sorted_ rows until somebody looks.
  mutable std::vector<Row> rows_;
  mutable std::size_t sorted_ = 0;
  mutable std::size_t garbage_ = 0;
  ber::Octets octets_;
};

/// Contexts of tables. The default context always exists.
class TableMib : public MibView {
 public:
  Table& table(std::string_view context = {});
  const Table* find_table(std::string_view context) const;
  /// Context names, sorted; the default one ("") among them.
  std::vector<std::string> contexts() const;

  /// What an agent lets be written: everything below these names that exists
  /// already and has the same type. Nothing by default.
  void allow_set(Oid prefix) { writable_.push_back(std::move(prefix)); }
  /// Called for each assignment that would succeed, before any is made: may still
  /// refuse. And after all were made.
  using Check = std::function<ErrorStatus(const Asked&, const Assignment&)>;
  using Changed = std::function<void(const Asked&, const Assignment&)>;
  void on_set(Check check, Changed changed);

  /// From now on sysUpTime.0 of the default context counts: `at_start` plus the
  /// time since `now`. Without this it stays what the table says.
  void count_uptime(std::chrono::nanoseconds now, std::uint32_t at_start_ticks = 0);

  bool has_context(std::string_view context) const override;
  void get(const Asked& asked, OidView name, VarBindSink& out) override;
  void next(const Asked& asked, OidView after, std::size_t count, VarBindSink& out) override;
  SetResult set(const Asked& asked, std::span<const Assignment> assignments) override;
  /// sysUpTime starts again when it counts.
  void reboot(std::chrono::nanoseconds now) override;

 private:
  Table& answering(const Asked& asked, OidView name);
  SetResult judge(const Asked& asked, std::span<const Assignment> assignments) const;

  Table default_;
  std::map<std::string, Table, std::less<>> others_;
  std::vector<Oid> writable_;
  Check check_;
  Changed changed_;
  struct Uptime {
    std::chrono::nanoseconds began;
    std::uint32_t ticks;
  };
  std::optional<Uptime> uptime_;
};

}  // namespace lanwarden::lab
