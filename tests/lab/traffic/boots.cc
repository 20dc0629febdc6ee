#include <algorithm>
#include <vector>

#include "tests/lab/traffic/acts.h"

namespace lanwarden::lab {
namespace {

using namespace std::chrono_literals;
using topology::MacAddress;

constexpr unsigned kProbes = 3;         // RFC 5227 §1.1: PROBE_NUM
constexpr unsigned kAnnouncements = 2;  // ANNOUNCE_NUM, two seconds apart
constexpr SimulatedTime kRetry = 8s;    // how long a refused machine rests

struct Machine {
  Device device;
  bool vmware = false;
  enum class State : std::uint8_t { kProbing, kAnnouncing, kRefused, kUp } state = State::kProbing;
  unsigned sent = 0;
  std::uint32_t plan = 0;  ///< what was planned under another number is void
};

class Booting : public Boots {
 public:
  explicit Booting(Simulation& s) : s_(s) {
    for (Lan& lan : s.lans()) cast(lan);
    for (std::size_t i = 0; i < machines_.size(); ++i) {
      s.engage(*machines_[i].device.station);
      plan(i,
           1s + seconds(s.random().unit() * std::chrono::duration<double>(s.options().boots_within).count()));
    }
    s.on_arp([this](const Device& from, const Arp& arp) { hears(from, arp); });
  }

  BootCounts counts() const override {
    BootCounts counts;
    for (const Machine& m : machines_) {
      if (m.state == Machine::State::kUp)
        ++counts.up;
      else if (m.state == Machine::State::kRefused)
        ++counts.refused;
      else
        ++counts.waiting;
    }
    return counts;
  }

 private:
  void cast(const Lan& lan) {
    const std::size_t before = machines_.size();
    for (const std::uint32_t i : lan.here)
      if (s_.world().stations[i].kind == StationKind::kVirtualMachine && !s_.engaged(i))
        machines_.push_back({s_.device(i), true});
    if (machines_.size() != before) return;
    for (std::size_t k = 0; k < lan.here.size(); k += 10)  // no virtual machines: every tenth host comes up
      if (!s_.engaged(lan.here[k])) machines_.push_back({s_.device(lan.here[k]), false});
  }

  void plan(std::size_t index, SimulatedTime after) {
    const std::uint32_t mine = ++machines_[index].plan;
    s_.after(after, [this, index, mine] {
      if (machines_[index].plan == mine) step(index);
    });
  }

  void step(std::size_t index) {
    Machine& m = machines_[index];
    if (!s_.reaches(m.device)) {  // its own port is shut: it will see the link come up
      m.state = Machine::State::kProbing;
      m.sent = 0;
      plan(index, 2s);
      return;
    }
    if (m.state == Machine::State::kRefused) m.state = Machine::State::kProbing, m.sent = 0;
    if (m.state == Machine::State::kProbing && m.sent < kProbes) {
      ++m.sent;
      // RFC 5227: 1 to 2 s between probes, 2 s of silence after the last.
      plan(index, m.sent < kProbes ? 1s + seconds(s_.random().unit()) : SimulatedTime(2s));
      s_.arp(m.device, {1, m.device.mac, topology::kBroadcast, m.device.mac,
                        m.vmware ? topology::kBroadcast : MacAddress{}, 0, m.device.ip});
      return;
    }
    if (m.state == Machine::State::kProbing) m.state = Machine::State::kAnnouncing, m.sent = 0;
    if (m.state != Machine::State::kAnnouncing) return;
    if (++m.sent < kAnnouncements)
      plan(index, 2s);
    else
      m.state = Machine::State::kUp;
    s_.arp(m.device,
           {1, m.device.mac, topology::kBroadcast, m.device.mac, MacAddress{}, m.device.ip, m.device.ip});
  }

  /// RFC 5227 §2.1.1: somebody else has the address, or probes for it: it must not be used.
  void hears(const Device& from, const Arp& arp) {
    if (from.vlan.value == 0) return;
    for (std::size_t i = 0; i < machines_.size(); ++i) {
      Machine& m = machines_[i];
      if (arp.sender_ip != m.device.ip || arp.source == m.device.mac || from.vlan != m.device.vlan) continue;
      if (!arp.destination.is_group() && arp.destination != m.device.mac) continue;
      if (m.state == Machine::State::kRefused || m.state == Machine::State::kUp || m.sent == 0) continue;
      m.state = Machine::State::kRefused;
      plan(i, kRetry + seconds(4 * s_.random().unit()));
    }
  }

  Simulation& s_;
  std::vector<Machine> machines_;
};

}  // namespace

std::shared_ptr<Boots> begin_boots(Simulation& simulation) { return std::make_shared<Booting>(simulation); }

}  // namespace lanwarden::lab
