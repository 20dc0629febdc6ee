// What only libpcap can do: see pcap_source.cc. Internal to agent/capture.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/capture/frame_source.h"

struct pcap;
struct pcap_pkthdr;

namespace lanwarden::agent {

struct PcapCloser {
  void operator()(pcap* handle) const;
};
using PcapHandle = std::unique_ptr<pcap, PcapCloser>;

/// Octets kept of a frame on an interface: headers, and what evidence needs; a jumbo frame's data are of no
/// use.
inline constexpr int kLiveSnapshot = 2048;

/// Frames from one libpcap handle, until it fails.
class PcapSource : public FrameSource {
 public:
  /// `nanoseconds`: the unit of the handle's times. `number`: of the last frame before this handle's first.
  PcapSource(std::string name, std::uint32_t source, PcapHandle handle, bool live, bool nanoseconds,
             std::uint64_t number = 0);

  const std::string& name() const override { return name_; }
  bool live() const override { return live_; }
  topology::Result<BatchStatus, CaptureError> next_batch(std::vector<analysis::RawFrame>& out,
                                                         std::chrono::milliseconds wait) override;
  CaptureStats stats() const override;

  pcap* handle() const { return handle_.get(); }
  std::uint64_t number() const { return number_; }

 private:
  int dispatch();
  void take(const pcap_pkthdr& header, const std::uint8_t* octets);
  CaptureError failure() const;

  std::string name_;
  std::uint32_t source_;
  PcapHandle handle_;
  bool live_;
  std::int64_t nanoseconds_per_unit_;
  analysis::LinkType link_type_;
  std::vector<std::uint8_t> arena_;
  std::size_t used_ = 0;
  std::vector<analysis::RawFrame>* out_ = nullptr;
  std::uint64_t number_, before_;
  bool ended_ = false, failed_ = false;
};

/// A capture format that is neither pcap nor pcapng, if libpcap knows it; else null.
std::unique_ptr<FrameSource> open_other_format(const std::string& path, std::uint32_t source);

/// "x: raw IP carries no Ethernet frames …"
CaptureError no_ethernet(const std::string& name, std::uint32_t link_type);
/// Why pcap_activate gave `status` for this interface.
CaptureError cannot_open(const std::string& interface, int status, pcap* handle);

}  // namespace lanwarden::agent
