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

/// The bars of the work order, in its order; 5 % stale stands between two of them.
constexpr Bars kWhole{100, 0, 100, 0};
constexpr Bars kMissing{99.5, 0, 99.5, 0};
constexpr Bars kStale{99, 0, 98, 0.02};
constexpr Bars kWorst{97, 0.2, 93, 0.1, true};
constexpr Bars kThinVisible{95, 0.2, 95, 0.1, true};
constexpr Bars kThinHidden{75, 0.5, 50, 0.2, true};

}  // namespace

std::vector<Cell> cells() {
  std::vector<Cell> out;
  Bars bars = kWhole;
  const auto add = [&](std::string name, lab::WorldOptions o) { out.push_back({std::move(name), o, bars}); };
  const auto with = [](lab::WorldOptions o, auto change) {
    change(o);
    return o;
  };
  using Options = lab::WorldOptions;
  {
    Options campus;
    campus.switches = 50, campus.hosts = 1000, campus.unmanaged_leafs = 10, campus.unmanaged_middles = 4;
    const auto everything = [](Options& o) {
      o.access_points = 5, o.virtual_hosts = 5, o.phones = 0.2, o.vlans = 4, o.lags = 6, o.rings = 4;
    };
    add("campus 50 x 1000, unmanaged, LLDP + STP", campus);
    add("same, LLDP passes the unmanaged", with(campus, [](Options& o) { o.middles_pass_lldp = true; }));
    add("same, half LLDP, half STP", with(campus, [](Options& o) { o.lldp = o.stp = 0.5; }));
    add("same, STP only", with(campus, [](Options& o) { o.lldp = 0; }));
    add("same, LLDP only", with(campus, [](Options& o) { o.stp = 0; }));
    add("same, tables only", with(campus, [](Options& o) { o.lldp = o.stp = 0; }));
    add("same, tables only, own hidden",
        with(campus, [](Options& o) { o.lldp = o.stp = 0, o.own_visible = false; }));
    add("everything: APs, VMs, phones, VLANs, LAGs, rings", with(campus, everything));
    add("everything, tables only", with(with(campus, everything), [](Options& o) { o.lldp = o.stp = 0; }));
    const auto pvst = [](Options& o) { o.vlans = 4, o.vlan_trees = 2, o.rings = 6; };
    const auto mlag = [](Options& o) { o.mlags = 4; };
    const auto silent = [](Options& o) { o.lldp = o.stp = 0; };
    add("VLANs in 2 trees, 6 rings, LLDP + STP", with(campus, pvst));
    add("VLANs in 2 trees, 6 rings, tables only", with(with(campus, pvst), silent));
    add("4 MLAG pairs, LLDP + STP", with(campus, mlag));
    add("4 MLAG pairs, tables only", with(with(campus, mlag), silent));
    bars = kStale;
    const auto dirty = [](Options& o) { o.missing = 0.2, o.stale = 0.02; };
    add("VLANs in 2 trees, 6 rings, tables only, 20 % missing, 2 % stale",
        with(with(with(campus, pvst), silent), dirty));
    add("4 MLAG pairs, tables only, 20 % missing, 2 % stale", with(with(with(campus, mlag), silent), dirty));
    add("everything, 20 % missing, 2 % stale", with(with(campus, everything), dirty));
    add("everything, half LLDP, half STP, 20 % missing, 2 % stale",
        with(with(with(campus, everything), dirty), [](Options& o) { o.lldp = o.stp = 0.5; }));
    add("everything, tables only, 20 % missing, 2 % stale",
        with(with(with(campus, everything), dirty), [](Options& o) { o.lldp = o.stp = 0; }));
  }
  bars = kWhole;
  for (const unsigned n : {5U, 20U, 50U, 100U, 200U})
    add("tables only, " + std::to_string(n) + " x 15, whole", tables_only(n, 15, 0, 0));
  const auto uneven = [](Options& o) { o.spread = lab::Spread::kUneven; };
  const auto by_path = [](Options& o) { o.missing_by = lab::Missing::kByPath; };
  const auto hidden = [](Options& o) { o.own_visible = false; };
  const auto on_campus = [](Options& o) { o.shape = lab::Shape::kCampus, o.spread = lab::Spread::kAccess; };
  add("tables only, 50 x 15 uneven, whole", with(tables_only(50, 15, 0, 0), uneven));
  add("tables only, chain of 20 x 15, whole",
      with(tables_only(20, 15, 0, 0), [](Options& o) { o.shape = lab::Shape::kChain; }));
  add("tables only, star of 20 x 15, whole",
      with(tables_only(20, 15, 0, 0), [](Options& o) { o.shape = lab::Shape::kStar; }));
  bars = kMissing;
  for (const unsigned n : {20U, 50U, 200U})
    add("tables only, " + std::to_string(n) + " x 15, 20 % missing", tables_only(n, 15, 0.2, 0));
  add("tables only, 50 x 15, 20 % missing, own hidden", with(tables_only(50, 15, 0.2, 0), hidden));
  add("tables only, 50 x 15, 20 % missing by path", with(tables_only(50, 15, 0.2, 0), by_path));
  bars = kStale;
  for (const unsigned n : {20U, 50U, 100U, 200U})
    add("tables only, " + std::to_string(n) + " x 15, 20 % missing, 2 % stale",
        tables_only(n, 15, 0.2, 0.02));
  const auto dirty = tables_only(50, 15, 0.2, 0.02);
  add("tables only, 50 x 15, 20 % missing, 2 % stale, own hidden", with(dirty, hidden));
  add("tables only, 50 x 15 uneven, 20 % missing, 2 % stale", with(dirty, uneven));
  add("tables only, 50 x 15, 20 % missing by path, 2 % stale", with(dirty, by_path));
  add("tables only, campus 50 x 15, 20 % missing, 2 % stale", with(dirty, on_campus));
  add("tables only, 50 x 15, 20 % missing, 2 % stale of one in 5",
      with(dirty, [](Options& o) { o.moved = 0.2; }));
  add("tables only, 50 x 15, unmanaged, 20 % missing, 2 % stale",
      with(dirty, [](Options& o) { o.unmanaged_leafs = 10, o.unmanaged_middles = 4; }));
  const auto trees = [](Options& o) { o.vlans = 4, o.rings = 6; };
  add("tables only, 50 x 15, 4 VLANs, rings, 20 % missing, 2 % stale", with(dirty, trees));
  bars = kMissing;
  add("tables only, 20 x 15, 40 % missing", tables_only(20, 15, 0.4, 0));
  add("tables only, 50 x 15, 30 % missing", tables_only(50, 15, 0.3, 0));
  bars = kWhole;
  for (const double lldp : {0.0, 0.5, 1.0})
    for (const double stp : {0.0, 0.5, 1.0})
      add("LLDP " + std::to_string(static_cast<int>(100 * lldp)) + " %, STP " +
              std::to_string(static_cast<int>(100 * stp)) + " %, 20 x 15, unmanaged, LAGs, rings, whole",
          with(tables_only(20, 15, 0, 0), [&](Options& o) {
            o.lldp = lldp, o.stp = stp, o.unmanaged_leafs = 4, o.unmanaged_middles = 2, o.lags = 3,
            o.rings = 2;
          }));
  bars = kWorst;
  add("tables only, 20 x 15, 20 % missing, 5 % stale", tables_only(20, 15, 0.2, 0.05));
  for (const unsigned n : {20U, 50U, 100U})
    add("tables only, " + std::to_string(n) + " x 15, 40 % missing, 5 % stale",
        tables_only(n, 15, 0.4, 0.05));
  bars = kThinVisible;
  add("tables only, 20 x 3, 20 % missing, 2 % stale, own visible", tables_only(20, 3, 0.2, 0.02));
  bars = kThinHidden;
  add("tables only, 20 x 3, 20 % missing, 2 % stale, own hidden",
      with(tables_only(20, 3, 0.2, 0.02), hidden));
  bars = kStale;
  add("half LLDP, 50 x 15, 20 % missing, 2 % stale", with(dirty, [](Options& o) { o.lldp = 0.5; }));
  add("STP, 50 x 15, 20 % missing, 2 % stale", with(dirty, [](Options& o) { o.stp = 1; }));
  add("half STP, 50 x 15, 20 % missing, 2 % stale", with(dirty, [](Options& o) { o.stp = 0.5; }));
  add("LLDP, 50 x 15, 20 % missing, 2 % stale", with(dirty, [](Options& o) { o.lldp = 1; }));
  add("half LLDP, 50 x 15 uneven, 20 % missing, 2 % stale",
      with(with(dirty, uneven), [](Options& o) { o.lldp = 0.5; }));
  bars = kThinVisible;
  add("half LLDP, 20 x 3, 20 % missing, 2 % stale",
      with(tables_only(20, 3, 0.2, 0.02), [](Options& o) { o.lldp = 0.5; }));
  return out;
}

}  // namespace lanwarden::topology::accuracy
