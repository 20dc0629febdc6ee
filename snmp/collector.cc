#include "snmp/collector.h"

#include <sys/resource.h>

#include <algorithm>

#include "mibs/poll.h"
#include "snmp/collector_impl.h"
#include "snmp/polling.h"

namespace lanwarden::snmp {
namespace {

/// One socket a switch, a second where it is written to, the same for a second collector that hunts while the
/// first one walks, and what the program has open besides.
void allow_descriptors(std::size_t switches) {
  const rlim_t wanted = 4 * switches + 256;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? wanted : std::min(wanted, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
}

bool same(const Credential& a, const Credential& b) {
  return a.version == b.version && a.community.reveal() == b.community.reveal() && a.user == b.user &&
         a.auth == b.auth && a.auth_password.reveal() == b.auth_password.reveal() && a.privacy == b.privacy &&
         a.privacy_password.reveal() == b.privacy_password.reveal();
}

Failure why_nothing(const Peer& peer) {
  if (peer.failure()) return *peer.failure();
  if (const int status = peer.refused_status(); status != 0)
    return peer.say(Cause::kAuthorization, error_status_name(status));
  return peer.say(Cause::kWrongAnswer, "it answers, but has nothing that a switch has; is " +
                                           peer.target().address +
                                           " the switch, and may the credential read it?");
}

}  // namespace

topology::Time wall_clock() {
  return std::chrono::time_point_cast<topology::Duration>(std::chrono::system_clock::now());
}

Collector::Impl::Impl(std::vector<Target> t, Limits l) : targets(std::move(t)), limits(l), engine(l) {
  allow_descriptors(targets.size());
  for (std::size_t i = 0; i < targets.size(); ++i) targets[i].id = SwitchId(static_cast<std::uint32_t>(i));
  readers.resize(targets.size());
  writers.resize(targets.size());
  silent.resize(targets.size());
}

Peer& Collector::Impl::reader(std::size_t target) {
  auto& peer = readers[target];
  if (!peer) peer = std::make_unique<Peer>(engine, targets[target], targets[target].read);
  peer->begin();
  if (abandoned) peer->abandon();
  return *peer;
}

Peer& Collector::Impl::writer(std::size_t target) {
  const Target& t = targets[target];
  if (same(*t.write, t.read)) return reader(target);
  auto& peer = writers[target];
  if (!peer) peer = std::make_unique<Peer>(engine, t, *t.write);
  peer->begin();
  return *peer;
}

void Collector::Impl::heed_silence(std::size_t target) {
  const auto& failure = readers[target]->failure();
  silent[target] = failure && (failure->cause == Cause::kTimeout || failure->cause == Cause::kUnreachable);
}

std::vector<std::size_t> Collector::Impl::chosen(std::span<const SwitchId> which) const {
  std::vector<std::size_t> out;
  if (which.empty())
    for (std::size_t i = 0; i < targets.size(); ++i) out.push_back(i);
  for (const SwitchId id : which)
    if (id.value < targets.size()) out.push_back(id.value);
  return out;
}

std::vector<SwitchSnapshot> Collector::Impl::poll(const std::vector<std::size_t>& which,
                                                  const ProgressFn& progress, Failures& failed,
                                                  std::span<const SwitchSnapshot* const> last,
                                                  bool neighbors_only, bool hunting) {
  std::vector<std::unique_ptr<Polling>> running;
  for (const std::size_t i : which) {
    const SwitchSnapshot* const known = i < last.size() ? last[i] : nullptr;
    Peer& peer = reader(i);
    if (hunting && silent[i]) peer.briefly();
    running.push_back(std::make_unique<Polling>(peer, limits, known, neighbors_only));
  }
  for (auto& one : running) one->begin();
  const std::uint64_t before = engine.requests();
  std::function<void()> tick;
  if (progress)
    tick = [&] {
      Progress p;
      p.switches = running.size();
      for (const auto& one : running) {
        p.switches_done += one->over() ? 1 : 0;
        p.rows += one->rows();
      }
      p.requests = engine.requests() - before;
      progress(p);
    };
  engine.run(tick);

  std::vector<SwitchSnapshot> out;
  for (std::size_t k = 0; k < which.size(); ++k) {
    heed_silence(which[k]);
    SwitchSnapshot snapshot = running[k]->take();
    if (!snapshot.answered) {
      Failure failure = why_nothing(running[k]->peer());
      if (snapshot.problems.empty() || snapshot.problems.back() != failure.detail)
        snapshot.problems.push_back(failure.detail);
      failed.emplace_back(targets[which[k]].id, std::move(failure));
    }
    out.push_back(std::move(snapshot));
  }
  return out;
}

Collector::Collector(std::vector<Target> targets, Limits limits)
    : impl_(std::make_unique<Impl>(std::move(targets), limits)) {}
Collector::~Collector() = default;

void Collector::meanwhile(int fd, std::function<void()> serve) {
  impl_->engine.meanwhile(fd, std::move(serve));
}

void Collector::abandon() {
  if (impl_->setting) return;
  impl_->abandoned = true;
  for (const auto& peers : {std::cref(impl_->readers), std::cref(impl_->writers)})
    for (const auto& peer : peers.get())
      if (peer) peer->abandon();
}

void Collector::suppose_silent(SwitchId sw, bool silent) {
  if (sw.value < impl_->silent.size()) impl_->silent[sw.value] = silent;
}

bool Collector::abandoned() const { return impl_->abandoned; }

std::span<const Target> Collector::targets() const { return impl_->targets; }

std::vector<SwitchSnapshot> Collector::poll(std::span<const SwitchId> which, const ProgressFn& progress,
                                            std::span<const SwitchSnapshot* const> last) {
  impl_->failures.clear();
  return impl_->poll(impl_->chosen(which), progress, impl_->failures, last);
}

std::span<const std::pair<SwitchId, Failure>> Collector::failures() const { return impl_->failures; }

std::vector<CheckResult> Collector::check(std::span<const SwitchId> which, const ProgressFn& progress) {
  const auto indexes = impl_->chosen(which);
  // Reading with the write credential shows that it is accepted, and changes nothing.
  struct Probe final : VariableSink {
    bool answered = false;
    std::unique_ptr<Get> get;
    void variable(mibs::RequestId, std::size_t, mibs::OidView, const mibs::Value& value) override {
      answered = answered || !value.is_exception();
    }
  };
  std::vector<std::unique_ptr<Probe>> probes(indexes.size());
  for (std::size_t k = 0; k < indexes.size(); ++k) {
    const Target& target = impl_->targets[indexes[k]];
    if (!target.write) continue;
    mibs::Request request;
    request.get = true;
    request.oids = {mibs::objects::sys_uptime()};
    Peer& peer = impl_->writer(indexes[k]);
    probes[k] = std::make_unique<Probe>();
    probes[k]->get = std::make_unique<Get>(std::move(request), WalkLimits{}, *probes[k]);
    peer.add(*probes[k]->get, {});
  }
  // Where reading and writing are one credential, one session does both: poll() begins it anew.
  impl_->engine.run();

  Impl::Failures failed;
  auto snapshots = impl_->poll(indexes, progress, failed);
  std::vector<CheckResult> out;
  for (std::size_t k = 0; k < indexes.size(); ++k) {
    CheckResult& result = out.emplace_back();
    result.snapshot = std::move(snapshots[k]);
    for (const auto& [id, failure] : failed)
      if (const Target& t = impl_->targets[indexes[k]]; id == t.id)
        result.failure = without_advice(failure, t);
    result.round_trip =
        std::chrono::ceil<std::chrono::milliseconds>(impl_->readers[indexes[k]]->round_trip().smoothed());
    if (probes[k]) result.write_credential_answers = probes[k]->answered;
  }
  return out;
}

}  // namespace lanwarden::snmp
