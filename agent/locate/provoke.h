// Makes a silent station speak, so that the switches learn anew where it is: it is
// asked exactly what it is known to answer, and nothing is ever claimed.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/capture/frame_sender.h"
#include "agent/capture/frame_source.h"

namespace lanwarden::agent {

/// A station that shall speak, and what is known of it.
struct Silent {
  topology::MacAddress mac;
  std::vector<topology::IpAddress> ips;  ///< its own, by ARP, ND or what was sniffed
  /// An incident says that it answers address probes (RFC 5227) for addresses that are not its own: these.
  bool answers_probes = false;
  std::vector<topology::IpAddress> claimed;
};

struct ProvokingFrame {
  analysis::FrameOctets frame;
  std::string text;  ///< "ARP: who has 192.168.0.77? tell 192.168.0.10"
};

/// What to ask this station, the gentlest first, few in number:
///  - ARP and neighbour solicitation for its own addresses, from this machine's address in that network, else
///    as a probe from nobody;
///  - neighbour solicitation for the link-local address that its MAC address makes (RFC 4291, appendix A);
///  - where it answers probes: a probe in both forms for this machine's own address, which nobody else can be
///    about to take; without one, for an address that it has claimed before.
std::vector<ProvokingFrame> questions(const Questioner& ask, const Silent& station);

struct Provoked {
  topology::MacAddress mac;
  std::vector<std::string> sent;      ///< texts of the questions that went out
  std::vector<std::string> failures;  ///< of those that did not, with the cause
  std::optional<std::chrono::nanoseconds>
      answered_after;  ///< from its first question to its first frame heard here
};

/// At most so many stations at once: their questions go out within a few seconds.
inline constexpr std::size_t kMostProvoked = 16;

/// Asks, no faster than the pace of `ask`, and listens on `ear` until all have spoken, or `patience` after
/// the last question. Never fails: what went wrong is in the answer. One answer each, in the order of
/// `stations`.
std::vector<Provoked> provoke(Questioner& ask, FrameSource& ear, std::span<const Silent> stations,
                              const std::function<topology::Time()>& now,
                              std::chrono::milliseconds patience = std::chrono::seconds(1));

/// Who answers for this IPv4 address on the wire, sorted: several, where two claim it. Waits `patience`, for
/// a second claimant answers later. Empty: nobody, or nothing could be asked.
std::vector<topology::MacAddress> who_has(Questioner& ask, FrameSource& ear, topology::IpAddress ip,
                                          const std::function<topology::Time()>& now,
                                          std::chrono::milliseconds patience = std::chrono::seconds(1));

}  // namespace lanwarden::agent
