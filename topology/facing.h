// Internal to the room. Which port of a switch leads to which other switch, from
// forwarding tables alone: a pair of ports faces each other when the fewest
// stations contradict it (a station that both switches hold off that pair would
// be in two places). Lowekamp, O'Hallaron, Gross: Topology Discovery for Large
// Ethernet Networks, SIGCOMM 2001; made sparse by one root, see facing.cc.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
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

/// Strong enough to be beaten by no table: a direction that protocols tell.
inline constexpr std::uint32_t kProtocolMargin = 10'000;

struct Facing {
  Directions toward;
  std::vector<Node> root;     ///< [node] the root it was placed by; kNoNode: not placed
  std::vector<LocalPort> up;  ///< [node] its port towards that root; kNoPort at the root
  /// Pairs of which one has the other's stations on two ports of its own, many on each: what two
  /// peers with a shared aggregate look like.
  std::vector<std::pair<Node, Node>> torn;
};

enum class Credit : std::uint8_t { kFull, kHalf, kNone };

/// What the inference leaves aside.
struct Aside {
  std::vector<std::uint8_t> stations;  ///< [station] does not count; empty: all do
  /// [node][row], as a witness of what is below that switch; empty: all full ones.
  std::vector<std::vector<Credit>> below;
  bool operator==(const Aside&) const = default;
};

/// A direction needs `need` witnesses more than the next.
Facing infer_facing(const Census& census, const Aside& aside, std::uint32_t need);

/// Fills unknown directions: whoever lies between s and t (it has them on two
/// different ports) votes with s's port towards itself. A clear majority decides.
void close_directions(const Census& census, Directions& toward);

}  // namespace lanwarden::topology::detail
