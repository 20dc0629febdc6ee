// What only libpcap can do: see pcap_source.cc. Internal to agent/capture.
#pragma once

#include "agent/capture/frame_source.h"

namespace lanwarden::agent {

/// A capture format that is neither pcap nor pcapng, if libpcap knows it; else null.
std::unique_ptr<FrameSource> open_other_format(const std::string& path, std::uint32_t source);

/// "x: raw IP carries no Ethernet frames …"
CaptureError no_ethernet(const std::string& name, std::uint32_t link_type);

}  // namespace lanwarden::agent
