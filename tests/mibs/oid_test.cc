#include "mibs/oid.h"

#include <catch2/catch.hpp>

using lanwarden::mibs::Oid;
using lanwarden::mibs::OidView;
using lanwarden::mibs::Value;

namespace {

Value octets(std::string_view text) {
  Value v;
  v.type = Value::Type::kOctets;
  v.octets = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  return v;
}

}  // namespace

TEST_CASE("an object identifier reads with and without its leading dot") {
  CHECK(Oid::parse("1.3.6.1.2.1").value() == Oid{1, 3, 6, 1, 2, 1});
  CHECK(Oid::parse(".1.3.6.1.2.1").value() == Oid{1, 3, 6, 1, 2, 1});
  CHECK(Oid::parse(".1.3.4294967295").value().to_string() == "1.3.4294967295");
}

TEST_CASE("what is no object identifier is refused at the place where it goes wrong") {
  CHECK(Oid::parse("").error().offset == 0);
  CHECK(Oid::parse(".").error().offset == 1);
  CHECK(Oid::parse("1..3").error().offset == 2);
  CHECK(Oid::parse("1.3.").error().offset == 4);
  CHECK(Oid::parse("1.3.iso").error().offset == 4);
  CHECK(Oid::parse("1.4294967296").error().offset == 2);
  CHECK(Oid::parse("1.-3").error().offset == 2);
}

TEST_CASE("object identifiers order as GETNEXT goes through them") {
  CHECK(Oid{1, 3} < Oid{1, 3, 0});
  CHECK(Oid{1, 3, 9} < Oid{1, 3, 10});
  CHECK(Oid{1, 3, 10} < Oid{1, 4});
}

TEST_CASE("a prefix is a prefix of itself and of what lies below it") {
  const Oid column{1, 3, 6};
  CHECK(column.is_prefix_of(column.view()));
  CHECK(column.is_prefix_of((column + 5U).view()));
  CHECK_FALSE(column.is_prefix_of(Oid{1, 3}.view()));
  CHECK_FALSE(column.is_prefix_of(Oid{1, 3, 7, 6}.view()));
}

TEST_CASE("a number is read whatever type the agent sent it as") {
  Value v;
  v.type = Value::Type::kInteger;
  v.integer = 17;
  CHECK(v.as_number() == 17);
  v.integer = -1;
  CHECK(v.as_number(99) == 99);
  v.type = Value::Type::kUnsigned;
  v.number = 0xffff'ffff'ffffU;
  CHECK(v.as_number() == 0xffff'ffff'ffffU);
  CHECK(octets("1234").as_number() == 1234);
  CHECK(octets("12a").as_number(7) == 7);
  CHECK(octets("").as_number(7) == 7);
  v.type = Value::Type::kEndOfMibView;
  CHECK(v.as_number(7) == 7);
  CHECK(v.is_exception());
}

TEST_CASE("text ends before trailing zeros and white space") {
  CHECK(octets(std::string_view("Gi0/1 \0\0", 8)).as_text() == "Gi0/1");
  CHECK(octets(" x").as_text() == " x");
  CHECK(octets(std::string_view("\0", 1)).as_text().empty());
}
