#include "tests/lab/agent/recording_text.h"

#include <algorithm>
#include <charconv>

namespace lanwarden::lab {

namespace {

template <class T>
bool read_whole(std::string_view text, T& out, int base = 10) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

void for_each_line(std::string_view text, const std::function<void(std::size_t, std::string_view)>& visit) {
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    visit(++number, line);
  }
}

std::string_view trim(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

std::optional<std::string> read_hex(std::string_view text) {
  std::string octets;
  text = trim(text);
  const std::size_t separator = text.find_first_of(" :");
  if (separator == std::string_view::npos && text.size() > 2) {
    if (text.size() % 2 != 0) return std::nullopt;
    for (; !text.empty(); text.remove_prefix(2)) {
      unsigned octet = 0;
      if (!read_whole(text.substr(0, 2), octet, 16)) return std::nullopt;
      octets += static_cast<char>(octet);
    }
    return octets;
  }
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" :"), text.size());
    unsigned octet = 0;
    if (end > 2 || !read_whole(text.substr(0, end), octet, 16)) return std::nullopt;
    octets += static_cast<char>(octet);
    text.remove_prefix(end);
    if (text.starts_with(':')) text.remove_prefix(1);
    text = trim(text);
  }
  return octets;
}

std::optional<Value> read_ip(std::string_view text) {
  const auto oid = parse_oid(text);
  if (!oid || oid->size() != 4) return std::nullopt;
  std::uint32_t address = 0;
  for (const std::uint32_t octet : *oid) {
    if (octet > 255) return std::nullopt;
    address = address << 8 | octet;
  }
  return Value::of_ip(address);
}

std::optional<Value> read_number(Tag tag, std::string_view text) {
  if (tag == Tag::kInteger) {
    std::int64_t number = 0;
    if (!read_whole(text, number) || number < INT32_MIN || number > UINT32_MAX) return std::nullopt;
    return Value::of_integer(static_cast<std::int32_t>(number));
  }
  if (tag != Tag::kCounter32 && tag != Tag::kGauge32 && tag != Tag::kTimeTicks && tag != Tag::kCounter64) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  if (!read_whole(text, number) || (tag != Tag::kCounter64 && number > UINT32_MAX)) return std::nullopt;
  return Value{tag, 0, number, {}, {}};
}

bool encodable(OidView name) { return name.size() >= 2 && name[0] <= 2 && (name[0] == 2 || name[1] < 40); }

void add_row(Table& table, OidView name, const Value& value, LoadedFile& file) {
  table.set(name, value);
  ++file.rows;
}

}  // namespace lanwarden::lab
