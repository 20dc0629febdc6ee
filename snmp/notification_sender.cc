#include "snmp/notification_sender.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "snmp/notification_channel.h"
#include "snmp/resolver.h"
#include "snmp/wake_timer.h"

namespace lanwarden::snmp {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

std::vector<std::uint8_t> random_engine_id() {
  std::vector<std::uint8_t> id{0x80, 0x00, 0x1f, 0x88, 0x80};
  std::random_device dice;
  for (int i = 0; i < 8; ++i) id.push_back(static_cast<std::uint8_t>(dice()));
  return id;
}

struct NotificationSender::Impl {
  Impl(OwnEngine e, Done d, std::size_t most)
      : engine(std::move(e)), done(std::move(d)), most_outstanding(most) {
    epoll = epoll_create1(EPOLL_CLOEXEC);
    watch(timer.fd());
    watch(resolver.event_fd());
  }
  ~Impl() {
    channels.clear();  // their sockets before what watches them
    if (epoll >= 0) ::close(epoll);
  }
  void watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  }
  void connect(std::size_t which, const SocketAddress& address);
  void work(TimePoint now);

  const OwnEngine engine;
  const Done done;
  const std::size_t most_outstanding;
  int epoll = -1;
  WakeTimer timer;
  Resolver resolver;
  std::vector<std::unique_ptr<NotificationChannel>> channels;
  Ticket last_ticket = 0;
  Counters counters;
};

void NotificationSender::Impl::connect(std::size_t which, const SocketAddress& address) {
  NotificationChannel& channel = *channels[which];
  const int fd = ::socket(address.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  // Connected: the kernel hands over what ICMP says, and drops what others send.
  if (fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0) {
    watch(fd);
    channel.open(fd, engine);
    return;
  }
  const int error = errno;
  if (fd >= 0) ::close(fd);
  channel.cannot_open(error);
}

NotificationSender::NotificationSender(OwnEngine engine, std::vector<Receiver> receivers, Done done,
                                       std::size_t most_outstanding)
    : impl_(std::make_unique<Impl>(std::move(engine), std::move(done), most_outstanding)) {
  for (Receiver& receiver : receivers)
    impl_->channels.push_back(std::make_unique<NotificationChannel>(std::move(receiver)));
}
NotificationSender::~NotificationSender() = default;

topology::Result<NotificationSender::Ticket, Failure> NotificationSender::send(
    std::size_t receiver, const mibs::Notification& notification) {
  Impl& self = *impl_;
  NotificationChannel& channel = *self.channels.at(receiver);
  auto never = channel.cannot_ever();
  if (!never && outstanding() >= self.most_outstanding)
    never = channel.say(Cause::kLocal, "too many notifications are under way already");
  if (never) {
    ++self.counters.refused;
    return tl::unexpected(*std::move(never));
  }
  const Ticket ticket = ++self.last_ticket;
  const auto uptime =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - self.engine.since).count() / 10;
  channel.add(ticket, notification, static_cast<std::uint32_t>(uptime));
  self.timer.set(Clock::now());
  return ticket;
}

int NotificationSender::descriptor() const { return impl_->epoll; }

std::size_t NotificationSender::outstanding() const {
  std::size_t sum = 0;
  for (const auto& channel : impl_->channels) sum += channel->outstanding();
  return sum;
}
const NotificationSender::Counters& NotificationSender::counters() const { return impl_->counters; }

void NotificationSender::Impl::work(TimePoint now) {
  for (const Resolver::Found& found : resolver.take()) {
    if (found.error.empty())
      connect(static_cast<std::size_t>(found.who), found.address);
    else
      channels[static_cast<std::size_t>(found.who)]->cannot_resolve(found.error);
  }
  for (std::size_t i = 0; i < channels.size(); ++i) {
    NotificationChannel& channel = *channels[i];
    if (channel.wants_to_open()) {
      SocketAddress numeric;
      if (numeric_address(channel.where(), numeric)) {
        connect(i, numeric);
      } else {
        channel.resolving();
        resolver.ask(i, channel.where());
      }
    }
    channel.read();
    channel.work(now);
  }
}

void NotificationSender::serve() {
  Impl& self = *impl_;
  self.timer.rang();
  self.work(Clock::now());
  // The callback may send more: it is called when nothing here is half done.
  for (std::size_t i = 0; i < self.channels.size(); ++i) {
    self.counters.sent += self.channels[i]->take_sent();
    for (const auto& [ticket, outcome] : self.channels[i]->take_over()) {
      ++(outcome ? self.counters.delivered : self.counters.failed);
      self.done(ticket, outcome);
    }
  }
  TimePoint due = TimePoint::max();
  for (const auto& channel : self.channels) due = std::min(due, channel->due());
  if (due != TimePoint::max()) self.timer.set(due);
}

}  // namespace lanwarden::snmp
