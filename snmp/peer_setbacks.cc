// A peer's bad days: silence, reports, refusals, and what is made of them.
#include <algorithm>
#include <cerrno>
#include <cstring>

#include "snmp/failure.h"
#include "snmp/peer.h"
#include "snmp/privacy_probe.h"

namespace lanwarden::snmp {

void Peer::on_report(std::size_t slot, Report report, TimePoint sent) {
  const bool probing = probe_ && flights_[slot].job.exchange == probe_.get();
  if (probing && report != Report::kWrongDigest && report != Report::kUnknownUser) {
    fail_all(say(Cause::kDecryption));
    return;
  }
  switch (report) {
    case Report::kUnknownUser:
      return fail_all(say(Cause::kUnknownUser));
    case Report::kWrongDigest:
      return fail_all(say(Cause::kWrongDigest));
    case Report::kDecryption:
      return fail_all(say(Cause::kDecryption));
    case Report::kUnsupportedSecurityLevel:
      return fail_all(say(Cause::kUnsupportedSecurity));
    case Report::kUnknownContext: {
      const std::string context = flights_[slot].job.exchange->context();
      const Failure failure =
          say(Cause::kWrongAnswer,
              "it has no context " + (context.empty() ? std::string("\"\"") : "vlan-" + context));
      if (context.empty()) return fail_all(failure);
      return refuse_context(context, failure);
    }
    case Report::kNotInTimeWindow:
    case Report::kUnknownEngine:
      // It restarted, or is another one now (QUIRKS.md, engine-restart): learn engine id, boots and time
      // anew, once.
      if (resynchronise(sent)) return;
      return fail_all(report == Report::kNotInTimeWindow
                          ? say(Cause::kNotInTimeWindow)
                          : say(Cause::kWrongAnswer, "its SNMPv3 engine id changes from answer to answer"));
    case Report::kNone:
    case Report::kOther:
      return fail_all(say(Cause::kWrongAnswer, "it reports an SNMPv3 error that is not known here"));
  }
}

/// Whether the question that was sent at `asked` may be sent again with what is learned now.
bool Peer::resynchronise(TimePoint asked) {
  if (credential_.version != Version::kV3) return false;
  const bool again = resynchronised_ != TimePoint{};
  if (again && asked >= resynchronised_) return false;
  for (std::size_t slot = flights_.size(); slot-- > 0;) {
    if (!flights_[slot].active) continue;
    Job job = land(slot);
    if (job.exchange != nullptr) queue_.push_front(std::move(job));
  }
  if (!again) {
    resynchronised_ = Clock::now();
    forget_engine_ = true;  // after read(): Net-SNMP still holds the message
  }
  return true;
}

void Peer::on_silence(std::size_t slot, TimePoint now) {
  Flight& flight = flights_[slot];
  Exchange* exchange = flight.job.exchange;
  if (exchange != nullptr && now >= exchange->deadline()) {
    exchange->expired();
    finish(land(slot));
    return;
  }
  if (flight.attempts >= most_attempts(flight)) {
    give_up(slot);
    return;
  }
  if (exchange != nullptr && proven(exchange->context()) && now - last_halved_ > round_trip_.smoothed()) {
    last_halved_ = now;
    window_.silence();
  }
  attempt(slot, now);
}

void Peer::give_up(std::size_t slot) {
  Exchange* exchange = flights_[slot].job.exchange;
  const TimePoint first = flights_[slot].sent[0];
  if (exchange == nullptr) return fail_all(silence());
  if (probe_ && exchange == probe_.get()) return fail_all(silence());
  // An engine that was reset counts its boots anew, and Net-SNMP then drops its answers as too old.
  const bool stale_engine = credential_.version == Version::kV3 && !discovered_now_ && last_answer_ < first;
  if (stale_engine && resynchronised_ == TimePoint{} && resynchronise(first)) return;
  if (!proven(exchange->context())) {
    if (proven_.empty()) {
      if (credential_.privacy != PrivProtocol::kNone && heard_) return probe_privacy(slot);
      return fail_all(silence());
    }
    return refuse_context(exchange->context(),
                          say(Cause::kTimeout, "in the context of VLAN " + exchange->context()));
  }
  if (last_answer_ < first) return fail_all(say(Cause::kTimeout, "it stopped answering"));
  exchange->failed(say(Cause::kTimeout, "while the switch answered other questions"));
  finish(land(slot));
}

void Peer::probe_privacy(std::size_t slot) {
  queue_.push_back(land(slot));
  if (probe_) return;
  probe_ = std::make_unique<PrivacyProbe>();
  engine_.open_exchanges(+1);
  queue_.push_front({probe_.get(),
                     [this](Exchange&) {
                       if (!failure_) fail_all(probe_->answered() ? say(Cause::kDecryption) : silence());
                     },
                     false});
}

void Peer::refuse_context(const std::string& context, const Failure& failure) {
  silent_.push_back(context);
  for (std::size_t slot = 0; slot < flights_.size(); ++slot) {
    Flight& flight = flights_[slot];
    if (!flight.active || flight.job.exchange == nullptr || flight.job.exchange->context() != context)
      continue;
    flight.job.exchange->failed(failure);
    finish(land(slot));
  }
}

void Peer::fail_all(const Failure& failure) {
  failure_ = failure;
  for (std::size_t slot = 0; slot < flights_.size(); ++slot) {
    if (!flights_[slot].active) continue;
    Job job = land(slot);
    if (job.exchange != nullptr) queue_.push_front(std::move(job));
  }
  while (!queue_.empty()) {
    Job job = std::move(queue_.front());
    queue_.pop_front();
    job.exchange->failed(failure);
    finish(std::move(job));
  }
}

Failure Peer::silence() const {
  if (icmp_error_ == ECONNREFUSED)
    return say(Cause::kUnreachable, "nothing listens there (ICMP port unreachable)");
  if (icmp_error_ != 0)
    return say(Cause::kUnreachable, std::string("unreachable: ") + std::strerror(icmp_error_));
  if (malformed_ != 0)
    return say(Cause::kWrongAnswer, "what answers there is not SNMP that can be read, or it arrives damaged");
  return say(Cause::kTimeout);
}

}  // namespace lanwarden::snmp
