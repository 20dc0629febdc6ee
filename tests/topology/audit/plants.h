// A building of 200 switches, and every kind of change done to it.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/topology/audit/building.h"

namespace lanwarden::topology::audit {

/// What is done to the building, and what an audit must say of it, as lines() words it. Each change has
/// switches of its own, so that no two of them meet.
class Plants {
 public:
  using Snapshots = std::vector<SwitchSnapshot>;

  Plants();
  Snapshots poll(Time now) const;
  /// All of it, at `when`.
  void plant(Time when);
  const std::vector<std::string>& expected() const { return expected_; }
  /// Who does not answer since, and how the others are asked now.
  Circumstances around() const {
    Circumstances c;
    c.silent = silent_;
    c.access = access_;
    return c;
  }

 private:
  struct At {
    std::string sw, port;
    std::string words() const { return sw + " " + port; }
  };
  lab::Switch& node(std::size_t n) { return world_.switches[n]; }
  lab::Port& port(const lab::End& end);
  bool is_leaf(lab::NodeId n) const;
  bool is_plain(const lab::Cable& c);
  std::string words(const lab::Cable& c);
  PortName first(const lab::Cable& c);

  /// A switch, a port or a cable that nothing else happens to.
  std::string leaf();
  std::string free_port_of(const std::string& sw);
  At free_port();
  std::pair<At, std::uint32_t> used_port();
  lab::Cable& cable(const std::function<bool(const lab::Cable&)>& wanted);
  void unplug(lab::Cable& c);

  void expect(std::string line) { expected_.push_back(std::move(line)); }
  void edit(std::function<void(Snapshots&)> e) { edits_.push_back(std::move(e)); }

  void reserve_spare_ports();
  void links();
  void switches(Time when);
  void ports(Time when);
  void link_ends();
  void stations();
  void doubles();
  void access();
  void spanning_tree();

  lab::World world_;
  std::map<lab::NodeId, IfIndex> spare_;  ///< a free trunk port
  std::set<std::size_t> touched_;
  std::vector<std::function<void(Snapshots&)>> edits_;
  std::vector<std::string> expected_;
  std::set<std::string> silent_;
  std::map<std::string, Circumstances::Access> access_;
};

}  // namespace lanwarden::topology::audit
