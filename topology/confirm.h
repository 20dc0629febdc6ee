// Whether the switches around a port agree that a station is behind it, and not merely its own switch.
//
// A row of the past looks like one of now. At the port it is believed in, a station that has moved leaves a
// row that only what its other frames reach can correct; and when the switch it has moved to does not show
// its own row (QUIRKS: tables have holes), everything that is left points to the old place. The tables next
// to the old place tell the two apart.
#pragma once

#include <vector>

#include "topology/locate.h"

namespace lanwarden::topology {

/// The polled switches next to that port's switch, by a link that carries stations or across a segment, that
/// do not hold the station on the port that faces it: at each of them, or beyond, it may be as well. Switches
/// that did not answer are among them; those that do not have the station's VLAN are not. Sorted. Cost: at
/// most the square of the number of switches.
std::vector<SwitchId> unconfirmed(const Fabric& fabric, const LocateQuery& query, PortId port);

/// Whether each switch on the way from where `listener` is plugged in to `port` holds the station on that
/// way. A frame that `listener` has heard came past all switches between the two, and taught each: if the
/// rows are newer than that frame, the station is there. False when nobody knows where the listener is. The
/// rows of the fabric's own snapshots tell where it is.
bool holds_all_the_way(const Fabric& fabric, const LocateQuery& query, MacAddress listener, PortId port);

}  // namespace lanwarden::topology
