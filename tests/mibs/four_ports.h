// A switch of four ports and its stations, for stories about forwarding tables.
#pragma once

#include <string>
#include <vector>

#include "tests/mibs/walker.h"

namespace lanwarden::mibs::testing {

using Rows = std::vector<std::string>;

inline constexpr const char* kClock = "00:0d:4b:ce:20:cd";
inline constexpr const char* kHost = "02:00:00:00:00:01";

inline std::string numbered(std::string text, std::uint32_t n) {
  text += std::to_string(n);
  return text;
}

/// Ports A1 to A4: bridge ports 1 to 4, ifIndexes 101 to 104, all up.
inline Agent four_ports() {
  Agent a;
  a.set_oid("1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.11.2.3.7.11.1");
  for (std::uint32_t p = 1; p <= 4; ++p) a.interface(100 + p, numbered("A", p)).base_port(p, 100 + p);
  return a;
}

inline void vlan_fdb(Agent& a, int vid, int fdb, const std::string& time_mark = "0.") {
  a.set("1.3.6.1.2.1.17.7.1.4.2.1.3." + time_mark + std::to_string(vid), fdb);
}

/// Stations 0 to 15.
inline std::string host(int n) {
  std::string mac = "02:00:00:00:01:0";
  mac += "0123456789abcdef"[n % 16];
  return mac;
}

inline Rows where_texts(const Agent& a, const Polled& p, const std::string& mac) {
  Rows texts;
  for (const topology::MacRow& r : where(a, p.snapshot, mac))
    texts.push_back(row_text(p.snapshot, r.port, r.vlan, r.status));
  return texts;
}

}  // namespace lanwarden::mibs::testing
