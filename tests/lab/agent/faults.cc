#include "tests/lab/agent/faults.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace lanwarden::lab {

namespace {

using Duration = Faults::Duration;

// dot1dTpFdbPort and dot1qTpFdbPort (RFC 4188, RFC 4363), and the tables they are in.
const Oid kBridgeFdbPort{1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2};
const Oid kQBridgeFdbPort{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 2};
const Oid kBridgeFdb{1, 3, 6, 1, 2, 1, 17, 4, 3};
const Oid kQBridgeFdb{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2};

template <class T>
bool read_whole(std::string_view text, T& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

std::optional<Duration> read_duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    double nanoseconds;
  };
  // Longest first: "ms" also ends in "s".
  static constexpr std::array<Unit, 4> kUnits{{{"ms", 1e6}, {"us", 1e3}, {"s", 1e9}, {"m", 6e10}}};
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.name)) continue;
    double number = 0;
    if (!read_whole(text.substr(0, text.size() - unit.name.size()), number)) return std::nullopt;
    if (!(number >= 0 && number < 1e6)) return std::nullopt;
    return Duration(static_cast<std::int64_t>(number * unit.nanoseconds));
  }
  return std::nullopt;
}

bool read_share(std::string_view text, double& out) { return read_whole(text, out) && out >= 0 && out <= 1; }

// "a:b" into a and b; b empty without a colon.
std::pair<std::string_view, std::string_view> split(std::string_view text, std::string_view at = ":") {
  const std::size_t place = text.find(at);
  if (place == std::string_view::npos) return {text, {}};
  return {text.substr(0, place), text.substr(place + at.size())};
}

bool read_oid_into(std::string_view text, std::vector<Oid>& out) {
  auto oid = parse_oid(text);
  if (!oid) return false;
  out = {std::move(*oid)};
  return true;
}

bool read_flag(std::string_view text, bool& out) {
  out = text.empty() || text == "yes";
  return out || text == "no";
}

bool read_time(std::string_view text, Duration& out) {
  const auto duration = read_duration(text);
  if (duration) out = *duration;
  return duration.has_value();
}

struct Switch {
  std::string_view name;
  std::string_view syntax;  // after the name
  std::string_view help;
  bool (*apply)(Faults&, std::string_view);
};

const std::array<Switch, 22> kSwitches{{
    {"delay", "=20ms", "every answer is that late",
     [](Faults& f, std::string_view v) { return read_time(v, f.delay); }},
    {"jitter", "=5ms", "and up to so much more",
     [](Faults& f, std::string_view v) { return read_time(v, f.jitter); }},
    {"loss", "=0.1", "this share of requests or answers is lost",
     [](Faults& f, std::string_view v) { return read_share(v, f.loss); }},
    {"dup", "=0.05", "this share of answers comes twice",
     [](Faults& f, std::string_view v) { return read_share(v, f.duplication); }},
    {"rate", "=200", "more answers a second are dropped",
     [](Faults& f, std::string_view v) { return read_whole(v, f.rate) && f.rate >= 0; }},
    {"duplicate-answers", "[=2s]", "every answer comes again, that much later",
     [](Faults& f, std::string_view v) {
       f.late_duplicate = v.empty() ? std::chrono::seconds(2) : read_duration(v);
       return f.late_duplicate.has_value();
     }},
    {"other-source-address", "[=127.9.9.9]", "answers come from another address",
     [](Faults& f, std::string_view v) {
       f.other_source = std::string(v);
       return true;
     }},
    {"dead", "", "no answer at all", [](Faults& f, std::string_view v) { return read_flag(v, f.dead); }},
    {"slow-agent", "[=300ms..3s]", "the time one PDU takes, one after the other",
     [](Faults& f, std::string_view v) {
       const auto [least, most] = split(v.empty() ? "300ms..3s" : v, "..");
       return read_time(least, f.service_min) && read_time(most.empty() ? least : most, f.service_max) &&
              f.service_min <= f.service_max;
     }},
    {"slow-column", "=OID:20s", "PDUs that name something below OID take that long",
     [](Faults& f, std::string_view v) {
       const auto [column, time] = split(v);
       auto oid = parse_oid(column);
       const auto duration = read_duration(time);
       if (oid && duration) f.slow_columns.push_back({std::move(*oid), *duration});
       return oid && duration;
     }},
    {"max-reps", "=5", "GETBULK above so many repetitions goes wrong (get-bulk-too-big)",
     [](Faults& f, std::string_view v) { return read_whole(v, f.max_repetitions); }},
    {"get-bulk-too-big", "[=5]", "the same as max-reps",
     [](Faults& f, std::string_view v) {
       f.max_repetitions = 5;
       return v.empty() || read_whole(v, f.max_repetitions);
     }},
    {"toobig", "=error|silence|truncated|short", "how it goes wrong",
     [](Faults& f, std::string_view v) {
       static constexpr std::array<std::string_view, 4> kWays{"error", "silence", "truncated", "short"};
       const auto at = std::ranges::find(kWays, v);
       if (at != kWays.end()) f.too_big = static_cast<Faults::TooBig>(at - kWays.begin());
       return at != kWays.end();
     }},
    {"max-size", "=1472", "no longer answers than this, in octets",
     [](Faults& f, std::string_view v) { return read_whole(v, f.max_message) && f.max_message >= 64; }},
    {"no-get-bulk", "=v1|generr", "speaks version 1 only, or answers GETBULK with genErr",
     [](Faults& f, std::string_view v) {
       f.no_bulk = v == "generr" ? Faults::NoBulk::kGenErr : Faults::NoBulk::kV1Only;
       return v.empty() || v == "v1" || v == "generr";
     }},
    {"oid-not-increasing", "[=ROW[:OID]]",
     "after ROW rows (of the forwarding tables) the column begins again",
     [](Faults& f, std::string_view v) {
       f.not_increasing = Faults::Trip{3, {kBridgeFdbPort, kQBridgeFdbPort}};
       const auto [row, oid] = split(v);
       return (row.empty() || (read_whole(row, f.not_increasing->row) && f.not_increasing->row > 0)) &&
              (oid.empty() || read_oid_into(oid, f.not_increasing->below));
     }},
    {"endless-table", "[=OID]", "rows below OID (dot1qTpFdbPort) for ever",
     [](Faults& f, std::string_view v) {
       f.endless = {kQBridgeFdbPort};
       return v.empty() || read_oid_into(v, f.endless);
     }},
    {"partial-then-complete", "[=0.3:30s[:OID]]", "only that share of the forwarding tables at first",
     [](Faults& f, std::string_view v) {
       f.partial = Faults::Partial{0.3, std::chrono::seconds(30), {kBridgeFdb, kQBridgeFdb}};
       if (v.empty()) return true;
       const auto [share, rest] = split(v);
       const auto [time, oid] = split(rest);
       return read_share(share, f.partial->fraction) && read_time(time, f.partial->until) &&
              (oid.empty() || read_oid_into(oid, f.partial->below));
     }},
    {"counter-restart", "=60s", "reboots that often: sysUpTime goes back",
     [](Faults& f, std::string_view v) {
       f.reboot_every = read_duration(v);
       return f.reboot_every && f.reboot_every->count() > 0;
     }},
    {"set-ignored", "", "SET answers noError and changes nothing",
     [](Faults& f, std::string_view v) { return read_flag(v, f.set_ignored); }},
    {"set-refused", "[=noAccess]", "SET is refused with this error-status",
     [](Faults& f, std::string_view v) {
       f.set_refused = v.empty() ? ErrorStatus::kNotWritable : parse_error_status(v);
       return f.set_refused.has_value();
     }},
    {"wrong-context", "=silence|default", "what an unknown context gets",
     [](Faults& f, std::string_view v) {
       f.unknown_context =
           v == "default" ? Faults::UnknownContext::kDefault : Faults::UnknownContext::kSilence;
       return v == "silence" || v == "default";
     }},
}};

constexpr std::array<std::string_view, 19> kStatusNames{"noError",
                                                        "tooBig",
                                                        "noSuchName",
                                                        "badValue",
                                                        "readOnly",
                                                        "genErr",
                                                        "noAccess",
                                                        "wrongType",
                                                        "wrongLength",
                                                        "wrongEncoding",
                                                        "wrongValue",
                                                        "noCreation",
                                                        "inconsistentValue",
                                                        "resourceUnavailable",
                                                        "commitFailed",
                                                        "undoFailed",
                                                        "authorizationError",
                                                        "notWritable",
                                                        "inconsistentName"};

}  // namespace

topology::Result<Faults, topology::ParseError> Faults::parse(std::string_view text) {
  Faults faults;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const auto [name, value] = split(text.substr(at, end - at), "=");
    const auto known = std::ranges::find(kSwitches, name, &Switch::name);
    if (known == kSwitches.end()) {
      std::string cause = "no fault \"";
      cause.append(name).append("\"; there are");
      for (const Switch& s : kSwitches) cause.append(" ").append(s.name);
      return tl::unexpected(topology::ParseError{cause, at});
    }
    if (!known->apply(faults, value)) {
      std::string cause = "\"";
      cause.append(value).append("\" is no value of ").append(name);
      cause.append("; right is ").append(name).append(known->syntax);
      return tl::unexpected(topology::ParseError{cause, at + std::min(name.size() + 1, end - at)});
    }
    at = end + 1;
  }
  return faults;
}

std::string Faults::help() {
  std::string text;
  for (const Switch& s : kSwitches) {
    std::string line = "  ";
    line.append(s.name).append(s.syntax);
    line.resize(std::max<std::size_t>(line.size() + 1, 44), ' ');
    text.append(line).append(s.help).append("\n");
  }
  return text;
}

std::string_view to_text(ErrorStatus status) {
  const auto i = static_cast<std::size_t>(status);
  return i < kStatusNames.size() ? kStatusNames[i] : "unknown";
}

std::optional<ErrorStatus> parse_error_status(std::string_view text) {
  const auto at = std::ranges::find(kStatusNames, text);
  if (at == kStatusNames.end()) return std::nullopt;
  return static_cast<ErrorStatus>(at - kStatusNames.begin());
}

}  // namespace lanwarden::lab
