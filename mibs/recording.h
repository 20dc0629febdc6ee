// What an agent says, kept as it was said, in the text format of snmpsim (`OID|TAG|VALUE`, a line a variable,
// sorted): for a bug report that can be replayed. Secrets are never kept; mibs/anonymize.h takes out
// addresses and names.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mibs/oid.h"

namespace lanwarden::mibs {

/// One variable, owned.
struct RecordedVariable {
  Oid name;
  std::uint8_t tag = 0;      ///< BER: 2, 4, 6, 64 to 68, 70
  std::int64_t integer = 0;  ///< INTEGER
  std::uint64_t number = 0;  ///< the unsigned types
  std::string octets;        ///< OCTET STRING, IpAddress, Opaque
  Oid oid;                   ///< OBJECT IDENTIFIER
};

/// A copy; nullopt for exceptions, NULL, and what no recording can hold.
std::optional<RecordedVariable> recorded(OidView name, const Value& value);

/// "1.3.6.1.2.1.1.5.0|4|core": octets that are not plain ASCII as hex, with the tag "4x".
std::string snmprec_line(const RecordedVariable& v);

/// The subtrees a recording is made of: what a poll reads, and what stands beside it in the same tables.
std::span<const std::string_view> recording_roots();
/// The columns of the catalogue below `root`, sorted: where a walk of all of it breaks off, these are asked
/// one by one.
std::vector<Oid> recording_columns(const Oid& root);

/// Subtrees in which agents keep communities, users, keys and command lines: never recorded.
struct LeftOut {
  std::string_view oid;
  std::string_view what;
};
std::span<const LeftOut> never_recorded();

/// Whether a variable may be kept. `secrets` are the configured ones: a value, or an
/// index, that holds one of them (of four characters and more, and not the factory's "public" and "private")
/// is not. Masks what is a secret only in part: entLogicalCommunity keeps its "@10".
class SecretFilter {
 public:
  explicit SecretFilter(std::vector<std::string> secrets);
  bool keep(RecordedVariable& v) const;

 private:
  std::vector<std::string> secrets_;
  std::vector<Oid> never_;
};

}  // namespace lanwarden::mibs
