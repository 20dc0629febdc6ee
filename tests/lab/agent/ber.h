// The Basic Encoding Rules as SNMP uses them (RFC 3417 §8, X.690): definite
// lengths only, single-octet tags.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "tests/lab/agent/mib_view.h"

namespace lanwarden::lab::ber {

using Octets = std::vector<std::uint8_t>;
using OctetsView = std::span<const std::uint8_t>;

inline constexpr std::uint8_t kSequence = 0x30;

/// Appending writers. Lengths are minimal.
void append_header(Octets& out, std::uint8_t tag, std::size_t length);
void append_tlv(Octets& out, std::uint8_t tag, OctetsView content);
void append_integer(Octets& out, std::int64_t value, std::uint8_t tag = 0x02);
void append_unsigned(Octets& out, std::uint64_t value, std::uint8_t tag);
/// The content octets only, without tag and length. RFC 3417: the first two
/// sub-identifiers share an octet; an empty name is written as 0.0, as
/// everybody does.
void append_oid_content(Octets& out, OidView oid);
void append_oid(Octets& out, OidView oid);
void append_value(Octets& out, const Value& value);
/// SEQUENCE { name, value }
void append_varbind(Octets& out, OidView name, const Value& value);
Octets encode_varbind(OidView name, const Value& value);

struct Element {
  std::uint8_t tag = 0;
  OctetsView content;
  OctetsView whole;  ///< with tag and length
};

/// Reads one element after the other; never beyond its octets.
class Reader {
 public:
  explicit Reader(OctetsView octets) : rest_(octets) {}
  bool at_end() const { return rest_.empty(); }
  OctetsView rest() const { return rest_; }
  /// nullopt: truncated, a tag of several octets, or a length that is
  /// indefinite, over four octets or longer than what is left.
  std::optional<Element> next();
  /// The same, and it must have this tag.
  std::optional<Element> next(std::uint8_t tag);

 private:
  OctetsView rest_;
};

/// Two's complement of 1 to 8 octets.
std::optional<std::int64_t> read_integer(OctetsView content);
/// Unsigned of up to 64 bits, with or without the leading zero octet.
std::optional<std::uint64_t> read_unsigned(OctetsView content);
/// False when a sub-identifier is cut off or over 2^32-1, or there are too many.
/// An empty content is read as the empty name.
bool read_oid(OctetsView content, Oid& out);
/// nullopt for an unknown tag or content that the tag does not allow.
std::optional<Value> read_value(std::uint8_t tag, OctetsView content);

struct VarBind {
  Oid name;
  Value value;
};
/// One SEQUENCE { name, value }; for tests and decorators.
std::optional<VarBind> read_varbind(OctetsView whole);

/// The order of two names in their encoded content octets: what compare() says of
/// the decoded ones. Here because tables keep their names encoded.
int compare_encoded(OctetsView a, OctetsView b);

}  // namespace lanwarden::lab::ber
