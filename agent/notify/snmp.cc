// Traps and informs: only the SNMP thread may send them, so they are left at its desk.
#include "agent/notify/snmp.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <limits>

#include "agent/engine/engine.h"
#include "agent/notify/event.h"

namespace lanwarden::agent {
namespace {

using Type = snmp::NoticeType;

/// How soon abandon() is noticed.
constexpr std::chrono::milliseconds kSlice{50};

struct Event {
  std::string_view word;
  Type type;
};
constexpr std::array<Event, 20> kTypes = {{
    {"open", Type::kIncidentOpened},
    {"located", Type::kIncidentLocated},
    {"asked", Type::kIsolationAsked},
    {"isolated", Type::kPortIsolated},
    {"refused", Type::kIsolationRefused},
    {"dry-run", Type::kIsolationDryRun},
    {"verified", Type::kIsolationVerified},
    {"restored", Type::kPortRestored},
    {"closed", Type::kIncidentClosed},
    {event::kSwitchSilent, Type::kSwitchSilent},
    {event::kSwitchBack, Type::kSwitchBack},
    {event::kInterfaceLost, Type::kInterfaceLost},
    {event::kInterfaceBack, Type::kInterfaceBack},
    {event::kPortRestored, Type::kPortRestored},
    {event::kPortNotRestored, Type::kPortNotRestored},
    {event::kStoreFailed, Type::kStoreFailed},
    {event::kStoreWorks, Type::kStoreWorks},
    {event::kDigest, Type::kDigest},
    {event::kTest, Type::kTest},
    {event::kAudit, Type::kAuditFinding},
}};

class SnmpChannel final : public Channel {
 public:
  SnmpChannel(const ChannelConfig& config, std::shared_ptr<NotificationDesk> desk)
      : config_(config), desk_(std::move(desk)) {}

  Delivery deliver(const Message& message) override {
    NotificationRequest request{config_.name, notice_type(message), notice_facts(message),
                                std::make_shared<Reply>()};
    const auto reply = request.reply;
    const auto end = std::chrono::steady_clock::now() + config_.timeout;
    if (!desk_->requests.try_push(std::move(request)))
      return Delivery::failed(config_.address + ": too many notifications wait already");
    while (!reply->wait(kSlice)) {
      if (abandoned_) return Delivery::failed(config_.address + ": given up, lanwarden ends");
      if (std::chrono::steady_clock::now() >= end)
        return Delivery::failed(config_.address + ": nothing came of it in time");
    }
    if (const auto& failure = reply->failure(); failure)
      return failure->cause == snmp::Cause::kRefused ? Delivery::refused(failure->detail)
                                                     : Delivery::failed(failure->detail);
    return Delivery::delivered(config_.address + (config_.inform ? ": it acknowledged" : ": sent"));
  }
  void abandon() override { abandoned_ = true; }
  void rearm() override { abandoned_ = false; }

 private:
  const ChannelConfig config_;
  const std::shared_ptr<NotificationDesk> desk_;
  std::atomic<bool> abandoned_{false};
};

}  // namespace

snmp::NoticeType notice_type(const Message& message) {
  // A second step of the same state: the port stays shut.
  if (message.event == "isolated" && message.text.find(kTroubleGoesOn) != std::string::npos)
    return Type::kTroubleNotEnded;
  const auto it =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const Event& e) { return e.word == message.event; });
  return it != kTypes.end() ? it->type : message.incident ? Type::kIncidentOpened : Type::kTest;
}

snmp::NoticeFacts notice_facts(const Message& message) {
  using Severity = decltype(snmp::NoticeFacts::severity);
  const auto field = [&](std::string_view name) {
    for (const auto& [key, value] : message.fields)
      if (key == name) return value;
    return std::string();
  };
  snmp::NoticeFacts facts;
  if (message.incident && *message.incident > 0 &&
      *message.incident <= std::numeric_limits<std::uint32_t>::max())
    facts.incident = static_cast<std::uint32_t>(*message.incident);
  facts.severity = message.severity == "critical"  ? Severity::kCritical
                   : message.severity == "warning" ? Severity::kWarning
                                                   : Severity::kInfo;
  facts.kind = field("kind");
  if (const auto mac = MacAddress::parse(field("mac"))) facts.mac = *mac;
  facts.switch_name = field("switch");
  facts.port = field("port");
  facts.text = message.text;
  facts.count = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(message.notices, std::numeric_limits<std::uint32_t>::max()));
  return facts;
}

std::unique_ptr<Channel> make_snmp(const ChannelConfig& config, std::shared_ptr<NotificationDesk> desk) {
  return std::make_unique<SnmpChannel>(config, std::move(desk));
}

}  // namespace lanwarden::agent
