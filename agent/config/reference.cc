// The reference of all options, printed from the table they are read with.
#include "agent/config/options.h"

namespace lanwarden::agent {
namespace {

std::string amount(const Option& o, double value) {
  if (o.kind == OptionKind::kDuration || o.kind == OptionKind::kDurationOrForever ||
      o.kind == OptionKind::kDurationOrNever)
    return format_duration(std::chrono::milliseconds{static_cast<std::int64_t>(value)});
  return std::to_string(static_cast<std::int64_t>(value));
}

}  // namespace

std::string allowed_values(const Option& o) {
  const auto range = [&] { return " from " + amount(o, o.low) + " to " + amount(o, o.high); };
  switch (o.kind) {
    case OptionKind::kText:
      return "text";
    case OptionKind::kPath:
      return "path";
    case OptionKind::kAddress:
      return "address";
    case OptionKind::kAgentxSocket:
      return "path or tcp: address";
    case OptionKind::kReference:
      return "name of a credential";
    case OptionKind::kNumber:
      return "whole number" + range();
    case OptionKind::kFraction:
      return "number" + range();
    case OptionKind::kDuration:
      return "duration" + range();
    case OptionKind::kDurationOrForever:
      return "duration" + range() + ", or `\"forever\"`";
    case OptionKind::kDurationOrNever:
      return "duration" + range() + ", or `\"never\"`";
    case OptionKind::kKindList:
      return "list of kinds of finding";
    case OptionKind::kKindFractions:
      return "table of kinds, each with a number" + range();
    case OptionKind::kEventList:
      return "list of events";
    case OptionKind::kTextList:
      return "list of texts";
    case OptionKind::kStations:
      return "list of IP or whole MAC addresses";
    case OptionKind::kServerList:
      return "list of IP addresses, with or without a port";
    case OptionKind::kBoolean:
      return "true or false";
    case OptionKind::kMacPatterns:
      return "list of whole or partial MAC addresses";
    case OptionKind::kSecret:
      return "secret: text, `{ env = \"NAME\" }` or `{ file = \"/path\" }`";
    case OptionKind::kChoice:
      break;
  }
  std::string words;
  for (const std::string_view c : o.choices)
    words.append(words.empty() ? "`\"" : ", `\"").append(c).append("\"`");
  return words;
}

std::string config_reference_markdown() {
  std::string out =
      "# lanwarden.toml: every option\n\nMade from the program's own table: `lanwarden config "
      "--reference`.\n";
  for (const SectionInfo& s : sections()) {
    const std::string name(s.name);
    out += "\n## " +
           (name.empty() ? std::string("The top")
            : s.many     ? "`[[" + name + "]]`"
                         : "`[" + name + "]`") +
           "\n\n";
    out += std::string(s.help) + (s.many ? " Any number of them.\n\n" : "\n\n");
    out += "| key | value | default | meaning |\n|---|---|---|---|\n";
    for (const Option& o : options()) {
      if ((o.sections & s.section) == 0) continue;
      out += "| `" + std::string(o.key) + "` | " + allowed_values(o) + " | " +
             (o.required ? "required" : std::string(o.standard)) + " | " + std::string(o.help) + " |\n";
    }
  }
  out += "\nDurations: `250ms`, `90s`, `15m`, `2h`, `3d`, `1h30m`.\n";
  return out;
}

}  // namespace lanwarden::agent
