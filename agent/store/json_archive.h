// Nouns as JSON and back: whatever has fields(archive, noun), with its numbers, names and times, so that
// exactly the same is read again. What has its ordinary value is left out. A template: for the files that
// write documents.
#pragma once

#include <concepts>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "agent/store/snapshot_json.h"
#include "topology/ip_address.h"
#include "topology/mac_address.h"
#include "topology/strong.h"
#include "topology/time.h"

namespace lanwarden::agent::json {

using Json = nlohmann::json;
using topology::IpAddress;
using topology::MacAddress;
using topology::Result;
using topology::Strong;
using topology::Time;

inline bool is_utf8(std::string_view s) {
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

inline Json write(const std::string& s) {
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
inline Json write(bool v) { return v; }
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
inline Json write(Time v) { return v.time_since_epoch().count(); }  // nanoseconds since 1970
inline Json write(const MacAddress& v) { return v.to_string(); }
inline Json write(const IpAddress& v) { return v.to_string(); }
template <class T>
Json write(const std::vector<T>& v);
template <class K, class V>
Json write(const std::map<K, V>& v);
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

/// As a list of pairs: keys are not texts only.
template <class K, class V>
Json write(const std::map<K, V>& v) {
  Json out = Json::array();
  for (const auto& [key, value] : v) out.push_back(Json::array({write(key), write(value)}));
  return out;
}

template <class T>
constexpr bool kIsList = false;
template <class T>
constexpr bool kIsList<std::vector<T>> = true;
template <class K, class V>
constexpr bool kIsList<std::map<K, V>> = true;

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

inline void read(const Json& j, std::string& v, Trouble& t) {
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
inline void read(const Json& j, bool& v, Trouble& t) {
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
inline void read(const Json& j, Time& v, Trouble& t) {
  std::int64_t ns = 0;
  read(j, ns, t);
  v = Time{topology::Duration{ns}};
}
inline void read(const Json& j, MacAddress& v, Trouble& t) { read_parsed(j, v, t); }
inline void read(const Json& j, IpAddress& v, Trouble& t) { read_parsed(j, v, t); }
template <class T>
void read(const Json& j, std::vector<T>& v, Trouble& t);
template <class K, class V>
void read(const Json& j, std::map<K, V>& v, Trouble& t);
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

template <class K, class V>
void read(const Json& j, std::map<K, V>& v, Trouble& t) {
  if (!j.is_array()) return t.at("not a list");
  v.clear();
  for (const Json& x : j) {
    std::pair<K, V> entry;
    read(x, entry, t);
    v.insert(std::move(entry));
  }
}

template <class T>
void Reader::operator()(const char* key, T& value) {
  const auto it = in.find(key);
  if (it == in.end()) return;
  Trouble here;
  read(*it, value, here);
  if (!here.text.empty()) trouble.at(std::string(key) + ": " + here.text);
}

inline std::string dump(const Json& j) { return j.dump(-1, ' ', false, Json::error_handler_t::replace); }

template <class Fill>
Result<void, DocumentError> parse(std::string_view json, Fill&& fill) {
  const Json j = Json::parse(json, nullptr, false);
  if (j.is_discarded()) return tl::make_unexpected(DocumentError("not JSON"));
  Trouble trouble;
  fill(j, trouble);
  if (!trouble.text.empty()) return tl::make_unexpected(trouble.text);
  return {};
}

}  // namespace lanwarden::agent::json
