// Live interfaces: a filter in the kernel, a large ring, and a handle that is
// opened again when the interface was gone.
#include <fmt/format.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <thread>

#include "agent/capture/capture_format.h"
#include "agent/capture/live_filter.h"
#include "agent/capture/pcap_source.h"

namespace lanwarden::agent {
namespace {

using Cause = CaptureError::Cause;
using analysis::Interest;
using Clock = std::chrono::steady_clock;

constexpr int kRing = 32 * 1024 * 1024;  // half a second of a saturated gigabit of the smallest frames
constexpr int kKernelWaitMs = 10;        // how long the kernel may gather frames before it hands them over
constexpr std::chrono::milliseconds kRetry{500};

struct Opened {
  PcapHandle handle;
  bool nanoseconds;
};

topology::Result<void, CaptureError> set_filter(pcap_t* handle, const std::string& interface,
                                                Interest interest) {
  bpf_program program{};
  // Where the filter cannot be expressed (802.11 with radiotap), everything is taken.
  if (pcap_compile(handle, &program, live_filter(interest).c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) return {};
  const int status = pcap_setfilter(handle, &program);
  pcap_freecode(&program);
  if (status == 0) return {};
  return tl::unexpected(CaptureError{
      Cause::kRead,
      fmt::format("{}: the kernel refused the capture filter: {}", interface, pcap_geterr(handle))});
}

topology::Result<Opened, CaptureError> open_handle(const std::string& interface, Interest interest) {
  char message[PCAP_ERRBUF_SIZE] = "";
  Opened opened{PcapHandle(pcap_create(interface.c_str(), message)), false};
  pcap_t* handle = opened.handle.get();
  const auto cannot = [&](const char* why) {
    return tl::unexpected(
        CaptureError{Cause::kRead, fmt::format("{}: cannot be captured from: {}", interface, why)});
  };
  if (!handle) return cannot(message);
  pcap_set_snaplen(handle, kLiveSnapshot);
  pcap_set_promisc(handle, 1);
  pcap_set_timeout(handle, kKernelWaitMs);
  pcap_set_buffer_size(handle, kRing);
  opened.nanoseconds = pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO) == 0;
  if (const int status = pcap_activate(handle); status < 0)
    return tl::unexpected(cannot_open(interface, status, handle));
  const auto link_type = static_cast<std::uint32_t>(pcap_datalink(handle));
  if (!is_readable_link_type(link_type)) return tl::unexpected(no_ethernet(interface, link_type));
  if (auto set = set_filter(handle, interface, interest); !set) return tl::unexpected(set.error());
  if (pcap_setnonblock(handle, 1, message) != 0) return cannot(message);
  return opened;
}

/// Why nothing can be heard on it now; nullopt: nothing speaks against it. libpcap waits without a word for
/// an interface that is down, and for one whose cable was pulled.
std::optional<std::string> why_deaf(const std::string& interface) {
  ifreq request{};
  if (interface.size() >= sizeof request.ifr_name) return std::nullopt;
  std::memcpy(request.ifr_name, interface.data(), interface.size());
  const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (any < 0) return std::nullopt;
  const bool known = ::ioctl(any, SIOCGIFFLAGS, &request) == 0;  // "any" is none, and has no flags
  const bool up = (request.ifr_flags & IFF_UP) != 0;
  // Not IFF_RUNNING: an interface that waits for its 802.1X hears what others say. Drivers that know nothing
  // of a carrier do not answer.
  ethtool_value link{ETHTOOL_GLINK, 1};
  request.ifr_data = reinterpret_cast<char*>(&link);
  const bool carrier = ::ioctl(any, SIOCETHTOOL, &request) != 0 || link.data != 0;
  ::close(any);
  if (!known) return std::nullopt;
  if (!up) return fmt::format("{0}: is down; try: sudo ip link set {0} up", interface);
  if (!carrier) return fmt::format("{}: has no carrier; is its cable in?", interface);
  return std::nullopt;
}

class Interface : public FrameSource {
 public:
  Interface(std::string name, std::uint32_t source, Opened opened) : name_(std::move(name)), source_(source) {
    listen(std::move(opened));
  }

  const std::string& name() const override { return name_; }
  bool live() const override { return true; }

  topology::Result<BatchStatus, CaptureError> next_batch(std::vector<analysis::RawFrame>& out,
                                                         std::chrono::milliseconds wait) override {
    out.clear();
    if (!open_) {
      await_return(wait);
      return BatchStatus::kIdle;
    }
    const auto status = open_->next_batch(out, wait);
    if (!status) {
      lost(status.error().message);
      return BatchStatus::kIdle;
    }
    if (out.empty() && Clock::now() - looked_ >= kRetry) {
      looked_ = Clock::now();
      if (const auto why = why_deaf(name_)) lost(*why);
    }
    return *status;
  }

  CaptureStats stats() const override {
    CaptureStats stats = before_;
    if (open_) {
      const CaptureStats now = open_->stats();
      stats.received += now.received;
      stats.dropped += now.dropped;
    }
    return stats;
  }

  std::optional<SourceNotice> take_notice() override { return std::exchange(notice_, std::nullopt); }

  void want(Interest interest) override {
    if (interest == interest_) return;
    interest_ = interest;
    if (!open_) return;
    if (const auto set = set_filter(open_->handle(), name_, interest); !set)
      notice_ = {SourceNotice::What::kWarning, set.error().message};
  }

 private:
  void listen(Opened opened) {
    open_ = std::make_unique<PcapSource>(name_, source_, std::move(opened.handle), true, opened.nanoseconds,
                                         before_.received);
  }

  void lost(const std::string& why) {
    before_ = stats();
    open_.reset();
    gone_ = tried_ = Clock::now();
    notice_ = {SourceNotice::What::kLost, why + "; it is listened to again as soon as it is back"};
  }

  void await_return(std::chrono::milliseconds wait) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(tried_ + kRetry - Clock::now());
    if (left.count() > 0) {
      std::this_thread::sleep_for(std::min(left, wait));  // there is nothing to wait for but time
      if (left > wait) return;
    }
    tried_ = Clock::now();
    if (why_deaf(name_)) return;
    auto opened = open_handle(name_, interest_);
    if (!opened) {
      // Still gone, or still down. Anything else (not permitted any more) has to be known.
      const Cause cause = opened.error().cause;
      if (cause == Cause::kPermission && !std::exchange(refused_, true))
        notice_ = {SourceNotice::What::kWarning, opened.error().message};
      return;
    }
    refused_ = false;
    listen(std::move(*opened));
    notice_ = {SourceNotice::What::kBack,
               fmt::format("{}: is back after {} s; what was sent meanwhile was not heard", name_,
                           std::chrono::ceil<std::chrono::seconds>(Clock::now() - gone_).count())};
  }

  std::string name_;
  std::uint32_t source_;
  std::unique_ptr<PcapSource> open_;  // null while the interface is gone
  Interest interest_ = kUsualInterest;
  CaptureStats before_;  // of the handles before this one
  std::optional<SourceNotice> notice_;
  Clock::time_point gone_{}, tried_{}, looked_{};
  bool refused_ = false;
};

}  // namespace

OpenResult open_interface(const std::string& interface, std::uint32_t source) {
  auto opened = open_handle(interface, kUsualInterest);
  if (!opened) return tl::unexpected(opened.error());
  return std::make_unique<Interface>(interface, source, std::move(*opened));
}

}  // namespace lanwarden::agent
