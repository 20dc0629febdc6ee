// Who may ask, and what is said when one may not: auth-errors and engine-restart of QUIRKS.md.
#include <catch2/catch.hpp>

#include "tests/snmp/fleet.h"

using namespace lanwarden::snmp;
using namespace lanwarden::snmp::testing;
using lanwarden::topology::IfIndex;
using lanwarden::topology::SwitchId;
namespace lab = lanwarden::lab;

namespace {

constexpr const char* kAuthPassword = "correct horse";
constexpr const char* kPrivacyPassword = "battery staple";

struct Pair {
  AuthProtocol ours;
  lab::AuthProtocol theirs;
};
struct PrivacyPair {
  PrivProtocol ours;
  lab::PrivProtocol theirs;
};

lab::AgentConfig secured(std::vector<lab::UsmUser> users) {
  lab::AgentConfig config;
  config.name = "floor3";
  config.view = plain_switch(8, 40);
  config.read_community = "nobody-knows";
  config.users = std::move(users);
  return config;
}

const lab::UsmUser& sha256_aes() {
  // Making keys of a password hashes a megabyte each: once for all agents.
  static const lab::UsmUser user = lab::make_user("lanwarden", lab::AuthProtocol::kSha256, kAuthPassword,
                                                  lab::PrivProtocol::kAes128, kPrivacyPassword, true);
  return user;
}
Credential sha256_aes_credential() {
  return v3("lanwarden", AuthProtocol::kSha256, kAuthPassword, PrivProtocol::kAes128, kPrivacyPassword);
}

/// The failure of a poll with this credential.
Failure failure_with(lab::AgentConfig config, const Credential& credential) {
  Fleet fleet;
  fleet.add(std::move(config));
  fleet.targets[0].read = credential;
  fleet.targets[0].timeout = 150ms;
  auto collector = fleet.collector();
  const auto snapshots = collector.poll({});
  CHECK_FALSE(snapshots.at(0).answered);
  REQUIRE(collector.failures().size() == 1);
  const Failure failure = collector.failures()[0].second;
  CHECK(snapshots[0].problems.size() >= 1);
  for (const std::string& secret : {credential.community.reveal(), credential.auth_password.reveal(),
                                    credential.privacy_password.reveal()})
    if (!secret.empty()) {
      CHECK(failure.detail.find(secret) == std::string::npos);
      CHECK(all_text(snapshots[0]).find(secret) == std::string::npos);
    }
  CHECK(failure.detail.starts_with("floor3 (127.0.0.1:"));
  return failure;
}

}  // namespace

TEST_CASE("SNMPv3: every authentication protocol is understood") {
  const auto p = GENERATE(Pair{AuthProtocol::kMd5, lab::AuthProtocol::kMd5},
                          Pair{AuthProtocol::kSha1, lab::AuthProtocol::kSha1},
                          Pair{AuthProtocol::kSha224, lab::AuthProtocol::kSha224},
                          Pair{AuthProtocol::kSha256, lab::AuthProtocol::kSha256},
                          Pair{AuthProtocol::kSha384, lab::AuthProtocol::kSha384},
                          Pair{AuthProtocol::kSha512, lab::AuthProtocol::kSha512});
  Fleet fleet;
  fleet.add(secured({lab::make_user("lanwarden", p.theirs, kAuthPassword)}));
  fleet.targets[0].read = v3("lanwarden", p.ours, kAuthPassword);
  auto collector = fleet.collector();
  CHECK(collector.poll({}).at(0).fdb.size() == 40);
}

TEST_CASE("SNMPv3: every privacy protocol is understood") {
  const auto p = GENERATE(PrivacyPair{PrivProtocol::kDes, lab::PrivProtocol::kDes},
                          PrivacyPair{PrivProtocol::kAes128, lab::PrivProtocol::kAes128},
                          PrivacyPair{PrivProtocol::kAes192, lab::PrivProtocol::kAes192},
                          PrivacyPair{PrivProtocol::kAes256, lab::PrivProtocol::kAes256});
  Fleet fleet;
  fleet.add(secured(
      {lab::make_user("lanwarden", lab::AuthProtocol::kSha256, kAuthPassword, p.theirs, kPrivacyPassword)}));
  fleet.targets[0].read = v3("lanwarden", AuthProtocol::kSha256, kAuthPassword, p.ours, kPrivacyPassword);
  auto collector = fleet.collector();
  CHECK(collector.poll({}).at(0).fdb.size() == 40);
}

TEST_CASE("SNMPv3: without authentication") {
  Fleet fleet;
  fleet.add(secured({lab::make_user("guest")}));
  fleet.targets[0].read = v3("guest", AuthProtocol::kNone, "");
  auto collector = fleet.collector();
  CHECK(collector.poll({}).at(0).fdb.size() == 40);
}

TEST_CASE("SNMPv3: the engine is discovered once, not in every poll") {
  Fleet fleet;
  fleet.add(secured({sha256_aes()}));
  fleet.targets[0].read = sha256_aes_credential();
  auto collector = fleet.collector();
  collector.poll({});
  const auto first = fleet.server.counters().received;
  collector.poll({});
  CHECK(fleet.server.counters().received - first < first);
}

TEST_CASE("SNMPv3: two hundred switches, one credential, all at once") {
  Fleet fleet;
  for (int i = 0; i < 200; ++i) fleet.add(secured({sha256_aes()}));
  for (Target& t : fleet.targets) t.read = sha256_aes_credential();
  auto collector = fleet.collector();
  std::size_t rows = 0;
  for (const auto& s : collector.poll({})) rows += s.fdb.size();
  CHECK(rows == 200 * 40);
}

TEST_CASE("SNMPv3: two switches that claim one engine id, with different passwords, both answer") {
  Fleet fleet;
  for (const char* password : {"password one", "password two"}) {
    auto config = secured({lab::make_user("lanwarden", lab::AuthProtocol::kSha256, password)});
    config.engine_id = lab::make_engine_id("cloned");
    fleet.add(std::move(config));
    fleet.targets.back().read = v3("lanwarden", AuthProtocol::kSha256, password);
  }
  auto collector = fleet.collector();
  const auto snapshots = collector.poll({});
  CHECK(snapshots.at(0).fdb.size() == 40);
  CHECK(snapshots.at(1).fdb.size() == 40);
}

TEST_CASE("SNMPv3: an IPv6 switch") {
  Fleet fleet;
  auto config = secured({sha256_aes()});
  config.address = "::1";
  lab::AgentServer probe;
  if (!probe.add(config)) {
    WARN("SKIPPED: no IPv6 on this machine's loopback");
    return;
  }
  fleet.add(std::move(config));
  fleet.targets[0].read = sha256_aes_credential();
  auto collector = fleet.collector();
  CHECK(collector.poll({}).at(0).fdb.size() == 40);
}

TEST_CASE("engine-restart: the agent's boots went up; resynchronised once, silently") {
  Fleet fleet;
  fleet.add(secured({sha256_aes()}));
  fleet.targets[0].read = sha256_aes_credential();
  auto collector = fleet.collector();
  REQUIRE(collector.poll({}).at(0).fdb.size() == 40);
  fleet.server.reboot(0);
  const auto snapshots = collector.poll({});
  CHECK(snapshots.at(0).fdb.size() == 40);
  CHECK(snapshots[0].problems.empty());
}

TEST_CASE("engine-restart: another device with another engine id took its place") {
  auto config = secured({sha256_aes()});
  config.engine_id = lab::make_engine_id("old");
  auto old = std::make_unique<lab::AgentServer>();
  REQUIRE(old->add(config));
  const auto endpoint = old->endpoint(0);
  old->start();
  Target target;
  target.name = "floor3";
  target.address = endpoint.to_string();
  target.read = sha256_aes_credential();
  target.timeout = 500ms;
  Collector collector({target});
  REQUIRE(collector.poll({}).at(0).fdb.size() == 40);
  old.reset();

  config.engine_id = lab::make_engine_id("new");
  config.port = endpoint.port;
  lab::AgentServer now;
  REQUIRE(now.add(config));
  now.start();
  CHECK(collector.poll({}).at(0).fdb.size() == 40);
}

TEST_CASE("auth-errors: a wrong community is silence, and is said so") {
  auto config = secured({});
  const Failure failure = failure_with(std::move(config), v2c("guessed-wrong"));
  CHECK(failure.cause == Cause::kTimeout);
  CHECK(failure.detail.find("no answer to SNMPv2c in 3 tries; is credential \"ro\" right there") !=
        std::string::npos);
  CHECK(failure.detail.ends_with("try: lanwarden check floor3"));
}

TEST_CASE("auth-errors: an unknown user") {
  auto credential = sha256_aes_credential();
  credential.user = "stranger";
  const Failure failure = failure_with(secured({sha256_aes()}), credential);
  CHECK(failure.cause == Cause::kUnknownUser);
  CHECK(failure.detail.find("user \"stranger\"") != std::string::npos);
}

TEST_CASE("auth-errors: a wrong authentication password") {
  auto credential = sha256_aes_credential();
  credential.auth_password = Secret("wrong password");
  CHECK(failure_with(secured({sha256_aes()}), credential).cause == Cause::kWrongDigest);
}

TEST_CASE("auth-errors: a wrong authentication protocol") {
  auto credential = sha256_aes_credential();
  credential.auth = AuthProtocol::kSha512;
  CHECK(failure_with(secured({sha256_aes()}), credential).cause == Cause::kWrongDigest);
}

TEST_CASE("auth-errors: a wrong privacy password") {
  auto credential = sha256_aes_credential();
  credential.privacy_password = Secret("wrong password");
  CHECK(failure_with(secured({sha256_aes()}), credential).cause == Cause::kDecryption);
}

TEST_CASE("auth-errors: a user without privacy is asked with privacy") {
  const Failure failure =
      failure_with(secured({lab::make_user("lanwarden", lab::AuthProtocol::kSha256, kAuthPassword)}),
                   sha256_aes_credential());
  CHECK(failure.cause == Cause::kUnsupportedSecurity);
}

TEST_CASE("auth-errors: a right password after a wrong one works, in one process") {
  Fleet fleet;
  fleet.add(secured({sha256_aes()}));
  fleet.add(secured({sha256_aes()}));
  fleet.targets[1].address = fleet.targets[0].address;
  fleet.targets[0].read = sha256_aes_credential();
  fleet.targets[0].read.auth_password = Secret("wrong password");
  fleet.targets[1].read = sha256_aes_credential();
  auto collector = fleet.collector();
  const auto snapshots = collector.poll({});
  CHECK_FALSE(snapshots.at(0).answered);
  CHECK(snapshots.at(1).fdb.size() == 40);
}

TEST_CASE("a password shorter than SNMPv3 allows is told before anything is sent") {
  auto credential = sha256_aes_credential();
  credential.auth_password = Secret("short");
  const Failure failure = failure_with(secured({sha256_aes()}), credential);
  CHECK(failure.cause == Cause::kLocal);
  CHECK(failure.detail.find("auth_password has fewer than the 8 characters") != std::string::npos);
}

TEST_CASE("nothing listens: ICMP says so") {
  Fleet fleet;
  fleet.add("floor3", plain_switch(1, 1));
  fleet.targets[0].address = "127.0.0.1:9";
  auto collector = fleet.collector();
  CHECK_FALSE(collector.poll({}).at(0).answered);
  REQUIRE(collector.failures().size() == 1);
  CHECK(collector.failures()[0].second.cause == Cause::kUnreachable);
}

TEST_CASE("a name that does not resolve, and an address that is none") {
  Fleet fleet;
  fleet.add("floor3", plain_switch(1, 1));
  fleet.add("floor4", plain_switch(1, 1));
  fleet.add("floor5", plain_switch(1, 10));
  fleet.targets[0].address = "no-such-host.invalid";
  fleet.targets[1].address = "10.0.0.1:port";
  auto collector = fleet.collector();
  const auto snapshots = collector.poll({});
  REQUIRE(collector.failures().size() == 2);
  CHECK(collector.failures()[0].second.cause == Cause::kBadAddress);
  CHECK(collector.failures()[1].second.cause == Cause::kBadAddress);
  CHECK(snapshots.at(2).fdb.size() == 10);
}

TEST_CASE("a host name that resolves is asked") {
  Fleet fleet;
  fleet.add("floor3", plain_switch(1, 10));
  const std::string address = fleet.targets[0].address;
  fleet.targets[0].address = "localhost" + address.substr(address.find(':'));
  fleet.targets[0].any_source = true;  // "localhost" may be ::1 first
  auto collector = fleet.collector();
  const auto snapshot = collector.poll({}).at(0);
  if (!snapshot.answered) {
    WARN("SKIPPED: localhost is not 127.0.0.1 here");
    return;
  }
  CHECK(snapshot.fdb.size() == 10);
}
