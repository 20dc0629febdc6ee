#include "snmp/resolver.h"

#include <netdb.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstring>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

namespace lanwarden::snmp {
namespace {

constexpr unsigned kMostThreads = 16;

int look_up(const HostPort& where, int flags, SocketAddress& out) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &hints, &found);
  if (error != 0) return error;
  std::memcpy(&out.storage, found->ai_addr, found->ai_addrlen);
  out.size = found->ai_addrlen;
  freeaddrinfo(found);
  return 0;
}

}  // namespace

bool numeric_address(const HostPort& where, SocketAddress& out) {
  return look_up(where, AI_NUMERICHOST, out) == 0;
}

// Shared with the threads, so that one that hangs in the name service outlives the resolver harmlessly.
struct Resolver::Shared {
  struct Question {
    std::uint64_t who;
    HostPort where;
  };
  std::mutex mutex;
  std::deque<Question> questions;
  std::vector<Found> found;
  unsigned threads = 0;
  bool closed = false;
  int event = -1;

  ~Shared() {
    if (event >= 0) ::close(event);
  }

  static void work(const std::shared_ptr<Shared>& self) {
    std::unique_lock lock(self->mutex);
    while (!self->closed && !self->questions.empty()) {
      Question question = std::move(self->questions.front());
      self->questions.pop_front();
      lock.unlock();
      Found answer;
      answer.who = question.who;
      if (const int error = look_up(question.where, 0, answer.address); error != 0)
        answer.error = gai_strerror(error);
      lock.lock();
      self->found.push_back(std::move(answer));
      const std::uint64_t one = 1;
      [[maybe_unused]] const auto written = ::write(self->event, &one, sizeof(one));
    }
    --self->threads;
  }
};

Resolver::Resolver() : shared_(std::make_shared<Shared>()) {
  shared_->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

Resolver::~Resolver() {
  const std::lock_guard lock(shared_->mutex);
  shared_->closed = true;
  shared_->questions.clear();
}

int Resolver::event_fd() const { return shared_->event; }

void Resolver::ask(std::uint64_t who, HostPort where) {
  const std::lock_guard lock(shared_->mutex);
  shared_->questions.push_back({who, std::move(where)});
  if (shared_->threads >= kMostThreads) return;
  try {
    std::thread(&Shared::work, shared_).detach();
    ++shared_->threads;
  } catch (const std::system_error& error) {
    if (shared_->threads > 0) return;  // another will take it
    shared_->questions.pop_back();
    shared_->found.push_back({who, {}, error.what()});
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(shared_->event, &one, sizeof(one));
  }
}

std::vector<Resolver::Found> Resolver::take() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(shared_->event, &count, sizeof(count));
  const std::lock_guard lock(shared_->mutex);
  return std::exchange(shared_->found, {});
}

}  // namespace lanwarden::snmp
