// Internal to the room. What the forwarding tables alone tell: directions between switches, found several
// times, each time leaving aside what contradicted the last.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "topology/aside.h"
#include "topology/fabric_impl.h"

namespace lanwarden::topology::detail {

class TablesInference {
 public:
  /// Fills facing, tables_only and shared of `f`, whose census and claims are there. `keep`: to follow later
  /// changes; else the memory of each round is given back. `f` is borrowed for life.
  TablesInference(Fabric::Impl& f, bool keep) : f_(f), keep_(keep) {}
  void run();

  void make_room(std::span<const Station> came);
  void close_up(std::span<const Station> gone);
  /// After a change of the census. False: whoever inferred anew might find other directions, `why`; this is
  /// of no use then. `moved`: pairs of tables_only with another margin; tables_only has it, facing has not.
  bool update(const TableChange& change, std::vector<Margin>& moved, std::string& why);

 private:
  struct Round {
    std::unique_ptr<FacingStage> stage;
    std::unique_ptr<Judge> judge;
  };
  FacingStage& start(Aside aside, std::uint32_t need);
  FacingStage& add(std::unique_ptr<FacingStage> stage);
  /// The next round: what the last one knows is corrected, where that is less than all.
  FacingStage& follow(Aside aside);
  FacingStage& follow(std::uint32_t need);

  Fabric::Impl& f_;
  const bool keep_;
  std::vector<Round> rounds_;  ///< without judge: the last, which nobody judges
  bool settled_ = false;       ///< the last judgement said what the one before had said
  bool doubted_ = false;       ///< somebody contradicts the rest: the last round needs more witnesses
  std::uint32_t need_ = 0;     ///< of the last round, then
  bool judged_ = true;         ///< false: the first round tells nothing of any station
};

}  // namespace lanwarden::topology::detail
