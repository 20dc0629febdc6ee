// Protocol operations: a request PDU in, a Response PDU out (RFC 3416 §4.2; for
// version 1 RFC 1157 §4.1 and the mapping of RFC 3584 §4). Pure; knows nothing
// of communities, users or sockets, so that every message version shares it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tests/lab/agent/ber.h"
#include "tests/lab/agent/faults.h"
#include "tests/lab/agent/mib_view.h"

namespace lanwarden::lab {

enum class PduType : std::uint8_t {
  kGet = 0xa0,
  kGetNext = 0xa1,
  kResponse = 0xa2,
  kSet = 0xa3,
  kGetBulk = 0xa5,
  kReport = 0xa8,
};

/// RFC 3416 §3. `status` and `index` are non-repeaters and max-repetitions in a GETBULK.
struct Pdu {
  PduType type = PduType::kGet;
  std::int32_t request_id = 0;
  std::int32_t status = 0;
  std::int32_t index = 0;
  ber::OctetsView varbinds;  ///< content of the list, a view of the datagram
};
/// nullopt when it is no PDU of this shape. Does not look into the list.
std::optional<Pdu> read_pdu(ber::OctetsView whole);
/// Appends a PDU; `varbinds` is the content of the list.
void append_pdu(ber::Octets& out, const Pdu& pdu);

enum class Verdict : std::uint8_t {
  kAnswer,
  kTruncated,  ///< an answer to be cut in the middle (fault)
  kSilence,    ///< by a fault
  kMalformed,
  kBadVersion,
  kBadCommunity,  ///< or unknown context
};

class PduResponder {
 public:
  struct Agent {
    MibView& view;
    const Faults& faults;
    bool version1 = false;
    bool may_write = false;
  };

  /// Appends the Response PDU to `out`, at most `limit` octets of it.
  Verdict respond(const Agent& agent, const Asked& asked, const Pdu& request, std::size_t limit,
                  ber::Octets& out);

  // About the last respond().
  std::span<const Oid> names() const { return std::span(names_).first(name_count_); }
  std::size_t rows() const { return rows_; }  ///< variable bindings in a good answer
  bool carried_out_set() const { return set_; }
  bool said_too_big() const { return too_big_; }

 private:
  bool read_names(const Pdu& request, bool with_values);
  Verdict error(const Pdu& request, ErrorStatus status, std::size_t index, std::size_t limit,
                ber::Octets& out);
  Verdict get(const Agent& agent, const Asked& asked, const Pdu& request, std::size_t limit,
              ber::Octets& out);
  Verdict get_next(const Agent& agent, const Asked& asked, const Pdu& request, std::size_t limit,
                   ber::Octets& out);
  Verdict get_bulk(const Agent& agent, const Asked& asked, const Pdu& request, std::size_t limit,
                   ber::Octets& out);
  Verdict set(const Agent& agent, const Asked& asked, const Pdu& request, std::size_t limit,
              ber::Octets& out);
  Verdict answer(const Pdu& request, ber::OctetsView varbinds, std::size_t rows, ber::Octets& out);
  bool repeat(const Agent& agent, const Asked& asked, std::size_t first, std::size_t repetitions);

  // Kept from answer to answer for their memory.
  std::vector<Oid> names_;
  std::size_t name_count_ = 0;
  std::vector<Assignment> assignments_;
  VarBindSink sink_;
  std::vector<VarBindSink> columns_;
  std::size_t rows_ = 0;
  bool set_ = false;
  bool too_big_ = false;
};

}  // namespace lanwarden::lab
