// What a switch says, saved as it was said: for a bug report that replays.
#include <algorithm>
#include <deque>

#include "mibs/anonymize.h"
#include "mibs/recording.h"
#include "snmp/collector.h"
#include "snmp/collector_impl.h"

namespace lanwarden::snmp {
namespace {

using topology::Completeness;

/// One VLAN context: a walk of each root, side by side; where one breaks off, the columns behind that place.
class Recorder final : public VariableSink {
 public:
  Recorder(Peer& peer, std::string context, std::vector<mibs::Oid> roots, WalkLimits limits)
      : peer_(peer), context_(std::move(context)), roots_(std::move(roots)), limits_(limits) {}

  void begin() {
    for (std::size_t i = 0; i < roots_.size(); ++i) walk(roots_[i], true);
  }
  const std::string& context() const { return context_; }
  std::vector<mibs::RecordedVariable>& variables() { return variables_; }
  std::vector<std::string> cut() const { return cut_; }
  std::size_t walks() const { return walks_.size(); }
  std::size_t walks_over() const { return over_; }

  void variable(mibs::RequestId request, std::size_t, mibs::OidView index,
                const mibs::Value& value) override {
    if (auto v = mibs::recorded((walks_[request].root + index).view(), value)) {
      walks_[request].last = v->name;
      variables_.push_back(std::move(*v));
    }
  }

 private:
  struct Running {
    mibs::Oid root, last;
    bool whole;  ///< a subtree, not one column of it
    std::unique_ptr<Walk> walk;
  };

  void walk(const mibs::Oid& root, bool whole) {
    mibs::Request request;
    request.id = static_cast<mibs::RequestId>(walks_.size());
    request.name = root.to_string();
    request.oids = {root};
    request.vlan_context = context_;
    walks_.push_back({root, root, whole, nullptr});
    Running& running = walks_.back();
    running.walk = std::make_unique<Walk>(std::move(request), peer_.manners(), limits_, *this);
    peer_.add(*running.walk, [this, place = walks_.size() - 1](Exchange&) { ended(place); });
  }

  void ended(std::size_t place) {
    ++over_;
    const Running& r = walks_[place];
    if (r.walk->ending().completeness == Completeness::kComplete) return;
    cut_.push_back(r.root.to_string() + ": " + r.walk->ending().cause);
    if (!r.whole || peer_.failure()) return;
    const mibs::Oid root = r.root, last = r.last;
    for (const mibs::Oid& column : mibs::recording_columns(root))
      if (column > last) walk(column, false);
  }

  Peer& peer_;
  std::string context_;
  std::vector<mibs::Oid> roots_;
  WalkLimits limits_;
  std::deque<Running> walks_;  ///< a deque: walks refer to their places
  std::size_t over_ = 0;
  std::vector<mibs::RecordedVariable> variables_;
  std::vector<std::string> cut_;
};

/// Roots below others are walked with them.
std::vector<mibs::Oid> outermost(std::vector<mibs::Oid> roots) {
  std::ranges::sort(roots);
  std::vector<mibs::Oid> out;
  for (mibs::Oid& root : roots)
    if (out.empty() || !out.back().is_prefix_of(root.view())) out.push_back(std::move(root));
  return out;
}

RecordedContext written(Recorder& recorder, const mibs::SecretFilter& filter, mibs::Anonymizer* anonymizer) {
  RecordedContext out;
  out.context = recorder.context();
  out.cut = recorder.cut();
  auto& all = recorder.variables();
  const std::size_t before = all.size();
  std::erase_if(all, [&](mibs::RecordedVariable& v) {
    return !filter.keep(v) || (anonymizer != nullptr && !anonymizer->rewrite(v));
  });
  out.left_out = before - all.size();
  std::ranges::sort(all, {}, &mibs::RecordedVariable::name);
  const mibs::RecordedVariable* last = nullptr;
  for (const mibs::RecordedVariable& v : all) {
    if (last != nullptr && last->name == v.name) continue;
    out.text += mibs::snmprec_line(v) + "\n";
    ++out.variables;
    last = &v;
  }
  return out;
}

}  // namespace

Result<std::vector<RecordedContext>, Failure> Collector::record(SwitchId sw, const RecordOptions& options,
                                                                const ProgressFn& progress) {
  if (sw.value >= impl_->targets.size()) return tl::unexpected(Failure{Cause::kLocal, "no such switch"});
  std::vector<mibs::Oid> roots;
  for (const std::string_view root : mibs::recording_roots()) roots.push_back(*mibs::Oid::parse(root));
  for (const std::string& root : options.more_roots) {
    auto oid = mibs::Oid::parse(root);
    if (!oid)
      return tl::unexpected(
          Failure{Cause::kLocal, "\"" + root + "\" is no object identifier: " + oid.error().cause});
    roots.push_back(std::move(*oid));
  }
  // A poll says which VLAN contexts there are: those that answered it.
  Impl::Failures failed;
  impl_->poll({sw.value}, progress, failed);
  if (!failed.empty()) return tl::unexpected(failed.front().second);
  std::vector<std::string> contexts = impl_->readers[sw.value]->contexts_heard();
  std::erase(contexts, std::string());
  std::ranges::sort(contexts, {}, [](const std::string& c) { return std::pair(c.size(), c); });

  Peer& peer = impl_->reader(sw.value);
  const WalkLimits limits{options.deadline, Clock::now() + options.deadline, options.rows};
  std::deque<Recorder> recorders;
  recorders.emplace_back(peer, "", outermost(std::move(roots)), limits);
  // What a context shows besides is the same in all of them.
  for (const std::string& context : contexts)
    recorders.emplace_back(peer, context, std::vector<mibs::Oid>{{1, 3, 6, 1, 2, 1, 17}}, limits);
  for (Recorder& r : recorders) r.begin();
  std::function<void()> tick;
  if (progress)
    tick = [&] {
      Progress p;
      for (Recorder& r : recorders) {
        p.switches += r.walks();
        p.switches_done += r.walks_over();
        p.rows += r.variables().size();
      }
      progress(p);
    };
  impl_->engine.run(tick);
  if (recorders.front().variables().empty() && peer.failure()) return tl::unexpected(*peer.failure());

  std::vector<std::string> secrets;
  for (const Credential& c : options.secrets)
    for (const Secret* secret : {&c.community, &c.auth_password, &c.privacy_password})
      secrets.push_back(secret->reveal());
  const mibs::SecretFilter filter(std::move(secrets));
  std::optional<mibs::Anonymizer> anonymizer;
  if (options.anonymize) {
    anonymizer.emplace(mibs::Anonymizer::Key{options.key[0], options.key[1]}, options.keep_vendors);
    for (Recorder& r : recorders)
      for (const mibs::RecordedVariable& v : r.variables()) anonymizer->learn(v);
  }
  std::vector<RecordedContext> out;
  for (Recorder& r : recorders) out.push_back(written(r, filter, anonymizer ? &*anonymizer : nullptr));
  return out;
}

}  // namespace lanwarden::snmp
