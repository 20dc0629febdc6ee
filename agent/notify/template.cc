#include "agent/notify/template.h"

#include <fmt/args.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace lanwarden::agent {
namespace {

constexpr std::array<std::string_view, 14> kFields = {"id",     "time",    "event",  "severity", "incident",
                                                      "kind",   "summary", "switch", "port",     "mac",
                                                      "vendor", "text",    "host",   "origin"};

/// A width or a precision from the configuration must not make a message of a gigabyte.
constexpr std::size_t kLongestSpec = 8;

std::string known_fields() {
  std::string text;
  for (const std::string_view f : kFields) text.append(text.empty() ? "{" : ", {").append(f).append("}");
  return text;
}

std::string fill(const std::string& text, const NoticeFields& fields) {
  fmt::dynamic_format_arg_store<fmt::format_context> values;
  for (const std::string_view name : kFields) {
    const auto it =
        std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.first == name; });
    const std::string key(name);
    values.push_back(fmt::arg(key.c_str(), it == fields.end() ? std::string() : it->second));
  }
  return fmt::vformat(text, values);
}

}  // namespace

std::vector<std::string_view> template_fields() { return {kFields.begin(), kFields.end()}; }

std::optional<std::string> template_problem(const std::string& text) {
  // fmt takes "{}" and "{0}" for the first field, and says of an unknown one only that it is not there.
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{' && i + 1 < text.size() && text[i + 1] == '{') {
      ++i;
      continue;
    }
    if (text[i] != '{') continue;
    const std::size_t end = text.find('}', i);
    if (end == std::string::npos) return "a { is not closed; write {{ for a brace";
    const std::string_view inside = std::string_view(text).substr(i + 1, end - i - 1);
    const std::string_view name = inside.substr(0, inside.find(':'));
    if (std::find(kFields.begin(), kFields.end(), name) == kFields.end())
      return name.empty() ? "{} names no field; known are " + known_fields() + "; write {{}} for braces"
                          : "{" + std::string(name) + "} is no field; known are " + known_fields();
    if (inside.size() > name.size() + 1 + kLongestSpec ||
        std::count_if(inside.begin(), inside.end(), [](char c) { return c >= '0' && c <= '9'; }) > 4)
      return "{" + std::string(inside) + "}: that is too wide";
    i = end;
  }
  try {
    fill(text, {});
  } catch (const fmt::format_error& e) {
    return std::string(e.what()) + "; write {text}, or {{ and }} for braces";
  }
  return std::nullopt;
}

std::string fill_template(const std::string& text, const NoticeFields& fields, std::size_t most) {
  try {
    return shortened(fill(text, fields), most);
  } catch (const fmt::format_error&) {
    return shortened(text, most);
  }
}

std::string shortened(std::string_view text, std::size_t most) {
  constexpr std::string_view kMore = "…";
  if (text.size() <= most) return std::string(text);
  std::size_t end = most > kMore.size() ? most - kMore.size() : 0;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end)).append(kMore);
}

}  // namespace lanwarden::agent
