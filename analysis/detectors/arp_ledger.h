// What the ARP responder detector remembers: who asked for an address nobody
// should have, who uses an address otherwise, and who answered.
#pragma once

#include <optional>

#include "analysis/detectors/keys.h"

namespace lanwarden::analysis {

/// How it was asked. RFC 5227 §1.1 wants zeros in a probe's target hardware
/// address; VMware sends ones, and the clock of the story answered those only.
enum class AskForm : std::uint8_t { kProbeZeros, kProbeOnes, kProbeOther, kAnnouncement };
inline constexpr std::size_t kAskForms = 4;

inline AskForm form_of(const Arp& arp) {
  if (!arp.is_probe()) return AskForm::kAnnouncement;
  if (arp.target_mac.is_zero()) return AskForm::kProbeZeros;
  return arp.target_mac.is_broadcast() ? AskForm::kProbeOnes : AskForm::kProbeOther;
}

/// Who answers: the Ethernet source that switches learn, and the sender it claims to be.
struct ResponderKey {
  Lan lan;
  MacAddress mac, sender;
  bool operator==(const ResponderKey&) const = default;
  std::uint64_t hash() const { return mixed(mixed(lan.hash(), mac.bits()), sender.bits()); }
};

/// An address that was probed or announced.
struct Asked {
  MacAddress prober;
  Time first{}, last{};
  AskForm form = AskForm::kProbeZeros;  ///< of the last one
  std::uint8_t forms_counted = 0;       ///< bit per AskForm: counted in LanCount already
  FrameRef frame;
  MacAddress claimant;  ///< who was the last to say it is its own
  /// Ordinary requests for it since it was claimed, and the claimant's answers to them.
  std::uint16_t ordinary_requests = 0, ordinary_answers = 0;
};

/// An address as it is used when nobody probes: announced, spoken from, leased.
struct Use {
  MacAddress mac, former;
  Time since{}, former_since{};

  void by(MacAddress user, Time now) {
    if (user == mac) return;
    former = mac;
    former_since = since;
    mac = user;
    since = now;
  }
  /// Did `user` have it before `when`?
  bool was_of(MacAddress user, Time when) const {
    return (mac == user && since < when) || (former == user && former_since < when);
  }
};

/// Someone who asks; a switch's device tracking and a scanner probe many addresses, each of which its owner
/// answers.
struct Prober {
  std::vector<std::uint32_t> asked;    ///< different addresses, at most kMostAsked
  std::vector<MacAddress> responders;  ///< different ones, at most kMostResponders
  static constexpr std::size_t kMostAsked = 64, kMostResponders = 4;
};

/// An address that a responder claimed when somebody else asked for it.
struct Claim {
  std::uint32_t ip = 0;
  MacAddress prober;
  AskForm form = AskForm::kProbeZeros;
  Time time{};
  Duration latency{};
  FrameRef ask, answer;
  bool owned = false;       ///< it uses this address: before it was asked for, or IP packets from it
  bool of_another = false;  ///< somebody else used it before
  bool conflict_told = false;
  bool again = false;     ///< was denied a second time
  std::uint8_t soon = 0;  ///< further asks within seconds: a host that wants the address
  std::uint8_t late = 0;  ///< single ones, answered, long after: one that tracks
};

struct Responder {
  static constexpr std::size_t kMostClaims = 16;
  std::vector<Claim> claims;                    ///< different addresses
  std::array<std::uint64_t, kAskForms> base{};  ///< LanCount when it first answered
  std::uint64_t answers = 0;
  Time last{};
  bool told = false, proxy_told = false;

  Claim* claim_of(std::uint32_t ip) {
    const auto found =
        std::find_if(claims.begin(), claims.end(), [&](const Claim& claim) { return claim.ip == ip; });
    return found == claims.end() ? nullptr : &*found;
  }
};

/// Addresses for which a station answered ordinary requests. Apart from the responders, so that the ordinary
/// answers of many do not push the one out that matters.
struct Ordinary {
  static constexpr std::size_t kMost = 16;
  std::vector<std::uint32_t> addresses;
  std::vector<FrameRef> frames;
  bool told = false;
};

/// Different addresses asked for, by form.
struct LanCount {
  std::array<std::uint64_t, kAskForms> asked{};

  /// Since `base` was taken; 0 when this LAN was forgotten meanwhile.
  std::uint64_t since(const std::array<std::uint64_t, kAskForms>& base, std::size_t form) const {
    return asked[form] > base[form] ? asked[form] - base[form] : 0;
  }
};

}  // namespace lanwarden::analysis
