#include "tests/analysis/story.h"

#include <algorithm>

namespace lanwarden::test {

using topology::kBroadcast;
using topology::MacAddress;

void Story::know(std::vector<MacAddress> stations) {
  ear_.know(std::make_shared<const analysis::KnownStations>(std::move(stations)));
}

void Story::frame(double seconds, const Octets& octets) {
  ear_.on_frame(raw(octets, at(seconds), ++number_),
                [this](analysis::Finding&& finding) { found_.push_back(std::move(finding)); });
}

void Story::probe(double seconds, MacAddress host, std::string_view address, MacAddress target) {
  frame(seconds, ethernet(kBroadcast, host, 0x0806, arp(1, host, ip("0.0.0.0"), target, ip(address)), vlan_));
}

void Story::announce(double seconds, MacAddress host, std::string_view address) {
  frame(seconds,
        ethernet(kBroadcast, host, 0x0806, arp(1, host, ip(address), MacAddress{}, ip(address)), vlan_));
}

void Story::request(double seconds, MacAddress host, std::string_view from, std::string_view address) {
  frame(seconds,
        ethernet(kBroadcast, host, 0x0806, arp(1, host, ip(from), MacAddress{}, ip(address)), vlan_));
}

void Story::reply(double seconds, MacAddress host, std::string_view address, MacAddress to,
                  std::string_view to_address, MacAddress sender) {
  frame(seconds, ethernet(to, host, 0x0806,
                          arp(2, sender.is_zero() ? host : sender, ip(address), to, ip(to_address)), vlan_));
}

void Story::quiet_until(double seconds) {
  ear_.on_tick(at(seconds), [this](analysis::Finding&& finding) { found_.push_back(std::move(finding)); });
}

const std::vector<analysis::Finding>& Story::end() {
  ear_.finish([this](analysis::Finding&& finding) { found_.push_back(std::move(finding)); });
  return found_;
}

std::vector<analysis::Finding> Story::found(std::string_view kind) const {
  std::vector<analysis::Finding> some;
  std::copy_if(found_.begin(), found_.end(), std::back_inserter(some),
               [&](const auto& finding) { return finding.kind == kind; });
  return some;
}

bool has_evidence(const analysis::Finding& finding, std::string_view name) {
  return std::any_of(finding.evidence.begin(), finding.evidence.end(),
                     [&](const auto& item) { return item.first == name; });
}

}  // namespace lanwarden::test
