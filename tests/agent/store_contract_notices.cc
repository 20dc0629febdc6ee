// What every store back end promises about what is to be told, and to whom it was.
#include <catch2/catch.hpp>

#include "tests/agent/notice_contract.h"

namespace lanwarden::agent::testing {
namespace {

Incident clock_incident() {
  Incident i;
  i.kind = "arp-bogus-responder";
  i.severity = "critical";
  i.mac = mac("00:0d:4b:ce:20:cd");
  i.summary = "answers every probe";
  i.opened = i.updated = at(0);
  i.events.push_back({at(0), IncidentState::kOpen, "found", R"({"frames":3})"});
  return i;
}

void a_step_is_a_notice(StoreWorkshop& w) {
  const auto store = w.open();
  CHECK(must(notice_log(*store).newest_notice()) == 0);
  const auto id = must(store->open_incident(clock_incident()));
  // Another process: a person with `lanwarden isolate`.
  must(w.open()->append_event(id, {at(1), IncidentState::kLocated, "it is there", R"({"way":[]})"}, "floor3",
                              "A1"));
  const auto all = must(notice_log(*store).notices(0, 100));
  REQUIRE(all.size() == 2);
  CHECK(all[0].id == 1);
  CHECK(all[0].event == "open");
  CHECK(all[0].text == "found");
  CHECK(all[0].data_json == R"({"frames":3})");
  CHECK(all[0].switch_name.empty());
  CHECK(all[1].id == 2);
  CHECK(all[1].time == at(1));
  CHECK(all[1].event == "located");
  CHECK(all[1].severity == "critical");
  CHECK(all[1].incident == id);
  CHECK(all[1].kind == "arp-bogus-responder");
  CHECK(all[1].summary == "answers every probe");
  CHECK(all[1].switch_name == "floor3");
  CHECK(all[1].port == "A1");
  CHECK(all[1].mac == mac("00:0d:4b:ce:20:cd"));
  CHECK(all[1].data_json == R"({"way":[]})");
  CHECK(must(notice_log(*store).notices(1, 100)).size() == 1);
  CHECK(must(notice_log(*store).notices(0, 1)).size() == 1);
  CHECK(must(notice_log(*store).notices(2, 100)).empty());
}

void no_step_no_notice(StoreWorkshop& w) {
  const auto store = w.open();
  CHECK_FALSE(store->append_event(99, {at(1), IncidentState::kClosed, "quiet", ""}));  // there is none
  CHECK(must(notice_log(*store).newest_notice()) == 0);
  const auto id = must(store->open_incident(clock_incident()));
  must(store->worsen_incident(id, "mac-flood", "critical", "worse"));
  const std::vector<EvidenceFrame> frames(1);
  must(store->add_evidence(id, frames));
  CHECK(must(notice_log(*store).newest_notice()) == 1);
}

void others(StoreWorkshop& w) {
  const auto store = w.open();
  Notice n;
  n.time = at(3);
  n.event = "switch-silent";
  n.severity = "warning";
  n.switch_name = "floor3";
  n.text = "does not answer";
  n.data_json = R"({"tries":3})";
  CHECK(must(notice_log(*store).add_notice(n)) == 1);
  const auto read = must(notice_log(*store).notices(0, 10));
  REQUIRE(read.size() == 1);
  CHECK(read[0].event == n.event);
  CHECK_FALSE(read[0].incident);
  CHECK(read[0].mac.is_zero());
  CHECK(read[0].time == at(3));
  CHECK(read[0].data_json == n.data_json);
  CHECK(must(notice_log(*store).notice_origin()) == must(notice_log(*w.open()).notice_origin()));
}

void bounded(StoreWorkshop& w) {
  const auto store = w.open();
  const auto id = must(store->open_incident(clock_incident()));
  Incident big = clock_incident();
  big.events.assign(static_cast<std::size_t>(NoticeLog::kMostNotices) + 4, big.events.front());
  must(store->open_incident(big));
  CHECK(must(notice_log(*store).newest_notice()) == NoticeLog::kMostNotices + 5);
  const auto kept = must(notice_log(*store).notices(0, 20'000));
  CHECK(kept.size() == static_cast<std::size_t>(NoticeLog::kMostNotices));
  CHECK(kept.front().id == 6);                           // the oldest went
  CHECK(must(store->incident(id))->events.size() == 1);  // the incidents themselves stay
}

void cursors(StoreWorkshop& w) {
  const auto store = w.open();
  CHECK(must(notice_log(*store).notice_cursors()).empty());
  NoticeCursor pager{"pager", 7, at(1), 5, 1, 12, 2, 3, at(2), at(3), "connection refused"};
  NoticeCursor mail;
  mail.channel = "mail";
  must(notice_log(*store).save_notice_cursor(pager));
  must(notice_log(*store).save_notice_cursor(mail));
  CHECK(must(notice_log(*w.open()).notice_cursors()) == std::vector{mail, pager});
  pager.last = 8;
  pager.failing_since = pager.next_try = std::nullopt;
  must(notice_log(*store).save_notice_cursor(pager));
  must(notice_log(*store).forget_notice_cursor("mail"));
  CHECK(must(notice_log(*store).notice_cursors()) == std::vector{pager});
}

constexpr ContractCase kCases[] = {
    {"a step of an incident is a notice, whoever writes it", a_step_is_a_notice},
    {"what is no step is no notice", no_step_no_notice},
    {"what is no step of an incident can be told, too", others},
    {"ten thousand notices are kept, and their numbers go on", bounded},
    {"how far a channel is stays known", cursors},
};

}  // namespace

std::span<const ContractCase> notice_contract() { return kCases; }

}  // namespace lanwarden::agent::testing
