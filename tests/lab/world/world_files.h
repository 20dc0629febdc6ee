// A world on disk: world.json (everything), truth.json (for people and scripts
// that check answers), lanwarden.toml (points at the simulated agents).
// The formats are described in tests/lab/README.md.
#pragma once

#include <filesystem>
#include <string>

#include "tests/lab/world/world.h"
#include "topology/result.h"

namespace lanwarden::lab {

std::string world_json(const World& world);
std::string truth_json(const World& world);
std::string config_toml(const World& world);

/// Writes the three files, making the folder if need be. The error is a sentence for people.
topology::Result<void, std::string> save_world(const World& world, const std::filesystem::path& folder);

/// Reads a folder that save_world wrote, or its world.json.
topology::Result<World, std::string> load_world(const std::filesystem::path& path);
topology::Result<World, std::string> parse_world(const std::string& json);

}  // namespace lanwarden::lab
