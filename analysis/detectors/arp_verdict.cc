#include "analysis/detectors/arp_verdict.h"

#include <cmath>
#include <string>

namespace lanwarden::analysis {
namespace {

constexpr std::size_t kMostNamed = 16;  // addresses and hosts in the evidence
constexpr std::size_t kMostFrames = 16;

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

void add_claims(Finding& finding, const ResponderKey& key, const std::vector<Claim>& claims) {
  std::vector<std::string> addresses, probers, forms;
  std::vector<Duration> latencies;
  for (const Claim& claim : claims) {
    latencies.push_back(claim.latency);
    add_new(addresses, analysis::text_of(claim.ip), kMostNamed);
    add_new(probers, claim.prober.to_string(), kMostNamed);
    add_new(forms, std::string(text_of(claim.form)), kMostNamed);
    if (finding.frames.size() + 2 > kMostFrames) continue;
    finding.frames.push_back(claim.ask);
    finding.frames.push_back(claim.answer);
  }
  std::sort(latencies.begin(), latencies.end());
  finding.evidence.emplace_back("probed_addresses", std::move(addresses));
  finding.evidence.emplace_back("probers", std::move(probers));
  finding.evidence.emplace_back("asked_as", std::move(forms));
  finding.evidence.emplace_back("answer_after_ms", milliseconds(latencies[latencies.size() / 2]));
  if (latencies.size() > 1)
    finding.evidence.emplace_back("answer_after_ms_most", milliseconds(latencies.back()));
  if (key.sender != key.mac) finding.evidence.emplace_back("arp_sender", key.sender.to_string());
}

std::vector<std::string> texts_of(const Ordinary* ordinary) {
  std::vector<std::string> addresses;
  if (ordinary)
    for (const std::uint32_t ip : ordinary->addresses) addresses.push_back(analysis::text_of(ip));
  return addresses;
}

double share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return 1.0;
  return std::round(100.0 * static_cast<double>(std::min(part, whole)) / static_cast<double>(whole)) / 100;
}

}  // namespace

Finding bogus_finding(const ResponderKey& key, const Responder& responder, const LanCount& count,
                      const Ordinary* ordinary, const SecondOddity& oddity) {
  Finding finding = finding_on(key.lan, responder.last, "arp-bogus-responder", Severity::kCritical, key.mac);
  std::vector<Claim> stolen;
  std::int64_t of_others = 0;
  std::array<std::uint64_t, kAskForms> answered_by_form{};
  for (const Claim& claim : responder.claims) {
    if (claim.owned) continue;
    stolen.push_back(claim);
    of_others += claim.of_another ? 1 : 0;
    ++answered_by_form[static_cast<std::size_t>(claim.form)];
  }
  // What it answers, and what it never answers.
  std::vector<std::vector<std::string>> by_form;
  std::uint64_t asked = 0, answered = 0;
  for (std::size_t form = 0; form < kAskForms; ++form) {
    const std::uint64_t of_form = std::max(count.since(responder.base, form), answered_by_form[form]);
    if (of_form == 0) continue;
    by_form.push_back({text_of(static_cast<AskForm>(form)), std::to_string(of_form),
                       std::to_string(answered_by_form[form])});
    if (answered_by_form[form] == 0) continue;
    asked += of_form;
    answered += answered_by_form[form];
  }
  finding.summary = key.mac.to_string() +
                    " claims the addresses that others probe: " + analysis::text_of(stolen[0].ip) + ", " +
                    analysis::text_of(stolen[1].ip) + (stolen.size() > 2 ? ", …" : "") + " (" +
                    std::to_string(stolen.size()) +
                    " addresses that it was never seen to use); hosts that ask cannot come up";
  add_claims(finding, key, stolen);
  finding.evidence.emplace_back("claimed", static_cast<std::int64_t>(stolen.size()));
  finding.evidence.emplace_back("answers", static_cast<std::int64_t>(responder.answers));
  finding.evidence.emplace_back("share_answered", share(answered, asked));
  finding.evidence.emplace_back("asked_and_answered_by_form", std::move(by_form));
  finding.evidence.emplace_back("claimed_of_other_users", of_others);
  finding.evidence.emplace_back("answers_ordinary_requests_for", texts_of(ordinary));
  finding.evidence.emplace_back("ordinary_requests_for_claimed", oddity.requests);
  finding.evidence.emplace_back("ordinary_requests_answered", oddity.answers);
  return finding;
}

Finding proxy_finding(const ResponderKey& key, const Responder& responder, const Ordinary& ordinary) {
  Finding finding = finding_on(key.lan, responder.last, "arp-proxy", Severity::kInfo, key.mac);
  finding.summary = key.mac.to_string() + " answers for many addresses" +
                    (responder.claims.empty() ? "" : ", ordinary requests and probes alike") +
                    ": a router with proxy ARP, or a host with many addresses";
  if (!responder.claims.empty()) add_claims(finding, key, responder.claims);
  finding.evidence.emplace_back("answers_ordinary_requests_for", texts_of(&ordinary));
  if (responder.claims.empty()) finding.frames = ordinary.frames;
  return finding;
}

Finding conflict_finding(const ResponderKey& key, const Responder&, const Claim& claim) {
  Finding finding = finding_on(key.lan, claim.time, "arp-probe-conflict", Severity::kWarning, key.mac);
  finding.summary = claim.prober.to_string() + " asked for " + analysis::text_of(claim.ip) + ", and " +
                    key.mac.to_string() +
                    (claim.owned ? ", which has long used it, answered" : " answered that it is taken");
  add_claims(finding, key, {claim});
  finding.evidence.emplace_back("used_by_it_before", claim.owned);
  finding.evidence.emplace_back("used_by_another_before", claim.of_another);
  return finding;
}

}  // namespace lanwarden::analysis
