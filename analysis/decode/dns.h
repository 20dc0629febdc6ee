// DNS messages (RFC 1035 §4), as multicast DNS, LLMNR and the NetBIOS name service share them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "analysis/decode/octets.h"

namespace lanwarden::analysis {

/// Resource record types that are asked for by name (IANA registry).
inline constexpr std::uint16_t kDnsA = 1, kDnsPtr = 12, kDnsAaaa = 28, kDnsNetbios = 32, kDnsSrv = 33;

/// A resource record. Borrows from the message.
struct DnsRecord {
  std::size_t name = 0;  ///< offset of its owner's name: DnsReader::name_at
  std::uint16_t type = 0;
  std::uint16_t rr_class = 0;  ///< without the cache-flush bit of RFC 6762 §10.2
  std::uint32_t ttl_s = 0;
  std::size_t data = 0;  ///< offset of `octets`: names within may point back into the message
  Octets octets;
};

/// Reads the records of one message, in their order: answers, authorities, additional ones. Hostile octets
/// end it early. Time and memory are bounded: kMostRecords records, names of 255 octets (RFC 1035 §2.3.4).
class DnsReader {
 public:
  static constexpr std::size_t kHeader = 12, kMostRecords = 128, kMostQuestions = 32;

  /// `message` without the length that stands before it over TCP.
  explicit DnsReader(Octets message);

  bool is_response() const { return response_; }
  unsigned opcode() const { return opcode_; }
  unsigned response_code() const { return response_code_; }
  /// Of its first question; 0 when there is none. That is where the header ends.
  std::size_t first_question() const { return questions_ > 0 ? kHeader : 0; }
  /// The next record; nullopt: no more, or nothing that can be read.
  std::optional<DnsRecord> next();

  /// The name that begins there, its labels joined with dots, octets as sent: not to be printed as they are.
  /// Compressed or not (RFC 1035 §4.1.4); a pointer has to point further back each time. Empty for the root,
  /// and for what is no name.
  std::string name_at(std::size_t offset) const;

 private:
  bool skip_name();

  Octets message_;
  std::size_t at_ = 0;
  std::size_t questions_ = 0, records_ = 0;  ///< records: still to come
  unsigned opcode_ = 0, response_code_ = 0;
  bool response_ = false;
};

}  // namespace lanwarden::analysis
