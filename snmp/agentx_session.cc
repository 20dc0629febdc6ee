#include "snmp/agentx_session.h"

#include <fmt/format.h>

#include <algorithm>

namespace lanwarden::snmp::agentx {
namespace {

/// A GetBulk is answered with no more than this: the master cuts its response to what fits a datagram anyway.
constexpr std::size_t kMostBulk = 64 * 1024;
constexpr std::uint8_t kPriority = 127;  // RFC 2741 §6.2.3: the default

bool less(mibs::OidView a, mibs::OidView b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

View::View(std::vector<mibs::OwnVarbind> variables, std::span<const mibs::OwnObject> objects)
    : variables_(std::move(variables)), objects_(objects) {}

const mibs::OwnVarbind* View::get(mibs::OidView name) const {
  const auto it = std::lower_bound(variables_.begin(), variables_.end(), name,
                                   [](const auto& v, mibs::OidView n) { return less(v.name.view(), n); });
  return it != variables_.end() && std::ranges::equal(it->name.view(), name) ? &*it : nullptr;
}

bool View::is_object(mibs::OidView name) const {
  const auto it = std::upper_bound(objects_.begin(), objects_.end(), name,
                                   [](mibs::OidView n, const auto& o) { return less(n, o.oid.view()); });
  return it != objects_.begin() && std::prev(it)->oid.is_prefix_of(name);
}

const mibs::OwnVarbind* View::next(const SearchRange& range) const {
  const auto start = range.start.view();
  const auto it =
      range.include ? std::lower_bound(variables_.begin(), variables_.end(), start,
                                       [](const auto& v, mibs::OidView n) { return less(v.name.view(), n); })
                    : std::upper_bound(variables_.begin(), variables_.end(), start,
                                       [](mibs::OidView n, const auto& v) { return less(n, v.name.view()); });
  if (it == variables_.end()) return nullptr;
  if (!range.end.empty() && !less(it->name.view(), range.end.view())) return nullptr;
  return &*it;
}

MasterSession::MasterSession(const mibs::Oid& root, std::string description, TimePoint now) : root_(root) {
  Writer open(own(Type::kOpen));
  // o.timeout 0: the master's own; o.id: none, there is no OBJECT-IDENTITY of a program here.
  open.u8(0).u8(0).u8(0).u8(0).oid({}).octets(description);
  ask(std::move(open), now);
}

Header MasterSession::own(Type type) { return {type, 0, session_, 0, ++packet_, 0}; }

void MasterSession::send(std::vector<std::uint8_t>&& pdu) {
  if (output_.size() + pdu.size() > kMostWaiting) return end("it does not read what it asked for");
  output_.insert(output_.end(), pdu.begin(), pdu.end());
}

void MasterSession::ask(Writer&& writer, TimePoint now) {
  send(writer.take());
  asked_ = true;
  due_ = now + kAnswerWithin;
}

void MasterSession::on_time(TimePoint now) {
  if (now < due_ || !over_.empty()) return;
  if (asked_) return end(fmt::format("it did not answer within {} s", kAnswerWithin.count()));
  ask(Writer(own(Type::kPing)), now);
}

void MasterSession::close() {
  if (session_ == 0 || !over_.empty()) return;
  constexpr std::uint8_t kReasonShutdown = 5;
  send(Writer(own(Type::kClose)).u8(kReasonShutdown).u8(0).u8(0).u8(0).take());
  end("closed");
}

void MasterSession::take(std::span<const std::uint8_t> octets, const View& view, TimePoint now) {
  input_.insert(input_.end(), octets.begin(), octets.end());
  std::size_t at = 0;
  while (over_.empty() && input_.size() - at >= kHeaderSize) {
    const std::span<const std::uint8_t> rest = std::span<const std::uint8_t>(input_).subspan(at);
    const auto header = read_header(rest);
    if (!header) return end("it does not speak AgentX");
    if (header->size > kMostPayload) return end("it sent more than fits");
    if (rest.size() < kHeaderSize + header->size) break;
    take(*header, rest.subspan(kHeaderSize, header->size), view, now);
    at += kHeaderSize + header->size;
  }
  input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(at));
}

void MasterSession::take(const Header& header, std::span<const std::uint8_t> payload, const View& view,
                         TimePoint now) {
  if (header.type == Type::kResponse) return on_response(header, payload, now);
  if (header.session != session_) return answer(header, error::kNotOpen, 0);
  switch (header.type) {
    case Type::kClose:
      return end("it closed the session");
    case Type::kGet:
    case Type::kGetNext:
    case Type::kGetBulk:
      ++requests_;
      return answer(header, payload, view);
    case Type::kTestSet:
      return answer(header, error::kNotWritable, 1);
    case Type::kCommitSet:
      return answer(header, error::kCommitFailed, 1);
    case Type::kUndoSet:
      return answer(header, error::kUndoFailed, 1);
    case Type::kCleanupSet:  // RFC 2741 §7.2.4.4: no answer
      return;
    default:  // a sub-agent's own, from a master
      return answer(header, error::kParseError, 0);
  }
}

void MasterSession::on_response(const Header& header, std::span<const std::uint8_t> payload, TimePoint now) {
  const auto response = read_response(header, payload);
  if (!response) return end("its answer is cut off");
  if (!asked_ || header.packet != packet_) return;  // of nothing that is awaited
  asked_ = false;
  due_ = now + kPingEvery;
  if (response->error != error::kNone) {
    if (response->error == error::kDuplicateRegistration)
      return end("another sub-agent answers for LANWARDEN-MIB already (duplicateRegistration)");
    static constexpr std::string_view kWhat[] = {"the session", "the registration", "a ping"};
    return end(fmt::format("it answered {} with {}", kWhat[static_cast<std::size_t>(state_)],
                           error_name(response->error)));
  }
  if (state_ == State::kOpening) {
    session_ = header.session;
    state_ = State::kRegistering;
    Writer registration(own(Type::kRegister));
    registration.u8(0).u8(kPriority).u8(0).u8(0).oid(root_.view());
    ask(std::move(registration), now);
  } else if (state_ == State::kRegistering) {
    state_ = State::kServing;
  }
}

void MasterSession::answer(const Header& header, std::uint16_t error, std::uint16_t index) {
  Header response = header;
  response.type = Type::kResponse;
  send(Writer(response).u32(0).u16(error).u16(index).take());
}

void MasterSession::answer(const Header& header, std::span<const std::uint8_t> payload, const View& view) {
  const auto request = read_request(header, payload);
  if (!request) return answer(header, error::kParseError, 0);
  if (request->other_context) return answer(header, error::kUnsupportedContext, 0);
  Header response = header;
  response.type = Type::kResponse;
  Writer out(response);
  out.u32(0).u16(error::kNone).u16(0);

  using Exception = mibs::Value::Type;
  const auto next = [&](SearchRange& range) {
    const mibs::OwnVarbind* const found = view.next(range);
    if (found == nullptr) {
      out.varbind(range.start.view(), Exception::kEndOfMibView);
      return false;
    }
    out.varbind(*found);
    range.start = found->name;
    range.include = false;
    return true;
  };
  std::vector<SearchRange> ranges = request->ranges;
  switch (header.type) {
    case Type::kGet:
      for (const SearchRange& range : ranges) {
        const auto name = range.start.view();
        if (const mibs::OwnVarbind* const found = view.get(name); found != nullptr)
          out.varbind(*found);
        else
          out.varbind(name, view.is_object(name) ? Exception::kNoSuchInstance : Exception::kNoSuchObject);
      }
      break;
    case Type::kGetNext:
      for (SearchRange& range : ranges) next(range);
      break;
    default: {  // GetBulk, RFC 3416 §4.2.3
      const std::size_t single = std::min<std::size_t>(request->non_repeaters, ranges.size());
      for (std::size_t i = 0; i < single; ++i) next(ranges[i]);
      bool more = single < ranges.size();
      for (unsigned n = 0; n < request->max_repetitions && more && out.size() < kMostBulk; ++n) {
        more = false;
        for (std::size_t i = single; i < ranges.size(); ++i) more = next(ranges[i]) || more;
      }
      break;
    }
  }
  send(out.take());
}

}  // namespace lanwarden::snmp::agentx
