#include "agent/commands/complete.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "agent/config/channel_config.h"
#include "agent/isolation/rules.h"
#include "agent/report/kind_words.h"
#include "topology/mac_pattern.h"

namespace lanwarden::agent {
namespace {

/// A list longer than this helps nobody, and a prompt must not wait for it.
constexpr std::size_t kMostStations = 200, kMostIncidents = 50;

/// What was typed so far, taken apart.
struct Typed {
  const CLI::App* app = nullptr;        ///< the command, or the program
  const CLI::Option* option = nullptr;  ///< whose value comes now
  std::size_t place = 0;                ///< how many of its values there are
  std::vector<std::string> values;      ///< of that option
  std::vector<std::string> arguments;
  std::string current;
  std::string prefix;  ///< "--format=" of the word being typed
};

const CLI::Option* option_named(const CLI::App& app, const std::string& name) {
  for (const CLI::App* a = &app; a != nullptr; a = a->get_parent())
    for (const CLI::Option* o : a->get_options())
      if (o->nonpositional() && o->check_name(name)) return o;
  return nullptr;
}

const CLI::App* subcommand(const CLI::App& app, const std::string& name) {
  const auto named = app.get_subcommands([&](const CLI::App* s) { return s->get_name() == name; });
  return named.empty() ? nullptr : named.front();
}

Typed take_apart(const CommandLine& line, const std::vector<std::string>& words, GlobalOptions& globals) {
  Typed t;
  t.app = &line.cli;
  bool only_arguments = false;
  const auto remember = [&](const std::string& value) {
    if (t.option->check_lname("config")) globals.config = value;
    if (t.option->check_lname("store")) globals.store = value;
  };
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    const bool dashed = word.size() > 1 && word[0] == '-' && !only_arguments;
    if (t.option != nullptr && !dashed) {
      remember(word);
      t.values.push_back(word);
      if (++t.place >= static_cast<std::size_t>(t.option->get_items_expected_max())) t.option = nullptr;
      continue;
    }
    if (word == "--") {
      only_arguments = true;
      t.option = nullptr;
    } else if (dashed) {
      const std::size_t equals = word.find('=');
      t.option = option_named(*t.app, word.substr(0, equals));
      t.place = 0;
      t.values.clear();
      if (t.option != nullptr && equals != std::string::npos) remember(word.substr(equals + 1));
      if (t.option != nullptr && (equals != std::string::npos || t.option->get_items_expected_max() == 0))
        t.option = nullptr;
    } else if (const CLI::App* sub = t.arguments.empty() ? subcommand(*t.app, word) : nullptr) {
      t.app = sub;
    } else {
      t.arguments.push_back(word);
    }
  }
  t.current = words.empty() ? "" : words.back();
  const std::size_t equals = t.current.find('=');
  if (t.current.starts_with("--") && equals != std::string::npos && !only_arguments) {
    t.option = option_named(*t.app, t.current.substr(0, equals));
    t.prefix = t.current.substr(0, equals + 1);
    t.current.erase(0, equals + 1);
    t.place = 0;
  } else if (t.current.starts_with('-') && !only_arguments) {
    t.option = nullptr;
  }
  return t;
}

using Candidates = std::vector<Offer>;

bool store_is_there(App& app) {
  std::error_code error;
  return std::filesystem::exists(app.store_path(), error);
}

Candidates switches(App& app) {
  Candidates all;
  for (const SwitchConfig& s : app.config().switches) all.push_back({s.name, s.address});
  return all;
}

Candidates ports(App& app, const std::string& sw) {
  Candidates all;
  if (!store_is_there(app)) return all;
  const auto known = app.store().snapshots(std::vector<std::string>{sw});
  if (!known) return all;
  for (const SwitchSnapshot& s : *known)
    for (const topology::Interface& i : s.interfaces)
      if (!i.name.empty()) all.push_back({i.name, i.alias});
  return all;
}

/// Those whose address begins as it is typed: the index of the store answers that for any number of them.
Candidates stations(App& app, const std::string& typed) {
  Candidates all;
  std::string digits;
  for (const char c : typed) {
    if (std::isxdigit(static_cast<unsigned char>(c)) != 0)
      digits += c;
    else if (c != ':')
      return all;
  }
  if (digits.size() > 12 || !store_is_there(app)) return all;
  topology::MacPattern pattern;
  if (!digits.empty()) {
    const auto read = topology::MacPattern::parse(digits.size() == 12 ? digits : digits + "*");
    if (!read) return all;
    pattern = *read;
  }
  const auto known = app.store().stations(pattern, kMostStations);
  if (!known) return all;
  for (const topology::MacAddress mac : *known)
    all.push_back({mac.to_string(), std::string(app.vendors().lookup(mac))});
  return all;
}

Candidates incidents(App& app) {
  Candidates all;
  if (!store_is_there(app)) return all;
  const auto known = app.store().incidents(false, false);
  if (!known) return all;
  for (const Incident& i : *known) {
    if (all.size() == kMostIncidents) break;
    all.push_back({std::to_string(i.id), std::string(to_string(i.state)) + " " + i.kind + " " +
                                             (i.mac.is_zero() ? "" : i.mac.to_string())});
  }
  return all;
}

Candidates isolations(App& app, bool open_only) {
  Candidates all;
  if (!store_is_there(app)) return all;
  const auto known = app.store().isolations(open_only);
  if (!known) return all;
  for (const Isolation& i : *known) {
    if (all.size() == kMostIncidents) break;
    all.push_back(
        {std::to_string(i.id), i.switch_name + " " + i.port + " " + std::string(to_string(i.state))});
  }
  return all;
}

Candidates interfaces() {
  Candidates all;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/class/net", error))
    all.push_back({entry.path().filename().string(), ""});
  return all;
}

Candidates words(std::initializer_list<std::string_view> list) {
  Candidates all;
  for (const std::string_view w : list) all.push_back({std::string(w), ""});
  return all;
}

Candidates operator+(Candidates a, Candidates b) {
  a.insert(a.end(), std::make_move_iterator(b.begin()), std::make_move_iterator(b.end()));
  return a;
}

/// What CLI11's IsMember allows stands in the type's name: "FORMAT:{text,json,csv}".
Candidates choices(const std::string& type) {
  Candidates all;
  const std::size_t open = type.find('{'), close = type.rfind('}');
  if (open == std::string::npos || close == std::string::npos) return all;
  for (std::size_t i = open + 1; i < close;) {
    const std::size_t end = std::min(type.find(',', i), close);
    all.push_back({type.substr(i, end - i), ""});
    i = end + 1;
  }
  return all;
}

/// The values of an option or argument, by what the help calls them.
Candidates values(App& app, const Typed& t, const std::string& called, const std::vector<std::string>& before,
                  Completion& out) {
  const std::string name = called.substr(0, called.find(':'));
  if (Candidates fixed = choices(called); !fixed.empty()) return fixed;
  if (name == "SWITCH") return switches(app);
  if (name == "SWITCH PORT") return before.empty() ? switches(app) : ports(app, before[0]);
  if (name == "P" || name == "PORT")
    return ports(app, !before.empty() ? before.back() : t.arguments.empty() ? "" : t.arguments.back());
  if (name == "PATTERN" || name == "MAC" || name == "STATION") return stations(app, t.current);
  if (name == "TARGET" || name == "WHAT") {
    if (!before.empty()) return ports(app, before[0]);
    if (t.app->get_name() == "restore") return isolations(app, true) + switches(app);
    if (t.app->get_name() == "isolate") return incidents(app) + switches(app) + stations(app, t.current);
    return switches(app) + stations(app, t.current);
  }
  if (name == "ID" && t.app->get_name() != "audit")
    return t.app->get_name() == "isolations" ? isolations(app, false) : incidents(app);
  if (name == "IFACE") return interfaces();
  if (name == "CHANNEL") {
    Candidates all;
    if (app.config().file.empty()) return all;
    const auto channels = load_channels(app.config().file);
    if (!channels) return all;
    for (const ChannelConfig& c : *channels) all.push_back({c.name, std::string(to_string(c.type))});
    return all;
  }
  if (name == "NAME") {
    Candidates all;
    for (const auto& c : app.config().credentials) all.push_back({c.name, ""});
    return all;
  }
  if (name == "KIND" && t.app->get_name() == "kinds") {
    Candidates all;
    for (const KindWords& w : all_kind_words()) all.push_back({std::string(w.kind), std::string(w.title)});
    return all;
  }
  if (name == "RULE") {
    Candidates all;
    for (const Rule& r : rules())
      if (r.may_be_forced) all.push_back({std::string(r.name), std::string(r.forbids)});
    return all;
  }
  if (name == "WAY")
    return words({to_string(IsolationWay::kAdminDown), to_string(IsolationWay::kQuarantine),
                  to_string(IsolationWay::kPowerCycle)});
  if (name == "T") return words({"90s", "15m", "1h", "4h", "1d"});
  if (name == "TIME") return words({"2h ago", "yesterday", "yesterday 14:00"});
  out.files = name == "FILE" || name == "FILE|DIR";
  out.folders = name == "DIR";
  return {};
}

void add_options(const CLI::App& app, Candidates& all) {
  for (const OptionWords& w : option_words(app)) {
    if (w.argument) continue;
    const std::size_t last = w.names.rfind(' ');
    all.push_back({last == std::string::npos ? w.names : w.names.substr(last + 1), w.description});
  }
}

Candidates candidates(App& app, const Typed& t, Completion& out) {
  if (t.option != nullptr) return values(app, t, t.option->get_type_name(), t.values, out);
  Candidates all;
  if (t.current.starts_with('-')) {
    add_options(*t.app, all);
    return all;
  }
  if (t.arguments.empty())
    for (const CLI::App* sub :
         t.app->get_subcommands([](const CLI::App* s) { return !s->get_group().empty(); }))
      all.push_back({sub->get_name(), sub->get_description()});
  std::size_t place = t.arguments.size();
  for (const CLI::Option* o : t.app->get_options()) {
    if (o->nonpositional()) continue;
    const auto most = static_cast<std::size_t>(std::max(1, o->get_items_expected_max()));
    if (place >= most) {
      place -= most;
      continue;
    }
    const std::vector<std::string> before(t.arguments.end() - static_cast<std::ptrdiff_t>(place),
                                          t.arguments.end());
    // SHELL:{bash,zsh,fish} has its choices in the type, as an option has.
    const std::string type = o->get_type_name();
    return all + values(app, t, o->get_name(true) + type.substr(std::min(type.find(':'), type.size())),
                        before, out);
  }
  return all;
}

/// One line: a port's label may hold anything.
std::string clean(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return out;
}

}  // namespace

Completion complete(App& app, const CommandLine& line, const std::vector<std::string>& words) {
  Completion out;
  const Typed t = take_apart(line, words, app.options);
  try {
    app.only_read();
    out.candidates = candidates(app, t, out);
  } catch (const Exit&) {
    // A configuration with a mistake, a store of another version: nothing to offer from there.
  }
  std::erase_if(out.candidates, [&](const Offer& c) {
    return !c.word.starts_with(t.current) ||
           std::find(t.arguments.begin(), t.arguments.end(), c.word) != t.arguments.end();
  });
  for (Offer& c : out.candidates) c = {t.prefix + clean(c.word), clean(c.what)};
  return out;
}

ExitCode answer_shell(App& app, std::vector<std::string> words) {
  // A prompt is no place for warnings.
  if (std::freopen("/dev/null", "w", stderr) == nullptr) return kOk;
  GlobalOptions options;
  if (!words.empty() && words.front() == "--") words.erase(words.begin());
  const Completion found = complete(app, *make_command_line(options, app.version), words);
  if (found.files) app.console.line(":files");
  if (found.folders) app.console.line(":folders");
  for (const Offer& c : found.candidates) app.console.line(c.word + "\t" + c.what);
  return kOk;
}

}  // namespace lanwarden::agent
