#include "snmp/notification_channel.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "snmp/failure.h"

namespace lanwarden::snmp {
namespace {

/// Informs that await their acknowledgement, traps that await their end: no more at once.
constexpr std::size_t kInformsInFlight = 8, kTrapsInFlight = 64;
/// A trap is over when for so long nothing has said that nobody listens there.
constexpr std::chrono::milliseconds kTrapGrace{200};
constexpr int kMostReads = 64;

SetValue to_wire(const mibs::OwnValue& value) {
  using From = mibs::OwnValue::Syntax;
  using To = SetValue::Syntax;
  SetValue out;
  out.number = static_cast<std::int64_t>(value.number);
  switch (value.syntax) {
    case From::kInteger:
      break;
    case From::kOctets:
      out.syntax = To::kOctets;
      out.octets.assign(value.octets.begin(), value.octets.end());
      break;
    case From::kOid:
      out.syntax = To::kOid;
      out.oid = value.oid;
      break;
    case From::kCounter32:
      out.syntax = To::kCounter32;
      break;
    case From::kGauge32:
      out.syntax = To::kUnsigned;
      break;
    case From::kTimeTicks:
      out.syntax = To::kTimeTicks;
      break;
    case From::kCounter64:
      out.syntax = To::kCounter64;
      break;
  }
  return out;
}

}  // namespace

NotificationChannel::NotificationChannel(Receiver receiver) : receiver_(std::move(receiver)) {
  if (auto parsed = parse_address(receiver_.address)) {
    where_ = *parsed;
    // parse_address() is for switches: a port that is not named is that of an agent.
    if (where_->port == 161 && !receiver_.address.ends_with(":161")) where_->port = 162;
  } else {
    wrong_address_ = parsed.error().cause;
  }
}

Failure NotificationChannel::say(Cause cause, const std::string& what) const {
  const Credential& c = receiver_.credential;
  const std::string named = "credential \"" + c.name + "\"";
  const std::string user = "user \"" + c.user + "\"";
  std::string said = what;
  switch (cause) {
    case Cause::kUnknownUser:
      said = user + " of " + named + " is not known there; create it at the receiver, or correct user";
      break;
    case Cause::kWrongDigest:
      said = "the authentication of " + user + " does not match; correct auth or auth_password of " + named;
      break;
    case Cause::kDecryption:
      said = "it cannot decrypt what " + user + " sends; correct privacy or privacy_password of " + named;
      break;
    case Cause::kUnsupportedSecurity:
      if (said.empty())
        said = user + " may not be used there at the security level of " + named +
               "; compare auth and privacy with what the receiver has for this user";
      break;
    case Cause::kNotInTimeWindow:
      said =
          "it says again and again that the time is wrong (notInTimeWindow); its SNMP engine may restart all "
          "the time";
      break;
    default:
      break;
  }
  return {cause, "trap receiver " + receiver_.address + ": " + said};
}

std::optional<Failure> NotificationChannel::cannot_ever() const {
  if (!where_) return say(Cause::kBadAddress, wrong_address_ + "; put host or host:port into address");
  if (receiver_.credential.version == Version::kV1)
    return say(Cause::kUnsupportedSecurity,
               "credential \"" + receiver_.credential.name +
                   "\" is of version 1, whose traps are of another form; use version 2c or 3");
  return std::nullopt;
}

void NotificationChannel::add(Ticket ticket, const mibs::Notification& notification,
                              std::uint32_t uptime_cs) {
  Flight flight;
  flight.ticket = ticket;
  const auto put = [&](mibs::Oid name, const mibs::OwnValue& value) {
    flight.message.names.push_back(std::move(name));
    flight.message.values.push_back(to_wire(value));
  };
  // RFC 3416 §4.2.6: these two come first.
  put({1, 3, 6, 1, 2, 1, 1, 3, 0}, {mibs::OwnValue::Syntax::kTimeTicks, uptime_cs, {}, {}});
  put({1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0}, {mibs::OwnValue::Syntax::kOid, 0, {}, notification.oid});
  for (const mibs::OwnVarbind& v : notification.varbinds) put(v.name, v.value);
  waiting_.push_back(std::move(flight));
}

void NotificationChannel::open(int fd, const OwnEngine& engine) {
  auto opened = Session::open(fd, receiver_.credential, [this](std::uint64_t token, const Answer& answer) {
    on_answer(token, answer);
  });
  if (!opened) return fail_all(say(Cause::kLocal, opened.error()));
  session_ = std::move(*opened);
  state_ = State::kOpen;
  if (receiver_.inform || receiver_.credential.version != Version::kV3) return;
  const auto up =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - engine.since);
  if (!session_->speak_as(engine.id, engine.boots, static_cast<std::uint32_t>(up.count())))
    fail_all(say(Cause::kLocal, "the engine id of this lanwarden cannot be used"));
}

void NotificationChannel::cannot_open(int error) { fail_all(say(Cause::kUnreachable, std::strerror(error))); }
void NotificationChannel::cannot_resolve(const std::string& error) {
  fail_all(say(Cause::kBadAddress, error + "; put an address or a known host name into the configuration"));
}

Failure NotificationChannel::silence() const {
  if (icmp_error_ != 0)
    return say(Cause::kUnreachable, std::string(std::strerror(icmp_error_)) +
                                        "; does a trap receiver run there, and is the port right?");
  const unsigned tries = receiver_.retries + 1;
  return say(Cause::kTimeout, "no acknowledgement in " + std::to_string(tries) +
                                  (tries == 1 ? " try" : " tries") +
                                  "; does a trap receiver run there, and does it know credential \"" +
                                  receiver_.credential.name + "\"?");
}

void NotificationChannel::fail_all(const Failure& failure) {
  for (std::deque<Flight>* list : {&flights_, &waiting_}) {
    for (const Flight& flight : *list)
      if (flight.ticket != 0) over_.emplace_back(flight.ticket, tl::unexpected(failure));
    list->clear();
  }
  // The next notification tries anew: another address of the name, another engine.
  session_.reset();
  state_ = State::kClosed;
  icmp_error_ = 0;
}

void NotificationChannel::land(std::deque<Flight>::iterator flight, Outcome outcome) {
  if (flight->ticket != 0) over_.emplace_back(flight->ticket, std::move(outcome));
  flights_.erase(flight);
}

void NotificationChannel::read() {
  for (int i = 0; i < kMostReads && session_; ++i) {
    const Session::Read what = session_->read();
    if (what == Session::Read::kNothing) break;
    if (what == Session::Read::kError) icmp_error_ = session_->last_errno();
  }
  if (forget_engine_ && session_) session_->forget_engine();
  forget_engine_ = false;
}

void NotificationChannel::on_answer(std::uint64_t token, const Answer& answer) {
  icmp_error_ = 0;
  const auto flight = std::find_if(flights_.begin(), flights_.end(), [&](const Flight& f) {
    return (f.ticket == 0 ? ~std::uint64_t{0} : f.ticket) == token;
  });
  if (flight == flights_.end()) return;  // of an earlier try: told already
  if (flight->ticket == 0) return land(flight, {});
  if (answer.report != Report::kNone) return on_report(flight, answer.report);
  if (answer.error_status != error_status::kNoError)
    return land(flight, tl::unexpected(
                            say(Cause::kRefused, "it refused: " + error_status_name(answer.error_status))));
  land(flight, {});
}

void NotificationChannel::on_report(std::deque<Flight>::iterator flight, Report report) {
  const auto because = [&](Cause cause, const std::string& what = {}) {
    land(flight, tl::unexpected(say(cause, what)));
  };
  switch (report) {
    case Report::kUnknownUser:
      return because(Cause::kUnknownUser);
    case Report::kWrongDigest:
      return because(Cause::kWrongDigest);
    case Report::kDecryption:
      return because(Cause::kDecryption);
    case Report::kUnsupportedSecurityLevel:
      return because(Cause::kUnsupportedSecurity);
    case Report::kUnknownEngine:
    case Report::kNotInTimeWindow:
      // A receiver that was replaced or set back is another engine: asked for once more.
      if (flight->resynchronised) return because(Cause::kNotInTimeWindow);
      resynchronise(flight);
      forget_engine_ = true;
      return;
    default:
      return because(Cause::kWrongAnswer, "it answered with a Report that means nothing to an inform");
  }
}

void NotificationChannel::resynchronise(std::deque<Flight>::iterator flight) {
  flight->resynchronised = true;
  flight->tries = 0;
  waiting_.push_front(std::move(*flight));
  flights_.erase(flight);
}

bool NotificationChannel::attempt(Flight& flight, TimePoint now) {
  bool sent = false;
  if (flight.ticket == 0) {
    sent = session_->discover(~std::uint64_t{0});
  } else {
    Query query;
    query.kind = receiver_.inform ? Query::Kind::kInform : Query::Kind::kTrap;
    for (const mibs::Oid& name : flight.message.names) query.names.push_back(name.view());
    query.values = flight.message.values;
    sent = session_->send(flight.ticket, query);
  }
  if (!sent) icmp_error_ = session_->last_errno();
  sent_ += sent ? 1 : 0;
  flight.due =
      now + (receiver_.inform ? receiver_.timeout * (1U << std::min(flight.tries, 10U)) : kTrapGrace);
  ++flight.tries;
  return sent;
}

void NotificationChannel::work(TimePoint now) {
  if (state_ != State::kOpen) return;
  bool discovering = receiver_.credential.version == Version::kV3 && !session_->ready();
  // What was sent and has had its time.
  for (std::size_t i = 0; i < flights_.size();) {
    Flight& flight = flights_[i];
    if (!receiver_.inform && icmp_error_ != 0) return fail_all(silence());
    if (now < flight.due) {
      ++i;
    } else if (!receiver_.inform) {
      land(flights_.begin() + static_cast<std::ptrdiff_t>(i), {});
    } else if (flight.tries > receiver_.retries) {
      // A receiver that does not even tell its engine id tells nothing else.
      if (flight.ticket == 0) return fail_all(silence());
      // A receiver that came back as another engine may say nothing to messages for the one it was.
      if (!flight.resynchronised && receiver_.credential.version == Version::kV3) {
        resynchronise(flights_.begin() + static_cast<std::ptrdiff_t>(i));
        session_->forget_engine();
        discovering = true;
        continue;
      }
      const Failure failure = silence();
      land(flights_.begin() + static_cast<std::ptrdiff_t>(i), tl::unexpected(failure));
    } else if (discovering && flight.ticket != 0) {
      waiting_.push_front(std::move(flight));
      flights_.erase(flights_.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      attempt(flight, now);
      ++i;
    }
  }
  if (discovering) {
    const bool asked =
        std::any_of(flights_.begin(), flights_.end(), [](const Flight& f) { return f.ticket == 0; });
    if (!asked && !waiting_.empty()) {
      flights_.emplace_back();
      attempt(flights_.back(), now);
    }
    return;
  }
  while (!waiting_.empty() && flights_.size() < (receiver_.inform ? kInformsInFlight : kTrapsInFlight)) {
    flights_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    attempt(flights_.back(), now);
  }
}

TimePoint NotificationChannel::due() const {
  TimePoint first = TimePoint::max();
  for (const Flight& flight : flights_) first = std::min(first, flight.due);
  return first;
}

}  // namespace lanwarden::snmp
