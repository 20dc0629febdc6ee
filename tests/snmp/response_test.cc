// Response messages, written by the lab's own encoder, by hand, and by a vandal.
#include "snmp/response.h"

#include <catch2/catch.hpp>
#include <random>

#include "tests/lab/agent/ber.h"
#include "tests/lab/agent/message.h"

using namespace lanwarden;
using snmp::ResponseReader;
using Type = mibs::Value::Type;

namespace {

lab::ber::Octets message_of(const lab::ber::Octets& varbinds, int version = 1) {
  lab::CommunityMessage m;
  m.version = version;
  m.community = "public";
  m.pdu.type = lab::PduType::kResponse;
  m.pdu.request_id = 4711;
  m.pdu.varbinds = varbinds;
  return lab::write_message(m);
}

lab::ber::Octets variable(const lab::Oid& name, std::uint8_t tag, std::vector<std::uint8_t> content) {
  lab::ber::Octets inner, out;
  lab::ber::append_oid(inner, name);
  lab::ber::append_tlv(inner, tag, content);
  lab::ber::append_tlv(out, 0x30, inner);
  return out;
}

const lab::Oid kName{1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2, 0, 13, 75, 206, 32, 205};

}  // namespace

TEST_CASE("every type of RFC 2578 is read as it was written", "[snmp][response]") {
  lab::ber::Octets list;
  lab::ber::append_varbind(list, kName, lab::Value::of_integer(-5));
  lab::ber::append_varbind(list, lab::Oid{1, 3, 6, 4'294'967'295U}, lab::Value::of_octets("A1"));
  const auto add = [&](std::uint8_t tag, std::vector<std::uint8_t> content) {
    const auto v = variable(kName, tag, std::move(content));
    list.insert(list.end(), v.begin(), v.end());
  };
  add(0x42, {0, 255, 255, 255, 255});         // Gauge32
  add(0x42, {255, 255, 255, 255});            // the same from an agent that forgot the zero
  add(0x46, {0, 255, 0, 0, 0, 0, 0, 0, 1});   // Counter64
  add(0x40, {10, 0, 3, 2});                   // IpAddress
  add(0x06, {0x2b, 6, 1, 4, 1, 0x89, 0x14});  // OBJECT IDENTIFIER
  add(0x06, {0x88, 0x37, 3});                 // 2.999.3: X.690 §8.19.5
  add(0x81, {});                              // noSuchInstance
  add(0x82, {});                              // endOfMibView
  const auto message = message_of(list);
  ResponseReader reader;
  const snmp::Response* r = reader.read(message);
  REQUIRE(r != nullptr);
  CHECK(r->version == 1);
  CHECK(r->request_id == 4711);
  CHECK(r->error_status == 0);
  REQUIRE(r->bindings.size() == 10);
  CHECK(mibs::Oid(r->bindings[0].name) == mibs::Oid(mibs::OidView(kName)));
  CHECK(r->bindings[0].value.type == Type::kInteger);
  CHECK(r->bindings[0].value.integer == -5);
  CHECK(r->bindings[1].name.back() == 4'294'967'295U);
  CHECK(r->bindings[1].value.as_text() == "A1");
  CHECK(r->bindings[2].value.number == 4'294'967'295U);
  CHECK(r->bindings[3].value.number == 4'294'967'295U);
  CHECK(r->bindings[4].value.number == 0xff00'0000'0000'0001U);
  CHECK(r->bindings[5].value.octets.size() == 4);
  CHECK(mibs::Oid(r->bindings[6].value.oid).to_string() == "1.3.6.1.4.1.1172");
  CHECK(mibs::Oid(r->bindings[7].value.oid).to_string() == "2.999.3");
  CHECK(r->bindings[8].value.type == Type::kNoSuchInstance);
  CHECK(r->bindings[9].value.type == Type::kEndOfMibView);
}

TEST_CASE("an error keeps its status and index, in both versions", "[snmp][response]") {
  for (const int version : {0, 1}) {
    lab::CommunityMessage m;
    m.version = version;
    m.pdu.type = lab::PduType::kResponse;
    m.pdu.status = 2;
    m.pdu.index = 3;
    const auto message = lab::write_message(m);
    ResponseReader reader;
    const snmp::Response* r = reader.read(message);
    REQUIRE(r != nullptr);
    CHECK(r->version == version);
    CHECK(r->error_status == 2);
    CHECK(r->error_index == 3);
    CHECK(r->bindings.empty());
  }
}

TEST_CASE("what is no whole response is refused", "[snmp][response]") {
  ResponseReader reader;
  lab::CommunityMessage request;
  request.pdu.type = lab::PduType::kGet;
  CHECK(reader.read(lab::write_message(request)) == nullptr);
  CHECK(reader.read({}) == nullptr);

  const auto refused = [&](const lab::ber::Octets& varbinds) {
    return reader.read(message_of(varbinds)) == nullptr;
  };
  CHECK_FALSE(refused(variable(kName, 0x02, {1})));
  CHECK(refused(variable(kName, 0x02, {})));                               // an integer without octets
  CHECK(refused(variable(kName, 0x02, std::vector<std::uint8_t>(9, 1))));  // more than 64 bits
  CHECK(refused(variable(kName, 0x42, {1, 0, 0, 0, 0})));                  // a Gauge32 of 33 bits
  CHECK(refused(variable(kName, 0x06, {0x2b, 0x86})));                     // a sub-identifier without end
  CHECK(refused(variable(kName, 0x06, {0x2b, 0x90, 0x80, 0x80, 0x80, 0x00})));  // of 33 bits
  CHECK(refused(variable(lab::Oid(129, 1), 0x02, {1})));                        // more than 128 of them
  CHECK(refused({0x30, 0x80, 0x00, 0x00}));                                     // the indefinite form
  CHECK(refused({0x04, 0x01, 0x00}));                                           // no VarBind

  lab::ber::Octets list;
  for (int i = 0; i < 20; ++i) lab::ber::append_varbind(list, kName, lab::Value::of_integer(i));
  const auto message = message_of(list);
  for (std::size_t size = 0; size < message.size(); ++size)
    CHECK(reader.read(std::span(message).first(size)) == nullptr);
}

TEST_CASE("hostile octets never lead a view out of the message", "[snmp][response]") {
  lab::ber::Octets list;
  for (int i = 0; i < 6; ++i) {
    lab::ber::append_varbind(list, kName, lab::Value::of_integer(i));
    lab::ber::append_varbind(list, kName, lab::Value::of_octets("octets"));
  }
  const auto whole = message_of(list);
  std::mt19937 dice(7);
  ResponseReader reader;
  unsigned read = 0;
  for (int round = 0; round < 20'000; ++round) {
    auto message = whole;
    for (auto changes = 1 + dice() % 3; changes > 0; --changes)
      message[dice() % message.size()] = static_cast<std::uint8_t>(dice());
    const snmp::Response* r = reader.read(message);
    if (r == nullptr) continue;
    ++read;
    for (const snmp::Binding& b : r->bindings) {
      REQUIRE(b.name.size() <= 128);
      if (b.value.octets.empty()) continue;
      REQUIRE(b.value.octets.data() >= message.data());
      REQUIRE(b.value.octets.data() + b.value.octets.size() <= message.data() + message.size());
    }
  }
  CHECK(read > 1000);  // else nothing was tested
}
