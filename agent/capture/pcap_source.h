// What only libpcap can do: see pcap_source.cc. Internal to agent/capture.
#pragma once

#include <memory>

#include "agent/capture/frame_source.h"

struct pcap;

namespace lanwarden::agent {

struct PcapCloser {
  void operator()(pcap* handle) const;
};
using PcapHandle = std::unique_ptr<pcap, PcapCloser>;

/// A capture format that is neither pcap nor pcapng, if libpcap knows it; else null.
std::unique_ptr<FrameSource> open_other_format(const std::string& path, std::uint32_t source);

/// "x: raw IP carries no Ethernet frames …"
CaptureError no_ethernet(const std::string& name, std::uint32_t link_type);
/// Why pcap_activate gave `status` for this interface.
CaptureError cannot_open(const std::string& interface, int status, pcap* handle);

}  // namespace lanwarden::agent
