// Internal to the room. Which port of each switch leads to each other one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "topology/census.h"

namespace lanwarden::topology::detail {

/// For every ordered pair of switches: the port, and by how many witnesses it
/// beats the second best. kNoPort: unknown.
class Directions {
 public:
  explicit Directions(std::size_t switches = 0)
      : n_(switches),
        port_(switches * switches, kNoPort),
        back_(switches * switches, kNoPort),
        margin_(switches * switches, 0) {}
  LocalPort operator()(Node from, Node to) const { return port_[from * n_ + to]; }
  /// [to] for one `from`.
  const LocalPort* from(Node from) const { return port_.data() + from * n_; }
  /// [from] for one `to`: how each switch sees that one. Beside each other in memory, as
  /// whoever scores a place asks.
  const LocalPort* to(Node to) const { return back_.data() + to * n_; }
  std::uint16_t margin(Node from, Node to) const { return margin_[from * n_ + to]; }
  void set(Node from, Node to, LocalPort port, std::uint32_t margin) {
    port_[from * n_ + to] = back_[to * n_ + from] = port;
    margin_[from * n_ + to] = static_cast<std::uint16_t>(std::min(margin, 0xffffU));
  }
  std::size_t size() const { return n_; }
  /// Hands its fields to an archive (freeze.cc).
  template <class A>
  void visit(A& archive) {
    archive("n", n_);
    archive("port", port_);
    archive("margin", margin_);
    if (port_.size() == n_ * n_) turn();
  }
  template <class A>
  void visit(A& archive) const {
    archive("n", n_);
    archive("port", port_);
    archive("margin", margin_);
  }

 private:
  void turn() {
    back_.resize(port_.size());
    for (std::size_t from = 0; from < n_; ++from)
      for (std::size_t to = 0; to < n_; ++to) back_[to * n_ + from] = port_[from * n_ + to];
  }
  std::size_t n_;
  std::vector<LocalPort> port_, back_;
  std::vector<std::uint16_t> margin_;
};

/// What each switch knows of the others at all.
struct Views {
  /// [node] the one port behind which everybody else is; kNoPort: there are several, or one is not known.
  /// Most switches are at the end of the network: a row of theirs tells whether a station is their own, no
  /// more.
  std::vector<LocalPort> only_way;
  std::vector<std::uint8_t> complete;  ///< [node] it knows the way to everybody
};
Views views(const Directions& toward);

/// Fills unknown directions: whoever lies between s and t (it has them on two different ports) votes with s's
/// port towards itself. A clear majority decides. Returns what it filled.
struct Filled {
  Node s, t;
  LocalPort port;
  std::uint32_t margin;
};
std::vector<Filled> close_directions(Directions& toward);

/// How many rows of one station lead to each switch, and how many lead elsewhere.
class RowTally {
 public:
  /// Rows on a switch itself are left out. A switch has no say of itself.
  void count(const Directions& toward, const Views& views, std::span<const Place> rows);
  std::uint32_t rows() const { return rows_; }
  std::uint32_t with(Node n) const { return static_cast<std::uint16_t>(all_with_ + with_[n]); }
  /// Of switches that do not know the way.
  std::uint32_t blank(Node n) const { return blank_[n]; }
  std::uint32_t against(Node n) const { return rows_ - with(n) - blank(n); }

 private:
  std::uint32_t rows_ = 0;
  std::uint16_t all_with_ = 0;               ///< what counts for every switch alike
  std::vector<std::uint16_t> with_, blank_;  ///< [node] with_: besides; below zero by going round
};

}  // namespace lanwarden::topology::detail
