#include "agent/watch/outward.h"

#include <sys/epoll.h>
#include <unistd.h>

#include "agent/watch/state_mib.h"

namespace lanwarden::agent {
namespace {

std::vector<snmp::Receiver> receivers(const std::vector<Outward::Way>& ways) {
  std::vector<snmp::Receiver> all;
  for (const Outward::Way& way : ways) all.push_back(way.receiver);
  return all;
}

}  // namespace

Outward::Outward(std::optional<snmp::AgentxSocket> agentx, std::vector<Way> ways, snmp::OwnEngine engine,
                 std::shared_ptr<NotificationDesk> desk, const Board<DaemonState>& board)
    : board_(board),
      agentx_(agentx.has_value()),
      desk_(std::move(desk)),
      sender_(
          std::move(engine), receivers(ways),
          [this](snmp::NotificationSender::Ticket ticket, const snmp::NotificationSender::Outcome& outcome) {
            const auto it = awaited_.find(ticket);
            if (it == awaited_.end()) return;
            it->second->give(outcome ? std::nullopt : std::optional(outcome.error()));
            awaited_.erase(it);
          }) {
  for (std::size_t i = 0; i < ways.size(); ++i) ways_[ways[i].name] = i;
  if (agentx) agent_.emplace(std::move(*agentx));
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  const auto watch = [this](int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  };
  watch(desk_->bell.fd());
  watch(sender_.descriptor());
  if (agent_) watch(agent_->descriptor());
}

Outward::~Outward() {
  const snmp::Failure ended{snmp::Cause::kLocal, "lanwarden ends, or reads its configuration anew"};
  for (const auto& [ticket, reply] : awaited_) reply->give(ended);
  for (NotificationRequest& request : desk_->requests.take()) request.reply->give(ended);
  if (epoll_ >= 0) ::close(epoll_);
}

void Outward::take_requests() {
  desk_->bell.answer();
  for (NotificationRequest& request : desk_->requests.take()) {
    const auto way = ways_.find(request.receiver);
    if (way == ways_.end()) {
      request.reply->give(snmp::Failure{snmp::Cause::kLocal, "there is no such channel any more"});
      continue;
    }
    auto ticket = sender_.send(way->second, notification(request.type, request.facts));
    if (ticket)
      awaited_.emplace(*ticket, std::move(request.reply));
    else
      request.reply->give(ticket.error());
  }
}

void Outward::serve() {
  take_requests();
  sender_.serve();
  if (agent_) {
    if (auto state = board_.get(); state != shown_ && state != nullptr) {
      shown_ = std::move(state);
      agent_->publish(mib_of(*shown_));
    }
    agent_->serve();
  }
  OutwardState now;
  now.agentx = agentx_;
  if (agent_) {
    now.serving = agent_->serving();
    now.trouble = agent_->trouble();
    now.requests = agent_->requests();
  }
  now.notifications = sender_.counters();
  if (const auto last = state_.get(); last == nullptr || *last != now) state_.put(std::move(now));
}

}  // namespace lanwarden::agent
