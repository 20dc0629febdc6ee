// Opening and shutting a port: read its name, SET, read back. Nothing is believed that was not read.
#include <algorithm>
#include <thread>

#include "mibs/poll.h"
#include "snmp/collector.h"
#include "snmp/collector_impl.h"

namespace lanwarden::snmp {
namespace {

using topology::OperStatus;

constexpr int kUp = 1, kDown = 2;  // ifAdminStatus, RFC 2863
constexpr std::chrono::milliseconds kBetweenReads{200};

class SetInteger final : public Exchange {
 public:
  SetInteger(mibs::Oid oid, std::int32_t value) : oid_(std::move(oid)), value_(value) {}
  void question(unsigned, Query& query) override {
    query.kind = Query::Kind::kSet;
    query.names = {oid_.view()};
    query.value = value_;
  }
  void answer(unsigned, const Answer& answer, TimePoint) override {
    status_ = answer.error_status;
    over_ = true;
  }
  void failed(const Failure&) override { over_ = true; }
  void expired() override { over_ = true; }
  bool done() const override { return over_; }
  const std::string& context() const override { return context_; }
  int status() const { return status_; }

 private:
  mibs::Oid oid_;
  std::int32_t value_;
  std::string context_;
  int status_ = error_status::kGenErr;
  bool over_ = false;
};

OperStatus admin_of(std::int64_t value) {
  return value == kUp ? OperStatus::kUp : value == kDown ? OperStatus::kDown : OperStatus::kUnknown;
}

// ifOperStatus: up(1) down(2) testing(3) unknown(4) dormant(5) notPresent(6) lowerLayerDown(7)
OperStatus oper_of(std::int64_t value) {
  switch (value) {
    case 1:
      return OperStatus::kUp;
    case 2:
    case 5:
    case 6:
    case 7:
      return OperStatus::kDown;
    default:
      return OperStatus::kUnknown;
  }
}

struct Port {
  std::string name;
  OperStatus admin = OperStatus::kUnknown, oper = OperStatus::kUnknown;
};

Result<Port, Failure> read_port(Collector::Impl& impl, Peer& peer, IfIndex ifindex) {
  const std::uint32_t i = ifindex.value;
  using namespace mibs::objects;
  auto values = impl.get(peer, {if_name() + i, if_descr() + i, if_admin_status() + i, if_oper_status() + i});
  if (!values) return tl::unexpected(values.error());
  const auto& [name, descr, admin, oper] = std::tie((*values)[0], (*values)[1], (*values)[2], (*values)[3]);
  if (!admin)
    return tl::unexpected(peer.say(Cause::kWrongAnswer,
                                   "it has no interface with ifIndex " + std::to_string(i) +
                                       "; its interfaces moved, try: lanwarden poll " + peer.target().name));
  Port port;
  // As a poll names interfaces (topology::Interface::name).
  port.name = name && !name->text.empty()     ? name->text
              : descr && !descr->text.empty() ? descr->text
                                              : "port " + std::to_string(i);
  port.admin = admin_of(admin->number);
  if (oper) port.oper = oper_of(oper->number);
  return port;
}

std::string word(bool up) { return up ? "up" : "down"; }

}  // namespace

Result<AdminResult, Failure> Collector::admin_status(SwitchId sw, IfIndex ifindex) {
  if (sw.value >= impl_->targets.size()) return tl::unexpected(Failure{Cause::kLocal, "no such switch"});
  const auto port = read_port(*impl_, impl_->reader(sw.value), ifindex);
  if (!port) return tl::unexpected(port.error());
  return AdminResult{port->name, port->admin, port->admin, port->oper};
}

Result<AdminResult, Failure> Collector::set_admin_status(SwitchId sw, IfIndex ifindex,
                                                         const std::string& expected_name, bool up) {
  if (sw.value >= impl_->targets.size()) return tl::unexpected(Failure{Cause::kLocal, "no such switch"});
  const Target& target = impl_->targets[sw.value];
  if (!target.write)
    return tl::unexpected(
        describe(Cause::kRefused, target, target.read,
                 "it has no write_credential in the configuration, so nothing is ever written to it"));
  Peer& peer = impl_->writer(sw.value);
  const auto before = read_port(*impl_, peer, ifindex);
  if (!before) return tl::unexpected(before.error());
  if (before->name != expected_name)
    return tl::unexpected(peer.say(Cause::kWrongAnswer, "ifIndex " + std::to_string(ifindex.value) + " is " +
                                                            before->name + " now, not " + expected_name +
                                                            "; nothing was changed. Try: lanwarden poll " +
                                                            target.name));
  AdminResult result{before->name, before->admin, before->admin, before->oper};

  SetInteger set(mibs::objects::if_admin_status() + ifindex.value, up ? kUp : kDown);
  peer.add(set, {});
  impl_->engine.run();
  if (peer.failure()) return tl::unexpected(*peer.failure());
  if (const int status = set.status(); status != error_status::kNoError) {
    const std::string what = error_status_name(status) + " when " + before->name + " was to go " + word(up) +
                             "; nothing was changed";
    const bool rights = status == error_status::kNoAccess || status == error_status::kAuthorizationError;
    return tl::unexpected(peer.say(rights ? Cause::kAuthorization : Cause::kRefused, what));
  }

  // A real agent's ifOperStatus follows only seconds later (its cache): one read proves nothing.
  const OperStatus wanted = up ? OperStatus::kUp : OperStatus::kDown;
  const auto until = Clock::now() + impl_->limits.settle;
  while (true) {
    const auto after = read_port(*impl_, peer, ifindex);
    if (after) {
      result.admin_after = after->admin;
      result.oper_after = after->oper;
    }
    const bool settled = result.admin_after == wanted && result.oper_after == wanted;
    if (settled || (!after && peer.failure())) break;
    if (Clock::now() >= until) break;
    std::this_thread::sleep_for(std::min<Clock::duration>(kBetweenReads, until - Clock::now()));
  }
  if (result.admin_after != wanted) {
    if (peer.failure())
      return tl::unexpected(
          Failure{peer.failure()->cause, peer.failure()->detail + " (it had accepted the SET of " +
                                             before->name + "; what became of it is not known)"});
    return tl::unexpected(peer.say(Cause::kRefused, "set-ignored: it accepted the SET of " + before->name +
                                                        " to " + word(up) +
                                                        " (noError), and changed nothing"));
  }
  return result;
}

}  // namespace lanwarden::snmp
