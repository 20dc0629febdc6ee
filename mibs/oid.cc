#include "mibs/oid.h"

#include <algorithm>
#include <charconv>

namespace lanwarden::mibs {
namespace {

bool is_padding(char c) { return c == '\0' || c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

topology::Result<Oid, topology::ParseError> Oid::parse(std::string_view text) {
  const auto fail = [&](const char* cause, const char* at) {
    return tl::unexpected(topology::ParseError{cause, static_cast<std::size_t>(at - text.data())});
  };
  const char* p = text.data();
  const char* const end = p + text.size();
  if (p != end && *p == '.') ++p;
  if (p == end) return fail("an object identifier is numbers with dots between", p);
  Oid oid;
  for (;;) {
    std::uint32_t id = 0;
    const auto [next, error] = std::from_chars(p, end, id);
    if (error == std::errc::result_out_of_range) return fail("a sub-identifier is at most 4294967295", p);
    if (error != std::errc{}) return fail("a number is expected here", p);
    oid.ids_.push_back(id);
    if (next == end) return oid;
    if (*next != '.') return fail("a dot is expected here", next);
    p = next + 1;
  }
}

bool Oid::is_prefix_of(OidView other) const {
  return other.size() >= ids_.size() && std::equal(ids_.begin(), ids_.end(), other.begin());
}

Oid Oid::operator+(OidView tail) const {
  Oid sum;
  sum.ids_.reserve(ids_.size() + tail.size());
  sum.ids_.insert(sum.ids_.end(), ids_.begin(), ids_.end());
  sum.ids_.insert(sum.ids_.end(), tail.begin(), tail.end());
  return sum;
}

Oid Oid::operator+(std::uint32_t id) const { return *this + OidView{&id, 1}; }

std::string Oid::to_string() const {
  std::string text;
  text.reserve(ids_.size() * 4);
  char digits[10];
  for (const std::uint32_t id : ids_) {
    if (!text.empty()) text += '.';
    const auto result = std::to_chars(digits, digits + sizeof digits, id);
    text.append(digits, result.ptr);
  }
  return text;
}

std::uint64_t Value::as_number(std::uint64_t fallback) const {
  switch (type) {
    case Type::kInteger:
      return integer >= 0 ? static_cast<std::uint64_t>(integer) : fallback;
    case Type::kUnsigned:
      return number;
    case Type::kOctets: {
      const std::string text = as_text();
      std::uint64_t n = 0;
      const auto [next, error] = std::from_chars(text.data(), text.data() + text.size(), n);
      return error == std::errc{} && next == text.data() + text.size() ? n : fallback;
    }
    default:
      return fallback;
  }
}

std::string Value::as_text() const {
  if (type != Type::kOctets) return {};
  std::string text(octets.begin(), octets.end());
  while (!text.empty() && is_padding(text.back())) text.pop_back();
  return text;
}

}  // namespace lanwarden::mibs
