// A fabric that follows the polls: after one switch's new tables only what they bear on is inferred again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "topology/fabric.h"

namespace lanwarden::topology {

/// Holds a fabric and what it was inferred from. At any time fabric() is what infer() would make of the same
/// snapshots, to the octet (freeze()).
///
/// Followed are stations that come, go and move, rows that age, ports that go up and down, and whatever else
/// of the snapshot no conclusion rests on. When more has changed (a link, a switch's own addresses or ports,
/// who is whose neighbour, too little to be sure that nothing has), the whole fabric is inferred anew; so it
/// is where VLANs have trees of their own, and where aggregates are shared by two switches. Not thread-safe;
/// uses about half as much memory again as the fabric.
class Inference {
 public:
  explicit Inference(std::vector<SwitchSnapshot> snapshots);
  ~Inference();
  Inference(Inference&&) noexcept;
  Inference& operator=(Inference&&) noexcept;

  /// Valid until the next update(), and so is all it hands out.
  const Fabric& fabric() const { return fabric_; }

  struct Update {
    bool whole = false;  ///< all was inferred anew
    std::string why;     ///< in words; empty unless `whole`
  };
  /// `snapshot` takes the place of snapshots()[sw]; nothing happens when there is no such switch.
  Update update(SwitchId sw, SwitchSnapshot snapshot);
  /// The same for several switches. Where they are so many that following each would take longer, and as soon as
  /// one of them cannot be followed, the whole fabric is inferred anew, once.
  Update update(std::vector<std::pair<SwitchId, SwitchSnapshot>> polled);
  /// How many updates were followed, and how many made the whole fabric anew.
  std::uint64_t followed() const { return followed_; }
  std::uint64_t whole() const { return whole_; }

  /// The fabric alone; the inference is of no use then.
  Fabric take() && { return std::move(fabric_); }

 private:
  friend Fabric infer(std::vector<SwitchSnapshot> snapshots);
  struct State;
  Inference(std::vector<SwitchSnapshot> snapshots, bool keep);
  void infer_all(std::vector<SwitchSnapshot> snapshots, bool keep);
  /// Why it cannot be followed; empty: it was. The snapshot is in its place in either case.
  std::string follow(SwitchId sw, SwitchSnapshot snapshot);

  Fabric fabric_;
  std::unique_ptr<State> state_;  ///< nullptr: not to be followed
  std::string never_;             ///< why, then
  std::uint64_t followed_ = 0, whole_ = 0;
};

}  // namespace lanwarden::topology
