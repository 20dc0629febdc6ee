#include "trouble.h"

#include <algorithm>

namespace lanwarden::integration {

using nlohmann::json;
using namespace std::chrono_literals;

json incident_of(const Product& lanwarden, const std::string& mac) {
  for (const auto& line : lanwarden.run({"incidents", "--json"}).lines)
    if (line.value("mac", "") == mac)
      return lanwarden.run({"incidents", std::to_string(line.value("id", 0)), "--json"}).document();
  return json::object();
}

std::vector<std::string> timeline_states(const json& incident) {
  std::vector<std::string> states;
  for (const auto& step : incident.value("timeline", json::array()))
    states.push_back(step.value("state", ""));
  return states;
}

bool has(const std::vector<std::string>& states, const char* state) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

namespace {
std::string next_log() {
  static int number = 0;
  return "victim-" + std::to_string(++number);
}
}  // namespace

Victims::Victims(const Lan& lan)
    : lan_(lan),
      log_(next_log()),
      process_(lan.start_on(
          kVictim, {program_path("victim_host"), kHostInterface, lan.plan().host_named(kVictim).ip, "10"},
          log_)) {}

bool Victims::in_trouble() const { return lan_.log_of(log_).find("conflict") != std::string::npos; }

Trouble::Trouble(const Lan& lan)
    : clock(lan.start_on(kClock,
                         {program_path("clock_host"), kHostInterface, lan.plan().host_named("server").ip,
                          lan.plan().host_named(kClock).ip},
                         "clock")),
      victims(lan) {
  // A victim that asked before the clock listened is up already: the trouble would be none.
  if (!wait_until(20s, [&] { return victims.in_trouble(); }) || !victims.still_trying())
    throw LanError("the trouble does not begin: " + lan.log_of(victims.log()));
}

}  // namespace lanwarden::integration
