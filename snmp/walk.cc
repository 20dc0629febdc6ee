#include "snmp/walk.h"

#include <algorithm>

namespace lanwarden::snmp {
namespace {

using mibs::OidView;

bool before(OidView a, OidView b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

bool is_auth_error(int status) {
  return status == error_status::kAuthorizationError || status == error_status::kNoAccess;
}

std::string lost(const Failure& failure, const mibs::Request& request, bool begun) {
  // Silence is an agent's way to say that it has no such VLAN, or that it is too busy: nobody can tell.
  if (failure.cause == Cause::kTimeout && !request.vlan_context.empty() && !begun)
    return "no answer in the VLAN's context";
  return std::string(to_string(failure.cause));
}

}  // namespace

Walk::Walk(mibs::Request request, Manners& manners, WalkLimits limits, VariableSink& sink, Segment segment)
    : request_(std::move(request)),
      manners_(manners),
      limits_(limits),
      sink_(sink),
      segment_(std::move(segment)),
      width_(std::max<std::size_t>(request_.oids.size(), 1)),
      deadline_(limits.switch_deadline) {
  for (std::size_t i = 0; i < request_.oids.size(); ++i)
    active_.push_back({i, request_.oids[i] + segment_.after.view()});
}

void Walk::started(TimePoint now) {
  deadline_ = std::min(now + limits_.table_deadline, limits_.switch_deadline);
}

std::size_t Walk::columns_asked() const { return std::min(width_, active_.size()); }

// An unanswered question is first repeated as it was (loss is likelier than size), then made smaller, then
// asked by GETNEXT.
bool Walk::by_get_next(unsigned attempt) const {
  return get_next_ || manners_.version == Version::kV1 || manners_.no_get_bulk || attempt >= 4;
}

unsigned Walk::repetitions(unsigned attempt) const {
  if (by_get_next(attempt)) return 1;
  const unsigned size = attempt <= 1 ? size_ : attempt == 2 ? size_ / 4 : size_ / 16;
  return std::max(1U, size / static_cast<unsigned>(columns_asked()));
}

void Walk::question(unsigned attempt, Query& query) {
  if (!open_) {
    size_ = manners_.bulk.variables();
    open_ = true;
  }
  query.kind = by_get_next(attempt) ? Query::Kind::kGetNext : Query::Kind::kGetBulk;
  query.repetitions = repetitions(attempt);
  query.context = request_.vlan_context;
  for (std::size_t i = 0; i < columns_asked(); ++i) query.names.push_back(active_[i].last.view());
}

void Walk::answer(unsigned attempt, const Answer& answer, TimePoint now) {
  if (answer.error_status != error_status::kNoError) {
    refused(answer, attempt);
  } else {
    const auto columns = columns_asked();
    const std::size_t asked = columns * repetitions(attempt);
    const std::size_t before = active_.size();
    const auto first = static_cast<unsigned>(columns) * repetitions(0);
    const bool in_bulk = !by_get_next(attempt);
    if (get_next_ && bulk_failed_at_once_ && !answer.bindings.empty()) manners_.no_get_bulk = true;
    take(answer, asked);
    if (in_bulk || attempt >= 4) {
      if (attempt >= 2)
        manners_.bulk.silence(first, static_cast<unsigned>(asked));
      else if (answer.bindings.size() >= asked)
        manners_.bulk.filled();
      else if (active_.size() == before)
        manners_.bulk.truncated(static_cast<unsigned>(asked), static_cast<unsigned>(answer.bindings.size()));
    }
  }
  open_ = false;
  if (!done() && now >= deadline_) expired();
}

void Walk::take(const Answer& answer, std::size_t most) {
  const std::size_t columns = columns_asked();
  const std::size_t count = std::min(answer.bindings.size(), most);
  if (count == 0) {
    for (std::size_t c = 0; c < columns; ++c) end_column(c, "an answer without variables");
  }
  // The last name of each column so far: views into the answer, copied once at the end.
  std::vector<OidView> last(columns);
  for (std::size_t c = 0; c < columns; ++c) last[c] = active_[c].last.view();
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t c = k % columns;
    Column& column = active_[c];
    if (column.over) continue;
    const Binding& binding = answer.bindings[k];
    const mibs::Oid& prefix = request_.oids[column.place];
    if (binding.value.is_exception() && binding.value.type != mibs::Value::Type::kNull) {
      end_column(c, {});
      continue;
    }
    // Every name of a column begins alike: only what follows is compared, once for each row.
    const bool within = prefix.is_prefix_of(binding.name);
    const OidView index = within ? binding.name.subspan(prefix.size()) : OidView{};
    const bool ascending =
        within ? before(last[c].subspan(prefix.size()), index) : before(last[c], binding.name);
    if (!ascending) {
      disordered_ = true;
      end_column(c, "OID not increasing");
    } else if (!within || (!segment_.upto.empty() && before(segment_.upto.view(), index))) {
      if (within && column.place == 0) beyond_ = mibs::Oid(index);
      end_column(c, {});  // the end of the table, or the next part's
    } else if (column.rows >= limits_.rows) {
      end_column(c, "more than " + std::to_string(limits_.rows) + " rows");
    } else {
      last[c] = binding.name;
      ++column.rows;
      ++variables_;
      if (column.place == 0) {
        if (sample_.rows() == 0) first_ = mibs::Oid(index);
        sample_.add(index);
      }
      sink_.variable(request_.id, column.place, index, binding.value);
    }
  }
  for (std::size_t c = 0; c < columns; ++c)
    if (!active_[c].over && last[c].data() != active_[c].last.view().data())
      active_[c].last = mibs::Oid(last[c]);
  std::erase_if(active_, [](const Column& c) { return c.over; });
}

void Walk::refused(const Answer& answer, unsigned attempt) {
  const int status = answer.error_status;
  const std::string name = error_status_name(status);
  const std::size_t columns = columns_asked();
  if (is_auth_error(status)) {
    partial(name);
    active_.clear();
    return;
  }
  if (status == error_status::kTooBig && repetitions(attempt) > 1) {
    manners_.bulk.too_big(static_cast<unsigned>(columns) * repetitions(attempt));
    return;
  }
  if (!by_get_next(attempt) && status != error_status::kTooBig) {
    // genErr, or worse, on GETBULK: some agents have none (QUIRKS.md, no-get-bulk), others stumble over one
    // row.
    get_next_ = true;
    bulk_failed_at_once_ = variables_ == 0;
    return;
  }
  const bool named = answer.error_index >= 1 && answer.error_index <= columns;
  if ((status == error_status::kTooBig || !named) && columns > 1) {
    width_ = columns / 2;
    return;
  }
  // RFC 1157 §4.1.3: the end of a v1 agent's MIB is an error.
  end_column(named ? answer.error_index - 1 : 0, status == error_status::kNoSuchName ? std::string() : name);
  std::erase_if(active_, [](const Column& c) { return c.over; });
}

void Walk::end_column(std::size_t active, const std::string& cause) {
  active_[active].over = true;
  if (!cause.empty()) partial(cause);
}

void Walk::partial(const std::string& cause) {
  ending_.completeness = topology::Completeness::kPartial;
  if (ending_.cause.empty()) ending_.cause = cause;
}

void Walk::failed(const Failure& failure) {
  partial(lost(failure, request_, variables_ > 0));
  active_.clear();
}

void Walk::expired() {
  partial("not finished in " + std::to_string(limits_.table_deadline.count()) + " s");
  active_.clear();
}

Get::Get(mibs::Request request, WalkLimits limits, VariableSink& sink, unsigned per_pdu)
    : request_(std::move(request)),
      limits_(limits),
      sink_(sink),
      per_pdu_(std::max(1U, per_pdu)),
      deadline_(limits.switch_deadline) {
  for (std::size_t i = 0; i < request_.oids.size(); ++i) open_.push_back(i);
}

void Get::started(TimePoint now) {
  deadline_ = std::min(now + limits_.table_deadline, limits_.switch_deadline);
}

std::size_t Get::asked_now() const { return std::min<std::size_t>(per_pdu_, open_.size()); }

void Get::question(unsigned, Query& query) {
  query.kind = Query::Kind::kGet;
  query.context = request_.vlan_context;
  for (std::size_t i = 0; i < asked_now(); ++i) query.names.push_back(request_.oids[open_[i]].view());
}

void Get::answer(unsigned, const Answer& answer, TimePoint now) {
  const std::size_t asked = asked_now();
  if (answer.error_status == error_status::kNoError) {
    std::size_t taken = 0;
    for (std::size_t k = 0; k < std::min(asked, answer.bindings.size()); ++k, ++taken) {
      const Binding& binding = answer.bindings[k];
      const mibs::Oid& wanted = request_.oids[open_[k]];
      if (!std::ranges::equal(wanted.view(), binding.name)) break;
      sink_.variable(request_.id, open_[k], {}, binding.value);
    }
    if (taken < asked && taken == 0) {
      partial("it answered with other objects than were asked for");
      taken = asked;
    }
    open_.erase(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(taken));
  } else if (is_auth_error(answer.error_status)) {
    partial(error_status_name(answer.error_status));
    open_.clear();
  } else {
    const bool named = answer.error_index >= 1 && answer.error_index <= asked;
    if (asked > 1 && (answer.error_status == error_status::kTooBig || !named)) {
      per_pdu_ = static_cast<unsigned>(asked / 2);
    } else {
      const std::size_t k = named ? answer.error_index - 1 : 0;
      if (answer.error_status == error_status::kNoSuchName) {
        mibs::Value missing;
        missing.type = mibs::Value::Type::kNoSuchInstance;
        sink_.variable(request_.id, open_[k], {}, missing);
      } else {
        partial(error_status_name(answer.error_status));
      }
      open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(k));
    }
  }
  if (!done() && now >= deadline_) expired();
}

void Get::partial(const std::string& cause) {
  ending_.completeness = topology::Completeness::kPartial;
  if (ending_.cause.empty()) ending_.cause = cause;
}

void Get::failed(const Failure& failure) {
  partial(lost(failure, request_, open_.size() < request_.oids.size()));
  open_.clear();
}

void Get::expired() {
  partial("not finished in " + std::to_string(limits_.table_deadline.count()) + " s");
  open_.clear();
}

}  // namespace lanwarden::snmp
