#include "topology/audit/words.h"

#include <algorithm>
#include <array>

namespace lanwarden::topology::audit::detail {

std::string speed_words(std::uint64_t bps) {
  struct Unit {
    std::uint64_t bps;
    std::string_view name;
  };
  constexpr std::array<Unit, 3> kUnits = {
      {{1'000'000'000, " Gbit/s"}, {1'000'000, " Mbit/s"}, {1'000, " kbit/s"}}};
  if (bps == 0) return "unknown";
  for (const Unit& u : kUnits) {
    if (bps < u.bps) continue;
    std::string text = std::to_string(bps / u.bps);
    if (const auto tenth = bps % u.bps * 10 / u.bps; tenth != 0) text += "." + std::to_string(tenth);
    return text.append(u.name);
  }
  return std::to_string(bps) + " bit/s";
}

std::string_view duplex_words(Duplex duplex) {
  return duplex == Duplex::kFull ? "full" : duplex == Duplex::kHalf ? "half" : "unknown";
}

std::string vlan_words(const std::vector<VlanId>& vlans) {
  std::string text;
  for (std::size_t i = 0; i < vlans.size(); ++i) {
    std::size_t last = i;
    while (last + 1 < vlans.size() && vlans[last + 1].value == vlans[last].value + 1) ++last;
    if (!text.empty()) text += ", ";
    text += std::to_string(vlans[i].value);
    if (last > i) text += (last > i + 1 ? "-" : ", ") + std::to_string(vlans[last].value);
    i = last;
  }
  return text.empty() ? "none" : text;
}

std::string vlan_words(VlanId vlan) {
  return vlan == kNoVlan ? "the common tree" : "VLAN " + std::to_string(vlan.value);
}

std::string switch_with(MacAddress bridge, const Wiring& wiring) {
  for (const auto& [name, sw] : wiring.switches)
    if (sw.bridge == bridge) return name;
  return {};
}

std::string root_words(const BridgeId& root, const Wiring& wiring) {
  std::string name = switch_with(root.address, wiring);
  name = name.empty() ? root.address.to_string() + ", which is not polled"
                      : name + " (" + root.address.to_string() + ")";
  return name + ", priority " + std::to_string(root.priority & 0xf000U);
}

std::string list_words(const std::vector<std::string>& items, std::size_t most) {
  std::string text;
  const std::size_t shown = items.size() > most + 1 ? most : items.size();
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
    text += items[i];
  }
  if (shown < items.size()) text += " and " + std::to_string(items.size() - shown) + " more";
  return text;
}

std::string count_words(std::size_t n, std::string_view one, std::string_view many) {
  return std::to_string(n).append(" ").append(n == 1 ? one : many);
}

}  // namespace lanwarden::topology::audit::detail
