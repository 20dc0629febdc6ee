// A response message of SNMPv1 or v2c, read straight into views (RFC 3416 §3, RFC 1157 §4.1, X.690).
// Net-SNMP's own reader allocates 1.2 KB a variable and 64 KB a message, which is most of what a large poll
// costs; SNMPv3 messages, which are authenticated and encrypted, stay with it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "snmp/wire.h"

namespace lanwarden::snmp {

namespace ber {
struct Field;
}

struct Response {
  int version = 0;  ///< as sent: 0 SNMPv1, 1 SNMPv2c
  std::int32_t request_id = 0;
  int error_status = 0;
  unsigned error_index = 0;
  std::span<const Binding> bindings;
};

/// Keeps its memory from message to message. Not thread-safe.
class ResponseReader {
 public:
  /// nullptr when `message` is no whole response: another PDU, cut off, a length that
  /// leads out of it, a name or integer beyond RFC 2578's limits. Octets after the message are
  /// ignored, as agents pad. Views live until the next read() and as long as `message`.
  const Response* read(std::span<const std::uint8_t> message);

 private:
  bool read_bindings(std::span<const std::uint8_t> list);
  bool read_value(const ber::Field& field, mibs::Value& value);
  bool read_name(std::span<const std::uint8_t> content, mibs::OidView& name);

  Response response_;
  std::vector<Binding> bindings_;
  std::vector<std::uint32_t> ids_;
  std::uint32_t* next_id_ = nullptr;
};

}  // namespace lanwarden::snmp
