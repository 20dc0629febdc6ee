// What snmpwalk prints, with -On or -OX (numeric names, indexes perhaps in
// brackets), as people keep it: strings over several lines, cut in places.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "tests/lab/agent/recording.h"
#include "tests/lab/agent/recording_text.h"
#include "tests/lab/agent/walk_names.h"

namespace lanwarden::lab {

namespace {

bool is_text(std::string_view text, std::string_view prefix) { return text.starts_with(prefix); }

std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) ++i;
    out += text[i];
  }
  return out;
}

// Where the closing quote is, if it is in this text (which begins after the opening one).
std::size_t closing_quote(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i;
    }
  }
  return std::string_view::npos;
}

// "0:1f:2:3:4:5": an address that the walk printed by its display hint.
bool is_printed_mac(std::string_view text) {
  return std::ranges::count(text, ':') == 5 && text.size() <= 17 && read_hex(text).has_value();
}

// "up(1)", "(4711) 0:47:11", "15 seconds", "-3": the number in it.
std::string_view number_in(std::string_view text) {
  const std::size_t open = text.find('(');
  if (open != std::string_view::npos) {
    const std::size_t close = text.find(')', open);
    if (close != std::string_view::npos) return text.substr(open + 1, close - open - 1);
  }
  return text.substr(0, text.find(' '));
}

struct TypeName {
  std::string_view name;
  Tag tag;
};
constexpr std::array<TypeName, 9> kNumbers{{{"INTEGER", Tag::kInteger},
                                            {"Integer32", Tag::kInteger},
                                            {"Counter32", Tag::kCounter32},
                                            {"Counter", Tag::kCounter32},
                                            {"Gauge32", Tag::kGauge32},
                                            {"Gauge", Tag::kGauge32},
                                            {"Unsigned32", Tag::kGauge32},
                                            {"Timeticks", Tag::kTimeTicks},
                                            {"Counter64", Tag::kCounter64}}};

// One variable while its lines come.
struct Open {
  enum class Kind : std::uint8_t { kDone, kQuoted, kUnquoted, kHex };
  Oid name;
  Value value;
  Kind kind = Kind::kDone;
};

class WalkReader {
 public:
  explicit WalkReader(Table& into) : into_(into) {}

  void line(std::size_t number, std::string_view text) {
    if (text == "End of MIB") return;  // how snmpwalk -v1 ends
    if (begin(number, text)) return;
    if (open_ && go_on(text)) return;
    if (!trim(text).empty()) file_.bad.push_back({number, "no variable, and continues none"});
  }

  LoadedFile finish() {
    close();
    file_.repeated = file_.rows - into_.size();
    file_.rows = into_.size();
    return std::move(file_);
  }

 private:
  // True when the line is the beginning of a variable, be it a readable one or not.
  bool begin(std::size_t number, std::string_view text) {
    const std::size_t equals = text.find(" =");
    if (equals == std::string_view::npos) return false;
    auto name = read_walk_name(text.substr(0, equals));
    if (!name || !encodable(*name)) return false;
    close();
    open_ = Open{std::move(*name), {}, Open::Kind::kDone};
    if (std::string cause = read_value(trim(text.substr(equals + 2))); !cause.empty()) {
      open_.reset();
      if (cause != kNoVariable) file_.bad.push_back({number, std::move(cause)});
    }
    return true;
  }

  static constexpr std::string_view kNoVariable = "-";

  std::string read_value(std::string_view text) {
    for (const std::string_view note : {"No Such ", "No more variables"}) {
      if (is_text(text, note)) return std::string(kNoVariable);
    }
    if (is_text(text, "Wrong Type")) {
      const std::size_t colon = text.find("): ");
      if (colon == std::string_view::npos) return "a \"Wrong Type\" note without a value";
      text = text.substr(colon + 3);
    }
    if (text == "\"\"") {
      open_->value = Value::of_octets(std::string_view{});
      return {};
    }
    if (is_text(text, "NULL") || is_text(text, "Null")) return {};
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return "a value without a type";
    return read_typed(text.substr(0, colon), trim(text.substr(colon + 1)));
  }

  std::string read_typed(std::string_view type, std::string_view text) {
    Value& value = open_->value;
    if (type == "STRING") {
      value = Value::of_octets(std::string_view{});
      if (!is_text(text, "\"")) return read_unquoted(text);
      open_->kind = Open::Kind::kQuoted;
      go_on_quoted(text.substr(1));
      return {};
    }
    if (type == "Hex-STRING" || type == "BITS") {
      value = Value::of_octets(std::string_view{});
      open_->kind = Open::Kind::kHex;
      return go_on_hex(text) ? std::string{} : "no hexadecimal octets";
    }
    if (type == "OID") {
      const auto oid = read_walk_name(text);
      if (!oid) return "no object identifier";
      value = Value::of_oid(*oid);
      return {};
    }
    if (type == "IpAddress" || type == "Network Address") {
      auto ip = read_ip(text);
      if (const auto octets = ip ? std::nullopt : read_hex(text); octets && octets->size() == 4) {
        ip = Value{Tag::kIpAddress, 0, 0, *octets, {}};
      }
      if (!ip) return "no address";
      value = *ip;
      return {};
    }
    const auto known = std::ranges::find(kNumbers, type, &TypeName::name);
    if (known == kNumbers.end()) return "unknown type";
    const auto number = read_number(known->tag, number_in(text));
    if (!number) return "no number";
    value = *number;
    return {};
  }

  std::string read_unquoted(std::string_view text) {
    if (is_printed_mac(text)) {
      open_->value.octets = *read_hex(text);
    } else {
      open_->value.octets = text;
      open_->kind = Open::Kind::kUnquoted;
    }
    return {};
  }

  bool go_on(std::string_view text) {
    switch (open_->kind) {
      case Open::Kind::kDone:
        return false;
      case Open::Kind::kQuoted:
        open_->value.octets += '\n';
        go_on_quoted(text);
        return true;
      case Open::Kind::kUnquoted:
        open_->value.octets += '\n';
        open_->value.octets += text;
        return true;
      case Open::Kind::kHex:
        return go_on_hex(text);
    }
    return false;
  }

  void go_on_quoted(std::string_view text) {
    const std::size_t end = closing_quote(text);
    open_->value.octets += unescape(text.substr(0, end));
    if (end != std::string_view::npos) open_->kind = Open::Kind::kDone;
  }

  // The octets, and whatever a -O option prints behind them ("[text]", names of bits).
  bool go_on_hex(std::string_view text) {
    const std::string_view hex = trim(text.substr(0, text.find_first_of("[(")));
    auto octets = read_hex(hex);
    if (!octets && open_->value.octets.empty()) {
      // BITS: "80 40 name(0) other(9)": the leading octets count.
      const std::size_t last = hex.find_last_of(' ');
      if (last != std::string_view::npos) octets = read_hex(hex.substr(0, last));
    }
    if (!octets) return false;
    open_->value.octets += *octets;
    return true;
  }

  void close() {
    if (open_) add_row(into_, open_->name, open_->value, file_);
    open_.reset();
  }

  Table& into_;
  LoadedFile file_;
  std::optional<Open> open_;
};

}  // namespace

LoadedFile parse_walk(std::string_view text, Table& into) {
  WalkReader reader(into);
  for_each_line(text, [&](std::size_t number, std::string_view line) { reader.line(number, line); });
  return reader.finish();
}

}  // namespace lanwarden::lab
