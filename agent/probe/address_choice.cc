#include "agent/probe/address_choice.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <string>

namespace lanwarden::agent {

using topology::IpAddress;

namespace {

constexpr std::size_t kMost = 65'536;
constexpr unsigned kComplete = 0x2;  // ATF_COM

}  // namespace

AddressChoice::AddressChoice(const Network& network, std::uint64_t seed) : random_(seed) {
  Network considered = network;
  considered.bits = std::max(network.bits, 16U);
  left_ = considered.hosts(kMost).value_or(std::vector<IpAddress>{});
  // Some old hosts take .0 and .255 for broadcast addresses, whatever the mask.
  std::erase_if(left_, [](const IpAddress& ip) {
    const std::uint32_t last = ip.v4_bits() & 0xff;
    return last == 0 || last == 0xff;
  });
  std::shuffle(left_.begin(), left_.end(), random_);
}

std::optional<IpAddress> AddressChoice::next() {
  while (!left_.empty()) {
    const IpAddress ip = left_.back();
    left_.pop_back();
    if (!used_.contains(ip)) return ip;
  }
  return std::nullopt;
}

IpAddress AddressChoice::random_v6() {
  std::array<std::uint8_t, 16> octets{0xfe, 0x80};
  const std::uint64_t identifier = random_();
  for (std::size_t i = 0; i < 8; ++i) octets[8 + i] = static_cast<std::uint8_t>(identifier >> (8 * i));
  return IpAddress::v6(std::span<const std::uint8_t, 16>(octets));
}

std::vector<IpAddress> neighbours_of(std::istream& table, std::string_view interface) {
  std::vector<IpAddress> all;
  std::string line;
  std::getline(table, line);  // the heading
  while (std::getline(table, line)) {
    std::istringstream words(line);
    std::string ip, type, flags, mac, mask, device;
    if (!(words >> ip >> type >> flags >> mac >> mask >> device) || device != interface) continue;
    const auto parsed = IpAddress::parse(ip);
    if (parsed && (std::strtoul(flags.c_str(), nullptr, 16) & kComplete)) all.push_back(*parsed);
  }
  return all;
}

}  // namespace lanwarden::agent
