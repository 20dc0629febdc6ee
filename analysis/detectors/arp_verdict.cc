#include "analysis/detectors/arp_verdict.h"

#include <cmath>
#include <string>

namespace lanwarden::analysis {
namespace {

constexpr std::size_t kMostNamed = 16;  // addresses and hosts in the evidence
constexpr std::size_t kMostFrames = 16;

std::string text_of(std::uint32_t ip) { return IpAddress::v4(ip).to_string(); }

const char* text_of(AskForm form) {
  switch (form) {
    case AskForm::kProbeZeros:
      return "probe, target hardware address zeros";
    case AskForm::kProbeOnes:
      return "probe, target hardware address ones";
    case AskForm::kProbeOther:
      return "probe, target hardware address of some host";
    case AskForm::kAnnouncement:
      return "announcement";
  }
  return "";
}

double milliseconds(Duration duration) {
  return std::round(std::chrono::duration<double, std::micro>(duration).count()) / 1000;
}

Finding base(const ResponderKey& key, const Responder& responder, std::string_view kind, Severity severity) {
  Finding finding;
  finding.time = responder.last;
  finding.kind = kind;
  finding.severity = severity;
  finding.mac = key.mac;
  finding.vlan = key.lan.vlan;
  finding.source = key.lan.source;
  return finding;
}

void add_claims(Finding& finding, const ResponderKey& key, const std::vector<Claim>& claims) {
  std::vector<std::string> addresses, probers, forms;
  std::vector<Duration> latencies;
  for (const Claim& claim : claims) {
    latencies.push_back(claim.latency);
    Prober::add(addresses, text_of(claim.ip), kMostNamed);
    Prober::add(probers, claim.prober.to_string(), kMostNamed);
    Prober::add(forms, std::string(text_of(claim.form)), kMostNamed);
    if (finding.frames.size() + 2 > kMostFrames) continue;
    finding.frames.push_back(claim.ask);
    finding.frames.push_back(claim.answer);
  }
  std::sort(latencies.begin(), latencies.end());
  finding.evidence.emplace_back("probed_addresses", std::move(addresses));
  finding.evidence.emplace_back("probers", std::move(probers));
  finding.evidence.emplace_back("asked_as", std::move(forms));
  finding.evidence.emplace_back("answer_after_ms", milliseconds(latencies[latencies.size() / 2]));
  if (key.sender != key.mac) finding.evidence.emplace_back("arp_sender", key.sender.to_string());
}

std::vector<std::string> ordinary_of(const Responder& responder) {
  std::vector<std::string> addresses;
  for (const std::uint32_t ip : responder.ordinary) addresses.push_back(text_of(ip));
  return addresses;
}

}  // namespace

Finding bogus_finding(const ResponderKey& key, const Responder& responder, const LanCount& count) {
  Finding finding = base(key, responder, "arp-bogus-responder", Severity::kCritical);
  std::vector<Claim> stolen;
  std::int64_t of_others = 0;
  for (const Claim& claim : responder.claims) {
    if (claim.owned) continue;
    stolen.push_back(claim);
    of_others += claim.of_another ? 1 : 0;
  }
  std::uint64_t asked = 0, answered = 0;
  for (std::size_t form = 0; form < kAskForms; ++form)
    if (responder.answered_form[form]) asked += count.asked[form] - responder.base[form];
  for (const Claim& claim : stolen)
    answered += responder.answered_form[static_cast<std::size_t>(claim.form)] ? 1U : 0U;

  finding.summary =
      key.mac.to_string() + " claims the addresses that others probe: " + text_of(stolen[0].ip) + ", " +
      text_of(stolen[1].ip) + (stolen.size() > 2 ? ", …" : "") + " (" + std::to_string(stolen.size()) +
      " addresses that it was never seen to use); hosts that ask cannot come up";
  add_claims(finding, key, stolen);
  finding.evidence.emplace_back("claimed", static_cast<std::int64_t>(stolen.size()));
  finding.evidence.emplace_back("answers", static_cast<std::int64_t>(responder.answers));
  finding.evidence.emplace_back(
      "share_answered", asked > 0 ? std::round(100.0 * static_cast<double>(std::min(answered, asked)) /
                                               static_cast<double>(asked)) /
                                        100
                                  : 1.0);
  finding.evidence.emplace_back("claimed_of_other_users", of_others);
  finding.evidence.emplace_back("answers_ordinary_requests_for", ordinary_of(responder));
  return finding;
}

Finding proxy_finding(const ResponderKey& key, const Responder& responder) {
  Finding finding = base(key, responder, "arp-proxy", Severity::kInfo);
  finding.summary = key.mac.to_string() +
                    " answers for many addresses, ordinary requests and probes alike: a router with proxy "
                    "ARP, or a host with many addresses";
  add_claims(finding, key, responder.claims);
  finding.evidence.emplace_back("answers_ordinary_requests_for", ordinary_of(responder));
  return finding;
}

Finding conflict_finding(const ResponderKey& key, const Responder& responder, const Claim& claim) {
  Finding finding = base(key, responder, "arp-probe-conflict", Severity::kWarning);
  finding.time = claim.time;
  finding.summary = claim.prober.to_string() + " asked for " + text_of(claim.ip) + ", and " +
                    key.mac.to_string() +
                    (claim.owned ? ", which has long used it, answered" : " answered that it is taken");
  add_claims(finding, key, {claim});
  finding.evidence.emplace_back("used_by_it_before", claim.owned);
  finding.evidence.emplace_back("used_by_another_before", claim.of_another);
  return finding;
}

}  // namespace lanwarden::analysis
