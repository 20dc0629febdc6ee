#include "snmp/engine.h"

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "snmp/peer.h"

namespace lanwarden::snmp {
namespace {

constexpr std::chrono::milliseconds kTick{200};

}  // namespace

Engine::Engine(Limits limits) : limits_(limits) {
  limits_.concurrency = std::max(1U, limits_.concurrency);
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;  // the resolver
  epoll_ctl(epoll_, EPOLL_CTL_ADD, resolver_.event_fd(), &event);
}

Engine::~Engine() {
  if (epoll_ >= 0) ::close(epoll_);
}

void Engine::watch(int fd, Peer& peer) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &peer;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
}

void Engine::meanwhile(int fd, std::function<void()> serve) {
  guests_.push_back({fd, std::move(serve)});
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &guests_;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
}

void Engine::serve_guests() {
  if (!std::exchange(guests_wait_, false)) return;
  for (const Guest& guest : guests_) {
    pollfd one{guest.fd, POLLIN, 0};
    if (::poll(&one, 1, 0) > 0) guest.serve();
  }
}

void Engine::wake_at(TimePoint when, Peer& peer) {
  // One alarm a peer is enough: when it rings, the peer looks at all it waits for.
  if (when >= peer.alarm_at) return;
  peer.alarm_at = when;
  alarms_.push({when, &peer});
}

void Engine::ready(Peer& peer) {
  if (peer.is_ready) return;
  peer.is_ready = true;
  ready_.push_back(&peer);
}

void Engine::finished(Peer& peer) {
  if (peer.is_finished) return;
  peer.is_finished = true;
  finished_.push_back(&peer);
}

void Engine::resolve(Peer& peer, const HostPort& where) {
  resolver_.ask(reinterpret_cast<std::uintptr_t>(&peer), where);
}

void Engine::send() {
  const auto now = Clock::now();
  // One request a turn: no switch waits until another's window is full.
  while (!ready_.empty() && in_flight_ < limits_.concurrency) {
    Peer& peer = *ready_.front();
    ready_.pop_front();
    peer.is_ready = false;
    if (peer.send_one(now) && peer.wants_to_send()) ready(peer);
  }
}

void Engine::wait(std::chrono::nanoseconds at_most) {
  std::array<epoll_event, 512> events;
  // Rounded up: waking a little early would spin.
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(at_most).count();
  const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                               static_cast<int>(std::max<std::int64_t>(0, ms)));
  if (count <= 0) return;
  const auto now = Clock::now();
  for (int i = 0; i < count; ++i) {
    if (events[static_cast<std::size_t>(i)].data.ptr == &guests_) {
      guests_wait_ = true;  // not now: what is served may take longer than an answer may
      continue;
    }
    if (auto* peer = static_cast<Peer*>(events[static_cast<std::size_t>(i)].data.ptr)) {
      peer->readable(now);
      continue;
    }
    for (const Resolver::Found& found : resolver_.take())
      reinterpret_cast<Peer*>(static_cast<std::uintptr_t>(found.who))->resolved(found.address, found.error);
  }
}

void Engine::ring(TimePoint now) {
  while (!alarms_.empty() && alarms_.top().when <= now) {
    const Alarm alarm = alarms_.top();
    alarms_.pop();
    if (alarm.when != alarm.peer->alarm_at) continue;  // superseded
    alarm.peer->alarm_at = TimePoint::max();
    alarm.peer->alarm(now);
  }
}

bool Engine::hand_over_finished() {
  bool any = false;
  while (!finished_.empty()) {
    any = true;
    std::vector<Peer*> peers;
    peers.swap(finished_);
    for (Peer* peer : peers) {
      peer->is_finished = false;
      peer->hand_over_finished();
    }
  }
  return any;
}

void Engine::run(const std::function<void()>& tick) {
  auto ticked = Clock::now();
  while (true) {
    do send();
    while (hand_over_finished());
    if (open_ == 0) break;
    const auto now = Clock::now();
    if (tick && now - ticked >= kTick) {
      ticked = now;
      tick();
    }
    std::chrono::nanoseconds patience = kTick;
    if (!alarms_.empty()) patience = std::min<std::chrono::nanoseconds>(patience, alarms_.top().when - now);
    wait(patience);
    if (guests_wait_) {
      serve_guests();
      // What came meanwhile was not late: it is read before any time-out is judged.
      wait(std::chrono::nanoseconds{0});
    }
    ring(Clock::now());
    hand_over_finished();
  }
  if (tick) tick();
}

}  // namespace lanwarden::snmp
