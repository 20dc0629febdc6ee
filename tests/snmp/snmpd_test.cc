// Against a real agent: Debian's snmpd.
#include "tests/snmp/snmpd.h"

#include <catch2/catch.hpp>

#include "tests/snmp/fleet.h"

using namespace lanwarden::snmp;
using namespace lanwarden::snmp::testing;
using lanwarden::topology::Completeness;
using lanwarden::topology::SwitchId;
using lanwarden::topology::Table;

namespace {

Credential good_v3() {
  return v3(Snmpd::kUser, AuthProtocol::kSha256, Snmpd::kAuthPassword, PrivProtocol::kAes128,
            Snmpd::kPrivacyPassword);
}

Target target(const Snmpd& snmpd, const Credential& credential) {
  Target t;
  t.name = "real";
  t.address = snmpd.address();
  t.read = credential;
  t.timeout = 300ms;
  return t;
}

Cause cause_with(const Snmpd& snmpd, const Credential& credential) {
  Collector collector({target(snmpd, credential)});
  CHECK_FALSE(collector.poll({}).at(0).answered);
  REQUIRE(collector.failures().size() == 1);
  const Failure& failure = collector.failures()[0].second;
  INFO(failure.detail);
  for (const std::string& secret : {credential.community.reveal(), credential.auth_password.reveal(),
                                    credential.privacy_password.reveal()})
    CHECK((secret.empty() || failure.detail.find(secret) == std::string::npos));
  return failure.cause;
}

}  // namespace

TEST_CASE("snmpd: polled in every version") {
  const auto snmpd = Snmpd::start();
  if (!snmpd) return;
  Credential v1 = v2c("public");
  v1.version = Version::kV1;
  Credential without_privacy = v3(Snmpd::kUser, AuthProtocol::kSha256, Snmpd::kAuthPassword);
  for (const Credential& credential : {v1, v2c("public"), without_privacy, good_v3()}) {
    CAPTURE(static_cast<int>(credential.version), credential.privacy == PrivProtocol::kNone);
    Collector collector({target(*snmpd, credential)});
    const auto s = collector.poll({}).at(0);
    CHECK(s.answered);
    CHECK(s.system_name == "real");
    CHECK_FALSE(s.interfaces.empty());
    CHECK(s.table(Table::kInterfaces).completeness == Completeness::kComplete);
  }
}

TEST_CASE("snmpd: each wrong credential is told by its own name") {
  const auto snmpd = Snmpd::start();
  if (!snmpd) return;
  Credential wrong = good_v3();
  SECTION("community") { CHECK(cause_with(*snmpd, v2c("wrong community")) == Cause::kTimeout); }
  SECTION("user") {
    wrong.user = "stranger";
    CHECK(cause_with(*snmpd, wrong) == Cause::kUnknownUser);
  }
  SECTION("authentication password") {
    wrong.auth_password = Secret("wrong password");
    CHECK(cause_with(*snmpd, wrong) == Cause::kWrongDigest);
  }
  SECTION("authentication protocol") {
    wrong.auth = AuthProtocol::kMd5;
    CHECK(cause_with(*snmpd, wrong) == Cause::kWrongDigest);
  }
  SECTION("privacy password") {
    wrong.privacy_password = Secret("wrong password");
    CHECK(cause_with(*snmpd, wrong) == Cause::kDecryption);
  }
  SECTION("privacy protocol") {
    wrong.privacy = PrivProtocol::kDes;
    CHECK(cause_with(*snmpd, wrong) == Cause::kDecryption);
  }
}

TEST_CASE("snmpd: no authentication where it is asked for") {
  const auto snmpd = Snmpd::start();
  if (!snmpd) return;
  CHECK(cause_with(*snmpd, v3(Snmpd::kUser, AuthProtocol::kNone, "")) == Cause::kAuthorization);
}

TEST_CASE("snmpd: restarted between two polls, resynchronised silently") {
  const auto snmpd = Snmpd::start();
  if (!snmpd) return;
  Collector collector({target(*snmpd, good_v3())});
  REQUIRE(collector.poll({}).at(0).answered);
  REQUIRE(snmpd->restart());
  const auto s = collector.poll({}).at(0);
  CAPTURE(all_text(s));
  CHECK(s.answered);
  CHECK(s.problems.empty());
}

TEST_CASE("snmpd: a SET that its access rules forbid is named") {
  const auto snmpd = Snmpd::start();
  if (!snmpd) return;
  Target t = target(*snmpd, good_v3());
  t.write = good_v3();
  Collector collector({t});
  const auto s = collector.poll({}).at(0);
  REQUIRE_FALSE(s.interfaces.empty());
  const Varbind up{objects::if_admin_status(s.interfaces[0].ifindex), "1"};
  const auto result = collector.set(SwitchId(0), std::span(&up, 1));
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().cause == Cause::kAuthorization);
}
