#include "agent/config/example.h"

#include <fmt/format.h>

#include "agent/config/options.h"

namespace lanwarden::agent {
namespace {

/// What could stand there: the default, where it is TOML.
std::string sample(const Option& o) {
  const std::string_view s = o.standard;
  const bool toml = !s.empty() && (s.front() == '"' || s.front() == '[' || s.front() == '{' || s == "true" ||
                                   s == "false" || s.find_first_not_of("0123456789.") == s.npos);
  if (!o.example.empty()) return std::string(o.example);
  if (toml) return std::string(s);
  switch (o.kind) {
    case OptionKind::kAddress:
      return "\"10.0.3.2\"";
    case OptionKind::kReference:
      return "\"ro\"";
    case OptionKind::kChoice:
      return toml_text(o.choices.front());
    case OptionKind::kNumber:
      return std::to_string(static_cast<long long>(o.low));
    case OptionKind::kDuration:
    case OptionKind::kDurationOrForever:
    case OptionKind::kDurationOrNever:
      return "\"1m\"";
    case OptionKind::kSecret:
      return fmt::format("{{ file = \"secrets/{}\" }}", o.key);
    case OptionKind::kTextList:
    case OptionKind::kMacPatterns:
    case OptionKind::kStations:
    case OptionKind::kServerList:
    case OptionKind::kKindList:
    case OptionKind::kEventList:
      return "[]";
    default:
      return "\"…\"";
  }
}

/// Comment lines of 100 columns at most.
std::string comment(std::string text) {
  constexpr std::size_t kWidth = 98;
  std::string out;
  while (text.size() > kWidth) {
    std::size_t cut = text.rfind(' ', kWidth);
    if (cut == std::string::npos || cut == 0) break;
    out += "# " + text.substr(0, cut) + "\n";
    text.erase(0, cut + 1);
  }
  return out + "# " + text + "\n";
}

}  // namespace

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += '\\', out += c;
    else if (u < 0x20 || u == 0x7f)
      out += fmt::format("\\u{:04x}", u);
    else
      out += c;
  }
  return out + "\"";
}

std::string config_example(const ConfigChoices& chosen) {
  std::string out =
      "# The configuration of lanwarden: every option with its default. The manual: man lanwarden.toml\n"
      "# After a change: lanwarden check, then systemctl reload lanwarden\n";
  for (const SectionInfo& s : sections()) {
    const std::string name(s.name);
    const auto first = chosen.lower_bound({name, ""});
    const bool said = first != chosen.end() && first->first.first == name;
    out += "\n" + comment(std::string(s.help) + (s.many ? " Any number of them." : ""));
    if (!name.empty()) out += (said ? "" : "#") + (s.many ? "[[" + name + "]]" : "[" + name + "]") + "\n";
    for (const Option& o : options()) {
      if ((o.sections & s.section) == 0) continue;
      std::string help(o.help);
      if (o.required) help += " Required.";
      if (const std::string value = sample(o); !o.standard.empty() && value != o.standard)
        help += " Default: " + std::string(o.standard) + ".";
      out += comment(help);
      const auto value = chosen.find({name, std::string(o.key)});
      out += value != chosen.end() ? fmt::format("{} = {}\n", o.key, value->second)
                                   : fmt::format("#{} = {}\n", o.key, sample(o));
    }
  }
  return out;
}

}  // namespace lanwarden::agent
