#include "tests/lab/agent/ber.h"

#include <catch2/catch.hpp>
#include <limits>

using namespace lanwarden::lab;

namespace {

ber::Octets encoded(const Value& value) {
  ber::Octets out;
  ber::append_value(out, value);
  return out;
}

ber::Octets oid_content(const Oid& oid) {
  ber::Octets out;
  ber::append_oid_content(out, oid);
  return out;
}

Value back(const Value& value) {
  const auto octets = encoded(value);
  ber::Reader reader(octets);
  const auto element = reader.next();
  REQUIRE(element);
  const auto read = ber::read_value(element->tag, element->content);
  REQUIRE(read);
  return *read;
}

}  // namespace

TEST_CASE("integers take the fewest octets of two's complement, X.690 8.3") {
  CHECK(encoded(Value::of_integer(0)) == ber::Octets{2, 1, 0});
  CHECK(encoded(Value::of_integer(127)) == ber::Octets{2, 1, 0x7f});
  CHECK(encoded(Value::of_integer(128)) == ber::Octets{2, 2, 0, 0x80});
  CHECK(encoded(Value::of_integer(256)) == ber::Octets{2, 2, 1, 0});
  CHECK(encoded(Value::of_integer(-128)) == ber::Octets{2, 1, 0x80});
  CHECK(encoded(Value::of_integer(-129)) == ber::Octets{2, 2, 0xff, 0x7f});
  CHECK(encoded(Value::of_integer(INT32_MIN)) == ber::Octets{2, 4, 0x80, 0, 0, 0});
}

TEST_CASE("unsigned values keep a leading zero when their high bit is set") {
  CHECK(encoded(Value::of_counter32(0xffffffff)) == ber::Octets{0x41, 5, 0, 0xff, 0xff, 0xff, 0xff});
  CHECK(encoded(Value::of_gauge32(127)) == ber::Octets{0x42, 1, 0x7f});
  CHECK(encoded(Value::of_timeticks(128)) == ber::Octets{0x43, 2, 0, 0x80});
  CHECK(encoded(Value::of_counter64(std::numeric_limits<std::uint64_t>::max())) ==
        ber::Octets{0x46, 9, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
  CHECK(encoded(Value::of_ip(0x0a000302)) == ber::Octets{0x40, 4, 10, 0, 3, 2});
}

TEST_CASE("the first two sub-identifiers share an octet, the others take seven bits an octet") {
  CHECK(oid_content({1, 3, 6, 1, 2, 1}) == ber::Octets{0x2b, 6, 1, 2, 1});
  CHECK(oid_content({1, 0, 8802}) == ber::Octets{0x28, 0xc4, 0x62});
  CHECK(oid_content({2, 999, 3}) == ber::Octets{0x88, 0x37, 3});  // X.690 8.19.5
  CHECK(oid_content({1, 3, 0xffffffff}) == ber::Octets{0x2b, 0x8f, 0xff, 0xff, 0xff, 0x7f});
  CHECK(oid_content({0, 0}) == ber::Octets{0});
}

TEST_CASE("every type of value comes back as it was") {
  for (const Value& value :
       {Value::of_integer(INT32_MIN), Value::of_integer(-1), Value::of_integer(65536), Value::of_octets(""),
        Value::of_octets(std::string(300, 'x')), Value::of_oid(Oid{1, 3, 6, 1, 4, 1, 4294967295U}),
        Value::of_counter32(4294967295U), Value::of_counter64(1ULL << 63U), Value::of_ip(0xffffffff),
        Value::of_timeticks(0), Value::of_opaque("\x9f\x78"), Value{},
        Value::exception(Tag::kEndOfMibView)}) {
    CHECK(back(value) == value);
  }
}

TEST_CASE("long names and long values get long lengths") {
  Oid name{1, 3};
  while (name.size() < kMaxSubIds) name.push_back(4294967295U);
  const auto varbind = ber::encode_varbind(name, Value::of_octets(std::string(70000, 'v')));
  const auto read = ber::read_varbind(varbind);
  REQUIRE(read);
  CHECK(read->name == name);
  CHECK(read->value.octets.size() == 70000);
}

TEST_CASE("lengths that lie, indefinite lengths and long tags are refused") {
  const auto refused = [](const ber::Octets& octets) {
    ber::Reader reader(octets);
    return !reader.next();
  };
  CHECK(refused({}));
  CHECK(refused({0x30}));
  CHECK(refused({0x30, 1}));
  CHECK(refused({0x30, 0x80, 0, 0}));
  CHECK(refused({0x30, 0x81}));
  CHECK(refused({0x30, 0x85, 0, 0, 0, 0, 1, 0}));
  CHECK(refused({0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0}));
  CHECK(refused({0x3f, 1, 0}));
}

TEST_CASE("names that cannot be are refused") {
  Oid name;
  CHECK_FALSE(ber::read_oid(ber::Octets{0x2b, 0x86}, name));                          // cut off
  CHECK_FALSE(ber::read_oid(ber::Octets{0x2b, 0x90, 0x80, 0x80, 0x80, 0x00}, name));  // 2^32
  CHECK_FALSE(ber::read_oid(ber::Octets(200, 1), name));                              // too many
  CHECK(ber::read_oid(ber::Octets{}, name));
  CHECK(name.empty());
}

TEST_CASE("encoded names are ordered as the names are") {
  const std::vector<Oid> ordered{{0, 0},
                                 {0, 39},
                                 {1, 0, 8802},
                                 {1, 3, 6},
                                 {1, 3, 6, 0},
                                 {1, 3, 6, 1},
                                 {1, 3, 6, 1, 0},
                                 {1, 3, 6, 1, 127},
                                 {1, 3, 6, 1, 128},
                                 {1, 3, 6, 1, 128, 0},
                                 {1, 3, 6, 1, 16383},
                                 {1, 3, 6, 1, 16384},
                                 {1, 3, 6, 1, 4294967295U},
                                 {1, 3, 6, 2},
                                 {2, 0},
                                 {2, 100, 3}};
  for (std::size_t a = 0; a < ordered.size(); ++a) {
    for (std::size_t b = 0; b < ordered.size(); ++b) {
      INFO(to_text(ordered[a]) << " and " << to_text(ordered[b]));
      const int by_octets = ber::compare_encoded(oid_content(ordered[a]), oid_content(ordered[b]));
      CHECK((by_octets < 0) == (a < b));
      CHECK((by_octets == 0) == (a == b));
    }
  }
}

TEST_CASE("a textual name is read with or without a leading dot, and nothing else is") {
  CHECK(parse_oid("1.3.6.1") == Oid{1, 3, 6, 1});
  CHECK(parse_oid(".1.3.6.1") == Oid{1, 3, 6, 1});
  CHECK(to_text(Oid{1, 3, 4294967295U}) == "1.3.4294967295");
  for (const char* text : {"", ".", "1..3", "1.3.", "1.-3", "1.4294967296", "1.3a", "iso.3"}) {
    INFO(text);
    CHECK_FALSE(parse_oid(text));
  }
}
