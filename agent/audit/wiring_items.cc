#include "agent/audit/wiring_items.h"

#include <algorithm>

#include "agent/output/time_text.h"
#include "agent/store/json_archive.h"
#include "topology/audit/wiring_fields.h"

namespace lanwarden::agent {
namespace {

using namespace topology::audit;  // NOLINT: this file is about nothing but its nouns
using json::Json;
using topology::IpAddress;
using topology::MacAddress;

constexpr char kBetween = '\t';

/// A name as a part of a key: what could end the part is written otherwise.
std::string part(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == kBetween)
      text += "\\t";
    else if (c == '\\')
      text += "\\\\";
    else
      text += c;
  }
  return text;
}

std::vector<std::string> parts(std::string_view key) {
  std::vector<std::string> all(1);
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (key[i] == kBetween)
      all.emplace_back();
    else if (key[i] == '\\' && i + 1 < key.size())
      all.back() += key[++i] == 't' ? kBetween : key[i];
    else
      all.back() += key[i];
  }
  return all;
}

template <class... Names>
std::string key(std::string_view kind, const Names&... names) {
  std::string text(kind);
  ((text += kBetween, text += part(names)), ...);
  return text;
}

class Reader {
 public:
  explicit Reader(Wiring& into) : w_(into) {}

  /// What is wrong with this item; empty: nothing.
  std::string read(const WiringItem& item) {
    const std::vector<std::string> p = parts(item.key);
    value_ = Json::parse(item.value, nullptr, false);
    if (value_.is_discarded()) return "not JSON";
    trouble_ = {};
    const std::string& kind = p[0];
    if (kind == "switch" && p.size() == 2)
      take(w_.switches[p[1]]);
    else if (kind == "port" && p.size() == 3)
      take(w_.ports[{p[1], p[2]}]);
    else if (kind == "link" && p.size() == 5)
      take(w_.links[{{p[1], p[2]}, {p[3], p[4]}}]);
    else if (kind == "polled" && p.size() == 2)
      take(w_.polled[p[1]]);
    else if (kind == "station" && p.size() == 2)
      take_at<MacAddress>(w_.stations, p[1]);
    else if (kind == "doubled-mac" && p.size() == 2)
      take_at<MacAddress>(w_.doubled_macs, p[1]);
    else if (kind == "doubled-ip" && p.size() == 2)
      take_at<IpAddress>(w_.doubled_ips, p[1]);
    return trouble_.text;
  }

 private:
  template <class T>
  void take(T& value) {
    json::read(value_, value, trouble_);
  }
  template <class Address, class Map>
  void take_at(Map& map, const std::string& text) {
    if (const auto address = Address::parse(text))
      take(map[*address]);
    else
      trouble_.at("\"" + text + "\" is no address");
  }

  Wiring& w_;
  Json value_;
  json::Trouble trouble_;
};

}  // namespace

std::vector<WiringItem> to_items(const Wiring& w) {
  std::vector<WiringItem> items;
  items.reserve(w.switches.size() * 2 + w.ports.size() + w.links.size() + w.stations.size());
  const auto add = [&](std::string k, const Json& value) {
    items.push_back({std::move(k), json::dump(value), {}});
  };
  for (const auto& [name, x] : w.switches) add(key("switch", name), json::write(x));
  for (const auto& [name, x] : w.ports) add(key("port", name.sw, name.port), json::write(x));
  for (const auto& [name, x] : w.links)
    add(key("link", name.first.sw, name.first.port, name.second.sw, name.second.port), json::write(x));
  for (const auto& [mac, x] : w.stations) add(key("station", mac.to_string()), json::write(x));
  for (const auto& [mac, x] : w.doubled_macs) add(key("doubled-mac", mac.to_string()), json::write(x));
  for (const auto& [ip, x] : w.doubled_ips) add(key("doubled-ip", ip.to_string()), json::write(x));
  for (const auto& [name, x] : w.polled) add(key("polled", name), json::write(x));
  std::sort(items.begin(), items.end(),
            [](const WiringItem& a, const WiringItem& b) { return a.key < b.key; });
  return items;
}

topology::Result<Wiring, std::string> from_items(std::span<const WiringItem> items, topology::Time time) {
  Wiring w;
  w.time = time;
  Reader reader(w);
  for (const WiringItem& item : items)
    if (const std::string wrong = reader.read(item); !wrong.empty())
      return tl::make_unexpected("\"" + item.key + "\": " + wrong);
  return w;
}

std::string baseline_text(const Wiring& w) {
  std::string text =
      R"({"lanwarden": "wiring", "format": 1, "time": ")" + rfc3339(w.time) + "\", \"items\": [\n";
  bool first = true;
  for (const WiringItem& item : to_items(w)) {
    // When somebody last looked is no part of how things are wired.
    if (item.key.starts_with("polled")) continue;
    text += (first ? "" : ",\n") + json::dump(Json::array({json::write(item.key), Json::parse(item.value)}));
    first = false;
  }
  return text + "\n]}\n";
}

topology::Result<Wiring, std::string> read_baseline(std::string_view text) {
  const auto wrong = [](const std::string& what) { return tl::make_unexpected(what); };
  const Json j = Json::parse(text, nullptr, false);
  if (!j.is_object() || j.value("lanwarden", Json()) != "wiring")
    return wrong("it is no file that audit --save wrote");
  if (j.value("format", Json()) != 1) return wrong("it was written by a newer lanwarden");
  const auto time = j.contains("time") && j["time"].is_string()
                        ? parse_time(j["time"].get<std::string>(), topology::Time{})
                        : std::nullopt;
  if (!time) return wrong("its \"time\" is no time");
  const auto list = j.find("items");
  if (list == j.end() || !list->is_array()) return wrong("it has no list of \"items\"");
  std::vector<WiringItem> items;
  for (const Json& x : *list) {
    if (!x.is_array() || x.size() != 2)
      return wrong("its item " + std::to_string(items.size() + 1) + " is no pair");
    WiringItem item;
    json::Trouble trouble;
    json::read(x[0], item.key, trouble);
    if (!trouble.text.empty())
      return wrong("the key of its item " + std::to_string(items.size() + 1) + " is " + trouble.text);
    item.value = json::dump(x[1]);
    items.push_back(std::move(item));
  }
  return from_items(items, *time);
}

}  // namespace lanwarden::agent
