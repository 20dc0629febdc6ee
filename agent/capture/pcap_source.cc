// The one file that knows libpcap: live interfaces, and the rarer file formats.
#include "agent/capture/pcap_source.h"

#include <fmt/format.h>
#include <pcap/pcap.h>
#include <poll.h>

#include <cerrno>
#include <cstring>

#include "agent/capture/capture_format.h"

namespace lanwarden::agent {
namespace {

using Cause = CaptureError::Cause;

using Handle = PcapHandle;

constexpr int kSnapshot = 2048;  // headers, and what evidence needs; a jumbo frame's data are of no use
constexpr int kRing = 32 * 1024 * 1024;  // half a second of a saturated gigabit of the smallest frames
constexpr int kKernelWaitMs = 10;        // how long the kernel may gather frames before it hands them over
constexpr int kBatch = 2048;
constexpr std::size_t kArena = 4 * 1024 * 1024;

// What some detector can use: everything sent to more than one, ARP whoever it
// is for, DHCP and neighbour discovery, each with and without a VLAN tag.
// "vlan" moves the offsets of all that follows it, so it stands last.
constexpr const char* kFilter =
    "ether multicast or arp or rarp or icmp6 or (udp and (port 67 or port 68)) or "
    "(vlan and (arp or rarp or icmp6 or (udp and (port 67 or port 68))))";

class PcapSource : public FrameSource {
 public:
  PcapSource(std::string name, std::uint32_t source, Handle handle, bool live, bool nanoseconds)
      : name_(std::move(name)),
        source_(source),
        handle_(std::move(handle)),
        live_(live),
        nanoseconds_per_unit_(nanoseconds ? 1 : 1000),
        link_type_(static_cast<analysis::LinkType>(pcap_datalink(handle_.get()))),
        arena_(kArena) {}

  const std::string& name() const override { return name_; }
  bool live() const override { return live_; }

  topology::Result<BatchStatus, CaptureError> next_batch(std::vector<analysis::RawFrame>& out,
                                                         std::chrono::milliseconds wait) override {
    out.clear();
    used_ = 0;
    if (ended_) return BatchStatus::kEnd;
    out_ = &out;
    int got = pcap_dispatch(handle_.get(), kBatch, &PcapSource::on_frame, reinterpret_cast<u_char*>(this));
    if (got == 0 && live_ && out.empty()) {
      pollfd waiting{pcap_get_selectable_fd(handle_.get()), POLLIN, 0};
      if (poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(wait.count(), 0))) <= 0)
        return BatchStatus::kIdle;
      got = pcap_dispatch(handle_.get(), kBatch, &PcapSource::on_frame, reinterpret_cast<u_char*>(this));
    }
    if (!out.empty()) {
      failed_ = got < 0;  // said by the next call, after the frames were delivered
      return BatchStatus::kFrames;
    }
    if (got < 0 || failed_) {
      ended_ = true;
      return tl::unexpected(failure());
    }
    if (live_) return BatchStatus::kIdle;
    ended_ = true;
    return BatchStatus::kEnd;
  }

  CaptureStats stats() const override {
    CaptureStats stats;
    stats.received = number_;
    struct pcap_stat kernel {};
    if (live_ && pcap_stats(handle_.get(), &kernel) == 0)
      stats.dropped = std::uint64_t{kernel.ps_drop} + kernel.ps_ifdrop;
    return stats;
  }

 private:
  static void on_frame(u_char* self, const pcap_pkthdr* header, const u_char* octets) {
    reinterpret_cast<PcapSource*>(self)->take(*header, octets);
  }

  // libpcap hands the ring's memory back when this returns: copy.
  void take(const pcap_pkthdr& header, const u_char* octets) {
    ++number_;
    if (arena_.size() - used_ < header.caplen) pcap_breakloop(handle_.get());
    const std::size_t length = std::min<std::size_t>(header.caplen, arena_.size() - used_);
    std::memcpy(arena_.data() + used_, octets, length);
    analysis::RawFrame& frame = out_->emplace_back();
    frame.time = topology::Time{std::chrono::seconds(header.ts.tv_sec) +
                                std::chrono::nanoseconds(header.ts.tv_usec * nanoseconds_per_unit_)};
    frame.bytes = {arena_.data() + used_, length};
    frame.wire_length = header.len;
    frame.number = number_;
    frame.source = source_;
    frame.link_type = link_type_;
    used_ += length;
  }

  CaptureError failure() const {
    const std::string why = pcap_geterr(handle_.get());
    if (live_)
      return {Cause::kRead, fmt::format("{}: capturing ended: {}; try: ip link show {}", name_, why, name_)};
    if (why.find("truncated") != std::string::npos)
      return {Cause::kTruncated,
              fmt::format("{}: ends in the middle of a record; the {} frames before it were read", name_,
                          number_)};
    return {Cause::kRead, fmt::format("{}: damaged after frame {}: {}", name_, number_, why)};
  }

  std::string name_;
  std::uint32_t source_;
  Handle handle_;
  bool live_;
  std::int64_t nanoseconds_per_unit_;
  analysis::LinkType link_type_;
  std::vector<std::uint8_t> arena_;
  std::size_t used_ = 0;
  std::vector<analysis::RawFrame>* out_ = nullptr;
  std::uint64_t number_ = 0;
  bool ended_ = false, failed_ = false;
};

}  // namespace

void PcapCloser::operator()(pcap* handle) const { pcap_close(handle); }

CaptureError cannot_open(const std::string& interface, int status, pcap* handle) {
  const std::string why = pcap_geterr(handle);
  switch (status) {
    case PCAP_ERROR_NO_SUCH_DEVICE:
      return {Cause::kNotFound, fmt::format("{}: no such interface; try: ip -br link", interface)};
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
      return {Cause::kPermission, fmt::format("{}: this user may not capture; run as root, or: sudo setcap "
                                              "cap_net_raw,cap_net_admin+ep $(command -v lanwarden)",
                                              interface)};
    case PCAP_ERROR_IFACE_NOT_UP:
      return {Cause::kRead, fmt::format("{}: is down; try: sudo ip link set {} up", interface, interface)};
    default:
      return {Cause::kRead, fmt::format("{}: cannot be captured from: {}; try: ip link show {}", interface,
                                        why.empty() ? pcap_statustostr(status) : why, interface)};
  }
}

CaptureError no_ethernet(const std::string& name, std::uint32_t link_type) {
  const char* what = pcap_datalink_val_to_description(static_cast<int>(link_type));
  return {Cause::kLinkType,
          fmt::format("{}: link type {}{}{}{} carries no Ethernet frames; capture on an Ethernet interface, "
                      "or on \"any\"",
                      name, link_type, what ? " (" : "", what ? what : "", what ? ")" : "")};
}

std::unique_ptr<FrameSource> open_other_format(const std::string& path, std::uint32_t source) {
  char message[PCAP_ERRBUF_SIZE] = "";
  Handle handle(pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, message));
  if (!handle || !is_readable_link_type(static_cast<std::uint32_t>(pcap_datalink(handle.get()))))
    return nullptr;
  return std::make_unique<PcapSource>(path, source, std::move(handle), false, true);
}

OpenResult open_interface(const std::string& interface, std::uint32_t source) {
  char message[PCAP_ERRBUF_SIZE] = "";
  Handle handle(pcap_create(interface.c_str(), message));
  if (!handle)
    return tl::unexpected(
        CaptureError{Cause::kRead, fmt::format("{}: cannot be captured from: {}", interface, message)});
  pcap_set_snaplen(handle.get(), kSnapshot);
  pcap_set_promisc(handle.get(), 1);
  pcap_set_timeout(handle.get(), kKernelWaitMs);
  pcap_set_buffer_size(handle.get(), kRing);
  const bool nanoseconds = pcap_set_tstamp_precision(handle.get(), PCAP_TSTAMP_PRECISION_NANO) == 0;
  if (const int status = pcap_activate(handle.get()); status < 0)
    return tl::unexpected(cannot_open(interface, status, handle.get()));
  const int link_type = pcap_datalink(handle.get());
  if (!is_readable_link_type(static_cast<std::uint32_t>(link_type)))
    return tl::unexpected(no_ethernet(interface, static_cast<std::uint32_t>(link_type)));

  // Where the filter cannot be expressed (802.11 with radiotap), everything is taken.
  bpf_program program{};
  if (pcap_compile(handle.get(), &program, kFilter, 1, PCAP_NETMASK_UNKNOWN) == 0) {
    const int status = pcap_setfilter(handle.get(), &program);
    pcap_freecode(&program);
    if (status != 0)
      return tl::unexpected(
          CaptureError{Cause::kRead, fmt::format("{}: the kernel refused the capture filter: {}", interface,
                                                 pcap_geterr(handle.get()))});
  }
  if (pcap_setnonblock(handle.get(), 1, message) != 0)
    return tl::unexpected(
        CaptureError{Cause::kRead, fmt::format("{}: cannot be captured from: {}", interface, message)});
  return std::make_unique<PcapSource>(interface, source, std::move(handle), true, nanoseconds);
}

}  // namespace lanwarden::agent
