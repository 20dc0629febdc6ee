// Object identifiers and the values of variables, without any SNMP library.
#pragma once

#include <compare>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "topology/result.h"

namespace lanwarden::mibs {

using OidView = std::span<const std::uint32_t>;

/// An object identifier, X.690 / RFC 2578. Ordered lexicographically, as GETNEXT is.
class Oid {
 public:
  Oid() = default;
  Oid(std::initializer_list<std::uint32_t> ids) : ids_(ids) {}
  explicit Oid(OidView ids) : ids_(ids.begin(), ids.end()) {}
  /// "1.3.6.1.2.1", with or without a leading dot.
  static topology::Result<Oid, topology::ParseError> parse(std::string_view text);

  OidView view() const { return ids_; }
  std::size_t size() const { return ids_.size(); }
  bool empty() const { return ids_.empty(); }
  bool is_prefix_of(OidView other) const;
  /// This identifier with more appended.
  Oid operator+(OidView tail) const;
  Oid operator+(std::uint32_t id) const;
  std::string to_string() const;  ///< "1.3.6.1.2.1"
  auto operator<=>(const Oid&) const = default;

 private:
  std::vector<std::uint32_t> ids_;
};

/// What a variable holds. A view: valid only during the call it is passed to.
struct Value {
  enum class Type : std::uint8_t {
    kInteger,   ///< INTEGER: `integer`
    kUnsigned,  ///< Counter32, Gauge32, TimeTicks, Counter64: `number`
    kOctets,    ///< OCTET STRING, Opaque, IpAddress (4 octets): `octets`
    kOid,       ///< OBJECT IDENTIFIER: `oid`
    kNull,
    kNoSuchObject,  ///< exceptions of RFC 3416 (and noSuchName of v1)
    kNoSuchInstance,
    kEndOfMibView,
  };
  Type type = Type::kNull;
  std::uint8_t tag = 0;  ///< as sent: the BER tag (RFC 3416 §3), for recordings; 0 unknown
  std::int64_t integer = 0;
  std::uint64_t number = 0;
  std::span<const std::uint8_t> octets;
  OidView oid;

  bool is_exception() const { return type >= Type::kNull; }
  /// The number, whether sent as INTEGER or as one of the unsigned types (agents mix
  /// them), or as decimal text; `fallback` when it is neither or does not fit 64 bits unsigned.
  std::uint64_t as_number(std::uint64_t fallback = 0) const;
  /// The octets as text: trailing NULs and white space cut; empty when no octets.
  std::string as_text() const;
};

}  // namespace lanwarden::mibs
