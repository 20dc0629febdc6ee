// Export, import and backup of the whole memory.
#include <SQLiteCpp/SQLiteCpp.h>

#include <array>
#include <catch2/catch.hpp>
#include <sstream>

#include "agent/store/archive.h"
#include "agent/store/archive_time.h"
#include "agent/store/notice_log.h"
#include "tests/agent/store_scratch.h"

using namespace lanwarden;
using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;

namespace {

constexpr const char* kClock = "00:0d:4b:ce:20:cd";

/// Something of every kind, with what is awkward: octets that are no UTF-8, rows on no port, a partial table.
void live(Store& store) {
  for (int minute : {0, 10, 20}) {
    SwitchSnapshot s = polled_switch("floor3", at(minute));
    s.system_name = minute < 20 ? "floor3" : "floor3-new";
    s.interfaces[3].name = "B\xff\xfe";
    learn(s, kClock, minute == 0 ? 1 : 4);
    learn(s, "00:50:56:00:00:01", 0);
    if (minute > 0) learn(s, "00:50:56:00:00:02", 2);
    if (minute == 20) cut_short(s);
    topology::Neighbor phone;
    phone.local_port = topology::IfIndex{2};
    phone.chassis_mac = mac("00:04:f2:00:00:07");
    phone.system_name = minute < 20 ? "reception" : "lobby";
    s.neighbors.push_back(phone);
    SwitchSnapshot gw = polled_switch("gw", at(minute));
    gw.addresses.push_back({*IpAddress::parse("192.168.0.77"),
                            minute < 20 ? mac(kClock) : mac("00:50:56:00:00:01"), topology::IfIndex{1}});
    gw.addresses.push_back({*IpAddress::parse("fe80::1"), mac(kClock), topology::IfIndex{1}});
    const std::array polls = {s, gw};
    must(store.save_poll(polls));
  }
  SwitchSnapshot silent;
  silent.name = "attic";
  silent.address = "10.0.0.9";
  silent.time = at(21);
  silent.problems = {"timeout"};
  must(store.save_poll({&silent, 1}));
  const std::array heard = {IpBinding{*IpAddress::parse("10.1.1.1"), mac(kClock), at(3), "sniffed"}};
  must(store.save_bindings(heard));
  for (int minute : {0, 30}) {
    const NameBinding n{mac(kClock), minute == 0 ? "CLOCK" : "clock-2", NameSource::kNetbios, at(minute)};
    must(store.save_names({&n, 1}));
  }
  const LinkInterval l{{"floor3", "A8"}, {"gw", "A1"}, "lldp,fdb", {}, {}, {}};
  must(store.save_links({&l, 1}, {}, at(0)));
  must(store.save_links({}, {}, at(20)));
  must(store.save_links({&l, 1}, {}, at(40)));
  Incident i;
  i.kind = "arp-bogus-responder";
  i.severity = "critical";
  i.mac = mac(kClock);
  i.summary = "it answers\n\"everything\", \xc3\xa4";
  i.opened = i.updated = at(1);
  i.events.push_back({at(1), IncidentState::kOpen, "found", R"({"period_s":1.50})"});
  const auto id = must(store.open_incident(i));
  EvidenceFrame frame;
  frame.time = at(1);
  frame.interface = "eth0";
  frame.bytes = {0, 1, 2, 255};
  must(store.add_evidence(id, {&frame, 1}));
  Isolation isolation;
  isolation.incident = id;
  isolation.switch_name = "floor3";
  isolation.port = "A1";
  isolation.changes.push_back({"1.3.6.1.2.1.2.2.1.7.1", "ifAdminStatus.1", 'i', "1", "2", 0});
  isolation.until_since_boot = std::chrono::hours(4);
  AuditEntry entry;
  entry.action = "intend";
  entry.time = at(2);
  must(store.claim_isolation(isolation, {}, {&entry, 1}));
}

std::string exported(Store& store, const std::vector<std::string>& kinds = {}) {
  std::string all;
  must(archive(store).export_lines(kinds, [&](std::string_view line) {
    all.append(line).append("\n");
    return true;
  }));
  return all;
}

StoreResult<std::size_t> import(Store& store, const std::string& text) {
  std::istringstream in(text);
  return archive(store).import_lines(
      [&](std::string& line) { return static_cast<bool>(std::getline(in, line)); });
}

std::string refusal(const std::string& text) {
  ScratchFolder folder;
  const auto store = must(open_sqlite_store(folder.store(), false));
  const auto done = import(*store, text);
  if (done) return "imported";
  CHECK(exported(*store) == "{\"kind\":\"lanwarden-memory\",\"format\":1}\n");
  return done.error().message;
}

const std::string kHead = "{\"kind\":\"lanwarden-memory\",\"format\":1}\n";

}  // namespace

TEST_CASE("what is exported, imported and exported again is the same to the octet") {
  ScratchFolder folder, other;
  const auto store = must(open_sqlite_store(folder.store(), false));
  live(*store);
  const std::string first = exported(*store);
  for (const char* kind : {"switch",        "port",           "poll",        "snapshot",         "station",
                           "place",         "past-place",     "address",     "past-address",     "name",
                           "past-name",     "link",           "links-saved", "switch-event",     "incident",
                           "incident-step", "evidence-frame", "isolation",   "isolation-change", "trail"}) {
    INFO(kind << " is in it");
    CHECK(first.find(std::string("{\"kind\":\"") + kind + "\",") != std::string::npos);
  }
  const auto again = must(open_sqlite_store(other.store(), false));
  must(import(*again, first));
  CHECK(exported(*again) == first);

  // And it means the same.
  CHECK(must(again->history(mac(kClock), Time{}, 10)).size() ==
        must(store->history(mac(kClock), Time{}, 10)).size());
  CHECK(must(again->names(mac(kClock))).size() == 2);
  CHECK(must(again->snapshots()).at(1).interfaces.size() == 8);
  CHECK(must(again->isolations(true)).at(0).changes.size() == 1);
  CHECK(must(again->evidence(1)).at(0).bytes == std::vector<std::uint8_t>{0, 1, 2, 255});
  // Old incidents are no news in the new store; what happens next is.
  CHECK(must(notice_log(*again).notices(0, 10)).empty());
  must(again->append_event(1, {at(9), IncidentState::kClosed, "over", ""}));
  CHECK(must(notice_log(*again).notices(0, 10)).size() == 1);
  // It is not a row a poll would write anew.
  SwitchSnapshot s = polled_switch("floor3", at(50));
  s.interfaces[3].name = "B\xff\xfe";
  learn(s, kClock, 4);
  learn(s, "00:50:56:00:00:01", 0);
  learn(s, "00:50:56:00:00:02", 2);
  CHECK(must(again->save_poll({&s, 1})).rows == must(store->save_poll({&s, 1})).rows);
}

TEST_CASE("some kinds alone are exported, in the order of all") {
  ScratchFolder folder;
  const auto store = must(open_sqlite_store(folder.store(), false));
  live(*store);
  std::istringstream lines(exported(*store, {"link", "switch"}));
  std::string line, kinds;
  while (std::getline(lines, line)) kinds += line.substr(9, line.find('"', 9) - 9) + " ";
  CHECK(kinds == "lanwarden-memory switch switch switch link link ");
  CHECK(archive_fields("port") == std::vector<std::string>{"switch", "name", "ifindex"});
  CHECK(archive_fields("nothing").empty());
}

TEST_CASE("an import that is wrong anywhere says where, and leaves nothing") {
  CHECK(refusal("") == "line 0: there is nothing in it; nothing was imported");
  CHECK(refusal("{\"kind\":\"switch\",\"name\":\"a\",\"address\":\"\"}\n")
            .find("line 1: an export begins with ") == 0);
  CHECK(refusal("{\"kind\":\"lanwarden-memory\",\"format\":2}").find("line 1: format 2 is not known") == 0);
  CHECK(refusal(std::string(3'000'000, '[')).find("line 1: not JSON, or cut off") == 0);
  struct Wrong {
    const char *line, *why;
  };
  const Wrong wrongs[] = {
      {"nonsense", "not JSON, or cut off"},
      {"[1]", "not an object"},
      {"{}", "it has no \"kind\""},
      {R"({"kind":"moon"})", "kind \"moon\" is not known: was it written by a newer lanwarden?"},
      {R"({"kind":"switch","name":"b"})", "it has no \"address\""},
      {R"({"kind":"switch","name":"b","address":7})", "\"address\": not a text"},
      {R"({"kind":"switch","name":"b","address":"","colour":1})", "\"colour\" is not known"},
      {R"({"kind":"switch","name":"a","address":""})", "it does not fit what stands before it (UNIQUE"},
      {R"({"kind":"port","switch":"z","name":"A1","ifindex":1})",
       "\"switch\": no line of kind switch before it has this name"},
      {R"({"kind":"port","switch":"a","name":"A1","ifindex":18446744073709551615})",
       "\"ifindex\": not a whole number of 64 bits"},
      {R"({"kind":"port","switch":"a","name":"A1","ifindex":1.5})", "\"ifindex\": not a whole number"},
      {R"({"kind":"station","mac":"zz"})", "\"mac\": not a MAC address"},
      {R"({"kind":"place","switch":"a","mac":"00:0d:4b:ce:20:cd","vlan":1,"port":"A9","status":"learned",)"
       R"("bridge_port":0,"since":"2026-01-02T03:04:05.000000000Z"})",
       "\"port\": no line of kind port before it has this name"},
      {R"({"kind":"place","switch":"a","mac":"00:0d:4b:ce:20:cd","vlan":1,"status":"heard","bridge_port":0,)"
       R"("since":"2026-01-02T03:04:05.000000000Z"})",
       "\"status\": \"heard\" is none of its words"},
      {R"({"kind":"links-saved","time":"2026-02-30T03:04:05.000000000Z"})", "\"time\": not a time like"},
      {R"({"kind":"links-saved","time":"yesterday"})", "\"time\": not a time like"},
      {R"({"kind":"evidence-frame","incident":1,"time":"2026-01-02T03:04:05.000000000Z","interface":"",)"
       R"("number":1,"link_type":1,"wire_length":1,"octets":"0g","comment":""})",
       "\"octets\": not hexadecimal"},
      {R"({"kind":"incident-step","id":1,"incident":99,"time":"2026-01-02T03:04:05.000000000Z",)"
       R"("state":"open","text":"","data":""})",
       "it does not fit what stands before it (FOREIGN KEY"},
      {R"({"kind":"incident-step","id":1,"incident":99,"time":"2026-01-02T03:04:05.000000000Z",)"
       R"("state":"sleepy","text":"","data":""})",
       "\"state\": \"sleepy\" is none of its words"},
  };
  for (const Wrong& w : wrongs) {
    INFO(w.line);
    const std::string why =
        refusal(kHead + "{\"kind\":\"switch\",\"name\":\"a\",\"address\":\"\"}\n\n" + w.line + "\n");
    CHECK(why.find(std::string("line 4: ") + w.why) == 0);
  }
}

TEST_CASE("an export that is cut off or turned over anywhere never crashes an import") {
  ScratchFolder folder;
  const auto store = must(open_sqlite_store(folder.store(), false));
  live(*store);
  const std::string whole = exported(*store);
  ScratchFolder other;
  const auto into = must(open_sqlite_store(other.store(), false));
  std::size_t refused = 0, tries = 0;
  for (std::size_t i = 41; i < whole.size(); i += 97) {
    std::string text = whole;
    text[i] = static_cast<char>(text[i] ^ (1 << (i % 7)));
    ++tries;
    const auto done = import(*into, text.substr(0, text.size() - i % 3));
    if (!done) {
      ++refused;
      CHECK(done.error().message.find("line ") == 0);
    } else {
      break;  // a letter in a text: it is a memory now, and takes no other
    }
  }
  CHECK(tries > 0);
  CHECK(refused + 1 >= tries);
}

TEST_CASE("two memories cannot be made one") {
  ScratchFolder folder;
  const auto store = must(open_sqlite_store(folder.store(), false));
  live(*store);
  const std::string before = exported(*store);
  const auto done = import(*store, before);
  REQUIRE_FALSE(done);
  CHECK(done.error().message.find("has a memory already") != std::string::npos);
  CHECK(exported(*store) == before);
}

TEST_CASE("a backup while others write is whole, and can be used") {
  ScratchFolder folder;
  const auto store = must(open_sqlite_store(folder.store(), false));
  live(*store);
  const auto daemon = must(open_sqlite_store(folder.store(), false));
  SwitchSnapshot s = polled_switch("core", at(60));
  must(daemon->save_poll({&s, 1}));  // only in the log yet
  const auto copy = folder.path() / "copy.db";
  must(archive(*store).backup(copy));
  must(daemon->save_poll({&s, 1}));
  CHECK_FALSE(std::filesystem::exists(copy.string() + "-wal"));
  const auto used = must(open_sqlite_store(copy, false));
  CHECK(exported(*used).find("\"name\":\"core\"") != std::string::npos);
  CHECK(must(used->snapshots()).size() == 4);
}

TEST_CASE("a backup that cannot be written leaves nothing") {
  ScratchFolder folder;
  const auto store = must(open_sqlite_store(folder.store(), false));
  live(*store);
  CHECK_FALSE(archive(*store).backup(folder.path() / "no" / "copy.db"));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "no"));
}

TEST_CASE("times of an archive are exact") {
  for (const std::int64_t ns : {std::int64_t{0}, std::int64_t{1}, std::int64_t{1'767'323'045'123'456'789},
                                std::int64_t{-1}, std::int64_t{-86'400'000'000'001}}) {
    const Time time{topology::Duration{ns}};
    INFO(archive_time(time));
    CHECK(parse_archive_time(archive_time(time)) == time);
  }
  CHECK(archive_time(Time{topology::Duration{1'767'323'045'000'000'001}}) ==
        "2026-01-02T03:04:05.000000001Z");
  for (const char* text :
       {"2026-01-02T03:04:05Z", "2026-13-02T03:04:05.000000000Z", "2026-01-02T24:04:05.000000000Z",
        "9999-01-02T03:04:05.000000000Z", "2026-01-02T03:04:05.00000000xZ", ""})
    CHECK_FALSE(parse_archive_time(text));
}
