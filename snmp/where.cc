// The live question: is this station in any forwarding database of any switch? One round trip.
#include <algorithm>
#include <deque>
#include <map>

#include "mibs/poll.h"
#include "snmp/collector.h"
#include "snmp/collector_impl.h"

namespace lanwarden::snmp {
namespace {

constexpr std::size_t kVariablesPerPdu = 24;

/// One switch's part of the question.
class Asking final : public VariableSink {
 public:
  Asking(const Target& target, const SwitchSnapshot& known, MacAddress mac)
      : target_(target), known_(known), mac_(mac) {
    variables_ = mibs::where_request(known, mac);
  }
  bool empty() const { return variables_.empty(); }
  const Target& target() const { return target_; }

  void ask(Peer& peer) {
    peer_ = &peer;
    // Side by side, not chunk after chunk: all leave at once, as far as the window allows.
    peer.open_window();
    std::map<std::string, std::vector<std::size_t>> by_context;
    for (std::size_t i = 0; i < variables_.size(); ++i) by_context[variables_[i].vlan_context].push_back(i);
    for (const auto& [context, all] : by_context)
      for (std::size_t from = 0; from < all.size(); from += kVariablesPerPdu) {
        const std::size_t to = std::min(all.size(), from + kVariablesPerPdu);
        mibs::Request request;
        request.id = static_cast<mibs::RequestId>(places_.size());
        request.get = true;
        request.vlan_context = context;
        places_.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(from),
                             all.begin() + static_cast<std::ptrdiff_t>(to));
        for (const std::size_t i : places_.back()) request.oids.push_back(variables_[i].oid);
        // A v1 agent refuses a whole PDU for one missing instance, and nearly all are missing.
        const unsigned per_pdu = peer.credential().version == Version::kV1 ? 1 : kVariablesPerPdu;
        gets_.push_back(
            std::make_unique<Get>(std::move(request), peer.manners(), WalkLimits{}, *this, per_pdu));
      }
    for (auto& get : gets_) peer.add(*get, {});
  }

  void variable(mibs::RequestId request, std::size_t column, mibs::OidView,
                const mibs::Value& value) override {
    if (value.is_exception()) return;
    // What comes is a view into the answer; a row outlives it.
    mibs::WhereValue kept{places_[request][column], value};
    kept.value.oid = {};
    octets_.emplace_back(value.octets.begin(), value.octets.end());
    kept.value.octets = octets_.back();
    values_.push_back(kept);
  }

  std::vector<topology::MacRow> rows(topology::Time now) const {
    return mibs::where_rows(known_, target_.id, mac_, variables_, values_, now);
  }

  /// Nothing when the switch said all there is to know.
  std::optional<Failure> failure() const {
    if (peer_ == nullptr) return std::nullopt;
    if (peer_->failure()) return peer_->failure();
    if (const int status = peer_->refused_status(); status != 0)
      return peer_->say(Cause::kAuthorization, error_status_name(status));
    for (const auto& get : gets_)
      if (get->ending().completeness != topology::Completeness::kComplete && values_.empty())
        return peer_->say(Cause::kWrongAnswer,
                          "it answered only a part of the question (" + get->ending().cause + ")");
    return std::nullopt;
  }

 private:
  const Target& target_;
  const SwitchSnapshot& known_;
  MacAddress mac_;
  std::vector<mibs::WhereVariable> variables_;
  std::vector<std::vector<std::size_t>> places_;  ///< by request: indexes into variables_
  std::vector<std::unique_ptr<Get>> gets_;
  std::vector<mibs::WhereValue> values_;
  std::deque<std::vector<std::uint8_t>> octets_;
  Peer* peer_ = nullptr;
};

}  // namespace

std::vector<WhereQuestion> where_questions(const SwitchSnapshot& known, MacAddress mac) {
  std::vector<WhereQuestion> out;
  for (const mibs::WhereVariable& v : mibs::where_request(known, mac))
    out.push_back({v.oid.to_string(), v.vlan_context});
  return out;
}

WhereAnswer Collector::where(MacAddress mac, std::span<const SwitchSnapshot> known) {
  WhereAnswer out;
  auto& targets = impl_->targets;
  // Switches nothing is known of are polled first: which databases they have decides what to ask.
  std::vector<std::size_t> unknown;
  for (std::size_t i = 0; i < targets.size(); ++i)
    if (!targets[i].addresses_only && (i >= known.size() || mibs::where_request(known[i], mac).empty()))
      unknown.push_back(i);
  std::vector<SwitchSnapshot> learned;
  if (!unknown.empty()) learned = impl_->poll(unknown, {}, out.failed);

  std::vector<std::unique_ptr<Asking>> asking;
  std::size_t next_learned = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].addresses_only) continue;
    ++out.asked;
    const bool polled = next_learned < unknown.size() && unknown[next_learned] == i;
    const SwitchSnapshot& snapshot = polled ? learned[next_learned++] : known[i];
    if (polled && !snapshot.answered) continue;
    auto one = std::make_unique<Asking>(targets[i], snapshot, mac);
    if (one->empty()) {
      // Some agents cannot be asked for one station (running-number-index): the
      // walk that has just been made is the answer.
      for (const topology::FdbEntry& e : snapshot.fdb)
        if (e.mac == mac) out.rows.push_back({targets[i].id, e.port, e.vlan, e.status, snapshot.time});
      continue;
    }
    one->ask(impl_->reader(i));
    asking.push_back(std::move(one));
  }
  impl_->engine.run();

  const topology::Time now = wall_clock();
  for (const auto& one : asking) {
    if (auto failure = one->failure()) {
      out.failed.emplace_back(one->target().id, std::move(*failure));
      continue;
    }
    for (const topology::MacRow& row : one->rows(now)) out.rows.push_back(row);
  }
  std::ranges::sort(out.failed, {}, [](const auto& f) { return f.first; });
  return out;
}

}  // namespace lanwarden::snmp
