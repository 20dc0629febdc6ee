#include "tests/topology/table_changes.h"

#include <algorithm>
#include <tuple>
#include <vector>

namespace lanwarden::topology {
namespace {

class Change {
 public:
  Change(std::span<const SwitchSnapshot> all, std::size_t sw, lab::Random& dice)
      : all_(all), s_(all[sw]), dice_(dice) {
    s_.time += std::chrono::minutes(1);
    s_.uptime_cs += 6000;
  }

  void run(Happening what) {
    switch (what) {
      case Happening::kNothing:
        break;
      case Happening::kCame:
        return came();
      case Happening::kWent:
        return went();
      case Happening::kMoved:
        return moved();
      case Happening::kAged:
        return aged(1 + dice_.below(5));
      case Happening::kLearned:
        return learned(1 + dice_.below(5));
      case Happening::kSeveral:
        came(), moved(), aged(2 + dice_.below(10)), learned(1 + dice_.below(10)), went();
        return;
      case Happening::kConflict:
        return conflict();
      case Happening::kNeighbor:
        return neighbor();
      case Happening::kLost:
        return aged(s_.fdb.size() * 9 / 10);
    }
  }

  SwitchSnapshot take() {
    const auto less = [](const FdbEntry& a, const FdbEntry& b) {
      return std::tie(a.mac, a.vlan, a.port) < std::tie(b.mac, b.vlan, b.port);
    };
    std::sort(s_.fdb.begin(), s_.fdb.end(), less);
    s_.fdb.erase(
        std::unique(s_.fdb.begin(), s_.fdb.end(),
                    [&](const FdbEntry& a, const FdbEntry& b) { return !less(a, b) && !less(b, a); }),
        s_.fdb.end());
    return std::move(s_);
  }

 private:
  Interface* some_port() {
    std::vector<Interface*> ports;
    for (Interface& i : s_.interfaces)
      if (i.bridge_port.value != 0) ports.push_back(&i);
    return ports.empty() ? nullptr : ports[dice_.below(ports.size())];
  }
  std::size_t some_row() { return dice_.below(s_.fdb.size()); }

  void came() {
    Interface* port = some_port();
    if (port == nullptr) return;
    port->oper = OperStatus::kUp;
    const MacAddress mac = MacAddress(0x0200'0000'0000 | dice_.below(1U << 30U));
    s_.fdb.push_back({mac, port->ifindex, port->bridge_port, s_.fdb.empty() ? kNoVlan : s_.fdb.front().vlan});
  }
  void went() {
    if (s_.fdb.empty()) return;
    const std::size_t i = some_row();
    const IfIndex port = s_.fdb[i].port;
    s_.fdb.erase(s_.fdb.begin() + static_cast<std::ptrdiff_t>(i));
    const bool alone =
        std::none_of(s_.fdb.begin(), s_.fdb.end(), [&](const FdbEntry& e) { return e.port == port; });
    for (Interface& x : s_.interfaces)
      if (x.ifindex == port && alone) x.oper = OperStatus::kDown;
  }
  void moved() {
    Interface* port = some_port();
    if (port == nullptr || s_.fdb.empty()) return;
    FdbEntry& row = s_.fdb[some_row()];
    if (row.status == FdbStatus::kLearned) row.port = port->ifindex, row.bridge_port = port->bridge_port;
  }
  void aged(std::size_t rows) {
    for (; rows > 0 && !s_.fdb.empty(); --rows)
      s_.fdb.erase(s_.fdb.begin() + static_cast<std::ptrdiff_t>(some_row()));
  }
  void learned(std::size_t rows) {
    if (s_.fdb.empty()) return;
    for (; rows > 0; --rows) {
      const SwitchSnapshot& other = all_[dice_.below(all_.size())];
      if (other.fdb.empty()) continue;
      FdbEntry row = other.fdb[dice_.below(other.fdb.size())];
      if (row.status != FdbStatus::kLearned) continue;
      // Behind the port that most of its like is behind, as a rule.
      const FdbEntry& like = s_.fdb[some_row()];
      row.port = like.port, row.bridge_port = like.bridge_port;
      s_.fdb.push_back(row);
    }
  }
  void conflict() {
    Interface* port = some_port();
    if (port == nullptr || s_.fdb.empty()) return;
    FdbEntry row = s_.fdb[some_row()];
    row.port = port->ifindex, row.bridge_port = port->bridge_port;
    row.vlan = VlanId{static_cast<std::uint16_t>(10 * (1 + dice_.below(4)))};
    s_.fdb.push_back(row);
  }
  void neighbor() {
    if (!s_.neighbors.empty())
      s_.neighbors.erase(s_.neighbors.begin() +
                         static_cast<std::ptrdiff_t>(dice_.below(s_.neighbors.size())));
    else if (!s_.stp_ports.empty())
      s_.stp_ports[dice_.below(s_.stp_ports.size())].state = StpState::kBlocking;
  }

  std::span<const SwitchSnapshot> all_;
  SwitchSnapshot s_;
  lab::Random& dice_;
};

}  // namespace

std::string_view to_string(Happening what) {
  static constexpr std::string_view kWords[] = {"nothing", "came",    "went",     "moved",    "aged",
                                                "learned", "several", "conflict", "neighbor", "lost"};
  return kWords[static_cast<std::size_t>(what)];
}

SwitchSnapshot happen(Happening what, std::span<const SwitchSnapshot> all, std::size_t sw,
                      lab::Random& dice) {
  Change change(all, sw, dice);
  change.run(what);
  return change.take();
}

}  // namespace lanwarden::topology
