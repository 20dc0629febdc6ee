#include "snmp/peer.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "snmp/failure.h"
#include "snmp/privacy_probe.h"

namespace lanwarden::snmp {
namespace {

constexpr std::chrono::milliseconds kAfterRefusal{250};
constexpr int kReceiveBuffer = 1 << 20;
constexpr int kMostReads = 64;
/// Longer than any way there and back that a switch has who is not silent.
constexpr std::chrono::milliseconds kBriefly{500};
/// So many later questions answered mean that this one, or its answer, was lost (as RFC 5681 §3.2 has it).
constexpr unsigned kOvertaken = 3;

std::uint64_t token_of(std::uint32_t generation, std::size_t slot, unsigned attempt) {
  return (std::uint64_t{generation} << 32) | (static_cast<std::uint64_t>(slot) << 8) | attempt;
}

}  // namespace

Peer::Peer(Engine& engine, const Target& target, const Credential& credential)
    : engine_(engine), target_(target), credential_(credential), window_(target.in_flight) {
  manners_.version = credential.version;
  flights_.resize(window_.limit() + 1);
}

Peer::~Peer() = default;

void Peer::begin() {
  failure_.reset();
  brief_ = false;
  heard_ = answered_ = discovered_now_ = false;
  proven_.clear();
  silent_.clear();
  resynchronised_ = {};
  icmp_error_ = refused_status_ = 0;
  malformed_ = 0;
  probe_.reset();
  if (!session_) state_ = State::kClosed;
}

void Peer::add(Exchange& exchange, Done done) {
  engine_.open_exchanges(+1);
  Job job{&exchange, std::move(done), false};
  if (failure_) exchange.failed(*failure_);
  if (exchange.done()) {
    finish(std::move(job));
    return;
  }
  queue_.push_back(std::move(job));
  engine_.ready(*this);
}

Failure Peer::say(Cause cause, const std::string& what) const {
  return describe(cause, target_, credential_, what);
}

void Peer::connect() {
  const auto where = parse_address(target_.address);
  if (!where) {
    fail_all(say(Cause::kBadAddress, "\"" + target_.address + "\" is no address: " + where.error().cause));
    return;
  }
  SocketAddress address;
  if (numeric_address(*where, address)) {
    open_socket(address);
    return;
  }
  state_ = State::kResolving;
  engine_.resolve(*this, *where);
}

void Peer::resolved(const SocketAddress& address, const std::string& error) {
  if (state_ != State::kResolving) return;
  state_ = State::kClosed;
  if (!error.empty())
    fail_all(say(Cause::kBadAddress, "its name does not resolve (" + error + ")"));
  else
    open_socket(address);
}

void Peer::open_socket(const SocketAddress& address) {
  const int fd = ::socket(address.storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    const bool full = errno == EMFILE || errno == ENFILE;
    fail_all(
        say(Cause::kLocal, full ? "this process may open no more sockets, one a switch is needed; raise the "
                                  "limit of open files (ulimit -n)"
                                : std::string("no socket: ") + std::strerror(errno)));
    return;
  }
  // A burst of full answers must not be dropped here: the default holds a few dozen.
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof(kReceiveBuffer)) != 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof(kReceiveBuffer));
  std::vector<std::uint8_t> destination;
  if (target_.any_source) {
    const auto* octets = reinterpret_cast<const std::uint8_t*>(&address.storage);
    destination.assign(octets, octets + address.size);
  } else if (::connect(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0) {
    // Connected, the kernel drops what others send, and hands over ICMP errors.
    const std::string why = std::strerror(errno);
    ::close(fd);
    fail_all(say(Cause::kUnreachable, "no way there: " + why));
    return;
  }
  auto session = Session::open(
      fd, credential_, [this](std::uint64_t token, const Answer& answer) { on_answer(token, answer); },
      std::move(destination));
  if (!session) {
    fail_all(say(Cause::kLocal, session.error()));
    return;
  }
  session_ = std::move(*session);
  state_ = State::kOpen;
  engine_.watch(session_->fd(), *this);
  engine_.ready(*this);
}

bool Peer::wants_to_send() const {
  if (failure_ || forget_engine_ || queue_.empty()) return false;
  if (state_ != State::kOpen) return state_ == State::kClosed;
  if (discovering()) return !discovery_flies_;
  return active_ < window_.size();
}

bool Peer::send_one(TimePoint now) {
  if (!wants_to_send()) return false;
  if (state_ == State::kClosed) connect();
  if (failure_ || state_ != State::kOpen) return false;
  if (discovering()) {
    discovery_flies_ = true;
    fly({}, now);
    return true;
  }
  while (!queue_.empty()) {
    if (probe_ && !probe_->done() && queue_.front().exchange != probe_.get()) return false;
    Job job = std::move(queue_.front());
    queue_.pop_front();
    if (now >= job.exchange->deadline())
      job.exchange->expired();
    else if (std::ranges::find(silent_, job.exchange->context()) != silent_.end())
      job.exchange->failed(say(Cause::kTimeout, "in the context of VLAN " + job.exchange->context()));
    if (job.exchange->done()) {
      finish(std::move(job));
      continue;
    }
    fly(std::move(job), now);
    return true;
  }
  return false;
}

void Peer::fly(Job job, TimePoint now) {
  std::size_t slot = 0;
  while (slot < flights_.size() && flights_[slot].active) ++slot;
  if (slot == flights_.size()) flights_.emplace_back();
  Flight& flight = flights_[slot];
  flight.job = std::move(job);
  flight.active = true;
  flight.attempts = 0;
  ++active_;
  engine_.in_flight(+1);
  if (flight.job.exchange != nullptr && !flight.job.begun) {
    flight.job.begun = true;
    flight.job.exchange->started(now);
  }
  attempt(slot, now);
}

void Peer::attempt(std::size_t slot, TimePoint now) {
  Flight& flight = flights_[slot];
  const unsigned number = flight.attempts++;
  flight.overtaken = 0;
  flight.sent[number] = now;
  const std::uint64_t token = token_of(flight.generation, slot, number);
  bool sent = false;
  if (flight.job.exchange == nullptr) {
    sent = session_->discover(token);
  } else {
    query_.names.clear();
    query_.context = {};
    query_.repetitions = 0;
    query_.values = {};
    query_.without_privacy = false;
    flight.job.exchange->question(number, query_);
    sent = session_->send(token, query_);
  }
  engine_.sent();
  flight.due = patience(flight, now);
  if (!sent) {
    const int error = session_->last_errno();
    if (error == EIO || error == EPROTO || error == ENOMEM) {
      fail_all(say(Cause::kLocal,
                   "Net-SNMP could not encode a request with credential \"" + credential_.name + "\""));
      return;
    }
    const bool full = error == EAGAIN || error == ENOBUFS;
    if (!full) icmp_error_ = error;
    flight.due = std::min(flight.due, now + kAfterRefusal);
  }
  if (flight.job.exchange != nullptr) flight.due = std::min(flight.due, flight.job.exchange->deadline());
  engine_.wake_at(flight.due, *this);
}

bool Peer::proven(const std::string& context) const {
  return std::ranges::find(proven_, context) != proven_.end();
}

unsigned Peer::most_attempts(const Flight& flight) const {
  // A switch that answers is worth more tries: they are lost, not refused.
  if (flight.job.exchange != nullptr && proven(flight.job.exchange->context())) return kMostTries;
  if (brief_) return 1;
  return std::min(target_.retries + 1, kMostTries);
}

TimePoint Peer::patience(const Flight& flight, TimePoint now) const {
  const unsigned number = flight.attempts - 1;
  const bool known = flight.job.exchange != nullptr && proven(flight.job.exchange->context());
  const Micros wait = known ? round_trip_.wait(number) : Micros(target_.timeout);
  if (brief_ && !known) return now + std::min<Micros>(Micros(target_.timeout) / 2, kBriefly);
  // After the last one wait twice as long: late answers to the earlier ones count as well.
  return now + (flight.attempts >= most_attempts(flight) ? 2 * wait : wait);
}

void Peer::readable(TimePoint now, int most) {
  now_ = now;
  for (int i = 0; i < most; ++i) {
    const Session::Read read = session_->read();
    if (read == Session::Read::kNothing) break;
    if (read == Session::Read::kError) {
      icmp_error_ = session_->last_errno();
      if (!heard_) hurry(now + kAfterRefusal);
    } else if (read == Session::Read::kMalformed) {
      ++malformed_;
      // With one question open it can only be its answer, cut off on the way.
      hurry(active_ == 1 ? now : now + kAfterRefusal);
    }
    if (active_ == 0) break;
  }
  if (forget_engine_) {
    forget_engine_ = false;
    session_->forget_engine();
    engine_.ready(*this);
  }
}

void Peer::hurry(TimePoint due) {
  for (Flight& flight : flights_)
    if (flight.active) flight.due = std::min(flight.due, due);
  if (active_ > 0) engine_.wake_at(due, *this);
}

void Peer::on_answer(std::uint64_t token, const Answer& answer) {
  const std::size_t slot = (token >> 8) & 0xffffff;
  const unsigned number = token & 0xff;
  // Late, doubled, or of a question that was given up: nobody waits for it.
  if (slot >= flights_.size() || !flights_[slot].active || flights_[slot].generation != token >> 32) return;
  Flight& flight = flights_[slot];
  heard_ = true;
  last_answer_ = now_;
  const TimePoint sent = flight.sent[number];
  const auto took = std::chrono::duration_cast<Micros>(now_ - sent);
  engine_.ready(*this);
  if (flight.job.exchange == nullptr) {
    land(slot);
    discovered_now_ = true;
    if (!session_->ready()) fail_all(say(Cause::kWrongAnswer, "it speaks SNMPv3, but tells no engine id"));
    return;
  }
  if (answer.report != Report::kNone) {
    on_report(slot, answer.report, sent);
    return;
  }
  Exchange& exchange = *flight.job.exchange;
  round_trip_.add(took);
  window_.answered(took, round_trip_.least());
  overtake(sent);
  if (!proven(exchange.context())) proven_.push_back(exchange.context());
  if (answer.error_status == error_status::kAuthorizationError ||
      answer.error_status == error_status::kNoAccess)
    refused_status_ = answer.error_status;
  else
    answered_ = true;
  exchange.answer(number, answer, now_);
  Job job = land(slot);
  if (job.exchange->done())
    finish(std::move(job));
  else
    queue_.push_back(std::move(job));
}

void Peer::overtake(TimePoint sent) {
  for (Flight& flight : flights_) {
    // Once a question: what is slow for other reasons must not use up its tries.
    if (!flight.active || flight.job.exchange == nullptr || flight.attempts != 1 || flight.sent[0] >= sent)
      continue;
    if (++flight.overtaken < kOvertaken || !proven(flight.job.exchange->context())) continue;
    // Not at once: an agent may have several tables in work, and answer the larger one later.
    const TimePoint due = std::max(now_, flight.sent[0] + round_trip_.late());
    if (due >= flight.due) continue;
    flight.due = due;
    engine_.wake_at(due, *this);
  }
}

void Peer::alarm(TimePoint now) {
  // Answers may lie in the socket while this host was busy elsewhere: that is not the switch's silence.
  if (session_ && active_ > 0) readable(now, kMostReads);
  for (std::size_t slot = 0; slot < flights_.size(); ++slot)
    if (flights_[slot].active && flights_[slot].due <= now) on_silence(slot, now);
  TimePoint next = TimePoint::max();
  for (const Flight& flight : flights_)
    if (flight.active) next = std::min(next, flight.due);
  if (next != TimePoint::max()) engine_.wake_at(next, *this);
  if (forget_engine_) {
    forget_engine_ = false;
    session_->forget_engine();
  }
  engine_.ready(*this);
}

Peer::Job Peer::land(std::size_t slot) {
  Flight& flight = flights_[slot];
  flight.active = false;
  ++flight.generation;
  --active_;
  engine_.in_flight(-1);
  if (flight.job.exchange == nullptr) discovery_flies_ = false;
  return std::move(flight.job);
}

void Peer::finish(Job job) {
  if (job.exchange == nullptr) return;
  finished_.push_back(std::move(job));
  engine_.finished(*this);
}

void Peer::hand_over_finished() {
  while (!finished_.empty()) {
    std::vector<Job> jobs;
    jobs.swap(finished_);
    for (Job& job : jobs) {
      engine_.open_exchanges(-1);
      if (job.done) job.done(*job.exchange);
    }
  }
}

}  // namespace lanwarden::snmp
