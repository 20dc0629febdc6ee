// What the ARP responder detector remembers: who asked for an address nobody
// should have, who uses an address otherwise, and who answered.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/bounded_table.h"
#include "analysis/finding.h"
#include "analysis/frame.h"

namespace lanwarden::analysis {

using topology::Duration;

/// How it was asked. RFC 5227 §1.1 wants zeros in a probe's target hardware
/// address; VMware sends ones, and the clock of the story answered those only.
enum class AskForm : std::uint8_t { kProbeZeros, kProbeOnes, kProbeOther, kAnnouncement };
inline constexpr std::size_t kAskForms = 4;

inline AskForm form_of(const Arp& arp) {
  if (!arp.is_probe()) return AskForm::kAnnouncement;
  if (arp.target_mac.is_zero()) return AskForm::kProbeZeros;
  return arp.target_mac.is_broadcast() ? AskForm::kProbeOnes : AskForm::kProbeOther;
}

/// One LAN as heard in one place: an interface or file, and a VLAN.
struct Lan {
  std::uint32_t source = 0;
  VlanId vlan;
  bool operator==(const Lan&) const = default;
  std::uint64_t hash() const { return mixed(source, vlan.value); }
};

struct AddressKey {
  Lan lan;
  std::uint32_t ip = 0;
  bool operator==(const AddressKey&) const = default;
  std::uint64_t hash() const { return mixed(lan.hash(), ip); }
};

struct StationKey {
  Lan lan;
  MacAddress mac;
  bool operator==(const StationKey&) const = default;
  std::uint64_t hash() const { return mixed(lan.hash(), mac.bits()); }
};

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
};

/// An address as it is used when nobody probes: announced, or spoken from.
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

  template <class T>
  static void add(std::vector<T>& list, const T& item, std::size_t most) {
    if (list.size() < most && std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
  }
};

/// An address that a responder claimed when somebody else asked for it.
struct Claim {
  std::uint32_t ip = 0;
  MacAddress prober;
  AskForm form = AskForm::kProbeZeros;
  Time time{};
  Duration latency{};
  FrameRef ask, answer;
  bool owned = false;       ///< it used this address before it was asked for
  bool of_another = false;  ///< somebody else did
  bool conflict_told = false;
};

struct Responder {
  static constexpr std::size_t kMostClaims = 64, kMostOrdinary = 16;
  std::vector<Claim> claims;            ///< different addresses
  std::vector<std::uint32_t> ordinary;  ///< different addresses for which it answered ordinary requests
  std::array<std::uint64_t, kAskForms> base{};  ///< LanCount when it first answered this form
  std::array<bool, kAskForms> answered_form{};
  std::uint64_t answers = 0;
  Time last{};
  bool told = false, proxy_told = false;

  Claim* claim_of(std::uint32_t ip) {
    const auto found =
        std::find_if(claims.begin(), claims.end(), [&](const Claim& claim) { return claim.ip == ip; });
    return found == claims.end() ? nullptr : &*found;
  }
};

/// Different addresses asked for, by form.
struct LanCount {
  std::array<std::uint64_t, kAskForms> asked{};
};

}  // namespace lanwarden::analysis
