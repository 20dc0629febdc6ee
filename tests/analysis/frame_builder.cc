#include "tests/analysis/frame_builder.h"

#include <cmath>
#include <stdexcept>
#include <string>

namespace lanwarden::test {
namespace {

unsigned high(std::uint16_t number) { return number >> 8U; }
unsigned low(std::uint16_t number) { return number & 0xffU; }

}  // namespace

topology::MacAddress mac(std::string_view text) {
  const auto parsed = topology::MacAddress::parse(text);
  if (!parsed) throw std::invalid_argument("no MAC address: " + std::string(text));
  return *parsed;
}

topology::IpAddress ip(std::string_view text) {
  const auto parsed = topology::IpAddress::parse(text);
  if (!parsed) throw std::invalid_argument("no IP address: " + std::string(text));
  return *parsed;
}

topology::Time at(double seconds) {
  constexpr std::int64_t kBeginning = 1'000'000'000;  // any day will do
  return topology::Time{std::chrono::seconds(kBeginning) +
                        std::chrono::nanoseconds(static_cast<std::int64_t>(std::llround(seconds * 1e9)))};
}

void append(Octets& out, std::initializer_list<unsigned> octets) {
  for (const unsigned octet : octets) out.push_back(static_cast<std::uint8_t>(octet));
}

void append(Octets& out, topology::MacAddress address) {
  for (const std::uint8_t octet : address.octets()) out.push_back(octet);
}

void append(Octets& out, const Octets& more) { out.insert(out.end(), more.begin(), more.end()); }

Octets ethernet(topology::MacAddress to, topology::MacAddress from, std::uint16_t ethertype,
                const Octets& payload, std::uint16_t vlan) {
  Octets out;
  append(out, to);
  append(out, from);
  if (vlan != 0) append(out, {0x81, 0x00, high(vlan), low(vlan)});
  append(out, {high(ethertype), low(ethertype)});
  append(out, payload);
  if (out.size() < 60) out.resize(60);
  return out;
}

Octets arp(std::uint16_t operation, topology::MacAddress sender_mac, topology::IpAddress sender_ip,
           topology::MacAddress target_mac, topology::IpAddress target_ip) {
  Octets out;
  append(out, {0, 1, 8, 0, 6, 4, high(operation), low(operation)});
  append(out, sender_mac);
  for (const std::uint8_t octet : sender_ip.octets()) out.push_back(octet);
  append(out, target_mac);
  for (const std::uint8_t octet : target_ip.octets()) out.push_back(octet);
  return out;
}

analysis::RawFrame raw(const Octets& octets, topology::Time time, std::uint64_t number,
                       analysis::LinkType link_type) {
  analysis::RawFrame frame;
  frame.time = time;
  frame.bytes = octets;
  frame.wire_length = static_cast<std::uint32_t>(octets.size());
  frame.number = number;
  frame.link_type = link_type;
  return frame;
}

}  // namespace lanwarden::test
