// Who is there? The smallest question there is, to one address or to thousands.
#include "mibs/poll.h"
#include "snmp/collector.h"
#include "snmp/collector_impl.h"

namespace lanwarden::snmp {
namespace {

class Greeting final : public VariableSink {
 public:
  Greeting(Peer& peer, const Limits& limits) : peer_(peer) {
    mibs::Request request;
    request.get = true;
    request.oids = {mibs::objects::sys_uptime(), mibs::objects::sys_name()};
    get_ = std::make_unique<Get>(
        std::move(request), WalkLimits{limits.table_deadline, TimePoint::max(), limits.table_rows}, *this);
    peer.add(*get_, [this](Exchange&) { over_ = true; });
  }
  bool over() const { return over_; }

  void variable(mibs::RequestId, std::size_t column, mibs::OidView, const mibs::Value& value) override {
    if (value.is_exception()) return;
    answered_ = true;
    if (column == 0)
      hello_.uptime_cs = value.as_number();
    else
      hello_.system_name = value.as_text();
  }

  Result<Hello, Failure> result() const {
    if (answered_) return hello_;
    const auto plain = [this](Failure f) { return without_advice(std::move(f), peer_.target()); };
    if (peer_.failure()) return tl::unexpected(plain(*peer_.failure()));
    if (const int status = peer_.refused_status(); status != 0)
      return tl::unexpected(plain(peer_.say(Cause::kAuthorization, error_status_name(status))));
    return tl::unexpected(
        plain(peer_.say(Cause::kWrongAnswer, "it answers, but has no system group to show")));
  }

 private:
  Peer& peer_;
  std::unique_ptr<Get> get_;
  Hello hello_;
  bool answered_ = false, over_ = false;
};

}  // namespace

std::vector<Result<Hello, Failure>> Collector::hello(std::span<const SwitchId> which,
                                                     const ProgressFn& progress) {
  std::vector<std::unique_ptr<Greeting>> all;
  const std::uint64_t before = impl_->engine.requests();
  for (const std::size_t i : impl_->chosen(which))
    all.push_back(std::make_unique<Greeting>(impl_->reader(i), impl_->limits));
  std::function<void()> tick;
  if (progress)
    tick = [&] {
      Progress p;
      p.switches = all.size();
      for (const auto& one : all) p.switches_done += one->over() ? 1 : 0;
      p.requests = impl_->engine.requests() - before;
      progress(p);
    };
  impl_->engine.run(tick);
  std::vector<Result<Hello, Failure>> out;
  for (const auto& one : all) out.push_back(one->result());
  return out;
}

std::vector<SwitchSnapshot> Collector::neighbors(std::span<const SwitchId> which,
                                                 const ProgressFn& progress) {
  impl_->failures.clear();
  return impl_->poll(impl_->chosen(which), progress, impl_->failures, {}, true);
}

}  // namespace lanwarden::snmp
