#include "tests/lab/agent/usm.h"

#include <catch2/catch.hpp>
#include <random>

#include "tests/lab/agent/testing.h"

using namespace lanwarden::lab;
using namespace lanwarden::lab::testing;
using namespace std::chrono_literals;

namespace {

const Oid kUsmStats{1, 3, 6, 1, 6, 3, 15, 1, 1};

ber::Octets bytes(std::string_view text) { return {text.begin(), text.end()}; }

// RFC 3414 A.3: the engine of the examples.
const ber::Octets kExampleEngine{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};

// The manager's side of version 3, as far as the tests need it.
struct Manager {
  std::string engine_id = {};
  std::uint32_t boots = 0, time = 0;
  std::string user = {};
  std::uint8_t flags = 4;  // reportable
  AuthProtocol auth = AuthProtocol::kNone;
  ber::Octets key = {};
  std::string context = {};

  ber::Octets write(const Oid& name) const {
    const auto list = ber::encode_varbind(name, Value{});
    ber::Octets scoped_content, scoped, head, security, sequence, content, out;
    ber::append_tlv(scoped_content, 0x04, bytes(engine_id));
    ber::append_tlv(scoped_content, 0x04, bytes(context));
    append_pdu(scoped_content, {PduType::kGet, 77, 0, 0, list});
    ber::append_tlv(scoped, ber::kSequence, scoped_content);
    ber::append_integer(head, 1234);
    ber::append_integer(head, 65507);
    ber::append_tlv(head, 0x04, ber::Octets{flags});
    ber::append_integer(head, 3);
    const std::size_t digest_octets = (flags & 1) != 0 ? digest_size(auth) : 0;
    ber::append_tlv(security, 0x04, bytes(engine_id));
    ber::append_integer(security, boots);
    ber::append_integer(security, time);
    ber::append_tlv(security, 0x04, bytes(user));
    ber::append_tlv(security, 0x04, ber::Octets(digest_octets, 0));
    ber::append_tlv(security, 0x04, ber::Octets{});
    ber::append_tlv(sequence, ber::kSequence, security);
    ber::append_integer(content, 3);
    ber::append_tlv(content, ber::kSequence, head);
    ber::append_tlv(content, 0x04, sequence);
    content.insert(content.end(), scoped.begin(), scoped.end());
    ber::append_tlv(out, ber::kSequence, content);
    if (digest_octets != 0) {
      const auto made = digest(auth, key, out);
      std::ranges::copy(made, out.end() - static_cast<std::ptrdiff_t>(scoped.size() + 2 + digest_octets));
    }
    return out;
  }
};

struct Heard {
  bool came = false;
  PduType type{};
  std::uint8_t flags = 0;
  std::string engine_id = {};
  std::int64_t boots = 0, time = 0;
  std::int32_t id = 0, status = 0;
  ber::VarBind row = {};
};

Heard read(const ber::Octets& out) {
  Heard heard;
  if (out.empty()) return heard;
  ber::Reader message(ber::Reader(out).next()->content);
  message.next();
  ber::Reader head(message.next()->content);
  head.next();
  head.next();
  heard.flags = head.next()->content[0];
  ber::Reader security(ber::Reader(message.next()->content).next()->content);
  const auto engine = security.next()->content;
  heard.engine_id.assign(engine.begin(), engine.end());
  heard.boots = *ber::read_integer(security.next()->content);
  heard.time = *ber::read_integer(security.next()->content);
  ber::Reader scoped(message.next()->content);
  scoped.next();
  scoped.next();
  const auto pdu = read_pdu(scoped.next()->whole);
  REQUIRE(pdu);
  heard.came = true;
  heard.type = pdu->type;
  heard.id = pdu->request_id;
  heard.status = pdu->status;
  heard.row = *ber::read_varbind(pdu->varbinds);
  return heard;
}

// An agent with a user at each level; asked directly.
struct Agent {
  Agent() {
    fill(table);
    table.table("10").set(kSysName, Value::of_octets("vlan ten"));
  }
  Heard ask(const Manager& manager, const Oid& name = kSysName) {
    ber::Octets out;
    engine.respond(pdus, table, faults, now, 65507, manager.write(name), out);
    return read(out);
  }
  std::chrono::nanoseconds now = 1000s;
  TableMib table;
  Faults faults;
  PduResponder pdus;
  UsmEngine engine{"engine-of-floor3",
                   {make_user("guest"), make_user("lanro", AuthProtocol::kSha256, "maplesyrup")},
                   1000s,
                   7};
};

Manager guest() { return {.engine_id = "engine-of-floor3", .boots = 7, .user = "guest"}; }
Manager lanro() {
  Manager m{.engine_id = "engine-of-floor3",
            .boots = 7,
            .user = "lanro",
            .flags = 5,
            .auth = AuthProtocol::kSha256};
  m.key = localize_key(m.auth, password_to_key(m.auth, "maplesyrup"), bytes(m.engine_id));
  return m;
}

Oid reported(std::uint32_t n) { return kUsmStats + n + 0U; }

}  // namespace

TEST_CASE("passwords become keys as RFC 3414 A.3 shows") {
  const auto md5 = password_to_key(AuthProtocol::kMd5, "maplesyrup");
  CHECK(md5 == ber::Octets{0x9f, 0xaf, 0x32, 0x83, 0x88, 0x4e, 0x92, 0x83, 0x4e, 0xbc, 0x98, 0x47, 0xd8, 0xed,
                           0xd9, 0x63});
  CHECK(localize_key(AuthProtocol::kMd5, md5, kExampleEngine) ==
        ber::Octets{0x52, 0x6f, 0x5e, 0xed, 0x9f, 0xcc, 0xe2, 0x6f, 0x89, 0x64, 0xc2, 0x93, 0x07, 0x87, 0xd8,
                    0x2b});
  const auto sha = password_to_key(AuthProtocol::kSha1, "maplesyrup");
  CHECK(localize_key(AuthProtocol::kSha1, sha, kExampleEngine) ==
        ber::Octets{0x66, 0x95, 0xfe, 0xbc, 0x92, 0x88, 0xe3, 0x62, 0x82, 0x23,
                    0x5f, 0xc7, 0x15, 0x1f, 0x12, 0x84, 0x97, 0xb3, 0x8f, 0x3f});
}

TEST_CASE("every cipher gives back what it was given, and needs the right key") {
  const ber::Octets plain = bytes("the scoped PDU of an answer, of some length");
  for (const auto protocol :
       {PrivProtocol::kDes, PrivProtocol::kAes128, PrivProtocol::kAes192, PrivProtocol::kAes256}) {
    const auto key = privacy_key(
        AuthProtocol::kMd5, protocol,
        localize_key(AuthProtocol::kMd5, password_to_key(AuthProtocol::kMd5, "x"), kExampleEngine));
    const PrivacyContext context{protocol, key, 3, 4711, {1, 2, 3, 4, 5, 6, 7, 8}};
    const auto secret = encrypt(context, plain);
    REQUIRE_FALSE(secret.empty());
    auto back = decrypt(context, secret);
    CHECK(back.size() >= plain.size());
    back.resize(plain.size());
    CHECK(back == plain);
    PrivacyContext other = context;
    other.salt[0] = 9;
    CHECK(decrypt(other, secret) != decrypt(context, secret));
  }
}

TEST_CASE("discovery: whoever does not know the engine is told its id, boots and time") {
  Agent agent;
  agent.now += 42s;
  const Heard heard = agent.ask(Manager{});
  REQUIRE(heard.came);
  CHECK(heard.type == PduType::kReport);
  CHECK(heard.engine_id == "engine-of-floor3");
  CHECK(heard.boots == 7);
  CHECK(heard.time == 42);
  CHECK(heard.row.name == reported(4));
  CHECK(heard.id == 77);
  CHECK(heard.flags == 0);
}

TEST_CASE("a report is sent only to messages that ask for one") {
  Agent agent;
  Manager silent;
  silent.flags = 0;
  CHECK_FALSE(agent.ask(silent).came);
}

TEST_CASE("noAuth: a user without keys reads") {
  Agent agent;
  const Heard heard = agent.ask(guest());
  CHECK(heard.type == PduType::kResponse);
  CHECK(heard.id == 77);
  CHECK(heard.row.value == Value::of_octets("floor3"));
}

TEST_CASE("each mistake has its report: user, level, digest") {
  Agent agent;
  Manager stranger = guest();
  stranger.user = "nobody";
  CHECK(agent.ask(stranger).row.name == reported(3));
  Manager too_high = lanro();
  too_high.user = "guest";
  CHECK(agent.ask(too_high).row.name == reported(1));
  Manager wrong = lanro();
  wrong.key[0] ^= 1;
  const Heard heard = agent.ask(wrong);
  CHECK(heard.row.name == reported(5));
  CHECK(heard.row.value == Value::of_counter32(1));
  CHECK(agent.ask(wrong).row.value == Value::of_counter32(2));
}

TEST_CASE("an authenticated request inside the time window is answered with a digest") {
  Agent agent;
  Manager manager = lanro();
  manager.time = 149;
  const Heard heard = agent.ask(manager);
  CHECK(heard.type == PduType::kResponse);
  CHECK(heard.flags == 1);
  CHECK(heard.row.value == Value::of_octets("floor3"));
}

TEST_CASE("outside the time window: an authenticated report that tells the time") {
  Agent agent;
  agent.now += 1000s;
  for (const std::uint32_t time : {0U, 849U, 1151U}) {
    Manager manager = lanro();
    manager.time = time;
    const Heard heard = agent.ask(manager);
    CHECK(heard.type == PduType::kReport);
    CHECK(heard.row.name == reported(2));
    CHECK(heard.flags == 1);
    CHECK(heard.time == 1000);
  }
}

TEST_CASE("engine-restart: after a reboot the old boots are out of the window") {
  Agent agent;
  CHECK(agent.ask(lanro()).type == PduType::kResponse);
  agent.engine.reboot(agent.now);
  const Heard heard = agent.ask(lanro());
  CHECK(heard.type == PduType::kReport);
  CHECK(heard.boots == 8);
  Manager again = lanro();
  again.boots = 8;
  CHECK(agent.ask(again).type == PduType::kResponse);
}

TEST_CASE("a user with keys may not read without them: authorizationError") {
  Agent agent;
  Manager bare = lanro();
  bare.flags = 4;
  const Heard heard = agent.ask(bare);
  CHECK(heard.type == PduType::kResponse);
  CHECK(static_cast<ErrorStatus>(heard.status) == ErrorStatus::kAuthorizationError);
  CHECK(heard.row.value.tag == Tag::kNull);
}

TEST_CASE("context vlan-10 is the VLAN's tables; an unknown one is reported") {
  Agent agent;
  Manager manager = guest();
  manager.context = "vlan-10";
  CHECK(agent.ask(manager).row.value == Value::of_octets("vlan ten"));
  manager.context = "vlan-99";
  CHECK(agent.ask(manager).row.name == Oid{1, 3, 6, 1, 6, 3, 12, 1, 5, 0});
  agent.faults.unknown_context = Faults::UnknownContext::kDefault;
  CHECK(agent.ask(manager).row.value == Value::of_octets("floor3"));
}

TEST_CASE("mutated version 3 messages never crash, and never read with a broken digest") {
  Agent agent;
  const auto whole = lanro().write(kSysName);
  std::mt19937 random(3);
  for (int i = 0; i < 20'000; ++i) {
    ber::Octets octets = whole;
    const std::size_t at = random() % octets.size();
    octets[at] ^= static_cast<std::uint8_t>(1U << random() % 8);
    if (random() % 4 == 0) octets.resize(random() % octets.size());
    ber::Octets out;
    const Verdict verdict =
        agent.engine.respond(agent.pdus, agent.table, agent.faults, agent.now, 65507, octets, out);
    if (verdict != Verdict::kAnswer) continue;
    const Heard heard = read(out);
    const bool read_it = heard.type == PduType::kResponse && heard.status == 0;
    REQUIRE_FALSE(read_it);
  }
}
