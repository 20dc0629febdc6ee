#include "tests/lab/agent/usm.h"

#include <algorithm>
#include <array>

namespace lanwarden::lab {

namespace {

using std::chrono::nanoseconds;

constexpr std::uint8_t kReportable = 4;
constexpr std::int64_t kWindow = 150;  // seconds, RFC 3414 §2.2.3

// The counters that reports name, each with its place in statistics_.
enum Statistic : std::uint8_t {
  kUnsupportedSecLevels,
  kNotInTimeWindows,
  kUnknownUserNames,
  kUnknownEngineIds,
  kWrongDigests,
  kDecryptionErrors,
  kUnknownPduHandlers,
  kUnknownContexts,
};
constexpr std::array<std::array<std::uint32_t, 11>, 8> kStatisticOids{{
    {1, 3, 6, 1, 6, 3, 15, 1, 1, 1, 0},  // usmStatsUnsupportedSecLevels
    {1, 3, 6, 1, 6, 3, 15, 1, 1, 2, 0},
    {1, 3, 6, 1, 6, 3, 15, 1, 1, 3, 0},
    {1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0},
    {1, 3, 6, 1, 6, 3, 15, 1, 1, 5, 0},
    {1, 3, 6, 1, 6, 3, 15, 1, 1, 6, 0},
    {1, 3, 6, 1, 6, 3, 11, 2, 1, 3, 0},  // snmpUnknownPDUHandlers
    {1, 3, 6, 1, 6, 3, 12, 1, 5, 0, 0},  // snmpUnknownContexts.0, one shorter
}};

OidView oid_of(Statistic s) { return OidView(kStatisticOids[s]).first(s == kUnknownContexts ? 10 : 11); }

std::string_view as_text(ber::OctetsView octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}
ber::OctetsView as_octets(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::optional<std::uint32_t> read_u31(ber::Reader& reader) {
  const auto element = reader.next(0x02);
  const auto value = element ? ber::read_integer(element->content) : std::nullopt;
  if (!value || *value < 0 || *value > INT32_MAX) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

// contextEngineID, contextName, PDU.
struct ScopedPdu {
  std::string_view engine_id, context;
  ber::OctetsView pdu;
};
// DES pads: what follows the sequence is nothing.
std::optional<ScopedPdu> read_scoped(ber::OctetsView whole) {
  ber::Reader outer(whole);
  const auto sequence = outer.next(ber::kSequence);
  if (!sequence) return std::nullopt;
  ber::Reader inner(sequence->content);
  const auto engine = inner.next(0x04);
  const auto context = engine ? inner.next(0x04) : std::nullopt;
  const auto pdu = context ? inner.next() : std::nullopt;
  if (!pdu || !inner.at_end()) return std::nullopt;
  return ScopedPdu{as_text(engine->content), as_text(context->content), pdu->whole};
}

ber::Octets write_scoped(std::string_view engine_id, std::string_view context, ber::OctetsView pdu) {
  ber::Octets content;
  ber::append_tlv(content, 0x04, as_octets(engine_id));
  ber::append_tlv(content, 0x04, as_octets(context));
  content.insert(content.end(), pdu.begin(), pdu.end());
  ber::Octets scoped;
  ber::append_tlv(scoped, ber::kSequence, content);
  return scoped;
}

}  // namespace

struct UsmEngine::Incoming {
  ber::OctetsView whole;
  std::uint32_t message_id = 0;
  std::uint32_t max_size = 0;
  std::uint8_t flags = 0;
  std::uint32_t security_model = 0;
  std::string_view engine_id, user;
  std::uint32_t boots = 0, time = 0;
  ber::OctetsView auth_parameters, priv_parameters;
  ber::Element data;

  bool reportable() const { return (flags & kReportable) != 0; }
  static std::optional<Incoming> read(ber::OctetsView datagram);
};

struct UsmEngine::Failure {
  Statistic statistic;
  std::string_view context = {};
  std::int32_t request_id = 0;
};

std::optional<UsmEngine::Incoming> UsmEngine::Incoming::read(ber::OctetsView datagram) {
  Incoming in;
  ber::Reader outer(datagram);
  const auto message = outer.next(ber::kSequence);
  if (!message) return std::nullopt;
  in.whole = message->whole;
  ber::Reader parts(message->content);
  const auto version = read_u31(parts);
  const auto header = version ? parts.next(ber::kSequence) : std::nullopt;
  const auto parameters = header ? parts.next(0x04) : std::nullopt;
  const auto data = parameters ? parts.next() : std::nullopt;
  if (!data || !parts.at_end()) return std::nullopt;
  in.data = *data;

  ber::Reader head(header->content);
  const auto id = read_u31(head);
  const auto max_size = id ? read_u31(head) : std::nullopt;
  const auto flags = max_size ? head.next(0x04) : std::nullopt;
  if (!flags || flags->content.size() != 1) return std::nullopt;
  const auto model = read_u31(head);
  if (!model || !head.at_end() || *max_size < 484) return std::nullopt;
  in.message_id = *id;
  in.max_size = *max_size;
  in.flags = flags->content[0];
  in.security_model = *model;

  ber::Reader wrapped(parameters->content);
  const auto sequence = wrapped.next(ber::kSequence);
  if (!sequence || !wrapped.at_end()) return std::nullopt;
  ber::Reader security(sequence->content);
  const auto engine = security.next(0x04);
  const auto boots = engine ? read_u31(security) : std::nullopt;
  const auto time = boots ? read_u31(security) : std::nullopt;
  const auto user = time ? security.next(0x04) : std::nullopt;
  const auto auth = user ? security.next(0x04) : std::nullopt;
  const auto priv = auth ? security.next(0x04) : std::nullopt;
  if (!priv || !security.at_end()) return std::nullopt;
  in.engine_id = as_text(engine->content);
  in.user = as_text(user->content);
  in.boots = *boots;
  in.time = *time;
  in.auth_parameters = auth->content;
  in.priv_parameters = priv->content;
  return in;
}

UsmUser make_user(std::string name, AuthProtocol auth, std::string_view auth_password, PrivProtocol priv,
                  std::string_view priv_password, bool may_write) {
  UsmUser user;
  user.name = std::move(name);
  user.auth = auth;
  user.auth_key = password_to_key(auth, auth_password);
  user.priv = auth == AuthProtocol::kNone ? PrivProtocol::kNone : priv;
  if (user.priv != PrivProtocol::kNone) user.priv_key = password_to_key(auth, priv_password);
  user.may_write = may_write;
  return user;
}

std::string make_engine_id(std::string_view text) {
  // 8000.… : enterprise number 0 with the high bit, format 4: text.
  return std::string("\x80\x00\x00\x00\x04", 5) + std::string(text.substr(0, 27));
}

UsmEngine::UsmEngine(std::string engine_id, std::vector<UsmUser> users, nanoseconds now, std::uint32_t boots)
    : id_(std::move(engine_id)), booted_(now), boots_(boots) {
  for (UsmUser& user : users) {
    LocalUser local{std::move(user), {}, {}};
    local.auth_key = localize_key(local.user.auth, local.user.auth_key, as_octets(id_));
    local.priv_key = privacy_key(local.user.auth, local.user.priv,
                                 localize_key(local.user.auth, local.user.priv_key, as_octets(id_)));
    users_.push_back(std::move(local));
  }
}

void UsmEngine::reboot(nanoseconds now) {
  ++boots_;
  booted_ = now;
}

const UsmEngine::LocalUser* UsmEngine::find(std::string_view name) const {
  const auto at = std::ranges::find_if(users_, [&](const LocalUser& u) { return u.user.name == name; });
  return at == users_.end() ? nullptr : &*at;
}

std::uint32_t UsmEngine::time_at(nanoseconds now) const {
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(now - booted_).count());
}

Verdict UsmEngine::respond(PduResponder& pdus, MibView& view, const Faults& faults, nanoseconds now,
                           std::size_t max_message, ber::OctetsView datagram, ber::Octets& out) {
  const auto read = Incoming::read(datagram);
  if (!read) return Verdict::kMalformed;
  const Incoming& in = *read;
  const auto level = static_cast<Level>(in.flags & 3U);
  if (in.security_model != 3 || (in.flags & 3U) == 2) return Verdict::kMalformed;

  // A plain scoped PDU tells its request id, which reports repeat.
  std::optional<ScopedPdu> scoped;
  if (level != Level::kPriv) {
    scoped = read_scoped(in.data.whole);
    if (!scoped) return Verdict::kMalformed;
  }
  Failure failure{kUnknownEngineIds};
  if (const auto pdu = scoped ? read_pdu(scoped->pdu) : std::nullopt) failure.request_id = pdu->request_id;
  const auto failed = [&](Statistic s, const LocalUser* user = nullptr, Level with = Level::kNoAuth) {
    failure.statistic = s;
    return report(in, failure, user, with, now, out);
  };

  // RFC 3414 §3.2, in its order.
  if (in.engine_id != id_) return failed(kUnknownEngineIds);
  const LocalUser* user = find(in.user);
  if (user == nullptr) return failed(kUnknownUserNames);
  const bool auth = level != Level::kNoAuth;
  if ((auth && user->user.auth == AuthProtocol::kNone) ||
      (level == Level::kPriv && user->user.priv == PrivProtocol::kNone)) {
    return failed(kUnsupportedSecLevels);
  }
  if (auth) {
    const std::size_t size = digest_size(user->user.auth);
    if (in.auth_parameters.size() != size) return failed(kWrongDigests);
    ber::Octets zeroed(in.whole.begin(), in.whole.end());
    std::fill_n(zeroed.begin() + (in.auth_parameters.data() - in.whole.data()), size, std::uint8_t{0});
    const auto expected = digest(user->user.auth, user->auth_key, zeroed);
    if (!std::ranges::equal(expected, in.auth_parameters)) return failed(kWrongDigests);
    const std::int64_t behind = std::int64_t{time_at(now)} - in.time;
    if (in.boots != boots_ || behind > kWindow || behind < -kWindow) {
      return failed(kNotInTimeWindows, user, Level::kAuth);
    }
  }
  ber::Octets plain;
  if (level == Level::kPriv) {
    PrivacyContext context{user->user.priv, user->priv_key, in.boots, in.time, {}};
    if (in.data.tag != 0x04 || in.priv_parameters.size() != context.salt.size()) {
      return failed(kDecryptionErrors, user, Level::kAuth);
    }
    std::ranges::copy(in.priv_parameters, context.salt.begin());
    plain = decrypt(context, in.data.content);
    scoped = read_scoped(plain);
    if (!scoped) return failed(kDecryptionErrors, user, Level::kAuth);
  }

  const auto request = read_pdu(scoped->pdu);
  if (!request) return Verdict::kMalformed;
  failure.request_id = request->request_id;
  failure.context = scoped->context;
  if (scoped->engine_id != id_) return failed(kUnknownPduHandlers, user, level);
  Asked asked{scoped->context, now};
  if (!view.has_context(asked.context) && asked.context.starts_with("vlan-")) asked.context.remove_prefix(5);
  if (!view.has_context(asked.context)) {
    if (faults.unknown_context == Faults::UnknownContext::kSilence)
      return failed(kUnknownContexts, user, level);
    asked.context = {};
  }

  const std::size_t limit = std::min<std::size_t>(max_message, in.max_size);
  const std::size_t overhead = 160 + 2 * id_.size() + in.user.size() + scoped->context.size();
  ber::Octets pdu;
  Verdict verdict = Verdict::kAnswer;
  if (user->user.auth != AuthProtocol::kNone && !auth) {
    // Known, but not at this level: the view-based access control of RFC 3415 says no.
    append_pdu(pdu, {PduType::kResponse, request->request_id,
                     static_cast<std::int32_t>(ErrorStatus::kAuthorizationError), 0, request->varbinds});
  } else {
    verdict = pdus.respond({view, faults, false, user->user.may_write}, asked, *request,
                           limit > overhead ? limit - overhead : 0, pdu);
    if (verdict != Verdict::kAnswer && verdict != Verdict::kTruncated) return verdict;
  }
  seal(in, user, level, now, write_scoped(id_, scoped->context, pdu), out);
  return verdict;
}

Verdict UsmEngine::report(const Incoming& in, const Failure& failure, const LocalUser* user, Level level,
                          nanoseconds now, ber::Octets& out) {
  const std::uint32_t count = ++statistics_[failure.statistic];
  if (!in.reportable()) return Verdict::kSilence;
  ++reports_;
  const auto varbind = ber::encode_varbind(oid_of(failure.statistic), Value::of_counter32(count));
  ber::Octets pdu;
  append_pdu(pdu, {PduType::kReport, failure.request_id, 0, 0, varbind});
  seal(in, user, level, now, write_scoped(id_, failure.context, pdu), out);
  return Verdict::kAnswer;
}

void UsmEngine::seal(const Incoming& in, const LocalUser* user, Level level, nanoseconds now,
                     ber::OctetsView scoped_pdu, ber::Octets& out) {
  const std::uint32_t time = time_at(now);
  ber::Octets head;
  ber::append_integer(head, in.message_id);
  ber::append_integer(head, 65507);
  ber::append_tlv(head, 0x04, ber::Octets{static_cast<std::uint8_t>(level)});
  ber::append_integer(head, 3);

  ber::Octets data;
  ber::Octets salt;
  if (level == Level::kPriv) {
    PrivacyContext context{user->user.priv, user->priv_key, boots_, time, {}};
    salt_ = std::uint64_t{boots_} << 32U | ((salt_ + 1) & 0xffffffffU);  // RFC 3414 §8.1.1.1
    for (std::size_t i = 0; i < 8; ++i) context.salt[i] = static_cast<std::uint8_t>(salt_ >> (56 - 8 * i));
    salt.assign(context.salt.begin(), context.salt.end());
    ber::append_tlv(data, 0x04, encrypt(context, scoped_pdu));
  } else {
    data.assign(scoped_pdu.begin(), scoped_pdu.end());
  }

  const std::size_t digest_octets = level == Level::kNoAuth ? 0 : digest_size(user->user.auth);
  ber::Octets security;
  ber::append_tlv(security, 0x04, as_octets(id_));
  ber::append_integer(security, boots_);
  ber::append_integer(security, time);
  ber::append_tlv(security, 0x04, as_octets(in.user));
  ber::append_tlv(security, 0x04, ber::Octets(digest_octets, 0));
  ber::Octets tail;
  ber::append_tlv(tail, 0x04, salt);
  security.insert(security.end(), tail.begin(), tail.end());
  ber::Octets sequence;
  ber::append_tlv(sequence, ber::kSequence, security);

  ber::Octets content;
  ber::append_integer(content, 3);
  ber::append_tlv(content, ber::kSequence, head);
  ber::append_tlv(content, 0x04, sequence);
  content.insert(content.end(), data.begin(), data.end());
  out.clear();
  ber::append_tlv(out, ber::kSequence, content);
  if (digest_octets != 0) {
    const auto made = digest(user->user.auth, user->auth_key, out);
    // The digest's place, counted from the end: nothing follows it but the salt and the data.
    const std::size_t at = out.size() - data.size() - tail.size() - digest_octets;
    std::ranges::copy(made, out.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

}  // namespace lanwarden::lab
