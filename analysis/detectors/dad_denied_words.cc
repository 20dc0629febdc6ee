// The words for what the dad-denied detector found.
#include "analysis/detectors/probe_ledger.h"

namespace lanwarden::analysis {
namespace {

constexpr std::size_t kManyVictims = 2;  // besides the one told: the whole LAN cannot come up
constexpr const char* kHowToGoOn =
    "the answers went to the victim alone: run `lanwarden probe -i IFACE`, or listen at a mirror of the "
    "victim's port";

constexpr const char* kDelayTracking =
    "let the switch delay its tracking probes, or probe from its own address (Cisco document 116529)";

}  // namespace

Finding denied_finding(const StationKey& key, const ProbingStation& station, std::size_t other_victims,
                       Time now) {
  const Severity severity = other_victims >= kManyVictims ? Severity::kCritical : Severity::kWarning;
  Finding finding = finding_on(key.lan, now, "dad-denied", severity, station.ethernet);
  std::vector<std::string> addresses, users, forms;
  std::int64_t probes = 0;
  for (const FailedAttempt& failure : station.failures) {
    probes += failure.probes;
    add_new(addresses, text_of(failure.ip), ProbingStation::kMostFailures);
    if (!failure.user.is_zero()) add_new(users, failure.user.to_string(), ProbingStation::kMostFailures);
    add_new(forms,
            std::string(failure.ones ? "target hardware address ones" : "target hardware address not ones"),
            2);
    finding.frames.push_back(failure.frame);
  }
  finding.summary = key.mac.to_string() + " asks whether " + addresses.front() +
                    (addresses.size() > 1 ? " and others are" : " is") + " free, " +
                    std::to_string(station.failed) + (station.failed == 1 ? " time" : " times") +
                    ", and never comes up with it";
  if (station.link_local != 0)
    finding.summary += ": it went to " + text_of(station.link_local) + " instead";
  else if (station.declines > 0)
    finding.summary += ": it tells the DHCP server that the address is in use";
  finding.evidence = {{"victim", key.mac.to_string()},
                      {"probed_addresses", std::move(addresses)},
                      {"attempts", static_cast<std::int64_t>(station.failed)},
                      {"probes", probes},
                      {"asked_as", std::move(forms)},
                      {"other_victims", static_cast<std::int64_t>(other_victims)}};
  if (station.link_local != 0) {
    finding.evidence.emplace_back("fell_back_to", text_of(station.link_local));
    finding.frames.push_back(station.link_local_frame);
  }
  if (station.declines > 0)
    finding.evidence.emplace_back("dhcp_declines", static_cast<std::int64_t>(station.declines));
  if (!users.empty()) finding.evidence.emplace_back("addresses_used_by", std::move(users));
  finding.evidence.emplace_back("next", std::string(kHowToGoOn));
  return finding;
}

Finding tracking_finding(const StationKey& key, const ProbingStation& station, std::vector<FrameRef> frames,
                         Time now) {
  Finding finding = finding_on(key.lan, now, "arp-probe-conflict", Severity::kInfo, station.ethernet);
  std::vector<std::string> addresses, probers;
  const bool disturbs = !station.disturbed.empty();
  for (const std::uint32_t ip : disturbs ? station.disturbed : station.visited)
    addresses.push_back(text_of(ip));
  for (const MacAddress host : station.disturbed_hosts) probers.push_back(host.to_string());
  finding.summary = key.mac.to_string() + " probes addresses from 0.0.0.0 " +
                    (disturbs ? "just while hosts do before they take them, "
                              : "that others use, and takes none of them, ") +
                    addresses.front() +
                    " and others: device tracking, for which Windows reports duplicate addresses";
  finding.evidence = {{"probed_addresses", std::move(addresses)}};
  if (disturbs) finding.evidence.emplace_back("probers", std::move(probers));
  finding.evidence.insert(finding.evidence.end(),
                          {{"device_tracking", true}, {"next", std::string(kDelayTracking)}});
  finding.frames = std::move(frames);
  return finding;
}

Finding rival_finding(const StationKey& victim, const ProbingStation& station, const ProbeAttempt& attempt,
                      const ProbingStation* culprit, Time now) {
  Finding finding = finding_on(victim.lan, now, "arp-probe-conflict", Severity::kWarning,
                               culprit ? culprit->ethernet : MacAddress{});
  const std::string address = text_of(attempt.ip);
  if (culprit)
    finding.summary = attempt.rival.to_string() + " probes " + address + " from 0.0.0.0 just while " +
                      victim.mac.to_string() +
                      " does before it takes it, which therefore reports a duplicate address: the probes are "
                      "device tracking's";
  else
    finding.summary = attempt.rival.to_string() + " and " + victim.mac.to_string() + " probe " + address +
                      " at the same time, and the latter does not come up: one address given twice";
  finding.evidence = {
      {"probed_addresses", std::vector<std::string>{address}},
      {"probers", std::vector<std::string>{victim.mac.to_string(), attempt.rival.to_string()}},
      {"victim", station.ethernet.to_string()},
      {"device_tracking", culprit != nullptr}};
  if (culprit) finding.evidence.emplace_back("next", std::string(kDelayTracking));
  finding.frames = {attempt.frame, attempt.rival_frame};
  return finding;
}

}  // namespace lanwarden::analysis
