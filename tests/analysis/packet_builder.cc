#include "tests/analysis/packet_builder.h"

#include <string>

namespace lanwarden::test {
namespace {

void append_ip(Octets& out, std::string_view address) {
  const topology::IpAddress parsed = ip(address);
  out.insert(out.end(), parsed.octets().begin(), parsed.octets().end());
}

void append16(Octets& out, std::size_t number) {
  append(out, {static_cast<unsigned>(number >> 8) & 0xffU, static_cast<unsigned>(number) & 0xffU});
}

void append32(Octets& out, std::uint32_t number) {
  append16(out, number >> 16);
  append16(out, number & 0xffffU);
}

void append_link_layer(Octets& out, unsigned option, topology::MacAddress address) {
  if (address.is_zero()) return;
  append(out, {option, 1});
  append(out, address);
}

void append_option(Octets& out, unsigned code, std::string_view address) {
  if (address.empty()) return;
  append(out, {code, 4});
  append_ip(out, address);
}

}  // namespace

Octets ipv4(std::string_view from, std::string_view to, std::uint8_t protocol, const Octets& segment) {
  Octets out;
  append(out, {0x45, 0});
  append16(out, 20 + segment.size());
  append(out, {0, 1, 0, 0, 64, protocol, 0, 0});
  append_ip(out, from);
  append_ip(out, to);
  append(out, segment);
  return out;
}

Octets udp(std::uint16_t from, std::uint16_t to, const Octets& payload) {
  Octets out;
  append16(out, from);
  append16(out, to);
  append16(out, 8 + payload.size());
  append16(out, 0);
  append(out, payload);
  return out;
}

Octets ipv6(std::string_view from, std::string_view to, std::uint8_t next_header, const Octets& segment,
            std::uint8_t hop_limit) {
  Octets out;
  append(out, {0x60, 0, 0, 0});
  append16(out, segment.size());
  append(out, {next_header, hop_limit});
  append_ip(out, from);
  append_ip(out, to);
  append(out, segment);
  return out;
}

std::string solicited_node(std::string_view address) {
  Octets group(16);
  group[0] = 0xff;
  group[1] = 0x02;
  group[11] = 1;
  group[12] = 0xff;
  const auto target = ip(address);
  for (std::size_t i = 13; i < 16; ++i) group[i] = target.octets()[i];
  return topology::IpAddress::v6(std::span<const std::uint8_t, 16>(group.data(), 16)).to_string();
}

topology::MacAddress group_mac(std::string_view address) {
  const auto group = ip(address);
  const auto o = group.octets();
  return topology::MacAddress((0x3333ULL << 32) | (std::uint64_t{o[12]} << 24) |
                              (std::uint64_t{o[13]} << 16) | (std::uint64_t{o[14]} << 8) | o[15]);
}

Octets router_solicitation(topology::MacAddress source_link_layer) {
  Octets out;
  append(out, {133, 0, 0, 0, 0, 0, 0, 0});
  append_link_layer(out, 1, source_link_layer);
  return out;
}

Octets router_advertisement(const Advertised& what) {
  Octets out;
  append(out, {134, 0, 0, 0, 64, what.flags});
  append16(out, what.lifetime_s);
  append(out, {0, 0, 0, 0, 0, 0, 0, 0});
  append_link_layer(out, 1, what.source_link_layer);
  if (!what.prefix.empty()) {
    append(out, {3, 4, 64, 0xc0});
    append32(out, 2'592'000);
    append32(out, 604'800);
    append32(out, 0);
    append_ip(out, what.prefix);
  }
  if (!what.dns.empty()) {
    append(out, {25, 3, 0, 0});
    append32(out, 1800);
    append_ip(out, what.dns);
  }
  return out;
}

Octets neighbor_solicitation(std::string_view target, topology::MacAddress source_link_layer) {
  Octets out;
  append(out, {135, 0, 0, 0, 0, 0, 0, 0});
  append_ip(out, target);
  append_link_layer(out, 1, source_link_layer);
  return out;
}

Octets neighbor_advertisement(std::string_view target, topology::MacAddress target_link_layer,
                              std::uint8_t flags) {
  Octets out;
  append(out, {136, 0, 0, 0, flags, 0, 0, 0});
  append_ip(out, target);
  append_link_layer(out, 2, target_link_layer);
  return out;
}

Octets redirect(std::string_view target, std::string_view destination,
                topology::MacAddress target_link_layer) {
  Octets out;
  append(out, {137, 0, 0, 0, 0, 0, 0, 0});
  append_ip(out, target);
  append_ip(out, destination);
  append_link_layer(out, 2, target_link_layer);
  return out;
}

Octets dhcp(const DhcpMessage& message) {
  const bool reply = message.type == 2 || message.type == 5 || message.type == 6;
  Octets out;
  append(out, {reply ? 2U : 1U, 1, 6, 0});
  append32(out, message.transaction);
  append(out, {0, 0, 0x80, 0});
  append_ip(out, message.client_ip);
  append_ip(out, message.your_ip);
  append_ip(out, "0.0.0.0");
  append_ip(out, message.relay);
  append(out, message.client);
  out.resize(236);
  append32(out, 0x63825363);
  if (message.type != 0) append(out, {53, 1, message.type});
  append_option(out, 54, message.server_id);
  append_option(out, 50, message.requested_ip);
  append_option(out, 1, message.subnet_mask);
  append_option(out, 3, message.router);
  append_option(out, 6, message.dns);
  if (!message.host_name.empty()) {
    append(out, {12, static_cast<unsigned>(message.host_name.size())});
    for (const char c : message.host_name) out.push_back(static_cast<std::uint8_t>(c));
  }
  append(out, {255});
  return out;
}

Octets dhcp_from_client(const DhcpMessage& message, std::uint16_t vlan) {
  return ethernet(topology::kBroadcast, message.client, 0x0800,
                  ipv4(message.client_ip, "255.255.255.255", 17, udp(68, 67, dhcp(message))), vlan);
}

Octets dhcp_from_server(topology::MacAddress server, std::string_view server_ip, const DhcpMessage& message,
                        topology::MacAddress to, std::uint16_t vlan) {
  return ethernet(to, server, 0x0800,
                  ipv4(server_ip, to.is_broadcast() ? "255.255.255.255" : message.your_ip, 17,
                       udp(67, 68, dhcp(message))),
                  vlan);
}

}  // namespace lanwarden::test
