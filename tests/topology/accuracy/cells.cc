#include "tests/topology/accuracy/cells.h"

namespace lanwarden::topology::accuracy {
namespace {

lab::WorldOptions tables_only(unsigned switches, unsigned each, double missing, double stale) {
  lab::WorldOptions o;
  o.switches = switches;
  o.hosts = switches * each;
  o.shape = lab::Shape::kRandom;
  o.spread = lab::Spread::kEven;
  o.lldp = o.stp = 0;
  o.missing = missing;
  o.stale = stale;
  o.moved = 1;  // every station has one former place; all its stale rows point there
  return o;
}

}  // namespace

std::vector<Cell> cells() {
  std::vector<Cell> out;
  const auto add = [&](std::string name, lab::WorldOptions o) { out.push_back({std::move(name), o}); };
  const auto with = [](lab::WorldOptions o, auto change) {
    change(o);
    return o;
  };
  using Options = lab::WorldOptions;
  {
    Options campus;
    campus.switches = 50, campus.hosts = 1000, campus.unmanaged_leafs = 10, campus.unmanaged_middles = 4;
    add("issue 2: campus 50 x 1000, unmanaged, LLDP + STP", campus);
    add("issue 2: same, LLDP passes the unmanaged",
        with(campus, [](Options& o) { o.middles_pass_lldp = true; }));
    add("issue 2: same, half LLDP, half STP", with(campus, [](Options& o) { o.lldp = o.stp = 0.5; }));
    add("issue 2: same, STP only", with(campus, [](Options& o) { o.lldp = 0; }));
    add("issue 2: same, LLDP only", with(campus, [](Options& o) { o.stp = 0; }));
    add("issue 2: same, tables only", with(campus, [](Options& o) { o.lldp = o.stp = 0; }));
    add("issue 2: same, tables only, own addresses hidden",
        with(campus, [](Options& o) { o.lldp = o.stp = 0, o.own_visible = false; }));
    add("issue 2: everything: APs, VMs, phones, VLANs, LAGs, rings", with(campus, [](Options& o) {
          o.access_points = 5, o.virtual_hosts = 5, o.phones = 0.2, o.vlans = 4, o.lags = 6, o.rings = 4;
        }));
    add("issue 2: everything, tables only", with(campus, [](Options& o) {
          o.lldp = o.stp = 0, o.access_points = 5, o.virtual_hosts = 5, o.phones = 0.2, o.vlans = 4,
          o.lags = 6, o.rings = 4;
        }));
  }
  for (const unsigned n : {5U, 20U, 50U, 100U, 200U})
    add("tables only, " + std::to_string(n) + " x 15, whole", tables_only(n, 15, 0, 0));
  add("tables only, 20 x 15, 20 % missing", tables_only(20, 15, 0.2, 0));
  add("tables only, 50 x 15, 20 % missing", tables_only(50, 15, 0.2, 0));
  add("tables only, 50 x 15, 20 % missing by path",
      with(tables_only(50, 15, 0.2, 0), [](Options& o) { o.missing_by = lab::Missing::kByPath; }));
  add("tables only, 20 x 15, 20 % missing, 2 % stale", tables_only(20, 15, 0.2, 0.02));
  add("tables only, 50 x 15, 20 % missing, 2 % stale", tables_only(50, 15, 0.2, 0.02));
  add("tables only, 50 x 15 uneven, 20 % missing, 2 % stale",
      with(tables_only(50, 15, 0.2, 0.02), [](Options& o) { o.spread = lab::Spread::kUneven; }));
  add("tables only, campus 50 x 15, 20 % missing, 2 % stale",
      with(tables_only(50, 15, 0.2, 0.02),
           [](Options& o) { o.shape = lab::Shape::kCampus, o.spread = lab::Spread::kAccess; }));
  add("tables only, 50 x 15, 20 % missing, 2 % stale, of one in five",
      with(tables_only(50, 15, 0.2, 0.02), [](Options& o) { o.moved = 0.2; }));
  add("tables only, 20 x 15, 20 % missing, 5 % stale", tables_only(20, 15, 0.2, 0.05));
  add("tables only, 20 x 15, 40 % missing, 5 % stale", tables_only(20, 15, 0.4, 0.05));
  add("tables only, 50 x 15, 40 % missing, 5 % stale", tables_only(50, 15, 0.4, 0.05));
  add("tables only, 20 x 3, 20 % missing, 2 % stale, own visible", tables_only(20, 3, 0.2, 0.02));
  add("tables only, 20 x 3, 20 % missing, 2 % stale, own hidden",
      with(tables_only(20, 3, 0.2, 0.02), [](Options& o) { o.own_visible = false; }));
  add("half LLDP, 50 x 15, 20 % missing, 2 % stale",
      with(tables_only(50, 15, 0.2, 0.02), [](Options& o) { o.lldp = 0.5; }));
  add("half STP, 50 x 15, 20 % missing, 2 % stale",
      with(tables_only(50, 15, 0.2, 0.02), [](Options& o) { o.stp = 0.5; }));
  return out;
}

}  // namespace lanwarden::topology::accuracy
