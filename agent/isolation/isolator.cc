#include "agent/isolation/isolator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "agent/output/time_text.h"

namespace lanwarden::agent {
namespace {

using topology::OperStatus;
using topology::PortId;
using topology::SwitchId;

std::string_view status_word(OperStatus status) {
  switch (status) {
    case OperStatus::kUp:
      return "up";
    case OperStatus::kDown:
      return "down";
    case OperStatus::kUnknown:
      break;
  }
  return "unknown";
}

Refusal refusal(std::string_view rule, std::string fact, std::string lift = "") {
  return {rule, std::move(fact), std::move(lift)};
}

std::vector<topology::MacAddress> gateways(const Locator& locator) {
  std::vector<topology::MacAddress> macs = gateway_mac_addresses();
  for (const SwitchSnapshot& router : locator.routers())
    macs.insert(macs.end(), router.own_addresses.begin(), router.own_addresses.end());
  std::sort(macs.begin(), macs.end());
  macs.erase(std::unique(macs.begin(), macs.end()), macs.end());
  return macs;
}

}  // namespace

std::string_view to_string(IsolationResult result) {
  switch (result) {
    case IsolationResult::kIsolated:
      return "isolated";
    case IsolationResult::kWouldIsolate:
      return "would-isolate";
    case IsolationResult::kRefused:
      return "refused";
    case IsolationResult::kFailed:
      return "failed";
  }
  return "failed";
}

Isolator::Isolator(const Config& config, Store& store, Locator& locator, snmp::Collector& collector)
    : config_(config), store_(store), locator_(locator), collector_(collector) {}

StoreResult<IsolationOutcome> Isolator::look_and_judge(const IsolationRequest& request) {
  IsolationOutcome outcome;
  outcome.result = IsolationResult::kRefused;
  outcome.mac = request.mac.value_or(topology::MacAddress{});

  std::optional<PortId> port;
  const auto find_station = [&]() -> bool {
    outcome.located = locator_.live(*request.mac);
    port = outcome.located->location.port;
    return port.has_value();
  };
  if (request.mac) {
    if (!find_station()) {
      outcome.refusals.push_back(refusal("not-an-edge",
                                         fmt::format("{}: the verdict is \"{}\"", request.mac->to_string(),
                                                     to_string(outcome.located->location.verdict)),
                                         "lanwarden where " + request.mac->to_string()));
      return outcome;
    }
  } else {
    const auto sw = locator_.fabric().switch_named(request.switch_name);
    const topology::Interface* i =
        sw ? locator_.fabric().snapshot(*sw).interface_named(request.port) : nullptr;
    outcome.switch_name = request.switch_name;
    outcome.port = request.port;
    if (i == nullptr) {
      outcome.refusals.push_back(
          refusal("unknown-port",
                  fmt::format("{} has no port {} that was ever polled", request.switch_name, request.port),
                  "lanwarden poll " + request.switch_name));
      return outcome;
    }
    port = PortId{*sw, i->ifindex};
  }

  // The second look: that switch's tables anew, whole, and the station again.
  const std::string name_before = locator_.fabric().describe(*port);
  const std::array<SwitchId, 1> one{port->sw};
  auto polled = locator_.poll(one);
  if (!polled) return tl::make_unexpected(polled.error());
  if (polled->answered == 0) {
    outcome.refusals.push_back(refusal(
        "no-second-look", polled->failed.empty() ? "its switch did not answer" : polled->failed[0].detail));
    return outcome;
  }
  if (request.mac && !find_station()) {
    outcome.refusals.push_back(refusal("moved", fmt::format("{} was on {} a moment ago, and is not now",
                                                            request.mac->to_string(), name_before)));
    return outcome;
  }
  const topology::Fabric& fabric = locator_.fabric();
  const topology::Interface* interface = fabric.snapshot(port->sw).interface(port->ifindex);
  outcome.switch_name = fabric.snapshot(port->sw).name;
  outcome.port = interface != nullptr ? interface->name : "";
  outcome.ifindex = port->ifindex;
  if (fabric.describe(*port) != name_before)
    outcome.refusals.push_back(refusal(
        "moved", fmt::format("the first look found {}, the second {}", name_before, fabric.describe(*port))));

  GuardInput facts{.config = config_, .fabric = fabric, .port = *port};
  if (outcome.located) {
    facts.location = &outcome.located->location;
    facts.live = outcome.located->live;
  }
  facts.own_macs = own_mac_addresses();
  facts.gateway_macs = gateways(locator_);
  auto recent = store_.count_isolations_since(wall_clock() - std::chrono::hours{1});
  if (!recent) return tl::make_unexpected(recent.error());
  facts.isolations_last_hour = *recent;
  auto open = store_.isolations(true);
  if (!open) return tl::make_unexpected(open.error());
  for (const Isolation& i : *open)
    if (i.switch_name == outcome.switch_name && i.port == outcome.port) facts.already = i.id;
  for (Refusal& r : judge(facts)) outcome.refusals.push_back(std::move(r));

  if (outcome.refusals.empty()) outcome.result = IsolationResult::kWouldIsolate;
  return outcome;
}

StoreResult<IsolationOutcome> Isolator::isolate(const IsolationRequest& request) {
  auto looked = look_and_judge(request);
  if (!looked) return looked;
  IsolationOutcome outcome = std::move(*looked);
  if (request.duration) outcome.until = wall_clock() + *request.duration;
  if (outcome.result != IsolationResult::kWouldIsolate || request.dry_run) return outcome;

  const auto sw = locator_.fabric().switch_named(outcome.switch_name);
  Isolation journal;
  journal.state = IsolationState::kIntended;
  journal.incident = request.incident;
  journal.switch_name = outcome.switch_name;
  journal.port = outcome.port;
  journal.ifindex = outcome.ifindex;
  journal.mac = outcome.mac;
  journal.who = request.who;
  journal.reason = request.reason;
  journal.old_admin_status = "up";
  journal.intended = wall_clock();
  journal.until = outcome.until;
  auto id = store_.add_isolation(journal);
  if (!id) return tl::make_unexpected(id.error());
  journal.id = *id;
  outcome.id = *id;
  outcome.steps.push_back(fmt::format("intent written: isolation {}", *id));

  const auto set = collector_.set_admin_status(*sw, outcome.ifindex, outcome.port, false);
  if (!set) {
    outcome.result = IsolationResult::kFailed;
    outcome.failure = set.error().detail;
    // Silence after a SET is no refusal: the port may be shut. Only a clear "no" is.
    const bool sure = set.error().cause != snmp::Cause::kTimeout && set.error().cause != snmp::Cause::kLocal;
    journal.state = sure ? IsolationState::kFailed : IsolationState::kIntended;
    journal.note = set.error().detail;
  } else {
    outcome.result = IsolationResult::kIsolated;
    outcome.verified = *set;
    journal.state = IsolationState::kActive;
    journal.set_at = wall_clock();
    journal.old_admin_status = std::string(status_word(set->admin_before));
    journal.note =
        fmt::format("admin {}, oper {}", status_word(set->admin_after), status_word(set->oper_after));
    outcome.steps.push_back(fmt::format("SET ifAdminStatus.{} of {} to down(2); read back: {}",
                                        outcome.ifindex.value, outcome.switch_name, journal.note));
  }
  if (auto updated = store_.update_isolation(journal); !updated) return tl::make_unexpected(updated.error());
  return outcome;
}

StoreResult<RestoreOutcome> Isolator::restore(const Isolation& isolation, const std::string& who) {
  RestoreOutcome outcome;
  outcome.isolation = isolation;
  const auto sw = locator_.fabric().switch_named(isolation.switch_name);
  if (!sw || config_.find(isolation.switch_name) == nullptr) {
    outcome.failure = fmt::format("{} is no longer in the configuration; open {} there by hand",
                                  isolation.switch_name, isolation.port);
    return outcome;
  }
  topology::IfIndex ifindex = isolation.ifindex;
  auto set = collector_.set_admin_status(*sw, ifindex, isolation.port, true);
  if (!set && set.error().cause == snmp::Cause::kWrongAnswer) {
    // The ifIndex names another port now (a reboot, a stack change): find the name anew.
    const std::array<SwitchId, 1> one{*sw};
    if (auto polled = locator_.poll(one); !polled) return tl::make_unexpected(polled.error());
    const topology::Interface* port = locator_.fabric().snapshot(*sw).interface_named(isolation.port);
    if (port != nullptr && port->ifindex != ifindex)
      set = collector_.set_admin_status(*sw, port->ifindex, isolation.port, true);
  }
  if (!set) {
    outcome.failure = set.error().detail;
    outcome.isolation.note = set.error().detail;
  } else {
    outcome.restored = true;
    outcome.verified = *set;
    outcome.isolation.state = IsolationState::kRestored;
    outcome.isolation.restored_at = wall_clock();
    outcome.isolation.note = fmt::format("opened by {}", who);
  }
  if (auto updated = store_.update_isolation(outcome.isolation); !updated)
    return tl::make_unexpected(updated.error());
  return outcome;
}

}  // namespace lanwarden::agent
