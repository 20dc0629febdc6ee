#include "tests/lab/agent/pdu.h"

#include <algorithm>

namespace lanwarden::lab {

namespace {

// Tag and length of the PDU and of its list (five octets each at most), request
// id, status and index.
constexpr std::size_t kPduOverhead = 5 + 6 + 6 + 6 + 5;
// SEQUENCE, a name of one octet, an empty value.
constexpr std::size_t kSmallestVarBind = 7;

std::optional<std::int32_t> read_int32(ber::Reader& reader) {
  const auto element = reader.next(0x02);
  if (!element) return std::nullopt;
  const auto value = ber::read_integer(element->content);
  if (!value || *value < INT32_MIN || *value > INT32_MAX) return std::nullopt;
  return static_cast<std::int32_t>(*value);
}

std::uint8_t value_tag(ber::OctetsView varbind) {
  ber::Reader outer(varbind);
  const auto sequence = outer.next();
  if (!sequence) return 0;
  ber::Reader inner(sequence->content);
  inner.next();
  const auto value = inner.next();
  return value ? value->tag : 0;
}

bool is(Tag tag, ber::OctetsView varbind) { return value_tag(varbind) == static_cast<std::uint8_t>(tag); }

bool is_exception(ber::OctetsView varbind) {
  return value_tag(varbind) >= static_cast<std::uint8_t>(Tag::kNoSuchObject);
}

Oid name_in(ber::OctetsView varbind) {
  const auto read = ber::read_varbind(varbind);
  return read ? read->name : Oid{};
}

// RFC 3584 §4.4: what an SNMPv1 manager hears instead.
ErrorStatus for_version1(ErrorStatus status) {
  switch (status) {
    case ErrorStatus::kWrongValue:
    case ErrorStatus::kWrongEncoding:
    case ErrorStatus::kWrongType:
    case ErrorStatus::kWrongLength:
    case ErrorStatus::kInconsistentValue:
      return ErrorStatus::kBadValue;
    case ErrorStatus::kNoAccess:
    case ErrorStatus::kNotWritable:
    case ErrorStatus::kNoCreation:
    case ErrorStatus::kInconsistentName:
    case ErrorStatus::kAuthorizationError:
      return ErrorStatus::kNoSuchName;
    case ErrorStatus::kResourceUnavailable:
    case ErrorStatus::kCommitFailed:
    case ErrorStatus::kUndoFailed:
      return ErrorStatus::kGenErr;
    default:
      return status;
  }
}

// The next variable a version 1 manager may see: it knows no Counter64 (RFC 3584 §4.2.2.1).
bool next_for_version1(MibView& view, const Asked& asked, Oid after, VarBindSink& out, std::size_t limit) {
  VarBindSink one(limit);
  while (true) {
    one.reset(limit);
    view.next(asked, after, 1, one);
    if (one.count() == 0) return false;
    if (!is(Tag::kCounter64, one[0])) return out.add_encoded(one[0]);
    Oid name = name_in(one[0]);
    if (compare(name, after) <= 0) return false;  // a view that goes backwards must not hang us
    after = std::move(name);
  }
}

}  // namespace

std::optional<Pdu> read_pdu(ber::OctetsView whole) {
  ber::Reader outer(whole);
  const auto element = outer.next();
  if (!element || !outer.at_end()) return std::nullopt;
  ber::Reader inner(element->content);
  const auto request_id = read_int32(inner);
  const auto status = request_id ? read_int32(inner) : std::nullopt;
  const auto index = status ? read_int32(inner) : std::nullopt;
  const auto list = index ? inner.next(ber::kSequence) : std::nullopt;
  if (!list || !inner.at_end()) return std::nullopt;
  return Pdu{static_cast<PduType>(element->tag), *request_id, *status, *index, list->content};
}

void append_pdu(ber::Octets& out, const Pdu& pdu) {
  ber::Octets head;
  head.reserve(kPduOverhead);
  ber::append_integer(head, pdu.request_id);
  ber::append_integer(head, pdu.status);
  ber::append_integer(head, pdu.index);
  ber::append_header(head, ber::kSequence, pdu.varbinds.size());
  ber::append_header(out, static_cast<std::uint8_t>(pdu.type), head.size() + pdu.varbinds.size());
  out.insert(out.end(), head.begin(), head.end());
  out.insert(out.end(), pdu.varbinds.begin(), pdu.varbinds.end());
}

Verdict PduResponder::respond(const Agent& agent, const Asked& asked, const Pdu& request, std::size_t limit,
                              ber::Octets& out) {
  rows_ = 0;
  name_count_ = 0;
  set_ = too_big_ = false;
  limit = limit > kPduOverhead ? limit - kPduOverhead : 0;
  switch (request.type) {
    case PduType::kGet:
    case PduType::kGetNext:
    case PduType::kSet:
      break;
    case PduType::kGetBulk:
      if (agent.version1) return Verdict::kMalformed;  // no such PDU in RFC 1157
      break;
    default:
      return Verdict::kMalformed;  // an agent answers no responses, traps or reports
  }
  if (!read_names(request, request.type == PduType::kSet)) return Verdict::kMalformed;
  switch (request.type) {
    case PduType::kGet:
      return get(agent, asked, request, limit, out);
    case PduType::kGetNext:
      return get_next(agent, asked, request, limit, out);
    case PduType::kGetBulk:
      return get_bulk(agent, asked, request, limit, out);
    default:
      return set(agent, asked, request, limit, out);
  }
}

bool PduResponder::read_names(const Pdu& request, bool with_values) {
  assignments_.clear();
  ber::Reader list(request.varbinds);
  while (!list.at_end()) {
    const auto sequence = list.next(ber::kSequence);
    if (!sequence) return false;
    ber::Reader inner(sequence->content);
    const auto name = inner.next(0x06);
    const auto value = inner.next();
    if (!name || !value || !inner.at_end()) return false;
    if (name_count_ == names_.size()) names_.emplace_back();
    if (!ber::read_oid(name->content, names_[name_count_])) return false;
    ++name_count_;
    // Values of a GET mean nothing, but must be values: an error answer gives them back.
    if (!with_values && value->tag == 0x05 && value->content.empty()) continue;
    auto read = ber::read_value(value->tag, value->content);
    if (!read) return false;
    if (with_values) assignments_.push_back({names_[name_count_ - 1], std::move(*read)});
  }
  return true;
}

Verdict PduResponder::answer(const Pdu& request, ber::OctetsView varbinds, std::size_t rows,
                             ber::Octets& out) {
  rows_ = rows;
  append_pdu(out, {PduType::kResponse, request.request_id, 0, 0, varbinds});
  return Verdict::kAnswer;
}

Verdict PduResponder::error(const Pdu& request, ErrorStatus status, std::size_t index, std::size_t limit,
                            ber::Octets& out) {
  Pdu pdu{PduType::kResponse, request.request_id, static_cast<std::int32_t>(status),
          static_cast<std::int32_t>(index), request.varbinds};
  if (status == ErrorStatus::kTooBig) {
    too_big_ = true;
    // RFC 3416 §4.2.1: an empty list. RFC 1157 wants the request's; nobody reads it, and it may not fit.
    pdu.varbinds = {};
  } else if (pdu.varbinds.size() > limit) {
    return Verdict::kSilence;
  }
  append_pdu(out, pdu);
  return Verdict::kAnswer;
}

Verdict PduResponder::get(const Agent& agent, const Asked& asked, const Pdu& request, std::size_t limit,
                          ber::Octets& out) {
  sink_.reset(limit);
  for (std::size_t i = 0; i < name_count_; ++i) {
    agent.view.get(asked, names_[i], sink_);
    if (sink_.overflowed()) return error(request, ErrorStatus::kTooBig, 0, limit, out);
    if (sink_.count() != i + 1) return error(request, ErrorStatus::kGenErr, i + 1, limit, out);
    if (agent.version1 && (is_exception(sink_[i]) || is(Tag::kCounter64, sink_[i]))) {
      return error(request, ErrorStatus::kNoSuchName, i + 1, limit, out);
    }
  }
  return answer(request, sink_.octets(), sink_.count(), out);
}

Verdict PduResponder::get_next(const Agent& agent, const Asked& asked, const Pdu& request, std::size_t limit,
                               ber::Octets& out) {
  sink_.reset(limit);
  for (std::size_t i = 0; i < name_count_; ++i) {
    if (agent.version1) {
      next_for_version1(agent.view, asked, names_[i], sink_, limit);
    } else {
      agent.view.next(asked, names_[i], 1, sink_);
    }
    if (sink_.overflowed()) return error(request, ErrorStatus::kTooBig, 0, limit, out);
    if (sink_.count() == i + 1) continue;
    if (agent.version1) return error(request, ErrorStatus::kNoSuchName, i + 1, limit, out);
    if (!sink_.add(names_[i], Value::exception(Tag::kEndOfMibView))) {
      return error(request, ErrorStatus::kTooBig, 0, limit, out);
    }
  }
  return answer(request, sink_.octets(), sink_.count(), out);
}

// RFC 3416 §4.2.3.
Verdict PduResponder::get_bulk(const Agent& agent, const Asked& asked, const Pdu& request, std::size_t limit,
                               ber::Octets& out) {
  if (agent.faults.no_bulk == Faults::NoBulk::kGenErr) {
    return error(request, ErrorStatus::kGenErr, name_count_ == 0 ? 0 : 1, limit, out);
  }
  const std::size_t singles = std::min(name_count_, static_cast<std::size_t>(std::max(request.status, 0)));
  const std::size_t repeaters = name_count_ - singles;
  std::size_t repetitions = static_cast<std::size_t>(std::max(request.index, 0));

  Verdict verdict = Verdict::kAnswer;
  if (agent.faults.max_repetitions != 0 && repeaters != 0 && repetitions > agent.faults.max_repetitions) {
    switch (agent.faults.too_big) {
      case Faults::TooBig::kError:
        return error(request, ErrorStatus::kTooBig, 0, limit, out);
      case Faults::TooBig::kSilence:
        return Verdict::kSilence;
      case Faults::TooBig::kTruncated:
        verdict = Verdict::kTruncated;
        break;
      case Faults::TooBig::kShort:
        repetitions = agent.faults.max_repetitions;
        break;
    }
  }

  sink_.reset(limit);
  for (std::size_t i = 0; i < singles && !sink_.overflowed(); ++i) {
    agent.view.next(asked, names_[i], 1, sink_);
    if (!sink_.overflowed() && sink_.count() == i) {
      sink_.add(names_[i], Value::exception(Tag::kEndOfMibView));
    }
  }
  if (!sink_.overflowed() && repeaters != 0) {
    // Whoever asks for billions gets what fits: no need to look for more.
    repetitions = std::min(repetitions, limit / (kSmallestVarBind * repeaters) + 1);
    repeat(agent, asked, singles, repetitions);
  }
  if (sink_.count() == 0 && sink_.overflowed()) return error(request, ErrorStatus::kTooBig, 0, limit, out);
  answer(request, sink_.octets(), sink_.count(), out);
  return verdict;
}

// Fills sink_ row by row over names_[first..]; false when it was full before the end.
bool PduResponder::repeat(const Agent& agent, const Asked& asked, std::size_t first,
                          std::size_t repetitions) {
  const std::size_t repeaters = name_count_ - first;
  if (repeaters == 1) {
    // The usual walk of one column: straight into the answer.
    const std::size_t before = sink_.count();
    agent.view.next(asked, names_[first], repetitions, sink_);
    if (sink_.overflowed()) return false;
    if (sink_.count() - before < repetitions) {
      const Oid last = sink_.count() == before ? names_[first] : name_in(sink_[sink_.count() - 1]);
      return sink_.add(last, Value::exception(Tag::kEndOfMibView));
    }
    return true;
  }

  if (columns_.size() < repeaters) columns_.resize(repeaters);
  const std::size_t room = sink_.room();
  for (std::size_t i = 0; i < repeaters; ++i) {
    columns_[i].reset(room);
    agent.view.next(asked, names_[first + i], repetitions, columns_[i]);
  }
  for (std::size_t row = 0; row < repetitions; ++row) {
    bool all_ended = true;
    for (std::size_t i = 0; i < repeaters; ++i) {
      const VarBindSink& column = columns_[i];
      if (row < column.count()) {
        all_ended = false;
        if (!sink_.add_encoded(column[row])) return false;
        continue;
      }
      if (column.overflowed()) return false;
      const Oid last = column.count() == 0 ? names_[first + i] : name_in(column[column.count() - 1]);
      if (!sink_.add(last, Value::exception(Tag::kEndOfMibView))) return false;
    }
    if (all_ended) break;
  }
  return true;
}

Verdict PduResponder::set(const Agent& agent, const Asked& asked, const Pdu& request, std::size_t limit,
                          ber::Octets& out) {
  SetResult result;
  if (agent.faults.set_refused && !assignments_.empty()) {
    result = {*agent.faults.set_refused, 1};
  } else if (!agent.may_write && !assignments_.empty()) {
    result = {ErrorStatus::kNoAccess, 1};
  } else if (!agent.faults.set_ignored) {
    result = agent.view.set(asked, assignments_);
    set_ = result.status == ErrorStatus::kNoError;
  }
  if (result.status != ErrorStatus::kNoError) {
    const ErrorStatus status = agent.version1 ? for_version1(result.status) : result.status;
    return error(request, status, result.index, limit, out);
  }
  if (request.varbinds.size() > limit) return error(request, ErrorStatus::kTooBig, 0, limit, out);
  return answer(request, request.varbinds, name_count_, out);
}

}  // namespace lanwarden::lab
