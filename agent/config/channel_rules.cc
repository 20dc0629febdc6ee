#include "agent/config/channel_rules.h"

#include <algorithm>
#include <array>

#include "agent/notify/template.h"
#include "agent/notify/url.h"

namespace lanwarden::agent {
namespace {

using Type = ChannelType;

struct Rule {
  std::string_view key;
  std::vector<Type> of;  ///< the types it belongs to …
  bool required;         ///< … and whether these need it
};
const std::array<Rule, 12> kRules = {{
    {"url", {Type::kWebhook, Type::kSyslog}, true},
    {"secret", {Type::kWebhook}, false},
    {"ca", {Type::kWebhook}, false},
    {"facility", {Type::kSyslog}, false},
    {"to", {Type::kMail}, true},
    {"from", {Type::kMail}, false},
    {"subject", {Type::kMail}, false},
    {"sendmail", {Type::kMail}, false},
    {"command", {Type::kCommand}, true},
    {"address", {Type::kSnmp}, true},
    {"credential", {Type::kSnmp}, true},
    {"inform", {Type::kSnmp}, false},
}};

std::string in_quotes(std::string_view text) { return std::string("\"").append(text).append("\""); }

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// Empty when mail can be sent to it, and when it can stand in a header as it is.
std::string judge_mailbox(const std::string& text) {
  if (has_control(text)) return "an address must not contain control characters";
  if (text.find_first_of(",;") != std::string::npos)
    return in_quotes(text) + " is no mail address; write several as a list";
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7e; }))
    return in_quotes(text) + " is no mail address; write it without accents";
  return {};
}

void judge_url(const ChannelConfig& c, std::vector<ChannelProblem>& problems) {
  const auto url = parse_channel_url(c.url.reveal());
  if (!url) {
    problems.push_back({"url", url.error()});
    return;
  }
  const bool http = url->scheme.starts_with("http");
  if (c.type == Type::kWebhook && !http)
    problems.push_back({"url", "a webhook has http:// or https://, not " + url->scheme});
  if (c.type == Type::kSyslog && http)
    problems.push_back(
        {"url", "syslog goes to udp://host:514, tcp://host:601 or unix:/dev/log, not " + url->scheme});
}

}  // namespace

std::vector<ChannelProblem> problems_of(const ChannelConfig& c,
                                        const std::function<bool(std::string_view)>& given,
                                        const std::function<bool(std::string_view)>& good) {
  std::vector<ChannelProblem> problems;
  const std::string type(to_string(c.type));
  for (const Rule& rule : kRules) {
    const bool belongs = std::find(rule.of.begin(), rule.of.end(), c.type) != rule.of.end();
    if (belongs && rule.required && !given(rule.key))
      problems.push_back({"", std::string(rule.key) + " is missing; type " + in_quotes(type) + " needs it"});
    if (!belongs && given(rule.key)) {
      std::string types;
      for (const Type t : rule.of) types += (types.empty() ? "" : " and ") + in_quotes(to_string(t));
      problems.push_back({rule.key, "belongs to type " + types + ", not to " + in_quotes(type)});
    }
  }
  if ((c.type == Type::kWebhook || c.type == Type::kSyslog) && good("url")) judge_url(c, problems);
  for (const auto& [key, text] :
       {std::pair<std::string_view, const std::string&>{"template", c.text_template},
        {"subject", c.subject_template}})
    if (const auto problem = good(key) ? template_problem(text) : std::nullopt)
      problems.push_back({key, *problem});
  for (const std::string& to : c.to)
    if (std::string wrong = judge_mailbox(to); !wrong.empty()) problems.push_back({"to", std::move(wrong)});
  if (good("from"))
    if (std::string wrong = judge_mailbox(c.from); !wrong.empty())
      problems.push_back({"from", std::move(wrong)});
  if (good("to") && c.to.empty()) problems.push_back({"to", "names nobody"});
  if (good("command") && c.command.empty()) problems.push_back({"command", "names no program"});
  if (good("command") && !c.command.empty() && !c.command.front().starts_with('/'))
    problems.push_back({"command", in_quotes(c.command.front()) + ": write the whole path of the program"});
  if (has_control(c.name)) problems.push_back({"name", "must not contain control characters"});
  return problems;
}

}  // namespace lanwarden::agent
