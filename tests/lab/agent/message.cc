#include "tests/lab/agent/message.h"

#include <algorithm>

namespace lanwarden::lab {

namespace {

enum class Access : std::uint8_t { kNone, kRead, kWrite };

Access access_of(const Identity& identity, std::string_view community) {
  if (!identity.write_community.empty() && community == identity.write_community) return Access::kWrite;
  return community == identity.read_community ? Access::kRead : Access::kNone;
}

struct Admission {
  Access access = Access::kNone;
  std::string_view context;
};

// "public@10": Cisco's way to name a context in a community. A community that
// contains an @ itself is recognised whole.
Admission admit(const Identity& identity, std::string_view community) {
  if (const Access whole = access_of(identity, community); whole != Access::kNone) return {whole, {}};
  const std::size_t at = community.rfind('@');
  if (at == std::string_view::npos) return {};
  return {access_of(identity, community.substr(0, at)), community.substr(at + 1)};
}

struct Envelope {
  std::int64_t version = -1;
  std::string_view community;
  ber::OctetsView pdu;
};

// Version alone when it is none of ours: the rest looks different there.
std::optional<Envelope> open(ber::OctetsView datagram) {
  ber::Reader outer(datagram);
  const auto sequence = outer.next(ber::kSequence);
  if (!sequence) return std::nullopt;
  ber::Reader inner(sequence->content);
  const auto version_element = inner.next(0x02);
  if (!version_element) return std::nullopt;
  const auto version = ber::read_integer(version_element->content);
  if (!version) return std::nullopt;
  if (*version != 0 && *version != 1) return Envelope{*version, {}, {}};
  const auto community = inner.next(0x04);
  if (!community) return std::nullopt;
  return Envelope{*version,
                  {reinterpret_cast<const char*>(community->content.data()), community->content.size()},
                  inner.rest()};
}

void seal(ber::Octets& out, std::int64_t version, std::string_view community, ber::OctetsView pdu) {
  ber::Octets head;
  head.reserve(16 + community.size());
  ber::append_integer(head, version);
  ber::append_header(head, 0x04, community.size());
  head.insert(head.end(), community.begin(), community.end());
  ber::append_header(out, ber::kSequence, head.size() + pdu.size());
  out.insert(out.end(), head.begin(), head.end());
  out.insert(out.end(), pdu.begin(), pdu.end());
}

}  // namespace

Verdict MessageResponder::respond(const Identity& identity, MibView& view, const Faults& faults,
                                  std::chrono::nanoseconds now, ber::OctetsView datagram, ber::Octets& out) {
  out.clear();
  const auto envelope = open(datagram);
  if (!envelope) return Verdict::kMalformed;
  std::size_t limit = identity.max_message;
  if (faults.max_message != 0) limit = std::min(limit, faults.max_message);
  if (envelope->version == 3 && identity.engine && faults.no_bulk != Faults::NoBulk::kV1Only) {
    const Verdict verdict = identity.engine->respond(pdus_, view, faults, now, limit, datagram, out);
    if (verdict == Verdict::kTruncated) out.resize(out.size() / 2);
    return verdict;
  }
  if (envelope->pdu.empty()) {
    return envelope->version == 0 || envelope->version == 1 ? Verdict::kMalformed : Verdict::kBadVersion;
  }
  const bool version1 = envelope->version == 0;
  if (!version1 && faults.no_bulk == Faults::NoBulk::kV1Only) return Verdict::kBadVersion;

  const Admission admission = admit(identity, envelope->community);
  if (admission.access == Access::kNone) return Verdict::kBadCommunity;
  Asked asked{admission.context, now};
  if (!view.has_context(asked.context)) {
    if (faults.unknown_context == Faults::UnknownContext::kSilence) return Verdict::kBadCommunity;
    asked.context = {};
  }
  const auto request = read_pdu(envelope->pdu);
  if (!request) return Verdict::kMalformed;

  const std::size_t overhead = 5 + 3 + 5 + envelope->community.size();
  pdu_.clear();
  const Verdict verdict = pdus_.respond({view, faults, version1, admission.access == Access::kWrite}, asked,
                                        *request, limit > overhead ? limit - overhead : 0, pdu_);
  if (verdict != Verdict::kAnswer && verdict != Verdict::kTruncated) return verdict;
  seal(out, envelope->version, envelope->community, pdu_);
  if (verdict == Verdict::kTruncated) out.resize(out.size() / 2);
  return verdict;
}

ber::Octets write_message(const CommunityMessage& message) {
  ber::Octets pdu;
  append_pdu(pdu, message.pdu);
  ber::Octets out;
  seal(out, message.version, message.community, pdu);
  return out;
}

std::optional<CommunityMessage> read_message(ber::OctetsView datagram) {
  const auto envelope = open(datagram);
  if (!envelope || envelope->pdu.empty()) return std::nullopt;
  const auto pdu = read_pdu(envelope->pdu);
  if (!pdu) return std::nullopt;
  return CommunityMessage{static_cast<int>(envelope->version), std::string(envelope->community), *pdu};
}

}  // namespace lanwarden::lab
