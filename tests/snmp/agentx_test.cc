// AgentX without a wire: octets and time in, octets out (RFC 2741).
#include <algorithm>
#include <catch2/catch.hpp>

#include "snmp/agentx_session.h"

using namespace lanwarden::snmp::agentx;
using namespace std::chrono_literals;
namespace mibs = lanwarden::mibs;

namespace {

using Octets = std::vector<std::uint8_t>;

/// A master that plays by the rules: it opens session 7 and takes the registration.
struct Master {
  TimePoint now{};
  mibs::LanwardenMib data = [] {
    mibs::LanwardenMib mib;
    mib.daemon.version = "1";
    return mib;
  }();
  View view{mibs::variables(data), mibs::own_objects()};
  MasterSession session{mibs::lanwarden_root(), "lanwarden", now};

  /// The PDUs that were sent, as headers with their payloads.
  std::vector<std::pair<Header, Octets>> sent() {
    std::vector<std::pair<Header, Octets>> out;
    Octets& all = session.output();
    for (std::size_t at = 0; at < all.size();) {
      const auto header = read_header(std::span(all).subspan(at));
      REQUIRE(header.has_value());
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at + kHeaderSize);
      out.emplace_back(*header, Octets(begin, begin + header->size));
      at += kHeaderSize + header->size;
    }
    all.clear();
    return out;
  }
  void say(Octets octets) { session.take(octets, view, now); }
  void accept(std::uint16_t error = error::kNone) {
    const auto asked = sent();
    REQUIRE(asked.size() == 1);
    Header response = asked[0].first;
    response.type = Type::kResponse;
    response.session = 7;
    say(Writer(response).u32(0).u16(error).u16(0).take());
  }
  void serve() {
    accept();
    accept();
    REQUIRE(session.serving());
  }
  /// Asks, and returns the response's error and its variables, undecoded.
  std::pair<Response, Octets> ask(Octets octets) {
    say(std::move(octets));
    const auto answers = sent();
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].first.type == Type::kResponse);
    CHECK(answers[0].first.transaction == 5);
    CHECK(answers[0].first.packet == 6);
    return {*read_response(answers[0].first, answers[0].second),
            Octets(answers[0].second.begin() + 8, answers[0].second.end())};
  }
};

Header of(Type type, std::uint32_t session = 7) { return {type, 0, session, 5, 6, 0}; }

Octets varbind(const mibs::OwnVarbind& v) {
  const Octets all = Writer({}).varbind(v).take();
  return {all.begin() + kHeaderSize, all.end()};
}
Octets varbind(const mibs::Oid& name, mibs::Value::Type exception) {
  const Octets all = Writer({}).varbind(name.view(), exception).take();
  return {all.begin() + kHeaderSize, all.end()};
}

}  // namespace

TEST_CASE("AgentX: it opens, registers, and serves") {
  Master master;
  const auto open = master.sent();
  REQUIRE(open.size() == 1);
  CHECK(open[0].first.type == Type::kOpen);
  Header response = open[0].first;
  response.type = Type::kResponse;
  response.session = 7;
  master.say(Writer(response).u32(0).u16(0).u16(0).take());
  const auto registration = master.sent();
  REQUIRE(registration.size() == 1);
  CHECK(registration[0].first.type == Type::kRegister);
  CHECK(registration[0].first.session == 7);
  // RFC 2741 §6.2.3: timeout 0, priority 127, no range, and the region: 10 sub-identifiers.
  CHECK(Octets(registration[0].second.begin(), registration[0].second.begin() + 8) ==
        Octets{0, 127, 0, 0, 10, 0, 0, 0});
  CHECK_FALSE(master.session.serving());
}

TEST_CASE("AgentX: a refusal and silence end the session, and say which") {
  SECTION("open refused") {
    Master master;
    master.accept(error::kOpenFailed);
    CHECK(master.session.over() == "it answered the session with openFailed");
  }
  SECTION("registration refused") {
    Master master;
    master.accept();
    master.accept(error::kRequestDenied);
    CHECK(master.session.over() == "it answered the registration with requestDenied");
  }
  SECTION("no answer to open") {
    Master master;
    master.session.on_time(master.now + MasterSession::kAnswerWithin - 1ms);
    CHECK(master.session.over() == "");
    master.session.on_time(master.now + MasterSession::kAnswerWithin);
    CHECK(master.session.over() == "it did not answer within 10 s");
  }
  SECTION("a ping in time, and none to the next") {
    Master master;
    master.serve();
    CHECK(master.session.due() == master.now + MasterSession::kPingEvery);
    master.now += MasterSession::kPingEvery;
    master.session.on_time(master.now);
    master.accept();
    CHECK(master.session.serving());
    master.now += MasterSession::kPingEvery;
    master.session.on_time(master.now);
    CHECK(master.sent().size() == 1);
    master.session.on_time(master.now + MasterSession::kAnswerWithin);
    CHECK_FALSE(master.session.serving());
  }
  SECTION("it closes") {
    Master master;
    master.serve();
    master.say(Writer(of(Type::kClose)).u8(1).u8(0).u8(0).u8(0).take());
    CHECK(master.session.over() == "it closed the session");
  }
}

TEST_CASE("AgentX: requests in either byte order, split anywhere") {
  Master master;
  master.serve();
  const mibs::Oid version = mibs::lanwarden_root() + mibs::OidView(std::array{1U, 1U, 1U, 0U});
  const Octets big = Writer(of(Type::kGet)).oid(version.view()).oid({}).take();
  // The same, least significant octet first: flags without NETWORK_BYTE_ORDER, every integer turned.
  Octets little = big;
  little[2] = 0;
  const auto turn = [&](std::size_t at) {
    std::reverse(little.begin() + static_cast<std::ptrdiff_t>(at),
                 little.begin() + static_cast<std::ptrdiff_t>(at) + 4);
  };
  for (std::size_t at = 4; at < kHeaderSize; at += 4) turn(at);
  for (std::size_t i = 0; i < version.size(); ++i) turn(kHeaderSize + 4 + 4 * i);
  const Octets expected = varbind(*master.view.get(version.view()));
  CHECK(master.ask(big).second == expected);
  CHECK(master.ask(little).second == expected);

  for (std::size_t cut = 1; cut < big.size(); ++cut) {
    master.say(Octets(big.begin(), big.begin() + static_cast<std::ptrdiff_t>(cut)));
    CHECK(master.session.output().empty());
    CHECK(master.ask(Octets(big.begin() + static_cast<std::ptrdiff_t>(cut), big.end())).second == expected);
  }
  CHECK(master.session.requests() == 2 + big.size() - 1);
}

TEST_CASE("AgentX: ranges end where they say, and the start counts when it says so") {
  Master master;
  master.serve();
  const auto all = mibs::variables(master.data);
  const auto get_next = [&](const mibs::Oid& start, bool include, const mibs::Oid& end) {
    Writer w(of(Type::kGetNext));
    // RFC 2741 §5.2: the include field stands in the start.
    w.oid(start.view()).oid(end.view());
    Octets octets = w.take();
    octets[kHeaderSize + 2] = include ? 1 : 0;
    return master.ask(octets).second;
  };
  using mibs::Value;
  CHECK(get_next(all[3].name, false, {}) == varbind(all[4]));
  CHECK(get_next(all[3].name, true, {}) == varbind(all[3]));
  CHECK(get_next(all[3].name, false, all[4].name) == varbind(all[3].name, Value::Type::kEndOfMibView));
  CHECK(get_next(all[3].name, true, all[4].name) == varbind(all[3]));
  CHECK(get_next(mibs::lanwarden_root(), false, {}) == varbind(all[0]));
  CHECK(get_next(all.back().name, false, {}) == varbind(all.back().name, Value::Type::kEndOfMibView));
}

TEST_CASE("AgentX: GetBulk repeats, and ends with what there is") {
  Master master;
  master.serve();
  const auto all = mibs::variables(master.data);
  const auto bulk = [&](std::uint16_t non_repeaters, std::uint16_t repetitions) {
    Writer w(of(Type::kGetBulk));
    w.u16(non_repeaters).u16(repetitions);
    w.oid(all[0].name.view()).oid({}).oid(all[5].name.view()).oid({});
    return master.ask(w.take()).second;
  };
  const auto joined = [](std::initializer_list<Octets> parts) {
    Octets out;
    for (const Octets& part : parts) out.insert(out.end(), part.begin(), part.end());
    return out;
  };
  CHECK(bulk(1, 2) == joined({varbind(all[1]), varbind(all[6]), varbind(all[7])}));
  CHECK(bulk(0, 2) == joined({varbind(all[1]), varbind(all[6]), varbind(all[2]), varbind(all[7])}));
  CHECK(bulk(9, 2) == joined({varbind(all[1]), varbind(all[6])}));
  CHECK(bulk(0, 0).empty());
  // However often it may repeat, it stops once nothing is left.
  CHECK(bulk(0, 65535).size() < 2 * all.size() * 100);
}

TEST_CASE("AgentX: what is refused is refused by name") {
  Master master;
  master.serve();
  CHECK(master.ask(Writer(of(Type::kGet, 8)).take()).first.error == error::kNotOpen);
  CHECK(master.ask(Writer(of(Type::kTestSet)).take()).first.error == error::kNotWritable);
  CHECK(master.ask(Writer(of(Type::kCommitSet)).take()).first.error == error::kCommitFailed);
  CHECK(master.ask(Writer(of(Type::kRegister)).take()).first.error == error::kParseError);
  CHECK(master.ask(Writer(of(Type::kGet)).u32(0xff00'0000).take()).first.error == error::kParseError);
  Octets other = Writer(of(Type::kGet)).octets("other").oid({}).oid({}).take();
  other[2] |= 0x08;  // NON_DEFAULT_CONTEXT
  CHECK(master.ask(other).first.error == error::kUnsupportedContext);
  master.say(Writer(of(Type::kCleanupSet)).take());
  CHECK(master.session.output().empty());
  CHECK(master.session.serving());
}

TEST_CASE("AgentX: rubbish, too much, and a master that does not read") {
  SECTION("another protocol") {
    Master master;
    master.serve();
    master.say(Octets(64, 'x'));
    CHECK(master.session.over() == "it does not speak AgentX");
  }
  SECTION("a size that nobody means") {
    Master master;
    master.serve();
    Octets octets = Writer(of(Type::kGet)).take();
    octets[16] = 0x7f;
    master.say(octets);
    CHECK(master.session.over() == "it sent more than fits");
  }
  SECTION("answers that pile up") {
    Master master;
    master.serve();
    Writer w(of(Type::kGetNext));
    for (int i = 0; i < 1000; ++i) w.oid(mibs::lanwarden_root().view()).oid({});
    const Octets request = w.take();
    for (int i = 0; i < 10'000 && master.session.over().empty(); ++i) master.say(request);
    CHECK(master.session.over() == "it does not read what it asked for");
    CHECK(master.session.output().size() <= MasterSession::kMostWaiting);
  }
}
