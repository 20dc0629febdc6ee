// Internal to the room. From groups of ports and the stations' places to what a fabric shows.
#pragma once

#include "topology/fabric_impl.h"

namespace lanwarden::topology::detail {

/// The stations that one switch holds, by port.
void list_stations(Fabric::Impl& f, Node n);
/// Links, segments, unknown bridges, roles. The stations are listed.
void describe_fabric(Fabric::Impl& f);

}  // namespace lanwarden::topology::detail
