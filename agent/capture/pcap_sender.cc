// Sending with libpcap: a handle that hears nothing, on which single frames are put on the wire.
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "agent/capture/frame_sender.h"
#include "agent/capture/pcap_source.h"

namespace lanwarden::agent {
namespace {

using Cause = CaptureError::Cause;
using topology::IpAddress;
using topology::MacAddress;

constexpr int kHeardLength = 64;  // nothing is read from this handle: as little as possible is kept for it

unsigned prefix_of(const sockaddr* mask) {
  unsigned bits = 0;
  const auto count = [&](const void* octets, std::size_t length) {
    for (std::size_t i = 0; i < length; ++i)
      bits += static_cast<unsigned>(std::popcount(static_cast<const std::uint8_t*>(octets)[i]));
  };
  if (mask == nullptr) return 0;
  if (mask->sa_family == AF_INET)
    count(&reinterpret_cast<const sockaddr_in*>(mask)->sin_addr, 4);
  else if (mask->sa_family == AF_INET6)
    count(&reinterpret_cast<const sockaddr_in6*>(mask)->sin6_addr, 16);
  return bits;
}

class PcapSender : public FrameSender {
 public:
  PcapSender(std::string name, PcapHandle handle) : name_(std::move(name)), handle_(std::move(handle)) {
    ifaddrs* all = nullptr;
    if (getifaddrs(&all) != 0) return;
    for (const ifaddrs* a = all; a != nullptr; a = a->ifa_next)
      if (a->ifa_addr != nullptr && name_ == a->ifa_name) take(*a);
    freeifaddrs(all);
    std::sort(addresses_.begin(), addresses_.end(),
              [](const OwnAddress& x, const OwnAddress& y) { return x.ip < y.ip; });
  }

  const std::string& name() const override { return name_; }
  MacAddress mac() const override { return mac_; }
  std::span<const OwnAddress> addresses() const override { return addresses_; }

  topology::Result<void, CaptureError> transmit(std::span<const std::uint8_t> frame) override {
    if (pcap_inject(handle_.get(), frame.data(), frame.size()) == static_cast<int>(frame.size())) return {};
    return tl::unexpected(CaptureError{Cause::kSend, fmt::format("{}: cannot send: {}; try: ip link show {}",
                                                                 name_, pcap_geterr(handle_.get()), name_)});
  }

 private:
  void take(const ifaddrs& a) {
    if (a.ifa_addr->sa_family == AF_PACKET) {
      const auto& link = *reinterpret_cast<const sockaddr_ll*>(a.ifa_addr);
      if (link.sll_halen == 6) mac_ = MacAddress(std::span<const std::uint8_t, 6>(link.sll_addr, 6));
    } else if (a.ifa_addr->sa_family == AF_INET) {
      const auto& in = *reinterpret_cast<const sockaddr_in*>(a.ifa_addr);
      addresses_.push_back({IpAddress::v4(ntohl(in.sin_addr.s_addr)), prefix_of(a.ifa_netmask)});
    } else if (a.ifa_addr->sa_family == AF_INET6) {
      const auto& in = *reinterpret_cast<const sockaddr_in6*>(a.ifa_addr);
      addresses_.push_back({IpAddress::v6(std::span<const std::uint8_t, 16>(in.sin6_addr.s6_addr, 16)),
                            prefix_of(a.ifa_netmask)});
    }
  }

  std::string name_;
  PcapHandle handle_;
  MacAddress mac_;
  std::vector<OwnAddress> addresses_;
};

}  // namespace

topology::Result<std::unique_ptr<FrameSender>, CaptureError> open_sender(const std::string& interface) {
  char message[PCAP_ERRBUF_SIZE] = "";
  PcapHandle handle(pcap_create(interface.c_str(), message));
  if (!handle)
    return tl::unexpected(
        CaptureError{Cause::kSend, fmt::format("{}: cannot be sent on: {}", interface, message)});
  pcap_set_snaplen(handle.get(), kHeardLength);
  pcap_set_promisc(handle.get(), 0);
  if (const int status = pcap_activate(handle.get()); status < 0)
    return tl::unexpected(cannot_open(interface, status, handle.get()));
  const int link_type = pcap_datalink(handle.get());
  if (link_type != DLT_EN10MB)
    return tl::unexpected(no_ethernet(interface, static_cast<std::uint32_t>(link_type)));
  // All that would be heard is thrown away at the door.
  bpf_program nothing{};
  if (pcap_compile(handle.get(), &nothing, "less 0", 1, PCAP_NETMASK_UNKNOWN) == 0) {
    pcap_setfilter(handle.get(), &nothing);
    pcap_freecode(&nothing);
  }
  auto sender = std::make_unique<PcapSender>(interface, std::move(handle));
  if (sender->mac().is_zero())
    return tl::unexpected(CaptureError{
        Cause::kLinkType,
        fmt::format("{}: has no hardware address of its own, so nothing can be asked from it", interface)});
  return sender;
}

}  // namespace lanwarden::agent
