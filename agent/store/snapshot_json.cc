#include "agent/store/snapshot_json.h"

#include <concepts>
#include <limits>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "topology/snapshot_fields.h"

namespace lanwarden::agent {
namespace {

using namespace topology;  // NOLINT: this file is about nothing but its nouns
using Json = nlohmann::json;

bool is_utf8(std::string_view s) {
  for (std::size_t i = 0; i < s.size();) {
    const auto at = [&](std::size_t k) { return static_cast<unsigned char>(s[k]); };
    const unsigned char c = at(i);
    const std::size_t more = c < 0x80                 ? 0
                             : c >= 0xc2 && c <= 0xdf ? 1
                             : (c & 0xf0) == 0xe0     ? 2
                             : c >= 0xf0 && c <= 0xf4 ? 3
                                                      : 9;
    if (more == 9 || i + more >= s.size()) return false;
    for (std::size_t k = 1; k <= more; ++k)
      if ((at(i + k) & 0xc0) != 0x80) return false;
    // Overlong forms, surrogates and what lies above U+10FFFF (RFC 3629 §4).
    if ((c == 0xe0 && at(i + 1) < 0xa0) || (c == 0xed && at(i + 1) > 0x9f) ||
        (c == 0xf0 && at(i + 1) < 0x90) || (c == 0xf4 && at(i + 1) > 0x8f))
      return false;
    i += more + 1;
  }
  return true;
}

Json write(const std::string& s) {
  if (is_utf8(s)) return s;
  // Bytes as the code points of Latin-1, which they mostly are, and marked, so
  // that exactly the same bytes are read back: a port is found by its name again.
  std::string latin1;
  for (const char c : s) {
    const auto u = static_cast<unsigned char>(c);
    if (u < 0x80) {
      latin1.push_back(c);
    } else {
      latin1.push_back(static_cast<char>(0xc0 | (u >> 6)));
      latin1.push_back(static_cast<char>(0x80 | (u & 0x3f)));
    }
  }
  return Json{{"latin1", std::move(latin1)}};
}
Json write(bool v) { return v; }
template <std::integral T>
Json write(T v) {
  return v;
}
template <class T>
requires std::is_enum_v<T> Json write(T v) { return static_cast<std::underlying_type_t<T>>(v); }
template <class Tag, class Rep>
Json write(const Strong<Tag, Rep>& v) {
  return v.value;
}
Json write(const MacAddress& v) { return v.to_string(); }
Json write(const IpAddress& v) { return v.to_string(); }
template <class T>
Json write(const std::vector<T>& v);
template <class A, class B>
Json write(const std::pair<A, B>& v) {
  return Json::array({write(v.first), write(v.second)});
}
template <class T>
Json write(const std::optional<T>& v) {
  return v ? write(*v) : Json();
}

struct Writer {
  Json& out;
  template <class T>
  void operator()(const char* key, const T& value);
};

template <class T>
requires requires(Writer& w, const T& v) { fields(w, v); }
Json write(const T& v) {
  Json out = Json::object();
  Writer writer{out};
  fields(writer, v);
  return out;
}

template <class T>
Json write(const std::vector<T>& v) {
  Json out = Json::array();
  for (const T& x : v) out.push_back(write(x));
  return out;
}

template <class T>
constexpr bool kIsList = false;
template <class T>
constexpr bool kIsList<std::vector<T>> = true;

template <class T>
void Writer::operator()(const char* key, const T& value) {
  if constexpr (kIsList<T>) {
    if (value.empty()) return;
  } else if constexpr (!requires { fields(*this, value); }) {
    if (value == T{}) return;
  }
  Json json = write(value);
  if (json.is_object() && json.empty()) return;
  out[key] = std::move(json);
}

/// The first thing that was wrong, and where.
struct Trouble {
  std::string text;
  void at(const std::string& what) {
    if (text.empty()) text = what;
  }
};

void read(const Json& j, std::string& v, Trouble& t) {
  if (j.is_string()) {
    v = j.get_ref<const std::string&>();
    return;
  }
  const auto it = j.is_object() ? j.find("latin1") : j.end();
  if (it == j.end() || !it->is_string()) return t.at("not a text");
  const auto& coded = it->get_ref<const std::string&>();
  v.clear();
  for (std::size_t i = 0; i < coded.size(); ++i) {
    const auto u = static_cast<unsigned char>(coded[i]);
    if (u >= 0xc0 && i + 1 < coded.size()) {
      v.push_back(static_cast<char>((u << 6) | (static_cast<unsigned char>(coded[i + 1]) & 0x3f)));
      ++i;
    } else {
      v.push_back(coded[i]);
    }
  }
}
void read(const Json& j, bool& v, Trouble& t) {
  if (!j.is_boolean()) return t.at("not true or false");
  v = j.get<bool>();
}
template <std::integral T>
void read(const Json& j, T& v, Trouble& t) {
  if (j.is_number_unsigned()) {
    const auto n = j.get<std::uint64_t>();
    if (n <= static_cast<std::uint64_t>(std::numeric_limits<T>::max())) {
      v = static_cast<T>(n);
      return;
    }
  } else if (j.is_number_integer() && std::is_signed_v<T>) {
    const auto n = j.get<std::int64_t>();
    if (n >= static_cast<std::int64_t>(std::numeric_limits<T>::min())) {
      v = static_cast<T>(n);
      return;
    }
  }
  t.at("not a number of its range");
}
template <class T>
requires std::is_enum_v<T>
void read(const Json& j, T& v, Trouble& t) {
  std::underlying_type_t<T> n{};
  read(j, n, t);
  v = static_cast<T>(n);
}
template <class Tag, class Rep>
void read(const Json& j, Strong<Tag, Rep>& v, Trouble& t) {
  read(j, v.value, t);
}
template <class T>
void read_parsed(const Json& j, T& v, Trouble& t) {
  if (j.is_string())
    if (const auto parsed = T::parse(j.get_ref<const std::string&>())) {
      v = *parsed;
      return;
    }
  t.at("not an address");
}
void read(const Json& j, MacAddress& v, Trouble& t) { read_parsed(j, v, t); }
void read(const Json& j, IpAddress& v, Trouble& t) { read_parsed(j, v, t); }
template <class T>
void read(const Json& j, std::vector<T>& v, Trouble& t);
template <class A, class B>
void read(const Json& j, std::pair<A, B>& v, Trouble& t) {
  if (!j.is_array() || j.size() != 2) return t.at("not a pair");
  read(j[0], v.first, t);
  read(j[1], v.second, t);
}
template <class T>
void read(const Json& j, std::optional<T>& v, Trouble& t) {
  read(j, v.emplace(), t);
}

struct Reader {
  const Json& in;
  Trouble& trouble;
  template <class T>
  void operator()(const char* key, T& value);
};

template <class T>
requires requires(Reader& r, T& v) { fields(r, v); }
void read(const Json& j, T& v, Trouble& t) {
  if (!j.is_object()) return t.at("not an object");
  Reader reader{j, t};
  fields(reader, v);
}

template <class T>
void read(const Json& j, std::vector<T>& v, Trouble& t) {
  if (!j.is_array()) return t.at("not a list");
  v.clear();
  v.reserve(j.size());
  for (const Json& x : j) read(x, v.emplace_back(), t);
}

template <class T>
void Reader::operator()(const char* key, T& value) {
  const auto it = in.find(key);
  if (it == in.end()) return;
  Trouble here;
  read(*it, value, here);
  if (!here.text.empty()) trouble.at(std::string(key) + ": " + here.text);
}

std::string dump(const Json& j) { return j.dump(-1, ' ', false, Json::error_handler_t::replace); }

template <class Fill>
Result<void, DocumentError> parse(std::string_view json, Fill&& fill) {
  const Json j = Json::parse(json, nullptr, false);
  if (j.is_discarded()) return tl::make_unexpected(DocumentError("not JSON"));
  Trouble trouble;
  fill(j, trouble);
  if (!trouble.text.empty()) return tl::make_unexpected(trouble.text);
  return {};
}

}  // namespace

std::string snapshot_document(const SwitchSnapshot& snapshot) { return dump(write(snapshot)); }

std::string tables_document(const SwitchSnapshot& snapshot) {
  Json out = Json::array();
  for (const TableState& s : snapshot.tables) {
    Json state = Json::array();
    if (s.completeness != Completeness::kNotAsked) state = {write(s.completeness), s.rows};
    if (!s.cause.empty() && !state.empty()) state.push_back(write(s.cause));
    out.push_back(std::move(state));
  }
  return dump(out);
}

std::string text_list(const std::vector<std::string>& texts) { return dump(write(texts)); }

Result<void, DocumentError> read_snapshot_document(std::string_view json, SwitchSnapshot& into) {
  return parse(json, [&](const Json& j, Trouble& t) { read(j, into, t); });
}

Result<void, DocumentError> read_tables_document(std::string_view json, SwitchSnapshot& into) {
  return parse(json, [&](const Json& j, Trouble& t) {
    if (!j.is_array() || j.size() > kTableCount) return t.at("not a list of tables");
    for (std::size_t i = 0; i < j.size(); ++i) {
      const Json& state = j[i];
      if (state.is_array() && state.empty()) continue;
      if (!state.is_array() || state.size() < 2) return t.at("not the state of a table");
      read(state[0], into.tables[i].completeness, t);
      read(state[1], into.tables[i].rows, t);
      if (state.size() > 2) read(state[2], into.tables[i].cause, t);
    }
  });
}

Result<std::vector<std::string>, DocumentError> read_text_list(std::string_view json) {
  std::vector<std::string> texts;
  if (auto r = parse(json, [&](const Json& j, Trouble& t) { read(j, texts, t); }); !r)
    return tl::make_unexpected(r.error());
  return texts;
}

std::uint64_t document_hash(std::string_view json) {
  std::uint64_t h = 0xcbf29ce484222325U;
  for (const char c : json) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return h;
}

}  // namespace lanwarden::agent
