// One switch's poll as a sans-I/O state machine: what to ask next, and what the
// answers mean. All knowledge of vendors and of their deviations is below this
// header; snmp only carries requests out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mibs/oid.h"
#include "topology/locate.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::mibs {

using RequestId = std::uint32_t;

/// A walk of some columns of one table in one context, or a GET of scalars.
struct Request {
  RequestId id = 0;
  topology::Table table{};   ///< for progress and problems
  std::string name;          ///< "dot1qTpFdbTable" for messages
  bool get = false;          ///< GET exactly `oids`; else walk below each of them
  std::vector<Oid> oids;     ///< columns (related ones go into one GETBULK), or instances
  std::string vlan_context;  ///< "10": community@10 or v3 context vlan-10; empty: the default context
};

/// How a walk ended.
struct Ending {
  topology::Completeness completeness = topology::Completeness::kComplete;
  std::string cause;  ///< for kPartial
};

/// Ask next() until it returns nothing and no request is open; every request may
/// run at the same time as all others that were returned. Then finish().
class Poll {
 public:
  enum class Kind : std::uint8_t {
    kSwitch,
    kAddressesOnly,  ///< a router: ARP and ND
    kNeighbors,      ///< who it is, and whom it hears: no forwarding table, no VLAN context
  };
  explicit Poll(std::string name, std::string address, Kind kind = Kind::kSwitch);
  ~Poll();
  Poll(Poll&&) noexcept;
  Poll& operator=(Poll&&) noexcept;

  /// What the last poll of this switch knew: completes a base-port table that is
  /// lost in part this time, unless the switch was rebooted since (sysUpTime went back).
  /// Likewise a forwarding table that has become empty at one blow is not believed at once
  /// (partial-then-complete): only a second poll that finds it empty is complete.
  void remember(const topology::SwitchSnapshot& last);

  /// Requests not returned before. Later ones depend on earlier answers (contexts
  /// of VLANs, vendors' tables), so call again after each ended().
  std::vector<Request> next();
  /// One variable: `column` is the place in Request::oids, `index` what follows it
  /// in the name (the instance; for a GET what follows nothing: empty).
  /// Exceptions may be passed and are ignored. Never throws, whatever is sent.
  void add(RequestId request, std::size_t column, OidView index, const Value& value);
  /// Everything of this request will be added once more: rows are counted anew.
  void again(RequestId request);
  /// This request has ended; nothing more is added to it.
  void ended(RequestId request, Ending ending);
  bool done() const;  ///< no request open, none to come
  /// Rows taken so far, for progress.
  std::uint64_t rows() const;

  /// The snapshot: deviations resolved, vectors sorted, problems named. `answered`
  /// is true when anything at all was added. Leaves the Poll empty.
  topology::SwitchSnapshot finish(topology::Time now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A targeted question: is this station in any forwarding database of that switch?
/// One round trip when `known` is the switch's last snapshot: its databases and
/// ports are known. Built from it, decoded with it.
struct WhereVariable {
  Oid oid;
  std::string vlan_context;
};
/// What to GET. Empty when `known` tells of no forwarding database: poll it first. Still empty after a
/// poll that has rows: this agent cannot be asked for one station (its index does not begin with the
/// address), and the rows of that poll are the answer.
std::vector<WhereVariable> where_request(const topology::SwitchSnapshot& known, topology::MacAddress mac);
/// Decodes the answer to where_request()[i]. Exceptions and "port 0, not learned"
/// give nullopt. Combine rows of one switch with merge_where_rows.
struct WhereValue {
  std::size_t variable;  ///< index in where_request's result
  Value value;
};
std::vector<topology::MacRow> where_rows(const topology::SwitchSnapshot& known, topology::SwitchId sw,
                                         topology::MacAddress mac, std::span<const WhereVariable> asked,
                                         std::span<const WhereValue> answers, topology::Time now);

/// ifAdminStatus and friends, for isolation.
namespace objects {
const Oid& if_admin_status();  ///< 1.3.6.1.2.1.2.2.1.7, RFC 2863: up(1) down(2) testing(3)
const Oid& if_oper_status();   ///< 1.3.6.1.2.1.2.2.1.8
const Oid& if_name();          ///< 1.3.6.1.2.1.31.1.1.1.1
const Oid& if_descr();         ///< 1.3.6.1.2.1.2.2.1.2
const Oid& sys_uptime();       ///< 1.3.6.1.2.1.1.3.0
const Oid& sys_name();         ///< 1.3.6.1.2.1.1.5.0
}  // namespace objects

}  // namespace lanwarden::mibs
