// Which answers a session of communities takes for its own.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "snmp/wire.h"

using namespace lanwarden;

namespace {

using Octets = std::vector<std::uint8_t>;

/// A session, and the agent's end of its wire.
struct Wire {
  std::array<int, 2> ends{-1, -1};
  std::vector<std::uint64_t> answered;
  std::unique_ptr<snmp::Session> session;

  Wire() {
    REQUIRE(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
    snmp::Credential credential;
    credential.community = snmp::Secret("public");
    auto opened = snmp::Session::open(
        ends[0], credential, [this](std::uint64_t token, const snmp::Answer&) { answered.push_back(token); });
    REQUIRE(opened);
    session = std::move(*opened);
  }
  ~Wire() { ::close(ends[1]); }

  /// Asks, and gives the question as the agent has it.
  Octets ask(std::uint64_t token) {
    const mibs::Oid name{1, 3, 6, 1, 2, 1, 1, 3, 0};
    snmp::Query query;
    query.names.push_back(name.view());
    REQUIRE(session->send(token, query));
    Octets question(2048);
    const auto got = ::recv(ends[1], question.data(), question.size(), 0);
    REQUIRE(got > 0);
    question.resize(static_cast<std::size_t>(got));
    return question;
  }
  /// Answers with what was asked: a GET that says it is a response.
  void answer(Octets question) {
    constexpr std::size_t kPdu = 2 + 3 + 2 + 6;  // sequence, version, "public"
    REQUIRE(question.at(kPdu) == 0xa0);
    question[kPdu] = 0xa2;
    REQUIRE(::send(ends[1], question.data(), question.size(), 0) > 0);
    CHECK(session->read() == snmp::Session::Read::kDone);
  }
};

}  // namespace

TEST_CASE("a question is remembered while hundreds after it are answered", "[session]") {
  Wire wire;
  const Octets slow = wire.ask(1);
  for (std::uint64_t n = 2; n < 400; ++n) wire.answer(wire.ask(n));
  wire.answered.clear();
  wire.answer(slow);
  CHECK(wire.answered == std::vector<std::uint64_t>{1});
  wire.answer(slow);  // the same again
  CHECK(wire.answered.size() == 1);
}

TEST_CASE("questions that nobody ever answered give up their places, the oldest first", "[session]") {
  Wire wire;
  std::vector<Octets> asked;
  for (std::uint64_t n = 0; n < 200; ++n) asked.push_back(wire.ask(n));
  wire.answer(asked.front());
  CHECK(wire.answered.empty());
  for (std::uint64_t n = 140; n < 200; ++n) wire.answer(asked[n]);
  REQUIRE(wire.answered.size() == 60);
  CHECK(wire.answered.front() == 140);
  CHECK(wire.answered.back() == 199);
}
