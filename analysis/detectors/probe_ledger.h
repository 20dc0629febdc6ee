// What the dad-denied detector remembers of a station that asks whether an address is free.
#pragma once

#include <optional>
#include <string>

#include "analysis/detectors/keys.h"

namespace lanwarden::analysis {

/// One try for one address: the probes of RFC 5227 §2.1.1, a second or two apart.
struct ProbeAttempt {
  std::uint32_t ip = 0;
  Time first{}, last{};
  std::uint16_t probes = 0;
  bool ones = false;      ///< the target hardware address is ones, as VMware writes it
  bool answered = false;  ///< somebody was heard to answer: another detector's business
  MacAddress rival;       ///< another station that probed the same address meanwhile
  FrameRef frame, rival_frame;
};

/// A try after which the station did not come up with that address.
struct FailedAttempt {
  std::uint32_t ip = 0;
  std::uint16_t probes = 0;
  bool ones = false;
  MacAddress user;  ///< who was heard to use the address; zero when nobody
  FrameRef frame;
};

struct ProbingStation {
  static constexpr std::size_t kMostFailures = 8;
  MacAddress ethernet;
  std::optional<ProbeAttempt> open;
  std::vector<FailedAttempt> failures;  ///< the first ones since it last came up
  std::uint32_t failed = 0;             ///< all of them
  std::uint32_t last_failed_ip = 0;
  Time last_failed{}, last_attempt{};
  Duration last_interval{};
  std::uint32_t lives_as = 0;    ///< another address from which it speaks
  std::uint32_t link_local = 0;  ///< where it went afterwards (RFC 3927)
  FrameRef link_local_frame;
  std::uint16_t declines = 0;  ///< DHCP DECLINE (RFC 2131 §3.1.5)
  // What marks one that asks for others' addresses, not for its own:
  std::uint8_t single_for_users = 0;        ///< single probes for addresses that others use
  std::uint8_t rapid = 0;                   ///< one address after the other within a second or so
  std::uint8_t rival_failures = 0;          ///< failed while another probed the same address
  std::uint8_t regular = 0;                 ///< equal intervals between single probes
  bool asks_one = false;                    ///< probed one station alone: does it live?
  bool returned = false;                    ///< went back to an address after trying another
  bool came_up = false;                     ///< ever
  std::vector<std::uint32_t> visited;       ///< addresses of others that it probed once
  std::vector<FrameRef> visits;             ///< and in which frames
  std::vector<std::uint32_t> disturbed;     ///< addresses it probed while another did
  std::vector<MacAddress> disturbed_hosts;  ///< and who that was
  bool tracking_told = false;
  bool told = false;
  Time told_at{};

  bool tracks() const {
    return asks_one || returned || rapid >= 3 || (single_for_users >= 2 && link_local == 0 && declines == 0);
  }
  bool only_single_zeros() const {
    return std::all_of(failures.begin(), failures.end(),
                       [](const FailedAttempt& f) { return f.probes == 1 && !f.ones; });
  }
  /// It is up: what failed before is over.
  void up() {
    failures.clear();
    failed = 0;
    rival_failures = 0;
    regular = 0;
    link_local = 0;
    declines = 0;
    came_up = true;
    told = false;
  }
};

struct DeniedLan {
  static constexpr std::size_t kMostVictims = 16;
  struct Victim {
    MacAddress mac;
    Time time{};
  };
  std::vector<Victim> victims;  ///< the latest ones

  void add(MacAddress mac, Time now) {
    for (Victim& victim : victims)
      if (victim.mac == mac) {
        victim.time = now;
        return;
      }
    if (victims.size() == kMostVictims) victims.erase(victims.begin());
    victims.push_back({mac, now});
  }
  std::size_t others(MacAddress mac, Time now, Duration most) const {
    return static_cast<std::size_t>(std::count_if(victims.begin(), victims.end(), [&](const Victim& victim) {
      return victim.mac != mac && within(victim.time, now, most);
    }));
  }
};

Finding denied_finding(const StationKey& key, const ProbingStation& station, std::size_t other_victims,
                       Time now);
/// It probes addresses while hosts probe them that come up, or that others use, and never takes one.
Finding tracking_finding(const StationKey& key, const ProbingStation& station, std::vector<FrameRef> frames,
                         Time now);
/// `culprit` is null when neither can be told to be the intruder.
Finding rival_finding(const StationKey& victim, const ProbingStation& station, const ProbeAttempt& attempt,
                      const ProbingStation* culprit, Time now);

}  // namespace lanwarden::analysis
