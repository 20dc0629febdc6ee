// The registry: a line a detector, in the order they are run.
#include "analysis/detector.h"

namespace lanwarden::analysis {

const std::vector<DetectorEntry>& detector_registry() {
  static const std::vector<DetectorEntry> kRegistry = {};
  return kRegistry;
}

}  // namespace lanwarden::analysis
