#include "agent/isolation/power.h"

#include <algorithm>
#include <charconv>

namespace lanwarden::agent {
namespace {

using snmp::PsePlace;

tl::unexpected<std::string> no(std::string why) { return tl::make_unexpected(std::move(why)); }

/// The numbers in a port's name: "Gi1/0/24" is {1, 0, 24}.
std::vector<std::uint32_t> numbers_in(std::string_view name) {
  std::vector<std::uint32_t> numbers;
  for (const char *p = name.data(), *end = p + name.size(); p != end;) {
    std::uint32_t n = 0;
    const auto [next, error] = std::from_chars(p, end, n);
    if (next == p) {
      ++p;
      continue;
    }
    if (error == std::errc{}) numbers.push_back(n);
    p = next;
  }
  return numbers;
}

void add(std::vector<PsePlace>& places, PsePlace place) {
  if (place.port != 0 && std::find(places.begin(), places.end(), place) == places.end())
    places.push_back(place);
}

}  // namespace

PowerCandidates power_candidates(const topology::Interface& port) {
  const auto numbers = numbers_in(port.name);
  const std::uint32_t last = numbers.empty() ? 0 : numbers.back();
  const std::uint32_t bridge = port.bridge_port.value, ifindex = port.ifindex.value;
  PowerCandidates c;
  if (bridge != 0 && (bridge == ifindex || bridge == last)) add(c.agreed, {1, bridge});
  if (ifindex == last) add(c.agreed, {1, ifindex});
  add(c.by_name, {1, last});
  if (numbers.size() > 1) add(c.by_name, {numbers.front(), last});
  return c;
}

topology::Result<PsePlace, std::string> find_power(Switches& switches, topology::SwitchId sw,
                                                   const topology::Interface& port, bool delivering) {
  constexpr const char* kDelivering = "3";
  if (delivering && port.poe != topology::Poe::kDelivering)
    return no("it feeds no device, as far as the switch tells");
  const PowerCandidates candidates = power_candidates(port);
  std::vector<PsePlace> places = candidates.agreed;
  for (const PsePlace p : candidates.by_name) add(places, p);
  std::vector<snmp::Variable> wanted;
  for (const PsePlace p : places)
    for (const auto& v : {snmp::objects::pse_admin_enable(p), snmp::objects::pse_detection(p),
                          snmp::objects::cisco_pse_entity(p)})
      wanted.push_back(v);
  const auto values = switches.read(sw, wanted);
  if (!values) return no(values.error().detail);

  std::vector<PsePlace> meant;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto& enabled = (*values)[3 * i];
    const auto& detection = (*values)[3 * i + 1];
    const auto& entity = (*values)[3 * i + 2];
    if (!enabled || (delivering && detection != kDelivering)) continue;
    bool sure =
        std::find(candidates.agreed.begin(), candidates.agreed.end(), places[i]) != candidates.agreed.end();
    if (entity) {
      // The switch says itself which port that row is: nothing else counts.
      const snmp::Variable name = snmp::objects::ent_physical_name(
          static_cast<std::uint32_t>(std::strtoul(entity->c_str(), nullptr, 10)));
      const auto said = switches.read(sw, std::span(&name, 1));
      if (!said) return no(said.error().detail);
      sure = said->front() && (*said->front() == port.name || *said->front() == port.descr);
    }
    if (sure) meant.push_back(places[i]);
  }
  if (meant.empty()) return no("which row of its PoE table it is cannot be told for certain");
  if (meant.size() > 1) return no("more than one row of its PoE table could be it");
  return meant.front();
}

}  // namespace lanwarden::agent
