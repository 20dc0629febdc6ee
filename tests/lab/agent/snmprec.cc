// The .snmprec format: what snmpsim records and LibreNMS keeps.
#include <charconv>
#include <optional>

#include "tests/lab/agent/recording.h"
#include "tests/lab/agent/recording_text.h"

namespace lanwarden::lab {

namespace {

// "initial=5,rate=10" of a variation module: the value at the beginning.
std::string_view initial_of(std::string_view options) {
  for (const std::string_view key : {"initial=", "value="}) {
    const std::size_t at = options.find(key);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = options.substr(at + key.size());
    return rest.substr(0, rest.find(','));
  }
  return {};
}

std::optional<Value> read_typed(Tag tag, bool hex, std::string_view text) {
  switch (tag) {
    case Tag::kOctets:
    case Tag::kOpaque: {
      if (!hex) return Value{tag, 0, 0, std::string(text), {}};
      auto octets = read_hex(text);
      if (!octets) return std::nullopt;
      return Value{tag, 0, 0, std::move(*octets), {}};
    }
    case Tag::kIpAddress: {
      if (!hex) return read_ip(text);
      auto octets = read_hex(text);
      if (!octets || octets->size() != 4) return std::nullopt;
      return Value{tag, 0, 0, std::move(*octets), {}};
    }
    case Tag::kNull:
      return text.empty() ? std::optional(Value{}) : std::nullopt;
    case Tag::kOid: {
      const auto oid = parse_oid(text);
      if (!oid) return std::nullopt;
      return Value::of_oid(*oid);
    }
    default:
      return hex ? std::nullopt : read_number(tag, text);
  }
}

std::string read_line(std::string_view line, Table& into, LoadedFile& file) {
  const std::size_t first = line.find('|');
  const std::size_t second = first == std::string_view::npos ? first : line.find('|', first + 1);
  if (second == std::string_view::npos) return "not oid|type|value";
  const auto name = parse_oid(line.substr(0, first));
  if (!name || !encodable(*name)) return "no object identifier";

  std::string_view type = line.substr(first + 1, second - first - 1);
  std::string_view text = line.substr(second + 1);
  const std::size_t module = type.find(':');
  if (module != std::string_view::npos) {
    type = type.substr(0, module);
    text = initial_of(text);
  }
  const bool hex = type.ends_with('x');
  if (hex) type.remove_suffix(1);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(type.data(), type.data() + type.size(), number);
  if (error != std::errc{} || end != type.data() + type.size() || number > 0x46) return "unknown type";
  const auto value = read_typed(static_cast<Tag>(number), hex, text);
  if (!value) return "the value is not of its type";
  add_row(into, *name, *value, file);
  return {};
}

}  // namespace

LoadedFile parse_snmprec(std::string_view text, Table& into) {
  LoadedFile file;
  for_each_line(text, [&](std::size_t number, std::string_view line) {
    if (line.empty() || line.starts_with('#')) return;
    if (std::string cause = read_line(line, into, file); !cause.empty()) {
      file.bad.push_back({number, std::move(cause)});
    }
  });
  file.repeated = file.rows - into.size();
  file.rows = into.size();
  return file;
}

}  // namespace lanwarden::lab
