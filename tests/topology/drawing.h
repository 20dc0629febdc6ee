// Small networks, drawn as a list of cables, and the tables their switches would
// have learned. A test changes what life changed, and asks.
//
//   h1 --- a.1
//          a.2 --- b.1
//                  b.2 --- h2
//          a.3 -x- b.3          blocked by STP: carries nothing
//         hub1 --- a.4          unmanaged: every name that begins with "hub"
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "topology/fabric.h"
#include "topology/locate.h"

namespace lanwarden::topology {

class Drawing {
 public:
  /// Switches are the names with a port, "a.1"; every other name is a station.
  explicit Drawing(std::string_view cables, bool own_addresses_visible = true);

  SwitchSnapshot& operator[](const std::string& name);
  static IfIndex port(unsigned number) { return IfIndex{number}; }
  /// The address of a station or of a switch itself, made from its name.
  static MacAddress mac(std::string_view name);

  Drawing& forget(const std::string& sw, std::string_view station);  ///< the row has aged out
  Drawing& row(const std::string& sw, MacAddress station, unsigned port,
               FdbStatus status = FdbStatus::kLearned);
  Drawing& stale(const std::string& sw, std::string_view station,
                 unsigned port);  ///< instead of the right row
  /// `sw` hears `other`'s port; one side only. `other` need not be in the drawing.
  Neighbor& hears(const std::string& sw, unsigned at, const std::string& other, const std::string& port,
                  std::uint16_t capabilities = static_cast<std::uint16_t>(Capability::kBridge));
  Drawing& lldp(const std::string& a, unsigned at_a, const std::string& b,
                unsigned at_b);            ///< both hear each other
  Drawing& silent(const std::string& sw);  ///< did not answer

  Fabric fabric() const { return infer(snapshots_); }
  /// In the order that is asked for.
  Fabric fabric(const std::vector<std::size_t>& order) const;
  const std::vector<SwitchSnapshot>& snapshots() const { return snapshots_; }

 private:
  std::vector<SwitchSnapshot> snapshots_;
};

/// "edge a 1", "segment a 2, b 1", "unknown": the verdict as a test reads it.
std::string where(const Fabric& fabric, MacAddress mac);
std::string where(const Fabric& fabric, std::string_view station);
/// "a 2 - b 1" each, sorted; blocked ones with "-x-".
std::vector<std::string> links(const Fabric& fabric);
std::vector<std::string> segments(const Fabric& fabric);
PortId at(const Fabric& fabric, std::string_view sw, unsigned port);

}  // namespace lanwarden::topology
