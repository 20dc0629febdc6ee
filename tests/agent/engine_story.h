// What the stories of the engine are told with: frames, findings, answers, and the lines they write.
#pragma once

#include <string>
#include <vector>

#include "agent/engine/engine.h"

namespace lanwarden::agent::story {

using analysis::Arp;
using analysis::Finding;
using analysis::Frame;
using analysis::Severity;
using topology::IpAddress;
using topology::kBroadcast;
using topology::Verdict;

inline const MacAddress kClock = *MacAddress::parse("00:0d:4b:ce:20:cd");
inline const IpAddress kWanted = IpAddress::v4(0xc0a80050);

inline Time at(double seconds) {
  return Time{std::chrono::nanoseconds{static_cast<std::int64_t>(seconds * 1e9)}} +
         std::chrono::hours{24 * 20'000};
}
inline MacAddress host(unsigned n) { return MacAddress{0x005056000000U + n}; }

inline Finding clock_finding() {
  Finding f;
  f.time = at(0);
  f.kind = "arp-bogus-responder";
  f.severity = Severity::kCritical;
  f.mac = kClock;
  f.summary = "answers every address probe";
  return f;
}

inline Frame arp(double seconds, MacAddress from, Arp body) {
  Frame f;
  f.time = at(seconds);
  f.src = from;
  f.dst = kBroadcast;
  f.ethertype = analysis::kEtherTypeArp;
  f.body = body;
  return f;
}
inline Frame probe(double seconds, unsigned n, IpAddress wanted = kWanted) {
  return arp(seconds, host(n), {1, host(n), IpAddress{}, MacAddress{}, wanted});
}
inline Frame announcement(double seconds, unsigned n) {
  return arp(seconds, host(n), {1, host(n), kWanted, MacAddress{}, kWanted});
}
inline Frame claim(double seconds, IpAddress wanted = kWanted) {
  return arp(seconds, kClock, {2, kClock, wanted, host(1), IpAddress{}});
}

inline const Place kPlace{"floor3 A1", "floor3", "A1"};
inline Located on_its_port() {
  Located l;
  l.live = true;
  l.asked = {40, 40, {}, true};
  l.location.mac = kClock;
  l.location.verdict = Verdict::kEdge;
  l.location.confidence = 0.98;
  l.location.port = {topology::SwitchId{3}, topology::IfIndex{1}};
  l.location.evidence = {"floor3 has it on A1"};
  return l;
}

inline IsolationOutcome outcome(IsolationResult result) {
  IsolationOutcome o;
  o.result = result;
  o.switch_name = "floor3";
  o.port = "A1";
  o.mac = kClock;
  return o;
}
inline IsolationOutcome isolated() {
  IsolationOutcome o = outcome(IsolationResult::kIsolated);
  o.id = 7;
  o.steps = {"intent written: isolation 7",
             "SET ifAdminStatus.1 of floor3 to down(2); read back: admin down, oper down"};
  return o;
}

template <class T>
std::vector<T> all(const Commands& commands) {
  std::vector<T> found;
  for (const Command& c : commands)
    if (const T* one = std::get_if<T>(&c)) found.push_back(*one);
  return found;
}
/// The timeline that the commands write: "isolated: floor3 A1 is shut …" each.
inline std::vector<std::string> timeline(const Commands& commands) {
  std::vector<std::string> lines;
  for (const StepCommand& s : all<StepCommand>(commands))
    lines.push_back(std::string(to_string(s.event.state)) + ": " + s.event.text);
  return lines;
}
using Lines = std::vector<std::string>;

inline EnginePolicy acting() {
  EnginePolicy policy;
  policy.locate = true;
  policy.mode = IsolationMode::kAuto;
  policy.duration = std::chrono::hours{4};
  policy.who = "anna";
  return policy;
}

/// A second kind of finding about the clock.
inline Finding conflict() {
  Finding f = clock_finding();
  f.kind = "ip-conflict";
  f.severity = Severity::kWarning;
  f.summary = "uses 192.168.0.80, too";
  return f;
}

inline EnginePolicy daemon() {
  EnginePolicy p = acting();
  p.open_at = Severity::kWarning;
  p.auto_kinds = {"arp-bogus-responder"};
  p.close_after = std::chrono::hours{24};
  p.who = "lanwarden run";
  return p;
}

inline Isolation journal(std::int64_t id, IsolationState state, double until) {
  Isolation i;
  i.id = id;
  i.state = state;
  i.incident = 3;
  i.switch_name = "floor3";
  i.port = "A1";
  i.mac = kClock;
  i.intended = at(9);
  i.set_at = at(10);
  i.until = at(until);
  return i;
}

inline RestoreOutcome opened(std::int64_t id, double when, double until) {
  RestoreOutcome o;
  o.restored = true;
  o.isolation = journal(id, IsolationState::kRestored, until);
  o.isolation.restored_at = at(when);
  return o;
}

inline Located elsewhere() {
  Located l = on_its_port();
  l.location.evidence = {"floor3 has it on A2"};
  return l;
}
inline const Place kOther{"floor3 A2", "floor3", "A2"};

inline Incident stored(IncidentState state) {
  Incident i;
  i.id = 3;
  i.state = state;
  i.kind = "arp-bogus-responder";
  i.severity = "critical";
  i.mac = kClock;
  i.summary = "answers every address probe";
  i.switch_name = "floor3";
  i.port = "A1";
  i.opened = at(0);
  i.updated = at(20);
  return i;
}

/// A daemon's engine whose clock has been shut off at 10 s, and proven silent at 20 s.
struct Proven {
  Engine engine;
  CaseId id = 0;
  explicit Proven(EnginePolicy policy = daemon()) : engine(std::move(policy)) {
    id = engine.on_finding(clock_finding(), at(0)).first;
    engine.on_located(id, on_its_port(), kPlace, at(1));
    engine.on_isolated(id, isolated(), at(10), at(10));
    engine.on_tick(at(20), at(20));
  }
  void open_again(double when) { engine.on_restored(id, opened(7, when, when), false, at(when), at(when)); }
  /// The clock takes two addresses that hosts probe for.
  void play(double when) {
    for (unsigned n = 0; n < 2; ++n) {
      engine.on_frame(probe(when + n, 1, IpAddress::v4(0xc0a80060 + n)));
      engine.on_frame(claim(when + n + 0.1, IpAddress::v4(0xc0a80060 + n)));
    }
  }
};

}  // namespace lanwarden::agent::story
