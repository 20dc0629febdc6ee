// Who is told what, and when; the network and the clock are the test's.
#include "agent/notify/dispatcher.h"

#include <catch2/catch.hpp>

#include "tests/agent/notify/told.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> texts(const std::vector<Message>& messages) {
  std::vector<std::string> all;
  for (const Message& m : messages) all.push_back(m.text);
  return all;
}

ChannelConfig never_a_digest() {
  ChannelConfig c = a_channel();
  c.digest_above = 0;
  return c;
}

}  // namespace

TEST_CASE("each step of an incident is told once, in its order, whoever wrote it") {
  ScratchFolder folder;
  Desk desk(folder.store());
  const auto id = must(desk.store().open_incident(clock_incident()));
  must(desk.store().append_event(id, {at(1), IncidentState::kLocated, "it is at floor3 A1", ""}, "floor3",
                                 "A1"));
  auto by_hand = must(open_sqlite_store(folder.store(), false));
  must(by_hand->append_event(id, {at(2), IncidentState::kIsolated, "shut by anna", ""}));
  const auto told = desk.told(at(2));
  REQUIRE(told.size() == 2);
  CHECK(told[0].event == "located");
  CHECK(
      told[0].text ==
      "incident 1 located: it is at floor3 A1 [critical, arp-bogus-responder, 00:0d:4b:ce:20:cd, floor3 A1]");
  CHECK(told[1].event == "isolated");
  CHECK(told[1].subject == "isolated: arp-bogus-responder 00:0d:4b:ce:20:cd at floor3 A1 (incident 1)");
  CHECK(told[0].id != told[1].id);
  CHECK(desk.told(at(3)).empty());
  CHECK(Desk(folder.store()).told(at(4)).empty());  // nor after a restart
}

TEST_CASE("a new channel begins now, one that stays goes on, one that has gone is forgotten") {
  ScratchFolder folder;
  Desk(folder.store()).add(a_notice());
  {
    Desk desk(folder.store(), {a_channel("pager"), a_channel("mail")});
    CHECK(desk.told(at(1), 0).size() == 1);
    CHECK(desk.told(at(1), 1).empty());
  }
  Desk(folder.store(), {a_channel("mail")}).add(a_notice());
  Desk desk(folder.store(), {a_channel("pager"), a_channel("mail")});
  CHECK(desk.told(at(2), 0).empty());
  CHECK(desk.told(at(2), 1).size() == 1);
}

TEST_CASE("severity and events decide what a channel is told; that an incident was closed, only if it asks") {
  ScratchFolder folder;
  ChannelConfig grave = a_channel("grave"), closed = a_channel("closed");
  grave.severity = "critical";
  closed.events = {"closed"};
  Desk desk(folder.store(), {a_channel(), grave, closed});
  const auto id = must(desk.store().open_incident(clock_incident()));
  must(desk.store().append_event(id, {at(1), IncidentState::kClosed, "quiet", ""}));
  Notice info = a_notice("interface-back");
  info.severity = "info";
  desk.add(info);
  desk.add(a_notice());
  CHECK(texts(desk.told(at(2), 0)) ==
        std::vector<std::string>{"switch-silent: floor3: no answer in 3 tries [warning, floor3]"});
  CHECK(desk.told(at(2), 1).empty());
  CHECK(texts(desk.told(at(2), 2)).size() == 1);
}

TEST_CASE("what fails is tried again after 5 s, then twice as long, up to 10 minutes, and nothing is lost") {
  ScratchFolder folder;
  Desk desk(folder.store());
  desk.add(a_notice());
  Time now = at(0);
  std::vector<long> waits;
  for (int i = 0; i < 10; ++i) {
    REQUIRE(desk.fails(now));
    CHECK_FALSE(desk.fails(now));  // not at once
    const Time next = *desk.cursor().next_try;
    waits.push_back(static_cast<long>((next - now) / 1s));
    CHECK_FALSE(desk.fails(next - 1ms));
    CHECK(desk->due(now) == next);
    now = next;
  }
  CHECK(waits == std::vector<long>{5, 10, 20, 40, 80, 160, 320, 600, 600, 600});
  CHECK(desk.cursor().failing_since == at(0));
  CHECK(desk.cursor().error == "connection refused");
  CHECK(desk.told(now).size() == 1);
  CHECK(desk.cursor().failures == 0);
  CHECK(desk.cursor().failed_tries == 10);
  std::vector<ChannelNews> news = desk->take_news();
  REQUIRE(news.size() == 11);
  CHECK(news.back().what == ChannelNews::What::kWorks);
}

TEST_CASE("the wait is jittered by a fifth, and a clock that was set back does not silence a channel") {
  CHECK(wait_after(1, 0) == 4s);
  CHECK(wait_after(1, 1) == 6s);
  CHECK(wait_after(1000, 1) == 12min);
  ScratchFolder folder;
  Desk desk(folder.store());
  desk.add(a_notice());
  REQUIRE(desk.fails(at(600)));
  CHECK(desk.told(at(0)).size() == 1);
}

TEST_CASE("a receiver that asks for patience gets it, within reason") {
  ScratchFolder folder;
  Desk desk(folder.store());
  desk.add(a_notice());
  Delivery later = Delivery::failed("HTTP 429");
  later.not_before = 90s;
  REQUIRE(desk.fails(at(0), later));
  CHECK(desk.cursor().next_try == at(0) + 90s);
  later.not_before = 24h;
  REQUIRE(desk.fails(at(10), later));
  CHECK(desk.cursor().next_try == at(20));
}

TEST_CASE("a channel that was down for a day, and a restart in it: all is told, as one digest") {
  ScratchFolder folder;
  {
    Desk desk(folder.store());
    desk.add(a_notice());
    REQUIRE(desk.fails(at(0)));
    for (int i = 0; i < 40; ++i) desk.add(a_notice("switch-silent", "floor" + std::to_string(i)));
  }
  Desk desk(folder.store());
  CHECK(desk.cursor().failures == 1);
  const auto told = desk.told(at(60 * 24));
  REQUIRE(told.size() == 1);
  CHECK(told[0].event == "digest");
  CHECK(told[0].notices == 41);
  CHECK(desk.cursor().delivered == 41);
  CHECK(desk.cursor().digests == 1);
}

TEST_CASE("up to five wait: each by itself; a log is never told a digest") {
  ScratchFolder folder;
  Desk desk(folder.store(), {a_channel(), a_channel("log", ChannelType::kSyslog)});
  for (int i = 0; i < 5; ++i) desk.add(a_notice());
  CHECK(desk.told(at(0)).size() == 5);
  for (int i = 0; i < 5; ++i) desk.add(a_notice());
  const auto told = desk.told(at(0), 1);
  CHECK(told.size() == 10);
  CHECK(told[9].event == "switch-silent");
}

TEST_CASE("people are told no more than five things in a minute; what comes meanwhile comes together") {
  ScratchFolder folder;
  Desk desk(folder.store());
  std::size_t messages = 0;
  for (int i = 0; i < 60; ++i) {  // one a second
    desk.add(a_notice("switch-silent", "floor" + std::to_string(i)));
    messages += desk.told(at(0) + i * 1s).size();
  }
  CHECK(messages == 5);
  CHECK(desk->due(at(0) + 59s) == at(1));
  const auto told = desk.told(at(1));
  REQUIRE(told.size() == 1);
  CHECK(told[0].notices == 55);
}

TEST_CASE("what is refused for good is tried eight times, told, counted, and blocks nobody") {
  ScratchFolder folder;
  Desk desk(folder.store());
  desk.add(a_notice("switch-silent", "one"));
  Time now = at(0);
  for (unsigned i = 0; i < Dispatcher::kMostRefusals; ++i) {
    REQUIRE(desk.fails(now, Delivery::refused("HTTP 410")));
    now = *desk.cursor().next_try;
  }
  CHECK(desk.cursor().dropped == 1);
  const auto news = desk->take_news();
  CHECK(news.back().what == ChannelNews::What::kDropped);
  CHECK(news.back().notices == 1);
  desk.add(a_notice("switch-silent", "two"));
  const auto told = desk.told(now);
  REQUIRE(told.size() == 1);
  CHECK(told[0].text.find("two") != std::string::npos);
}

TEST_CASE("what the store had to forget before it was told is counted") {
  ScratchFolder folder;
  Desk desk(folder.store(), {never_a_digest()});
  desk.add(a_notice());
  REQUIRE(desk.fails(at(0)));
  Incident many = clock_incident();
  many.events.assign(NoticeLog::kMostNotices, {at(0), IncidentState::kOpen, "again", ""});
  must(desk.store().open_incident(many));
  desk->look();
  REQUIRE(desk->next(0, at(60)));
  desk->finished(0, Delivery::delivered(""), at(60));
  CHECK(desk.cursor().dropped == 1);
  CHECK(desk.cursor().delivered == 1);
  CHECK(desk.cursor().last == 2);
}

TEST_CASE("a copy of the store from before: the channel goes on from there") {
  ScratchFolder folder;
  Desk first(folder.store());
  NoticeCursor ahead = first.cursor();
  ahead.last = 1000;
  must(first.log().save_notice_cursor(ahead));
  Desk desk(folder.store());
  desk.add(a_notice());
  CHECK(desk.told(at(0)).size() == 1);
}

TEST_CASE("what the store cannot take is told before all else, and does not pile up") {
  ScratchFolder folder;
  Desk desk(folder.store());
  desk.add(a_notice());
  Notice full = a_notice("store-failed", "");
  full.severity = "critical";
  for (std::size_t i = 0; i < Dispatcher::kMostUrgent + 3; ++i) {
    full.time = at(static_cast<int>(i));
    full.text = "the disk is full " + std::to_string(i);
    desk->tell_now(full);
  }
  CHECK(desk.cursor().dropped == 3);
  const auto first = desk->next(0, at(100));
  REQUIRE(first);
  CHECK(first->event == "store-failed");
  CHECK(first->text.find("the disk is full 3") != std::string::npos);
  CHECK(first->id.find("-now-") != std::string::npos);
  desk->finished(0, Delivery::failed("down"), at(100));
  CHECK(desk->next(0, at(200))->id == first->id);  // the same id again
}

TEST_CASE("one message is under way at a time") {
  ScratchFolder folder;
  Desk desk(folder.store());
  desk.add(a_notice());
  desk.add(a_notice());
  REQUIRE(desk->next(0, at(0)));
  CHECK_FALSE(desk->next(0, at(0)));
  CHECK(desk->status().channels[0].under_way);
}
