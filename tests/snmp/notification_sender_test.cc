// lanwarden's own traps and informs, taken by Debian's snmptrapd.
#include "snmp/notification_sender.h"

#include <poll.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <functional>
#include <map>

#include "tests/snmp/fleet.h"
#include "tests/snmp/snmptrapd.h"

using namespace lanwarden::snmp;
using namespace lanwarden::snmp::testing;
using namespace std::chrono_literals;
namespace mibs = lanwarden::mibs;

namespace {

using Clock = std::chrono::steady_clock;

mibs::Notification trouble(std::uint32_t number) {
  mibs::NoticeFacts facts;
  facts.incident = number;
  facts.severity = mibs::LanwardenMib::Severity::kCritical;
  facts.kind = "arp-bogus-responder";
  facts.mac = lanwarden::topology::MacAddress(0x000d4bce20cd);
  facts.switch_name = "floor3";
  facts.port = "A1";
  facts.text = "answers for 120 addresses";
  return mibs::notification(mibs::NoticeType::kIncidentOpened, facts);
}

Credential trap_user() {
  return v3(Snmptrapd::kUser, AuthProtocol::kSha256, Snmptrapd::kAuthPassword, PrivProtocol::kAes128,
            Snmptrapd::kPrivacyPassword);
}

/// A sender with one receiver, and what became of what it sent.
struct Story {
  Story(OwnEngine engine, Receiver receiver, std::size_t most = 256)
      : sender(
            std::move(engine), {std::move(receiver)},
            [this](NotificationSender::Ticket ticket, const NotificationSender::Outcome& outcome) {
              outcomes.emplace(ticket, outcome);
            },
            most) {}
  /// Serves until `done`, a minute at most; meanwhile collects what the receiver prints.
  bool serve_until(const std::function<bool()>& done, int output = -1) {
    const auto end = Clock::now() + 60s;
    while (!done() && Clock::now() < end) {
      pollfd wait[] = {{sender.descriptor(), POLLIN, 0}, {output, POLLIN, 0}};
      ::poll(wait, 2, 1000);
      sender.serve();
      char text[4096];
      if ((wait[1].revents & POLLIN) != 0)
        if (const auto got = ::read(output, text, sizeof text); got > 0)
          printed.append(text, static_cast<std::size_t>(got));
    }
    return done();
  }
  /// The outcome of one notification.
  NotificationSender::Outcome outcome_of(const mibs::Notification& n) {
    const auto ticket = sender.send(0, n);
    REQUIRE(ticket.has_value());
    REQUIRE(serve_until([&] { return outcomes.contains(*ticket); }));
    return outcomes.at(*ticket);
  }
  /// Until the receiver has printed this.
  bool hears(const Snmptrapd& receiver, const std::string& text) {
    return serve_until([&] { return printed.find(text) != std::string::npos; }, receiver.output());
  }

  std::map<NotificationSender::Ticket, NotificationSender::Outcome> outcomes;
  std::string printed;
  NotificationSender sender;
};

/// What every receiver has to see of trouble(n), whatever the version.
std::string body(std::uint32_t n) {
  const std::string root = "." + mibs::lanwarden_root().to_string();
  const auto said = [&](int object, const std::string& value) {
    return "\t" + root + ".1.8." + std::to_string(object) + ".0 = " + value;
  };
  return ".1.3.6.1.6.3.1.1.4.1.0 = OID: " + root + ".0.1" + said(1, "Gauge32: " + std::to_string(n)) +
         said(2, "INTEGER: 3") + said(3, "STRING: \"arp-bogus-responder\"") +
         said(4, "Hex-STRING: 00 0D 4B CE 20 CD ") + said(5, "STRING: \"floor3\"") +
         said(6, "STRING: \"A1\"") + said(7, "STRING: \"answers for 120 addresses\"") + "\n";
}

Receiver receiver(const std::string& address, Credential credential, bool inform) {
  return {address, std::move(credential), inform, 300ms, 2};
}

void holds_no_secret(const Failure& failure) {
  for (const char* secret :
       {Snmptrapd::kAuthPassword, Snmptrapd::kPrivacyPassword, "wrong password", "stranger's"})
    CHECK(failure.detail.find(secret) == std::string::npos);
}

}  // namespace

TEST_CASE("notifications: traps and informs, v2c and v3, as snmptrapd takes them") {
  const OwnEngine engine{random_engine_id(), 1};
  const auto trapd = Snmptrapd::start(engine.id);
  if (!trapd) return;
  struct Kind {
    Credential credential;
    bool inform;
    const char* says;
  };
  const Kind kinds[] = {{v2c(Snmptrapd::kCommunity), false, "TRAP2, SNMP v2c, community public|"},
                        {v2c(Snmptrapd::kCommunity), true, "INFORM, SNMP v2c, community public|"},
                        {trap_user(), false, "TRAP2, SNMP v3, user lanwarden, context |"},
                        {trap_user(), true, "INFORM, SNMP v3, user lanwarden, context |"}};
  std::uint32_t number = 100;
  for (const Kind& kind : kinds) {
    CAPTURE(kind.says);
    Story story(engine, receiver(trapd->address(), kind.credential, kind.inform));
    const auto outcome = story.outcome_of(trouble(++number));
    if (!outcome) FAIL(outcome.error().detail);
    REQUIRE(story.hears(*trapd, body(number)));
    CHECK(story.printed.find(kind.says) != std::string::npos);
    CHECK(story.sender.counters().delivered == 1);
    CHECK(story.sender.counters().failed == 0);
    CHECK(story.sender.outstanding() == 0);
  }
}

TEST_CASE(
    "notifications: after a restart with more boots v3 traps are taken again, with fewer they are not") {
  OwnEngine engine{random_engine_id(), 5};
  const auto trapd = Snmptrapd::start(engine.id);
  if (!trapd) return;
  const auto trap = receiver(trapd->address(), trap_user(), false);
  {
    Story story(engine, trap);
    REQUIRE(story.outcome_of(trouble(1)));
    REQUIRE(story.hears(*trapd, body(1)));
  }
  {
    engine.boots = 6;
    Story story(engine, trap);
    REQUIRE(story.outcome_of(trouble(2)));
    REQUIRE(story.hears(*trapd, body(2)));
  }
  {
    // What would happen if boots were forgotten; the next one shows that the receiver has dealt with it.
    OwnEngine stale = engine;
    stale.boots = 4;
    Story story(stale, trap);
    REQUIRE(story.outcome_of(trouble(3)));
    Story plain(stale, receiver(trapd->address(), v2c(Snmptrapd::kCommunity), false));
    REQUIRE(plain.outcome_of(trouble(4)));
    REQUIRE(plain.hears(*trapd, body(4)));
    CHECK(plain.printed.find(body(3)) == std::string::npos);
  }
}

TEST_CASE("notifications: an inform that cannot be acknowledged is told with its cause") {
  const OwnEngine engine{random_engine_id(), 1};
  const auto trapd = Snmptrapd::start(engine.id);
  if (!trapd) return;
  const auto cause_with = [&](const Credential& credential) {
    Story story(engine, receiver(trapd->address(), credential, true));
    const auto outcome = story.outcome_of(trouble(1));
    REQUIRE_FALSE(outcome.has_value());
    INFO(outcome.error().detail);
    CHECK(outcome.error().detail.find(trapd->address()) != std::string::npos);
    holds_no_secret(outcome.error());
    CHECK(story.sender.counters().failed == 1);
    return outcome.error().cause;
  };
  Credential wrong = trap_user();
  SECTION("authentication password") {
    wrong.auth_password = Secret("wrong password");
    CHECK(cause_with(wrong) == Cause::kWrongDigest);
  }
  SECTION("user") {
    wrong.user = "nobody";
    CHECK(cause_with(wrong) == Cause::kUnknownUser);
  }
  SECTION("community") { CHECK(cause_with(v2c("stranger's")) == Cause::kTimeout); }
}

TEST_CASE("notifications: a receiver that is restarted, and one that was never there") {
  const OwnEngine engine{random_engine_id(), 1};
  const auto trapd = Snmptrapd::start(engine.id);
  if (!trapd) return;
  Story informs(engine, receiver(trapd->address(), trap_user(), true));
  REQUIRE(informs.outcome_of(trouble(1)));
  REQUIRE(trapd->restart());
  // Its engine has booted once more: resynchronised, without a failure.
  const auto again = informs.outcome_of(trouble(2));
  if (!again) FAIL(again.error().detail);
  REQUIRE(informs.hears(*trapd, body(2)));

  trapd->end();
  const auto lost = informs.outcome_of(trouble(3));
  REQUIRE_FALSE(lost.has_value());
  CHECK(lost.error().cause == Cause::kUnreachable);
  Story traps(engine, receiver(trapd->address(), v2c(Snmptrapd::kCommunity), false));
  const auto trap = traps.outcome_of(trouble(4));
  REQUIRE_FALSE(trap.has_value());
  CHECK(trap.error().cause == Cause::kUnreachable);

  // And when it is back, so is the way to it.
  REQUIRE(trapd->restart());
  const auto back = informs.outcome_of(trouble(5));
  if (!back) FAIL(back.error().detail);
}

TEST_CASE("notifications: what is under way is bounded, and what does not fit is told and counted") {
  const OwnEngine engine{random_engine_id(), 1};
  Story story(engine, receiver("127.0.0.1:9", v2c("public"), true), 3);
  for (std::uint32_t n = 1; n <= 3; ++n) CHECK(story.sender.send(0, trouble(n)).has_value());
  const auto refused = story.sender.send(0, trouble(4));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().cause == Cause::kLocal);
  CHECK(story.sender.counters().refused == 1);
  CHECK(story.sender.outstanding() == 3);
}

TEST_CASE("notifications: what can never be sent is told at once") {
  const OwnEngine engine{random_engine_id(), 1};
  Credential v1 = v2c("public");
  v1.version = Version::kV1;
  Story old(engine, {"127.0.0.1", v1});
  REQUIRE_FALSE(old.sender.send(0, trouble(1)).has_value());
  CHECK(old.sender.send(0, trouble(1)).error().cause == Cause::kUnsupportedSecurity);
  Story nowhere(engine, {"[::1", v2c("public")});
  CHECK(nowhere.sender.send(0, trouble(1)).error().cause == Cause::kBadAddress);
  CHECK(random_engine_id().size() == 13);
  CHECK(random_engine_id() != random_engine_id());
}
