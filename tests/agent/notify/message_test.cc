// The words: templates, what hostile names do to them (nothing), digests, syslog, mail.
#include "agent/notify/message.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "agent/notify/event.h"
#include "agent/notify/mail_text.h"
#include "agent/notify/notice_words.h"
#include "agent/notify/signature.h"
#include "agent/notify/silence.h"
#include "agent/notify/syslog_text.h"
#include "agent/notify/url.h"
#include "tests/agent/notify/told.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;
using Json = nlohmann::json;

namespace {

const Sender kSender{"a1b2c3", "noc.example.net", [](MacAddress) { return std::string("Roku, Inc."); }};

Notice isolated() {
  Notice n;
  n.id = 17;
  n.time = at(0);
  n.event = "isolated";
  n.severity = "critical";
  n.incident = 7;
  n.kind = "arp-bogus-responder";
  n.summary = "answers every probe";
  n.switch_name = "floor3";
  n.port = "A1";
  n.mac = mac("00:0d:4b:ce:20:cd");
  n.text = "port A1 of floor3 is down";
  n.data_json = R"({"result":"isolated"})";
  return n;
}

/// What an attacker may call a switch, a port, and itself.
Notice hostile() {
  Notice n = isolated();
  n.switch_name = "sw\r\nBcc: all@example.net\r\n\r\n{text}{}%s%n";
  n.port = "\"]} \\ '\xff\xfe\x1b[2J`$(reboot)`";
  n.summary = std::string(100'000, 'A') + "\n.\n";
  n.text =
      "gr\xc3\xbc\xc3\x9f"
      "e \xe2\x80\x9c{severity}\xe2\x80\x9d\n<1>forged";
  return n;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

TEST_CASE("a webhook's JSON has what a program needs, and nothing that is unknown") {
  const Json json = Json::parse(message_of(isolated(), a_channel(), kSender).json);
  CHECK(json ==
        Json::parse(R"({"version":1,"id":"a1b2c3-17","time":"2027-01-15T08:00:00.000Z","event":"isolated",
    "severity":"critical","host":"noc.example.net","incident":7,"kind":"arp-bogus-responder",
    "summary":"answers every probe","switch":"floor3","port":"A1","mac":"00:0d:4b:ce:20:cd","vendor":"Roku, Inc.",
    "text":"incident 7 isolated: port A1 of floor3 is down [critical, arp-bogus-responder, 00:0d:4b:ce:20:cd, floor3 A1]",
    "data":{"result":"isolated"}})"));
  const Json bare = Json::parse(message_of(a_notice(), a_channel(), kSender).json);
  for (const char* absent : {"incident", "port", "mac", "vendor", "kind", "data"})
    CHECK_FALSE(bare.contains(absent));
}

TEST_CASE("templates: named fields, braces, and what is wrong with one") {
  ChannelConfig c = a_channel();
  c.text_template = "{{{severity:>9}}} {text}\n{switch}/{port} {vendor}";
  CHECK_FALSE(template_problem(c.text_template));
  CHECK(message_of(isolated(), c, kSender).text ==
        "{ critical} port A1 of floor3 is down\nfloor3/A1 Roku, Inc.");
  CHECK(template_problem("{swich}").value().starts_with("{swich} is no field; known are {id}, {time}"));
  CHECK(template_problem("{}").value().starts_with("{} names no field"));
  CHECK(template_problem("{0}").value().starts_with("{0} is no field"));
  CHECK(template_problem("{text").value() == "a { is not closed; write {{ for a brace");
  CHECK(template_problem("text}"));
  CHECK(template_problem("{text:d}"));
  CHECK(template_problem("{text:999999999}").value() == "{text:999999999}: that is too wide");
  CHECK(template_problem("{text:{id}}"));
}

TEST_CASE("no name from the network is a template, a header, a line, or an escape") {
  ChannelConfig c = a_channel();
  c.text_template = "{switch}|{port}|{text}";
  const Message m = message_of(hostile(), c, kSender);
  CHECK_FALSE(has_control(m.text));
  CHECK(m.text.find("{text}{}%s%n") != std::string::npos);
  CHECK(m.text.size() < 10'000);
  for (const auto& [name, value] : m.fields) {
    CHECK_FALSE(has_control(value));
    CHECK(value.size() <= 2000);
    CHECK_NOTHROW(Json(value).dump());  // UTF-8
  }
  CHECK_FALSE(has_control(m.subject));
  CHECK_NOTHROW(Json::parse(m.json));

  const std::string line = syslog_text(m, "local3", 42, 2048);
  CHECK_FALSE(has_control(line));
  CHECK(line.size() <= 2048);
  CHECK(line.find(R"(port="\"\]} \\ ')") != std::string::npos);

  ChannelConfig mail = a_channel("mail", ChannelType::kMail);
  mail.to = {"noc@example.net"};
  const std::string text = mail_text(message_of(hostile(), mail, kSender), mail, at(1));
  const std::string headers = text.substr(0, text.find("\n\n"));
  CHECK(headers.find("\nBcc:") == std::string::npos);
  CHECK(headers.find("\nAuto-Submitted: auto-generated\n") != std::string::npos);
  for (std::size_t i = 0, end; i < text.size(); i = end + 1) {
    end = std::min(text.find('\n', i), text.size());
    CHECK(end - i < 990);
    CHECK(std::all_of(text.begin() + static_cast<long>(i), text.begin() + static_cast<long>(end),
                      [](char ch) { return ch >= 0x20 && ch < 0x7f; }));
  }
}

TEST_CASE("syslog is what RFC 5424 says") {
  const std::string line = syslog_text(message_of(isolated(), a_channel(), kSender), "daemon", 42, 2048);
  CHECK(line ==
        "<26>1 2027-01-15T08:00:00.000Z noc.example.net lanwarden 42 isolated "
        "[lanwarden@32473 id=\"a1b2c3-17\" event=\"isolated\" severity=\"critical\" incident=\"7\" "
        "kind=\"arp-bogus-responder\" summary=\"answers every probe\" switch=\"floor3\" port=\"A1\" "
        "mac=\"00:0d:4b:ce:20:cd\" vendor=\"Roku, Inc.\" origin=\"a1b2c3\"] \xef\xbb\xbf"
        "incident 7 isolated: port A1 of floor3 is down [critical, arp-bogus-responder, 00:0d:4b:ce:20:cd, "
        "floor3 A1]");
}

TEST_CASE("a mail: one conversation an incident, an id that a repetition keeps, encoded where it must be") {
  ChannelConfig c = a_channel("mail", ChannelType::kMail);
  c.to = {"noc@example.net", "Anna <anna@example.net>"};
  c.from = "lanwarden@example.net";
  const std::string plain = mail_text(message_of(isolated(), c, kSender), c, at(1));
  CHECK(plain.starts_with(
      "From: lanwarden@example.net\nTo: noc@example.net,\n Anna <anna@example.net>\n"
      "Subject: [lanwarden] isolated: arp-bogus-responder 00:0d:4b:ce:20:cd at floor3 A1 (incident 7)\n"
      "Date: Fri, 15 Jan 2027 08:01:00 +0000\nMessage-ID: <a1b2c3-17@noc.example.net>\n"
      "References: <a1b2c3-incident-7@noc.example.net>\nAuto-Submitted: auto-generated\n"));
  CHECK(plain.find("\nContent-Transfer-Encoding: 7bit\n\nincident 7 isolated: ") != std::string::npos);
  CHECK(plain.find("lanwarden incidents 7") != std::string::npos);

  Notice n = isolated();
  n.switch_name = "B\xc3\xbcro";
  const std::string encoded = mail_text(message_of(n, c, kSender), c, at(1));
  CHECK(encoded.find("Subject: =?UTF-8?B?") != std::string::npos);
  CHECK(encoded.find("\nContent-Transfer-Encoding: base64\n\n") != std::string::npos);
}

TEST_CASE("a digest: what has become of each matter, the worst first, and where") {
  Digest digest;
  Notice n = isolated();
  for (std::int64_t i = 1; i <= 30; ++i) {
    n.id = i;
    n.incident = i % 15;
    n.event = i <= 15 ? "located" : i % 15 == 4 ? "asked" : "verified";
    n.severity = i % 15 == 9 ? "critical" : "warning";
    n.switch_name = i % 15 < 10 ? "floor3" : "core";
    digest.add(n);
  }
  const Message m = digest.message(kSender);
  CHECK(m.id == "a1b2c3-30");
  CHECK(m.notices == 30);
  CHECK(m.severity == "critical");
  CHECK(m.text.find("30 notices since ") == 0);
  CHECK(m.text.find("14 verified, 1 asked (on 2 switches)") != std::string::npos);
  CHECK(m.details.starts_with("incident 9 verified: "));
  CHECK(m.details.find("incident 4 asked") < m.details.find("incident 1 verified"));
  CHECK(m.details.find("… and 5 more") != std::string::npos);
  const Json json = Json::parse(m.json);
  CHECK(json["event"] == "digest");
  CHECK(json["count"] == 30);
  CHECK(json["first"] == "a1b2c3-1");
  CHECK(json["events"] == Json::parse(R"({"asked":1,"verified":14})"));
  CHECK(json["switches"][0] == Json::parse(R"({"switch":"floor3","matters":10})"));
  CHECK(json["worst"].size() == 10);
}

TEST_CASE("a signature is what three lines of another language compute") {
  // python3 -c 'import hmac; print(hmac.new(b"s3cret", b"1800000000.{}", "sha256").hexdigest())'
  CHECK(signature_of("{}", lanwarden::snmp::Secret("s3cret"), at(0)) ==
        "t=1800000000,v1="
        "1cd77f07c7f231a8a17cd9bc413e578ccb209c24eb17a0577ce1eb9218a4f3ed");
  CHECK(base64("Man") == "TWFu");
  CHECK(base64("Ma") == "TWE=");
  CHECK(base64("") == "");
}

TEST_CASE("URLs: read once, shown without anything that may be a token") {
  const auto url =
      parse_channel_url("https://user:pass@hooks.example.net:8443/T0/SECRET?token=abc#x").value();
  CHECK(url.host == "hooks.example.net");
  CHECK(url.port == 8443);
  CHECK(url.user == "user");
  CHECK(url.password == "pass");
  CHECK(url.path == "/T0/SECRET?token=abc");
  CHECK(url.shown() == "https://hooks.example.net:8443");
  CHECK(parse_channel_url("http://[2001:db8::1]").value().shown() == "http://[2001:db8::1]");
  CHECK(parse_channel_url("http://h?q=1").value().path == "/?q=1");
  CHECK(parse_channel_url("udp://log").value().shown() == "udp://log:514");
  CHECK(parse_channel_url("unix:/dev/log").value().shown() == "unix:/dev/log");
  for (const char* wrong :
       {"", "hooks", "ftp://SECRET", "http:/SECRET", "http://", "http://h:0", "http://h:SECRET",
        "http://[::1", "udp://h/SECRET", "udp://SECRET@h", "unix:SECRET", "http://h/SECRET\r\nX: y"}) {
    INFO(wrong);
    const auto answer = parse_channel_url(wrong);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().find("SECRET") == std::string::npos);
  }
}

TEST_CASE("one lost answer is no silence, and a silence is told once, also after a restart") {
  SilenceWatch watch;
  CHECK_FALSE(watch.on_walked("floor3", "no answer", at(0)));
  CHECK_FALSE(watch.on_walked("floor3", "", at(1)));
  CHECK_FALSE(watch.on_walked("floor3", "no answer", at(2)));
  const auto silent = watch.on_walked("floor3", "no answer in 3 tries", at(3));
  REQUIRE(silent);
  CHECK(silent->event == event::kSwitchSilent);
  CHECK(silent->text == "no answer in 3 tries");
  CHECK_FALSE(watch.on_walked("floor3", "no answer", at(4)));
  CHECK(watch.silent() == 1);

  ScratchFolder folder;
  Desk desk(folder.store());
  desk.add(*silent);
  SilenceWatch next = told_silent(desk.log());
  CHECK(next.silent() == 1);
  CHECK_FALSE(next.on_walked("floor3", "no answer", at(5)));
  const auto back = next.on_walked("floor3", "", at(6));
  REQUIRE(back);
  CHECK(back->event == event::kSwitchBack);
  desk.add(*back);
  CHECK(told_silent(desk.log()).silent() == 0);
}
