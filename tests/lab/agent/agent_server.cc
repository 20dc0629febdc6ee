#include "tests/lab/agent/agent_server.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "tests/lab/agent/message.h"
#include "tests/lab/agent/outbox.h"
#include "tests/lab/agent/simulated_agent.h"

namespace lanwarden::lab {

namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kBatch = 16;  // datagrams taken from one socket at a time
constexpr std::size_t kDatagram = 65536;
constexpr std::uint64_t kTimer = UINT64_MAX;
constexpr std::uint64_t kWake = UINT64_MAX - 1;

nanoseconds steady_now() {
  return std::chrono::duration_cast<nanoseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

void add(Counters& sum, const Counters& c) {
  sum.received += c.received;
  sum.answered += c.answered;
  sum.malformed += c.malformed;
  sum.bad_version += c.bad_version;
  sum.bad_community += c.bad_community;
  sum.lost += c.lost;
  sum.over_rate += c.over_rate;
  sum.too_big += c.too_big;
  sum.rows += c.rows;
  sum.sets += c.sets;
  sum.send_errors += c.send_errors;
}

}  // namespace

std::string Endpoint::to_string() const {
  const bool v6 = address.find(':') != std::string::npos;
  return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

struct AgentServer::Impl {
  explicit Impl(Options o) : options(std::move(o)), real_clock(!options.clock), dice(options.seed) {
    if (real_clock) options.clock = steady_now;
    epoll = ::epoll_create1(EPOLL_CLOEXEC);
    timer = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    wake = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (epoll < 0 || timer < 0 || wake < 0)
      throw std::runtime_error("no epoll, timer or event descriptor left");
    watch(timer, kTimer);
    watch(wake, kWake);
    buffers.resize(kBatch * kDatagram);
    for (std::size_t i = 0; i < kBatch; ++i) {
      parts[i] = {buffers.data() + i * kDatagram, kDatagram};
    }
  }
  ~Impl() {
    for (const int fd : {epoll, timer, wake}) ::close(fd);
  }

  void watch(int fd, std::uint64_t what) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = what;
    if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
      throw std::runtime_error("epoll takes no more descriptors");
  }

  // Answers one datagram into outgoing or the outbox.
  void handle(AgentId id, SimulatedAgent& agent, ber::OctetsView datagram, const Peer& peer,
              nanoseconds now) {
    const Faults& faults = agent.faults();
    Counters& counters = agent.counters();
    ++counters.received;
    agent.reboot_when_due(now);
    if (faults.dead) {
      ++counters.lost;
      return;
    }
    const bool lost = dice.chance(faults.loss);
    if (lost && dice.chance(0.5)) {  // the request did not arrive
      ++counters.lost;
      return;
    }
    if (!agent.within_rate(now)) {
      ++counters.over_rate;
      return;
    }
    ber::Octets& answer = answers[outgoing];
    switch (responder.respond(agent.identity(), agent.view(), faults, now, datagram, answer)) {
      case Verdict::kAnswer:
      case Verdict::kTruncated:
        break;
      case Verdict::kSilence:
        ++counters.lost;
        return;
      case Verdict::kMalformed:
        ++counters.malformed;
        return;
      case Verdict::kBadVersion:
        ++counters.bad_version;
        return;
      case Verdict::kBadCommunity:
        ++counters.bad_community;
        return;
    }
    if (responder.last().said_too_big()) ++counters.too_big;
    if (responder.last().carried_out_set()) ++counters.sets;
    const nanoseconds at = agent.answer_time(now, responder.last().names(), dice);
    if (lost) {
      ++counters.lost;
      return;
    }
    counters.rows += responder.last().rows();
    if (faults.late_duplicate) outbox.put(at + *faults.late_duplicate, id, peer, answer);
    if (dice.chance(faults.duplication)) outbox.put(at, id, peer, answer);
    if (at > now) {
      outbox.put(at, id, peer, answer);
      return;
    }
    answer_peers[outgoing] = peer;
    ++outgoing;
  }

  void receive(AgentId id) {
    SimulatedAgent& agent = agents[id];
    std::array<mmsghdr, kBatch> messages;
    for (std::size_t i = 0; i < kBatch; ++i) {
      messages[i] = {};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_name = &peers[i].address;
      messages[i].msg_hdr.msg_namelen = sizeof peers[i].address;
    }
    const int count = ::recvmmsg(agent.socket().fd(), messages.data(), kBatch, MSG_DONTWAIT, nullptr);
    if (count <= 0) return;
    const nanoseconds now = options.clock();
    outgoing = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      peers[i].length = messages[i].msg_hdr.msg_namelen;
      handle(id, agent, {buffers.data() + i * kDatagram, messages[i].msg_len}, peers[i], now);
    }
    handled += static_cast<std::size_t>(count);
    send_answers(agent);
  }

  void send_answers(SimulatedAgent& agent) {
    std::array<mmsghdr, kBatch> messages;
    std::array<iovec, kBatch> octets;
    for (std::size_t i = 0; i < outgoing; ++i) {
      octets[i] = {answers[i].data(), answers[i].size()};
      messages[i] = {};
      messages[i].msg_hdr.msg_iov = &octets[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_name = &answer_peers[i].address;
      messages[i].msg_hdr.msg_namelen = answer_peers[i].length;
    }
    std::size_t sent = 0;
    while (sent < outgoing) {
      const int n = ::sendmmsg(agent.answer_fd(), &messages[sent], static_cast<unsigned>(outgoing - sent),
                               MSG_DONTWAIT);
      if (n > 0) {
        agent.counters().answered += static_cast<std::uint64_t>(n);
        sent += static_cast<std::size_t>(n);
      } else {  // what does not go out is lost, as on any wire
        ++agent.counters().send_errors;
        ++sent;
      }
    }
  }

  void send_due() {
    const nanoseconds now = options.clock();
    while (outbox.due(now)) {
      const Delayed delayed = outbox.take();
      SimulatedAgent& agent = agents[delayed.agent];
      const auto sent =
          ::sendto(agent.answer_fd(), delayed.octets.data(), delayed.octets.size(), MSG_DONTWAIT,
                   reinterpret_cast<const sockaddr*>(&delayed.peer.address), delayed.peer.length);
      ++(sent < 0 ? agent.counters().send_errors : agent.counters().answered);
    }
    arm_timer();
  }

  void arm_timer() {
    if (!real_clock) return;
    const auto next = outbox.next();
    if (next == armed) return;
    armed = next;
    itimerspec spec{};
    if (next) {
      const std::int64_t at = std::max<std::int64_t>(next->count(), 1);
      spec.it_value = {at / 1'000'000'000, at % 1'000'000'000};
    }
    ::timerfd_settime(timer, TFD_TIMER_ABSTIME, &spec, nullptr);
  }

  static void drain(int fd) {
    std::uint64_t count = 0;
    while (::read(fd, &count, sizeof count) > 0) {
    }
  }

  std::size_t poll_once(nanoseconds timeout) {
    std::array<epoll_event, 256> events;
    int milliseconds = -1;
    if (timeout.count() >= 0) {
      milliseconds = static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(timeout).count());
    }
    const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), milliseconds);
    // A mutex is not fair: let those go first who want to change the world.
    while (waiting.load(std::memory_order_relaxed) != 0) std::this_thread::yield();
    const std::scoped_lock lock(mutex);
    handled = 0;
    for (int i = 0; i < count; ++i) {
      const std::uint64_t what = events[static_cast<std::size_t>(i)].data.u64;
      if (what == kTimer) {
        drain(timer);
        armed.reset();
      } else if (what == kWake) {
        drain(wake);
      } else {
        receive(what);
      }
    }
    if (!outbox.empty()) send_due();
    return handled;
  }

  void run() {
    while (!stopping.load(std::memory_order_relaxed)) {
      // With another clock nothing wakes us when an answer is due.
      poll_once(real_clock ? nanoseconds(-1) : std::chrono::milliseconds(2));
    }
  }

  void wake_up() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake, &one, sizeof one);
  }

  // A lock for everybody but the loop.
  class Entry {
   public:
    explicit Entry(Impl& impl) : impl_(impl) {
      ++impl_.waiting;
      impl_.mutex.lock();
      --impl_.waiting;
    }
    ~Entry() { impl_.mutex.unlock(); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    Impl& impl_;
  };

  Options options;
  const bool real_clock;
  int epoll = -1, timer = -1, wake = -1;

  std::mutex mutex;
  std::atomic<int> waiting{0};
  std::deque<SimulatedAgent> agents;  // a deque: references stay
  MessageResponder responder;
  Outbox outbox;
  Dice dice;
  std::optional<nanoseconds> armed;

  // One batch at a time.
  std::vector<std::uint8_t> buffers;
  std::array<iovec, kBatch> parts{};
  std::array<Peer, kBatch> peers{};
  std::array<ber::Octets, kBatch + 1> answers;
  std::array<Peer, kBatch> answer_peers{};
  std::size_t outgoing = 0;
  std::size_t handled = 0;

  std::thread thread;
  std::atomic<bool> stopping{false};
};

AgentServer::AgentServer() : AgentServer(Options{}) {}
AgentServer::AgentServer(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
AgentServer::~AgentServer() { stop(); }

topology::Result<AgentId, std::string> AgentServer::add(AgentConfig config) {
  const Impl::Entry entry(*impl_);
  auto agent = SimulatedAgent::open(std::move(config), now(), impl_->options.receive_buffer);
  if (!agent) return tl::unexpected(agent.error());
  const AgentId id = impl_->agents.size();
  impl_->watch(agent->socket().fd(), id);
  impl_->agents.push_back(std::move(*agent));
  return id;
}

std::size_t AgentServer::size() const {
  const Impl::Entry entry(*impl_);
  return impl_->agents.size();
}

Endpoint AgentServer::endpoint(AgentId agent) const {
  const Impl::Entry entry(*impl_);
  const SimulatedAgent& a = impl_->agents.at(agent);
  return {a.config().address, a.socket().port()};
}

const std::string& AgentServer::name(AgentId agent) const {
  const Impl::Entry entry(*impl_);
  return impl_->agents.at(agent).config().name;
}

topology::Result<void, std::string> AgentServer::set_faults(AgentId agent, Faults faults) {
  const Impl::Entry entry(*impl_);
  return impl_->agents.at(agent).set_faults(std::move(faults), now(), impl_->options.receive_buffer);
}

void AgentServer::reboot(AgentId agent) {
  const Impl::Entry entry(*impl_);
  impl_->agents.at(agent).reboot(now());
}

Counters AgentServer::counters(AgentId agent) const {
  const Impl::Entry entry(*impl_);
  return impl_->agents.at(agent).counters();
}

Counters AgentServer::counters() const {
  const Impl::Entry entry(*impl_);
  Counters sum;
  for (const SimulatedAgent& agent : impl_->agents) lab::add(sum, agent.counters());
  return sum;
}

void AgentServer::locked(const std::function<void()>& work) {
  const Impl::Entry entry(*impl_);
  work();
}

std::chrono::nanoseconds AgentServer::now() const { return impl_->options.clock(); }
std::size_t AgentServer::poll_once(std::chrono::nanoseconds timeout) { return impl_->poll_once(timeout); }
int AgentServer::epoll_fd() const { return impl_->epoll; }

void AgentServer::start() {
  if (impl_->thread.joinable()) return;
  impl_->stopping = false;
  impl_->thread = std::thread([this] { impl_->run(); });
}

void AgentServer::stop() {
  if (!impl_->thread.joinable()) return;
  impl_->stopping = true;
  impl_->wake_up();
  impl_->thread.join();
}

}  // namespace lanwarden::lab
