// A notice as a notification of LANWARDEN-MIB, to a real snmptrapd.
#include "agent/notify/snmp.h"

#include <poll.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <set>
#include <thread>

#include "agent/engine/engine.h"
#include "agent/notify/event.h"
#include "agent/watch/outward.h"
#include "tests/snmp/fleet.h"
#include "tests/snmp/snmptrapd.h"

using namespace lanwarden::agent;
using namespace std::chrono_literals;
namespace snmp = lanwarden::snmp;
using snmp::testing::Snmptrapd;

namespace {

ChannelConfig channel(const std::string& name) {
  ChannelConfig c;
  c.name = name;
  c.type = ChannelType::kSnmp;
  c.address = "127.0.0.1";
  c.inform = true;
  return c;
}

Message message(std::string event, std::string text) {
  Message m;
  m.event = std::move(event);
  m.severity = "critical";
  m.incident = 7;
  m.text = std::move(text);
  m.fields = {
      {"kind", "arp-bogus-responder"}, {"mac", "00:0d:4b:ce:20:cd"}, {"switch", "floor3"}, {"port", "A1"}};
  return m;
}

}  // namespace

TEST_CASE("snmp channel: every event has a notification of its own") {
  std::set<snmp::NoticeType> types;
  for (const std::string_view word : event_words())
    types.insert(notice_type(message(std::string(word), "x")));
  // A port that opens is one matter, whether an incident had shut it or a person.
  CHECK(types.size() == event_words().size() - 1);
  CHECK(notice_type(message("isolated", "port A1 is down")) == snmp::NoticeType::kPortIsolated);
  CHECK(notice_type(message("isolated", std::string(kTroubleGoesOn) + "still 7 frames")) ==
        snmp::NoticeType::kTroubleNotEnded);
  CHECK(notice_type(message("digest", "x")) == snmp::NoticeType::kDigest);
}

TEST_CASE("snmp channel: what a notice says is what the notification says") {
  const auto facts = notice_facts(message("isolated", "port A1 of floor3 is down"));
  CHECK(facts.incident == 7);
  CHECK(facts.severity == snmp::SubAgentData::Severity::kCritical);
  CHECK(facts.kind == "arp-bogus-responder");
  CHECK(facts.mac.to_string() == "00:0d:4b:ce:20:cd");
  CHECK(facts.switch_name == "floor3");
  CHECK(facts.port == "A1");
  CHECK(facts.text == "port A1 of floor3 is down");
}

TEST_CASE("snmp channel: an inform that snmptrapd takes, one that nobody takes, and one that is given up") {
  const snmp::OwnEngine engine{snmp::random_engine_id(), 1};
  const auto trapd = Snmptrapd::start(engine.id);
  if (!trapd) return;
  const auto desk = std::make_shared<NotificationDesk>();
  const Board<DaemonState> board;
  Outward outward(std::nullopt,
                  {{"noc", {trapd->address(), snmp::testing::v2c(Snmptrapd::kCommunity), true, 500ms, 3}},
                   {"wrong", {trapd->address(), snmp::testing::v2c("nobody knows"), true, 50ms, 0}}},
                  engine, desk, board);
  Doorbell stop;
  std::thread snmp_thread([&] {
    pollfd wait[] = {{outward.fd(), POLLIN, 0}, {stop.fd(), POLLIN, 0}};
    while ((wait[1].revents & POLLIN) == 0) {
      outward.serve();
      ::poll(wait, 2, 1000);
    }
  });
  const auto taken =
      make_snmp(channel("noc"), desk)->deliver(message("isolated", "port A1 of floor3 is down"));
  const auto lost = make_snmp(channel("wrong"), desk)->deliver(message("isolated", "x"));
  stop.ring();
  snmp_thread.join();
  CHECK(taken.result == Delivery::Result::kDelivered);
  CHECK(taken.text == "127.0.0.1: it acknowledged");
  CHECK(lost.result == Delivery::Result::kFailed);
  CHECK(lost.text.find("nobody knows") == std::string::npos);

  // Now nobody serves the desk.
  const auto abandoned = make_snmp(channel("noc"), desk);
  abandoned->abandon();
  CHECK(abandoned->deliver(message("isolated", "x")).result == Delivery::Result::kFailed);
  ChannelConfig impatient = channel("noc");
  impatient.timeout = 100ms;
  CHECK(make_snmp(impatient, desk)->deliver(message("isolated", "x")).result == Delivery::Result::kFailed);
}
