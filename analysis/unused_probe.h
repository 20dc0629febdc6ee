// Asks for addresses that nobody uses, and hears who claims them all the same.
// A state machine without I/O: it says what to ask, and is shown what was heard.
//
//   each address:  asked as everybody asks (twice)          -> answered: it is used, another is taken
//                  asked as a host that wants it: RFC 5227 with zeros, VMware with ones (twice each)
//                                                           -> answered: claimed
//                  claimed: asked once more as everybody asks
//   IPv6:          asked as RFC 4862 asks; an address of 64 random bits is nobody's by itself
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analysis/finding.h"
#include "analysis/frame.h"
#include "analysis/question.h"

namespace lanwarden::analysis {

struct UnusedProbeOptions {
  Asker asker;
  IpAddress sender;          ///< for ordinary questions: an own IPv4 address of the network; 0.0.0.0: none,
                             ///< so that no address can be proven unused by asking
  std::size_t count = 8;     ///< IPv4 addresses to prove unused and then to probe
  std::size_t count_v6 = 4;  ///< IPv6 addresses to probe
  std::size_t most_asked = 64;  ///< IPv4 addresses asked for in all, used ones among them
  /// The next address to try, one that is not known to be used; nullopt: there is none left. Asked once for
  /// each address that is needed.
  std::function<std::optional<IpAddress>()> next_v4, next_v6;
};

/// Whether somebody claims addresses that nobody uses. One LAN, one thread. Reads no clock: every `now` is
/// capture time, and must not go back.
class UnusedProbe {
 public:
  explicit UnusedProbe(UnusedProbeOptions options);

  /// The question that is due, nullopt when none is yet. Whoever takes it sends it now.
  std::optional<FrameOctets> next(Time now);
  /// When next() has to be asked again at the latest; nullopt: all was asked and waited for.
  std::optional<Time> wake() const;
  /// Every frame heard on that interface, the own ones too.
  void on_frame(const Frame& frame);

  enum class Fate : std::uint8_t {
    kAsking,   ///< being asked for as everybody asks
    kUsed,     ///< somebody has it: answered, or speaks from it
    kWanted,   ///< somebody else is about to take it: left alone (RFC 5227 §2.1.1)
    kProbing,  ///< nobody has it; being probed
    kUnused,   ///< probed and waited for: nobody claims it, or see `claims`
  };
  /// How a station claimed one address.
  struct Claim {
    MacAddress mac, sender;             ///< Ethernet source, and ARP sender or ND link-layer address
    std::array<unsigned, 3> answers{};  ///< by Form
    topology::Duration latency{};       ///< of the first answer
    bool ordinary = false;              ///< answered the ordinary question afterwards, too
    FrameRef ask, answer;
  };
  enum class Form : std::uint8_t { kZeros, kOnes, kSolicitation };
  struct Target {
    IpAddress ip;
    Fate fate = Fate::kAsking;
    MacAddress user;  ///< kUsed, kWanted: who
    std::vector<Claim> claims;
    std::array<unsigned, 3> asked{};  ///< by Form
  };
  /// In the order they were asked for.
  std::vector<Target> targets() const;
  /// Addresses of that family which were proven unused and probed.
  std::size_t probed(bool v6) const;

  /// What there is to say, once wake() is nullopt:
  ///  arp-bogus-responder  critical  a station claims two addresses or more that nobody uses
  ///  arp-probe-conflict   warning   it claims one of them
  ///  nd-bogus-responder   critical  the same in IPv6, from one address on: a random one is nobody's
  ///  arp-proxy            info      one station answers ordinary questions for three or more: nothing can be
  ///                                 proven where it stands in for everybody
  std::vector<Finding> findings(Time now) const;

 private:
  enum class Stage : std::uint8_t { kAsk, kProbe, kControl, kDone };
  struct Hunt {
    Target target;
    Stage stage = Stage::kAsk;
    std::size_t step = 0;  // of its stage
    Time due{};
    Time asked_at{};
    std::optional<Form> form;  // of the last probe
    FrameRef ask;
    bool ask_unseen = false;  // the frame of the last question has not come by yet
  };
  struct Culprit;

  bool short_of(bool v6) const;  // another address is needed, and there may be one
  void take_more(Time now);
  std::optional<FrameOctets> advance(Hunt& hunt, Time now);
  FrameOctets probe(Hunt& hunt, Form form, Time now);
  void end(Hunt& hunt, Fate fate, MacAddress user);
  void on_arp(const Frame& frame, const Arp& arp);
  void on_nd(const Frame& frame, const NeighborDiscovery& nd);
  void claim(Hunt& hunt, const Frame& frame, MacAddress sender);
  void own_frame(const Frame& frame);
  Finding finding(const Culprit& culprit, bool v6, Time now) const;

  UnusedProbeOptions o_;
  std::deque<Hunt> hunts_;
  std::map<IpAddress, std::size_t> by_ip_;
  std::map<MacAddress, std::set<IpAddress>> ordinary_;  // who answered ordinary questions, for what
  std::array<bool, 2> none_left_{};                     // IPv4, IPv6
};

}  // namespace lanwarden::analysis
