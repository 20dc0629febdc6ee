// What traffic and play have in common on the command line.
#pragma once

#include <string>

#include "tests/lab/traffic/traffic.h"
#include "tests/lab/world/world.h"
#include "topology/result.h"
#include "topology/time.h"

namespace CLI {
class App;
}

namespace lanwarden::lab {

struct TrafficArguments {
  std::string world;
  std::string trouble = "clock";
  std::string start;  ///< RFC 3339; empty: the command's default
  std::string for_time;
  std::uint64_t seed = 1;
  double chatter = 1;
  bool port_only = false;
  bool campus = false;
};

void add_traffic_options(CLI::App& command, TrafficArguments& arguments);
TrafficOptions traffic_options(const TrafficArguments& arguments);
/// "2026-01-02T03:04:05Z"; the error says what would be right.
topology::Result<topology::Time, std::string> parse_start(const std::string& text);

}  // namespace lanwarden::lab
