// Reading with libpcap: what both interfaces and the rarer file formats need.
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

// As many frames as the arena holds, be they as long as they may: on an interface kLiveSnapshot octets.
constexpr std::size_t kArena = 4 * 1024 * 1024;
constexpr int kLiveBatch = kArena / kLiveSnapshot;
constexpr int kFileBatch = kArena / kMaxFrame;

}  // namespace

PcapSource::PcapSource(std::string name, std::uint32_t source, PcapHandle handle, bool live, bool nanoseconds,
                       std::uint64_t number)
    : name_(std::move(name)),
      source_(source),
      handle_(std::move(handle)),
      live_(live),
      nanoseconds_per_unit_(nanoseconds ? 1 : 1000),
      link_type_(static_cast<analysis::LinkType>(pcap_datalink(handle_.get()))),
      arena_(kArena),
      number_(number),
      before_(number) {}

topology::Result<BatchStatus, CaptureError> PcapSource::next_batch(std::vector<analysis::RawFrame>& out,
                                                                   std::chrono::milliseconds wait) {
  out.clear();
  used_ = 0;
  if (ended_) return BatchStatus::kEnd;
  out_ = &out;
  int got = dispatch();
  if (got == 0 && live_ && out.empty()) {
    pollfd waiting{pcap_get_selectable_fd(handle_.get()), POLLIN, 0};
    if (poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(wait.count(), 0))) <= 0)
      return BatchStatus::kIdle;
    got = dispatch();
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

CaptureStats PcapSource::stats() const {
  CaptureStats stats;
  stats.received = number_ - before_;
  struct pcap_stat kernel {};
  if (live_ && pcap_stats(handle_.get(), &kernel) == 0)
    stats.dropped = std::uint64_t{kernel.ps_drop} + kernel.ps_ifdrop;
  return stats;
}

int PcapSource::dispatch() {
  return pcap_dispatch(
      handle_.get(), live_ ? kLiveBatch : kFileBatch,
      [](u_char* self, const pcap_pkthdr* header, const u_char* octets) {
        reinterpret_cast<PcapSource*>(self)->take(*header, octets);
      },
      reinterpret_cast<u_char*>(this));
}

// libpcap hands the ring's memory back when this returns: copy.
void PcapSource::take(const pcap_pkthdr& header, const std::uint8_t* octets) {
  ++number_;
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

CaptureError PcapSource::failure() const {
  const std::string why = pcap_geterr(handle_.get());
  if (live_)
    return {Cause::kRead, fmt::format("{}: capturing ended: {}; try: ip link show {}", name_, why, name_)};
  if (why.find("truncated") != std::string::npos)
    return {
        Cause::kTruncated,
        fmt::format("{}: ends in the middle of a record; the {} frames before it were read", name_, number_)};
  return {Cause::kRead, fmt::format("{}: damaged after frame {}: {}", name_, number_, why)};
}

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
  PcapHandle handle(
      pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, message));
  if (!handle || !is_readable_link_type(static_cast<std::uint32_t>(pcap_datalink(handle.get()))))
    return nullptr;
  return std::make_unique<PcapSource>(path, source, std::move(handle), false, true);
}

}  // namespace lanwarden::agent
