#include "snmp/response.h"

#include <optional>

#include "snmp/ber.h"

namespace lanwarden::snmp {
namespace {

using ber::Octets;

/// RFC 3416 §2.1: no name has more sub-identifiers.
constexpr std::size_t kMostSubIds = 128;

namespace tag {
constexpr std::uint8_t kInteger = 0x02, kBits = 0x03, kOctets = 0x04, kOid = 0x06, kSequence = 0x30,
                       kIpAddress = 0x40, kCounter32 = 0x41, kGauge32 = 0x42, kTimeTicks = 0x43,
                       kOpaque = 0x44, kCounter64 = 0x46, kUinteger32 = 0x47, kNoSuchObject = 0x80,
                       kNoSuchInstance = 0x81, kEndOfMibView = 0x82, kResponse = 0xa2;
}  // namespace tag

/// Two's complement of up to eight octets.
std::optional<std::int64_t> signed_number(Octets content) {
  if (content.empty() || content.size() > 8) return std::nullopt;
  auto n = static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int8_t>(content[0])));
  for (const std::uint8_t octet : content.subspan(1)) n = n << 8 | octet;
  return static_cast<std::int64_t>(n);
}

/// Agents leave out the leading zero that keeps a large number positive.
std::optional<std::uint64_t> unsigned_number(Octets content, std::size_t width) {
  if (content.empty() || content.size() > width + 1 || (content.size() == width + 1 && content[0] != 0))
    return std::nullopt;
  std::uint64_t n = 0;
  for (const std::uint8_t octet : content) n = n << 8 | octet;
  return n;
}

}  // namespace

bool ResponseReader::read_name(Octets content, mibs::OidView& name) {
  std::uint32_t* const first = next_id_;
  std::uint32_t* out = next_id_;
  for (std::size_t i = 0; i < content.size(); ++out) {
    std::uint32_t id = 0;
    std::uint8_t octet = 0x80;
    for (; (octet & 0x80) != 0; ++i) {
      if (i == content.size() || id >> 25 != 0) return false;
      octet = content[i];
      id = id << 7 | (octet & 0x7f);
    }
    if (out == first) {
      // X.690 §8.19.4: the first two are one number.
      const std::uint32_t top = id < 40 ? 0 : id < 80 ? 1 : 2;
      *out++ = top;
      id -= 40 * top;
    }
    *out = id;
  }
  if (static_cast<std::size_t>(out - first) > kMostSubIds) return false;
  name = {first, static_cast<std::size_t>(out - first)};
  next_id_ = out;
  return true;
}

bool ResponseReader::read_value(const ber::Field& field, mibs::Value& value) {
  value.tag = field.tag;
  using Type = mibs::Value::Type;
  const auto number = [&](std::size_t width) {
    const auto n = unsigned_number(field.content, width);
    value.type = Type::kUnsigned;
    value.number = n.value_or(0);
    return n.has_value();
  };
  switch (field.tag) {
    case tag::kInteger: {
      const auto n = signed_number(field.content);
      value.type = Type::kInteger;
      value.integer = n.value_or(0);
      return n.has_value();
    }
    case tag::kCounter32:
    case tag::kGauge32:
    case tag::kTimeTicks:
    case tag::kUinteger32:
      return number(4);
    case tag::kCounter64:
      return number(8);
    case tag::kOctets:
    case tag::kBits:
    case tag::kOpaque:
    case tag::kIpAddress:
      value.type = Type::kOctets;
      value.octets = field.content;
      return true;
    case tag::kOid:
      value.type = Type::kOid;
      return read_name(field.content, value.oid);
    case tag::kNoSuchObject:
      value.type = Type::kNoSuchObject;
      return true;
    case tag::kNoSuchInstance:
      value.type = Type::kNoSuchInstance;
      return true;
    case tag::kEndOfMibView:
      value.type = Type::kEndOfMibView;
      return true;
    default:
      value.type = Type::kNull;
      return (field.tag & 0x1f) != 0x1f;  // a tag of several octets is nothing of SNMP's
  }
}

bool ResponseReader::read_bindings(Octets list) {
  bindings_.clear();
  // An octet is one sub-identifier at most, the first of each name two; a name takes four octets of envelope.
  if (ids_.size() < list.size() + 2) ids_.resize(list.size() + 2);
  next_id_ = ids_.data();
  ber::Cursor variables(list);
  while (!variables.over()) {
    ber::Field variable, name, value;
    if (!variables.next(variable, tag::kSequence)) return false;
    ber::Cursor parts(variable.content);
    if (!parts.next(name, tag::kOid) || !parts.next(value)) return false;
    Binding& binding = bindings_.emplace_back();
    if (!read_name(name.content, binding.name) || !read_value(value, binding.value)) return false;
  }
  return true;
}

const Response* ResponseReader::read(Octets message) {
  ber::Field outer, version, community, pdu, request_id, status, index, list;
  ber::Cursor whole(message);
  if (!whole.next(outer, tag::kSequence)) return nullptr;
  ber::Cursor header(outer.content);
  if (!header.next(version, tag::kInteger) || !header.next(community, tag::kOctets) ||
      !header.next(pdu, tag::kResponse))
    return nullptr;
  ber::Cursor body(pdu.content);
  if (!body.next(request_id, tag::kInteger) || !body.next(status, tag::kInteger) ||
      !body.next(index, tag::kInteger) || !body.next(list, tag::kSequence))
    return nullptr;
  const auto v = signed_number(version.content), id = signed_number(request_id.content),
             s = signed_number(status.content), i = signed_number(index.content);
  if (!v || !id || !s || !i || (*v != 0 && *v != 1)) return nullptr;
  if (!read_bindings(list.content)) return nullptr;
  response_.version = static_cast<int>(*v);
  response_.request_id = static_cast<std::int32_t>(*id);
  response_.error_status = static_cast<int>(*s);
  response_.error_index = *i > 0 ? static_cast<unsigned>(*i) : 0;
  response_.bindings = bindings_;
  return &response_;
}

}  // namespace lanwarden::snmp
