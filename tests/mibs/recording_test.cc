// What is kept of what an agent says, and what never is.
#include "mibs/recording.h"

#include <catch2/catch.hpp>

using namespace lanwarden::mibs;

namespace {

Value octets(const std::string& text, std::uint8_t tag = 4) {
  Value v;
  v.type = Value::Type::kOctets;
  v.tag = tag;
  v.octets = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  return v;
}
Value number(std::uint64_t n, std::uint8_t tag) {
  Value v;
  v.type = Value::Type::kUnsigned;
  v.tag = tag;
  v.number = n;
  return v;
}
RecordedVariable variable(const std::string& name, const std::string& text) {
  const Oid oid = Oid::parse(name).value();
  return recorded(oid.view(), octets(text)).value();
}
std::string line(const Value& value) {
  const Oid name{1, 3, 6, 1, 2, 1, 1, 5, 0};
  const auto v = recorded(name.view(), value);
  return v ? snmprec_line(*v) : "nothing";
}

}  // namespace

TEST_CASE("each type is written as snmpsim reads it") {
  CHECK(line(octets("core|1")) == "1.3.6.1.2.1.1.5.0|4|core|1");
  CHECK(line(octets(std::string("\x00\x0d\x4b", 3))) == "1.3.6.1.2.1.1.5.0|4x|000d4b");
  CHECK(line(octets("two\nlines")) == "1.3.6.1.2.1.1.5.0|4x|74776f0a6c696e6573");
  CHECK(line(octets(" ")) == "1.3.6.1.2.1.1.5.0|4x|20");
  CHECK(line(octets("")) == "1.3.6.1.2.1.1.5.0|4|");
  CHECK(line(octets("\x0a\x01\x02\x03", 0x40)) == "1.3.6.1.2.1.1.5.0|64|10.1.2.3");
  CHECK(line(octets("\x9f\x78", 0x44)) == "1.3.6.1.2.1.1.5.0|68x|9f78");
  CHECK(line(number(7, 0x41)) == "1.3.6.1.2.1.1.5.0|65|7");
  CHECK(line(number(8, 0x43)) == "1.3.6.1.2.1.1.5.0|67|8");
  CHECK(line(number(18446744073709551615U, 0x46)) == "1.3.6.1.2.1.1.5.0|70|18446744073709551615");
  Value v;
  v.type = Value::Type::kInteger;
  v.integer = -3;
  CHECK(line(v) == "1.3.6.1.2.1.1.5.0|2|-3");
  const Oid target{1, 3, 6, 1, 4, 1, 9};
  v = {};
  v.type = Value::Type::kOid;
  v.oid = target.view();
  CHECK(line(v) == "1.3.6.1.2.1.1.5.0|6|1.3.6.1.4.1.9");
  v = {};
  v.type = Value::Type::kEndOfMibView;
  CHECK(line(v) == "nothing");
}

TEST_CASE("what agents keep secrets in is never recorded, nor a value or an index with a configured one") {
  const SecretFilter filter({"public", "s3cret-ro", "abc"});
  const auto kept = [&](const std::string& name, const std::string& text) {
    RecordedVariable v = variable(name, text);
    return filter.keep(v);
  };
  CHECK(kept("1.3.6.1.2.1.1.5.0", "core"));
  CHECK_FALSE(kept("1.3.6.1.6.3.18.1.1.1.2.1", "x"));        // snmpCommunityName
  CHECK_FALSE(kept("1.3.6.1.6.3.15.1.2.2.1.3.1", "x"));      // usmUserTable
  CHECK_FALSE(kept("1.3.6.1.2.1.16.9.1.1.4.1", "x"));        // eventCommunity
  CHECK_FALSE(kept("1.3.6.1.2.1.1.6.0", "room s3cret-ro"));  // somebody wrote it there
  CHECK_FALSE(kept("1.3.6.1.4.1.99.1.115.51.99.114.101.116.45.114.111", "x"));
  // The factory's words, and the shortest, would take half of the recording with them.
  CHECK(kept("1.3.6.1.2.1.1.6.0", "public library"));
  CHECK(kept("1.3.6.1.2.1.1.6.0", "abc"));
}

TEST_CASE("of a community per VLAN only the VLAN is kept") {
  const SecretFilter filter({});
  RecordedVariable v = variable("1.3.6.1.2.1.47.1.2.1.1.4.2", "hush@10");
  CHECK(filter.keep(v));
  CHECK(v.octets == "community@10");
  v = variable("1.3.6.1.2.1.47.1.2.1.1.4.1", "hush");
  CHECK(filter.keep(v));
  CHECK(v.octets == "community");
}

TEST_CASE("every column a poll asks for is below a root of the recording") {
  for (const Oid& column : recording_columns(Oid{1})) {
    INFO(column.to_string());
    const auto roots = recording_roots();
    CHECK(std::any_of(roots.begin(), roots.end(),
                      [&](auto root) { return Oid::parse(root).value().is_prefix_of(column.view()); }));
  }
}
