// A poll against variables in memory: what snmp does over the wire, done in one call.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mibs/poll.h"

namespace lanwarden::mibs::testing {

/// One value with storage of its own.
struct Datum {
  Value::Type type = Value::Type::kNull;
  std::int64_t integer = 0;
  std::uint64_t number = 0;
  std::string octets;
  Oid oid;

  Value value() const;
  static Datum of(int number);
  static Datum of(std::string_view octets);
  static Datum of(const Oid& oid);
};

/// What one agent answers: variables by context ("" is the default one).
struct Agent {
  std::map<std::string, std::map<Oid, Datum>> contexts;
  /// Requests of these names ("name", or "name@VLAN" in that context alone) end partial, with this cause,
  /// after so many variables of each column.
  std::map<std::string, std::pair<std::size_t, std::string>> cut;

  /// "1.3.6…" is set; octets as text, or "x:00 0d 4b…" as hex.
  Agent& set(const std::string& oid, int number, const std::string& context = {});
  Agent& set(const std::string& oid, const std::string& text, const std::string& context = {});
  Agent& set_oid(const std::string& oid, const std::string& value, const std::string& context = {});
  /// An interface: name, up or down.
  Agent& interface(std::uint32_t ifindex, const std::string& name, bool up = true, int type = 6);
  Agent& base_port(std::uint32_t port, std::uint32_t ifindex, const std::string& context = {});
  /// dot1dTpFdb; `mac` with colons; status 0: no status row.
  Agent& bridge_row(const std::string& mac, int port, int status = 3, const std::string& context = {});
  Agent& q_row(std::uint32_t fdb, const std::string& mac, int port, int status = 3);
};

/// "0.13.75.206.32.205" of "00:0d:4b:ce:20:cd".
std::string mac_index(const std::string& mac);

struct Polled {
  topology::SwitchSnapshot snapshot;
  std::vector<Request> requests;
  bool asked(const std::string& name, const std::string& context = {}) const;
  bool decided(const std::string& quirk) const;
};
Polled poll(const Agent& agent, Poll::Kind kind = Poll::Kind::kSwitch);
Polled poll(const Agent& agent, const topology::SwitchSnapshot& last);

/// The targeted question, answered by the same agent.
std::vector<topology::MacRow> where(const Agent& agent, const topology::SwitchSnapshot& known,
                                    const std::string& mac);

/// The rows of one station, for checks: "Gi1/0/1 vlan 10 learned".
std::vector<std::string> rows_of(const topology::SwitchSnapshot& s, const std::string& mac);
std::string row_text(const topology::SwitchSnapshot& s, topology::IfIndex port, topology::VlanId vlan,
                     topology::FdbStatus status);

}  // namespace lanwarden::mibs::testing
