#include "snmp/usm_header.h"

#include "snmp/ber.h"

namespace lanwarden::snmp {
namespace {

constexpr std::uint8_t kInteger = 0x02, kOctets = 0x04, kSequence = 0x30;
constexpr std::uint8_t kVersion3 = 3;
constexpr std::size_t kLongestEngineId = 32;  // SnmpEngineID, RFC 3411
constexpr std::size_t kLongestUser = 32;

}  // namespace

std::optional<UsmHeader> read_usm_header(std::span<const std::uint8_t> message) {
  ber::Field outer, version, global, parameters, usm, engine, boots, time, user;
  ber::Cursor whole(message);
  if (!whole.next(outer, kSequence)) return std::nullopt;
  ber::Cursor header(outer.content);
  if (!header.next(version, kInteger) || version.content.size() != 1 || version.content[0] != kVersion3 ||
      !header.next(global, kSequence) || !header.next(parameters, kOctets))
    return std::nullopt;
  ber::Cursor inner(parameters.content);
  if (!inner.next(usm, kSequence)) return std::nullopt;
  ber::Cursor fields(usm.content);
  if (!fields.next(engine, kOctets) || !fields.next(boots, kInteger) || !fields.next(time, kInteger) ||
      !fields.next(user, kOctets))
    return std::nullopt;
  if (engine.content.size() > kLongestEngineId || user.content.size() > kLongestUser) return std::nullopt;
  return UsmHeader{engine.content, {reinterpret_cast<const char*>(user.content.data()), user.content.size()}};
}

}  // namespace lanwarden::snmp
