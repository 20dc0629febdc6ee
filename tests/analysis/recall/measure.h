// What the detectors hear of the lab's troubles: how soon, with how many frames,
// and how much of it they may miss.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/finding.h"
#include "tests/lab/traffic/traffic.h"
#include "tests/lab/world/world.h"

namespace lanwarden::analysis::recall {

struct Ask {
  lab::TrafficOptions traffic;
  std::chrono::seconds length{180};
  std::chrono::seconds patience{
      0};                    ///< measure(): goes on beyond `length` until it is found, to so long at most
  double unseen = 0;         ///< share of the frames that the sniffer misses, each by itself
  bool twice = false;        ///< every frame is captured twice, 20 µs apart
  bool poller = false;       ///< a monitoring station asks for all hosts of a block, every five minutes
  bool examine_all = false;  ///< nothing is passed by as routine (analysis/arp_routine.h)
};

/// The monitoring station of Ask::poller.
inline constexpr topology::MacAddress kPoller{0x0050'5600'0042};

struct Heard {
  std::vector<Finding> findings;
  std::uint64_t frames = 0;  ///< that reached the detectors
};
/// Plays it, with the building's time beginning at a fixed date, and beyond ask.length while `goes_on` says
/// so of what was found until then.
using GoesOn = std::function<bool(const std::vector<Finding>&)>;
Heard listen(const lab::World& world, const Ask& ask, const GoesOn& goes_on = {});

/// How one trouble was heard.
struct Result {
  bool found = false;
  bool right_culprit = false;  ///< the finding names whoever the lab blames; true when it blames nobody
  double seconds = 0;          ///< from its beginning
  std::size_t frames = 0;      ///< that the finding names as its proof
  std::vector<std::string> bystanders;  ///< warnings of other kinds, or that name somebody else
};
Result measure(const lab::World& world, const lab::TroubleName& trouble, Ask ask);

}  // namespace lanwarden::analysis::recall
