#include "topology/freeze.h"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

#include "topology/fabric_impl.h"
#include "topology/snapshot_fields.h"

namespace lanwarden::topology {
namespace detail {

template <class A, Is<Claim> T>
void fields(A& a, T& x) {
  a("s", x.s);
  a("p", x.p);
  a("t", x.t);
  a("q", x.q);
  a("source", x.source);
  a("mutual", x.mutual);
  a("blocked", x.blocked);
}

template <class A, Is<Port> T>
void fields(A& a, T& x) {
  a("switch", x.sw);
  a("port", x.port);
}

template <class A, Is<SharedAggregate> T>
void fields(A& a, T& x) {
  a("first", x.first);
  a("second", x.second);
  a("aggregate", x.aggregate);
}

template <class A, Is<PortHints> T>
void fields(A& a, T& x) {
  a("phone", x.phone);
  a("access_point", x.access_point);
  a("hypervisor", x.hypervisor);
  a("unknown_bridge", x.unknown_bridge);
  a("unanswered", x.unanswered);
}

template <class A, Is<Claims> T>
void fields(A& a, T& x) {
  a("links", x.links);
  a("hints", x.hints);
  a("remarks", x.remarks);
}

template <class A, Is<Facing> T>
void fields(A& a, T& x) {
  a("toward", x.toward);
  a("root", x.root);
  a("up", x.up);
}

template <class A, Is<Group> T>
void fields(A& a, T& x) {
  a("ports", x.ports);
  a("stations", x.stations);
  a("segment", x.segment);
  a("weight", x.weight);
}

template <class A, Is<ToldLink> T>
void fields(A& a, T& x) {
  a("a", x.a);
  a("b", x.b);
  a("via", x.via);
  a("mutual", x.mutual);
  a("blocked", x.blocked);
  a("witnesses", x.witnesses);
  a("second_leg", x.second_leg);
}

template <class A, Is<Habits> T>
void fields(A& a, T& x) {
  a("stale", x.stale);
  a("stale_again", x.stale_again);
  a("missing", x.missing);
  a("shared", x.shared);
  a("shared_else", x.shared_else);
  a("lost", x.lost);
  a("stations", x.stations);
  a("edge_ports", x.edge_ports);
  a("used_ports", x.used_ports);
  a("free_ports", x.free_ports);
  a("lone_ports", x.lone_ports);
  a("homeless", x.homeless);
  a("one_more", x.one_more);
  a("taken", x.taken);
  a("risk", x.risk);
}

/// Without its rows: WhatLocatingNeeds.
template <class A, Is<Census> T>
void fields(A& a, T& x) {
  a("id_of", x.id_of);
  a("node_of", x.node_of);
  a("ports", x.ports);
  a("members", x.members);
  a("stations", x.stations);
  a("weight", x.weight);
  a("owner", x.owner);
  a("own_addresses", x.own_addresses);
  a("places", x.places);
}

}  // namespace detail

template <class A, Is<Witness> T>
void fields(A& a, T& x) {
  a("source", x.source);
  a("supports", x.supports);
  a("text", x.text);
}

template <class A, Is<Link> T>
void fields(A& a, T& x) {
  a("a", x.a);
  a("b", x.b);
  a("via", x.via);
  a("confidence", x.confidence);
  a("blocked", x.blocked);
  a("witnesses", x.witnesses);
}

template <class A, Is<Segment> T>
void fields(A& a, T& x) {
  a("ports", x.ports);
  a("stations", x.stations);
  a("witnesses", x.witnesses);
}

template <class A, Is<UnknownBridge> T>
void fields(A& a, T& x) {
  a("port", x.port);
  a("description", x.description);
}

template <class A, Is<TableState> T>
void fields(A& a, T& x) {
  a("completeness", x.completeness);
  a("rows", x.rows);
  a("cause", x.cause);
}

/// Without the stations of its ports and the lone ways: WhatLocatingNeeds.
template <class A, Is<Fabric::Impl> T>
void fields(A& a, T& x) {
  a("snapshots", x.snapshots);
  a("census", x.census);
  a("claims", x.claims);
  a("facing", x.facing);
  a("tables_only", x.tables_only);
  a("only_way", x.views.only_way);
  a("complete", x.views.complete);
  a("faces", x.faces);
  a("groups", x.groups);
  a("group_of", x.group_of);
  a("told", x.told);
  a("shared", x.shared);
  a("visitors", x.visitors);
  a("located", x.located);
  a("noise", x.noise);
  a("habits", x.habits);
  a("links", x.links);
  a("segments", x.segments);
  a("unknown_bridges", x.unknown_bridges);
  a("contradictions", x.contradictions);
  a("roles", x.roles);
  a("tree_of_vlan", x.tree_of_vlan);
}

namespace {

// A field that somebody adds to one of these nouns must be added above, too (freeze_test compares answers);
// then correct the number here.
static_assert(sizeof(Fabric::Impl) == 1384 && sizeof(detail::Census) == 328 && sizeof(detail::Claims) == 72 &&
              sizeof(detail::Facing) == 152 && sizeof(detail::Habits) == 264 && sizeof(detail::Group) == 64 &&
              sizeof(detail::ToldLink) == 80 && sizeof(detail::PortHints) == 48);

/// Written as they lie in memory: what has no octets between its fields, which would be whatever lay there
/// before.
template <class T>
constexpr bool kFlat = std::is_trivially_copyable_v<T> && !std::is_pointer_v<T> &&
                       (std::has_unique_object_representations_v<T> || std::is_floating_point_v<T>);

/// Another build may lay things out in another way: then it does not read these octets.
constexpr std::uint64_t kLayout = [] {
  std::uint64_t h = 0x6c77'6662'0000'0003;
  for (const std::size_t size :
       {sizeof(Fabric::Impl), sizeof(SwitchSnapshot), sizeof(Interface), sizeof(Neighbor), sizeof(StpPort),
        sizeof(FdbDatabase), sizeof(detail::Claim), sizeof(detail::Row), sizeof(detail::Place),
        sizeof(AddressEntry), sizeof(BasePort), sizeof(Link)})
    h = (h ^ size) * 0x9e37'79b9'7f4a'7c15;
  return h;
}();

class Writer {
 public:
  template <class T>
  void operator()(const char*, const T& v) {
    put(v);
  }
  template <class T>
  void put(const T& v) {
    if constexpr (kFlat<T>)
      raw(&v, sizeof(v));
    else
      fields(*this, v);
  }
  void put(const std::string& v) {
    put(static_cast<std::uint64_t>(v.size()));
    raw(v.data(), v.size());
  }
  template <class A, class B>
  void put(const std::pair<A, B>& v) {
    put(v.first);
    put(v.second);
  }
  template <class T>
  void put(const std::optional<T>& v) {
    put(v.has_value());
    if (v) put(*v);
  }
  template <class T>
  void put(const std::vector<T>& v) {
    put(static_cast<std::uint64_t>(v.size()));
    if constexpr (kFlat<T>)
      raw(v.data(), v.size() * sizeof(T));
    else
      for (const T& x : v) put(x);
  }
  void put(const detail::Directions& v) { v.visit(*this); }
  void put(const SwitchSnapshot& v) {
    put(v.name);
    put(v.time);
    put(v.uptime_cs);
    for (const TableState& t : v.tables) put(t);
    fields(*this, v);
  }
  std::string take() { return std::move(octets_); }

 private:
  void raw(const void* from, std::size_t size) { octets_.append(static_cast<const char*>(from), size); }
  std::string octets_;
};

class Reader {
 public:
  explicit Reader(std::string_view octets) : octets_(octets) {}
  bool whole() const { return good_ && octets_.empty(); }
  bool of_this_layout() {
    std::uint64_t layout = 0;
    get(layout);
    return layout == kLayout;
  }

  template <class T>
  void operator()(const char*, T& v) {
    get(v);
  }
  template <class T>
  void get(T& v) {
    if constexpr (kFlat<T>)
      raw(&v, sizeof(v));
    else
      fields(*this, v);
  }
  void get(std::string& v) {
    const std::size_t n = size(1);
    v.assign(octets_.substr(0, n));
    octets_.remove_prefix(n);
  }
  template <class A, class B>
  void get(std::pair<A, B>& v) {
    get(v.first);
    get(v.second);
  }
  template <class T>
  void get(std::optional<T>& v) {
    bool there = false;
    get(there);
    if (there) get(v.emplace());
  }
  template <class T>
  void get(std::vector<T>& v) {
    if constexpr (kFlat<T>) {
      const std::size_t n = size(sizeof(T));
      v.resize(n);
      raw(v.data(), n * sizeof(T));
    } else {
      // Whatever it is, each takes an octet at least.
      v.resize(size(1));
      for (T& x : v) get(x);
    }
  }
  void get(detail::Directions& v) { v.visit(*this); }
  void get(SwitchSnapshot& v) {
    get(v.name);
    get(v.time);
    get(v.uptime_cs);
    for (TableState& t : v.tables) get(t);
    fields(*this, v);
  }

 private:
  void raw(void* to, std::size_t size) {
    if (size > octets_.size()) good_ = false;
    if (!good_ || size == 0) return;
    std::memcpy(to, octets_.data(), size);
    octets_.remove_prefix(size);
  }
  /// A length, of things of so many octets each; 0 when there are not so many.
  std::size_t size(std::size_t each) {
    std::uint64_t n = 0;
    raw(&n, sizeof(n));
    if (n > octets_.size() / each) good_ = false;
    return good_ ? static_cast<std::size_t>(n) : 0;
  }
  std::string_view octets_;
  bool good_ = true;
};

/// The lists that have an entry a forwarding row, cut down to what locate() may look at.
struct WhatLocatingNeeds {
  std::vector<std::vector<detail::Row>> rows;
  std::vector<std::vector<MacAddress>> stations;
  std::vector<std::vector<std::uint32_t>> first_station;

  WhatLocatingNeeds() = default;
  explicit WhatLocatingNeeds(const Fabric::Impl& f) {
    const std::size_t n = f.census.size();
    for (detail::Node s = 0; s < n; ++s) {
      // A switch's rows are compared only with those of one whose direction is unknown; else one row tells
      // that there are some.
      bool compared = false;
      for (detail::Node t = 0; t < n && !compared; ++t)
        compared =
            s != t && (f.facing.toward(s, t) == detail::kNoPort || f.facing.toward(t, s) == detail::kNoPort);
      const auto& all = f.census.rows[s];
      rows.emplace_back(all.begin(), compared || all.empty() ? all.end() : all.begin() + 1);
      // Ports that lead to a switch have hundreds of stations, none of which is there.
      auto& kept = stations.emplace_back();
      auto& first = first_station.emplace_back();
      for (std::size_t p = 0; p + 1 < f.first_station[s].size(); ++p) {
        first.push_back(static_cast<std::uint32_t>(kept.size()));
        if (f.faces[s][p] != 0) continue;
        const auto begin = f.stations[s].begin();
        kept.insert(kept.end(), begin + f.first_station[s][p], begin + f.first_station[s][p + 1]);
      }
      first.push_back(static_cast<std::uint32_t>(kept.size()));
    }
  }
};

template <class A, Is<WhatLocatingNeeds> T>
void fields(A& a, T& x) {
  a("rows", x.rows);
  a("stations", x.stations);
  a("first_station", x.first_station);
}

template <class... T>
bool read(std::string_view octets, T&... v) {
  Reader reader(octets);
  if (!reader.of_this_layout()) return false;
  (reader.get(v), ...);
  return reader.whole();
}

}  // namespace

std::string freeze(const Fabric& fabric) {
  Writer writer;
  writer.put(kLayout);
  writer.put(fabric.impl());
  writer.put(WhatLocatingNeeds(fabric.impl()));
  for (const Fabric::Impl& tree : fabric.impl().other_trees) {
    writer.put(tree);
    writer.put(WhatLocatingNeeds(tree));
  }
  return writer.take();
}

std::optional<Fabric> thaw(std::string_view octets) {
  auto impl = std::make_unique<Fabric::Impl>();
  Reader reader(octets);
  if (!reader.of_this_layout()) return std::nullopt;
  const auto read_tree = [&](Fabric::Impl& tree) {
    WhatLocatingNeeds needed;
    reader.get(tree);
    reader.get(needed);
    tree.census.rows = std::move(needed.rows);
    tree.stations = std::move(needed.stations);
    tree.first_station = std::move(needed.first_station);
    tree.census.snapshots = impl->snapshots;
  };
  read_tree(*impl);
  const auto& tree_of = impl->tree_of_vlan;
  impl->other_trees.resize(tree_of.empty() ? 0 : *std::max_element(tree_of.begin(), tree_of.end()));
  for (Fabric::Impl& tree : impl->other_trees) read_tree(tree);
  if (!reader.whole()) return std::nullopt;
  return Fabric(std::move(impl));
}

std::string freeze_snapshots(std::span<const SwitchSnapshot> snapshots) {
  Writer writer;
  writer.put(kLayout);
  writer.put(static_cast<std::uint64_t>(snapshots.size()));
  for (const SwitchSnapshot& s : snapshots) writer.put(s);
  return writer.take();
}

std::optional<std::vector<SwitchSnapshot>> thaw_snapshots(std::string_view octets) {
  std::vector<SwitchSnapshot> snapshots;
  if (!read(octets, snapshots)) return std::nullopt;
  return snapshots;
}

}  // namespace lanwarden::topology
