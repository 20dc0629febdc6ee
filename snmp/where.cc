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

/// One switch's part of the question: every station in each of its databases.
class Asking final : public VariableSink {
 public:
  Asking(const Target& target, const SwitchSnapshot& known, std::span<const MacAddress> macs)
      : target_(target), known_(known) {
    for (const MacAddress mac : macs) stations_.push_back({mac, mibs::where_request(known, mac), {}});
  }
  /// This agent cannot be asked for one station.
  bool empty() const {
    return std::ranges::all_of(stations_, [](const Station& s) { return s.variables.empty(); });
  }
  const Target& target() const { return target_; }

  void ask(Peer& peer) {
    peer_ = &peer;
    // Side by side, not chunk after chunk: all leave at once, as far as the window allows.
    peer.open_window();
    std::map<std::string, std::vector<Place>> by_context;
    for (std::size_t s = 0; s < stations_.size(); ++s)
      for (std::size_t v = 0; v < stations_[s].variables.size(); ++v)
        by_context[stations_[s].variables[v].vlan_context].push_back({s, v});
    for (const auto& [context, all] : by_context)
      for (std::size_t from = 0; from < all.size(); from += kVariablesPerPdu) {
        const std::size_t to = std::min(all.size(), from + kVariablesPerPdu);
        mibs::Request request;
        request.id = static_cast<mibs::RequestId>(places_.size());
        request.get = true;
        request.vlan_context = context;
        places_.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(from),
                             all.begin() + static_cast<std::ptrdiff_t>(to));
        for (const Place& p : places_.back())
          request.oids.push_back(stations_[p.station].variables[p.variable].oid);
        // A v1 agent refuses a whole PDU for one missing instance, and nearly all are missing.
        const unsigned per_pdu = peer.credential().version == Version::kV1 ? 1 : kVariablesPerPdu;
        gets_.push_back(std::make_unique<Get>(std::move(request), WalkLimits{}, *this, per_pdu));
      }
    for (auto& get : gets_) peer.add(*get, {});
  }

  void variable(mibs::RequestId request, std::size_t column, mibs::OidView,
                const mibs::Value& value) override {
    if (value.is_exception()) return;
    // What comes is a view into the answer; a row outlives it.
    const Place place = places_[request][column];
    mibs::WhereValue kept{place.variable, value};
    kept.value.oid = {};
    octets_.emplace_back(value.octets.begin(), value.octets.end());
    kept.value.octets = octets_.back();
    stations_[place.station].values.push_back(kept);
  }

  /// Of the n-th station.
  std::vector<topology::MacRow> rows(std::size_t n, topology::Time now) const {
    const Station& s = stations_[n];
    return mibs::where_rows(known_, target_.id, s.mac, s.variables, s.values, now);
  }

  /// Nothing when the switch said all there is to know of the n-th station.
  std::optional<Failure> failure(std::size_t n) const {
    if (peer_ == nullptr) return std::nullopt;
    if (peer_->failure()) return peer_->failure();
    if (const int status = peer_->refused_status(); status != 0)
      return peer_->say(Cause::kAuthorization, error_status_name(status));
    if (!stations_[n].values.empty()) return std::nullopt;
    for (std::size_t i = 0; i < gets_.size(); ++i) {
      const mibs::Ending& ending = gets_[i]->ending();
      const bool asked = std::ranges::any_of(places_[i], [&](const Place& p) { return p.station == n; });
      if (asked && ending.completeness != topology::Completeness::kComplete)
        return peer_->say(Cause::kWrongAnswer,
                          "it answered only a part of the question (" + ending.cause + ")");
    }
    return std::nullopt;
  }

 private:
  struct Station {
    MacAddress mac;
    std::vector<mibs::WhereVariable> variables;
    std::vector<mibs::WhereValue> values;
  };
  struct Place {
    std::size_t station, variable;
  };
  const Target& target_;
  const SwitchSnapshot& known_;
  std::vector<Station> stations_;
  std::vector<std::vector<Place>> places_;  ///< by request
  std::vector<std::unique_ptr<Get>> gets_;
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
  return std::move(where(std::span(&mac, 1), known).front());
}

std::vector<WhereAnswer> Collector::where(std::span<const MacAddress> macs,
                                          std::span<const SwitchSnapshot> known,
                                          std::span<const SwitchId> which) {
  std::vector<WhereAnswer> out(macs.size());
  if (macs.empty()) return out;
  auto& targets = impl_->targets;
  const auto left_out = [&](std::size_t i) {
    return targets[i].addresses_only ||
           (!which.empty() && std::ranges::find(which, targets[i].id) == which.end());
  };
  // Switches nothing is known of are polled first: which databases they have decides what to ask.
  std::vector<std::size_t> unknown;
  for (std::size_t i = 0; i < targets.size(); ++i)
    if (!left_out(i) && (i >= known.size() || mibs::where_request(known[i], macs.front()).empty()))
      unknown.push_back(i);
  Impl::Failures failed;
  std::vector<SwitchSnapshot> learned;
  if (!unknown.empty()) learned = impl_->poll(unknown, {}, failed, {}, false, true);

  std::vector<std::unique_ptr<Asking>> asking;
  std::size_t asked = 0, next_learned = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (left_out(i)) continue;
    ++asked;
    const bool polled = next_learned < unknown.size() && unknown[next_learned] == i;
    const SwitchSnapshot& snapshot = polled ? learned[next_learned++] : known[i];
    if (polled && !snapshot.answered) continue;
    auto one = std::make_unique<Asking>(targets[i], snapshot, macs);
    if (one->empty()) {
      // Some agents cannot be asked for one station (running-number-index): the
      // walk that has just been made is the answer.
      for (const topology::FdbEntry& e : snapshot.fdb)
        for (std::size_t n = 0; n < macs.size(); ++n)
          if (e.mac == macs[n])
            out[n].rows.push_back({targets[i].id, e.port, e.vlan, e.status, snapshot.time});
      continue;
    }
    Peer& peer = impl_->reader(i);
    if (impl_->silent[i]) peer.briefly();
    one->ask(peer);
    asking.push_back(std::move(one));
  }
  impl_->engine.run();
  for (const auto& one : asking) impl_->heed_silence(one->target().id.value);

  const topology::Time now = wall_clock();
  for (std::size_t n = 0; n < macs.size(); ++n) {
    WhereAnswer& answer = out[n];
    answer.asked = asked;
    answer.failed = failed;
    for (const auto& one : asking) {
      if (auto failure = one->failure(n))
        answer.failed.emplace_back(one->target().id, std::move(*failure));
      else
        for (const topology::MacRow& row : one->rows(n, now)) answer.rows.push_back(row);
    }
    std::ranges::sort(answer.failed, {}, [](const auto& f) { return f.first; });
  }
  return out;
}

}  // namespace lanwarden::snmp
