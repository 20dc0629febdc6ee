// The inferred fabric beside the store, so that a question at the prompt need not infer it anew:
// DATABASE-fabric. A cache: it may be deleted at any time, and is never believed when store or configuration
// have changed since.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "topology/fabric.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::agent {

class FabricCache {
 public:
  explicit FabricCache(std::filesystem::path file) : file_(std::move(file)) {}

  struct Content {
    topology::Fabric fabric;
    std::vector<topology::SwitchSnapshot> routers;  ///< of the [[router]]s
  };
  /// `key`: what it was made from. nullopt when there is none, or one of something else, or a damaged one.
  std::optional<Content> read(const std::string& key) const;
  /// Wholly or not at all. A cache that cannot be written is none: false, nothing else happens.
  bool write(const std::string& key, const topology::Fabric& fabric,
             const std::vector<topology::SwitchSnapshot>& routers) const;

 private:
  std::filesystem::path file_;
};

}  // namespace lanwarden::agent
