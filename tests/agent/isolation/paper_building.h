// A building on paper that the isolator takes for its network: the lab's world with ports that can be shut,
// switches that restart and renumber their interfaces, stations that move, answers that are lost, and a
// second administrator. Every SET that reaches a switch is kept.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/isolation/clock.h"
#include "agent/isolation/switches.h"
#include "tests/agent/isolation/paper_ports.h"
#include "tests/lab/world/live_world.h"
#include "tests/lab/world/world.h"

namespace lanwarden::agent::testing {

using topology::IfIndex;
using topology::PortId;
using topology::SwitchId;

/// Every switch on paper has it; nobody is in it at first.
constexpr topology::VlanId kQuarantine{666};

/// A wall clock that can be set, over one that cannot.
class PaperClock final : public Clock {
 public:
  explicit PaperClock(topology::Time start) : wall_(start) {}
  Moment now() override { return {wall_, boot_, since_boot_}; }
  void sleep(topology::Duration d) override { pass(d); }
  void pass(topology::Duration d) { wall_ += d, since_boot_ += d, truth_ += d; }
  void set_wall(topology::Duration by) { wall_ += by; }
  void reboot() { boot_ += "'", since_boot_ = {}; }
  topology::Duration truth() const { return truth_; }  ///< time that has really passed

 private:
  topology::Time wall_;
  std::string boot_ = "boot";
  topology::Duration since_boot_ = std::chrono::hours{1}, truth_{0};
};

/// A SET that a switch carried out.
struct PaperSet {
  SwitchId sw;
  std::string port;  ///< the port it really hit, by its name
  bool up = false;
  std::string varbind;  ///< as the audit trail has it
  topology::Duration when{};
  bool culprits_edge = false;  ///< the culprit is plugged in there at that moment, at an edge
  bool unheard = false;        ///< others are behind it that no table of its switch has: nobody can know
  std::string truth;           ///< where it is: "shared floor3 A1"
};

/// How a switch treats the next SETs.
enum class SetFault { kNone, kIgnored, kRefused, kLostRequest, kLostAnswer, kLate };

class PaperBuilding final : public Switches {
 public:
  PaperBuilding(lab::World world, PaperClock& clock, std::uint32_t culprit);

  // The network, as the isolator sees it.
  const topology::Fabric& fabric() override { return *fabric_; }
  Dependencies dependencies() override { return depends; }
  Located live(topology::MacAddress mac) override;
  StoreResult<Asked> poll(SwitchId sw) override;
  topology::Result<std::vector<topology::MacRow>, snmp::Failure> rows(SwitchId sw,
                                                                      topology::MacAddress mac) override;
  topology::Result<snmp::Values, snmp::Failure> read(SwitchId sw,
                                                     std::span<const snmp::Variable> variables) override;
  topology::Result<void, snmp::Failure> set(SwitchId sw, std::span<const snmp::Varbind> varbinds) override;

  /// Called before every question and every SET ("live", "poll", "rows", "read", "set") and after every SET
  /// ("after-set"): the place for what happens meanwhile. May throw: then the process has died there.
  std::function<void(const char*)> meanwhile;

  // What happens in it.
  void poll_all();
  /// To a free edge port of that switch; false: it has none. `heard`: the rows of the past that are left are
  /// those of the place it was heard at; else of any earlier place.
  bool move_culprit(SwitchId sw, bool heard = false);
  void age_out(SwitchId sw);  ///< the culprit's row on that switch
  /// A frame of the culprit goes to that station, and every switch on its way learns; a table with a hole
  /// keeps it. False: the frame does not arrive.
  bool speak_to(std::uint32_t station);
  void restart(SwitchId sw, bool renumber, bool forgets);
  void reachable(SwitchId sw, bool yes) { switches_[sw.value].reachable = yes; }
  void fault(SwitchId sw, SetFault fault) { switches_[sw.value].fault = fault; }
  void incomplete(SwitchId sw, bool yes) { switches_[sw.value].incomplete = yes; }
  void by_hand(const std::string& switch_name, const std::string& port, bool up);

  // The truth.
  const lab::World& world() const { return world_; }
  topology::MacAddress culprit() const { return world_.stations[culprit_].mac; }
  lab::Truth truth() const;
  std::string name(PortId port) const;  ///< by the world's numbers
  std::string to_text() const;          ///< the links and segments as they are seen, and what is shut
  bool shut(const std::string& switch_name, const std::string& port) const;
  /// "floor3 A1", sorted: every port that is not as it was at first.
  std::vector<std::string> shut_ports() const;
  const std::vector<PaperSet>& sets() const { return sets_; }

  Dependencies depends;

 private:
  struct State {
    bool reachable = true, incomplete = false;
    SetFault fault = SetFault::kNone;
    topology::Duration up_since{};
    std::map<IfIndex, IfIndex> shown, real;  ///< the world's number to the one the agent uses now, and back
    std::vector<std::pair<topology::Duration, snmp::Varbind>> late;
    bool aged_out = false;
  };
  topology::SwitchSnapshot snapshot(SwitchId sw) const;
  void rebuild();
  /// A station that moved, and was never heard since, troubles nobody: where it is now, its rows are right.
  void be_heard_at_home();
  /// `now`: carries it out; `kept`: it is among sets(). False: no such object.
  bool write(SwitchId sw, const snmp::Varbind& varbind, bool now, bool kept);
  void follow(PortId port);  ///< what a port's settings mean for its stations
  void let_late_ones_in(SwitchId sw);
  PaperSet keep(PortId port, bool up, const std::string& varbind) const;
  snmp::Failure silence(SwitchId sw) const;
  void happens(const char* what) {
    if (meanwhile) meanwhile(what);
  }

  lab::World world_;
  PaperClock& clock_;
  std::uint32_t culprit_;
  std::unique_ptr<lab::LiveWorld> live_;
  std::vector<State> switches_;
  std::vector<PaperPorts> ports_;
  std::vector<topology::SwitchSnapshot> known_;
  std::optional<topology::Fabric> fabric_;
  std::vector<PaperSet> sets_;
};

}  // namespace lanwarden::agent::testing
