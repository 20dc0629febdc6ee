// Reading lanwarden.toml: every problem is noted with its line and the reading
// goes on, so that one run tells all.
#include "agent/config/config.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "agent/config/channel_rules.h"
#include "agent/config/options.h"
#include "agent/config/secret_source.h"
#include "agent/config/toml_document.h"
#include "agent/config/values.h"

namespace lanwarden::agent {
namespace {

using NodeKind = TomlNode::Kind;

std::string in_quotes(std::string_view text) { return std::string("\"").append(text).append("\""); }

/// One section as it stands in the file: for messages, and to know what was given.
struct Entry {
  Section section = kTop;
  std::string label;  ///< `[[switch]] "floor3"`; empty at the top
  int line = 0;
  std::map<std::string, int, std::less<>> lines;  ///< of each key that was given
  std::set<std::string, std::less<>> good;        ///< keys whose value could be read
  int line_of(std::string_view key) const {
    const auto it = lines.find(key);
    return it == lines.end() ? line : it->second;
  }
  bool has(std::string_view key) const { return lines.contains(key); }
};

class Loader {
 public:
  explicit Loader(const std::filesystem::path& file)
      : file_(file), directory_(std::filesystem::absolute(file).parent_path()) {}

  topology::Result<Config, ConfigError> load();
  std::vector<ChannelConfig> take_channels() { return std::move(channels_); }

 private:
  struct Message {
    int line;
    std::string text;
  };

  std::string place(int line) const { return file_.string() + ":" + std::to_string(line) + ": "; }
  void wrong(const Entry& entry, int line, const std::string& text) {
    errors_.push_back({line, (entry.label.empty() ? "" : entry.label + ": ") + text});
  }
  void wrong_key(const Entry& entry, std::string_view key, const std::string& text) {
    wrong(entry, entry.line_of(key), std::string(key) + ": " + text);
  }

  void read_top(const TomlNode& root);
  void read_section(const SectionInfo& info, const TomlNode& node);
  void read_entry(const SectionInfo& info, const TomlNode& table);
  void read_options(Entry& entry, const TomlNode& table, OptionTarget target);
  void unknown_key(const Entry& entry, int line, const std::string& key);
  void warn_plain_secrets(const Entry& entry, const TomlNode& table);
  void judge_credential(const Entry& entry, const snmp::Credential& c);
  void judge_password(const Entry& entry, std::string_view protocol_key, std::string_view password_key,
                      bool protocol, const snmp::Secret& password);
  void judge_channel(const Entry& entry, ChannelConfig& channel);
  void judge_names();
  void judge_references();
  void warn_same_address();

  std::filesystem::path file_, directory_;
  bool others_can_read_ = false;
  Config config_;
  std::vector<Entry> credential_entries_, switch_entries_, sniffer_entries_,
      channel_entries_;  ///< beside the vectors of config_ and channels_
  std::vector<ChannelConfig> channels_;
  std::vector<Message> errors_, warnings_;
};

void Loader::unknown_key(const Entry& entry, int line, const std::string& key) {
  std::vector<std::string_view> known;
  for (const Option& o : options())
    if ((o.sections & entry.section) != 0) known.push_back(o.key);
  if (entry.section == kTop)
    for (const SectionInfo& s : sections())
      if (s.section != kTop) known.push_back(s.name);
  std::string text = "unknown key " + in_quotes(key);
  if (const std::string near = suggestion(key, known); !near.empty()) {
    text += near;
  } else {
    text += "; known here:";
    for (std::size_t i = 0; i < known.size(); ++i) text.append(i == 0 ? " " : ", ").append(known[i]);
  }
  wrong(entry, line, text);
}

void Loader::read_options(Entry& entry, const TomlNode& table, OptionTarget target) {
  for (const auto& [key, node] : table.members) {
    const Option* const option = find_option(entry.section, key);
    if (option == nullptr) {
      unknown_key(entry, node.line, key);
      continue;
    }
    entry.lines.emplace(key, node.line);
    auto value = read_value(*option, node, directory_);
    if (value) {
      option->assign(target, std::move(*value));
      entry.good.insert(key);
    } else {
      wrong_key(entry, key, value.error());
    }
  }
  for (const Option& o : options()) {
    if ((o.sections & entry.section) == 0 || !o.required || entry.has(o.key)) continue;
    std::string example;
    if (o.kind == OptionKind::kChoice)
      for (const std::string_view c : o.choices)
        example.append(example.empty() ? "; one of \"" : ", \"").append(c).append("\"");
    wrong(entry, entry.line, std::string(o.key) + " is missing" + example);
  }
}

void Loader::read_entry(const SectionInfo& info, const TomlNode& table) {
  Entry entry;
  entry.section = info.section;
  entry.line = table.line;
  entry.label = (info.many ? "[[" : "[") + std::string(info.name) + (info.many ? "]]" : "]");
  if (table.kind != NodeKind::kTable) {
    wrong(entry, table.line, "must be a section, not " + std::string(describe(table.kind)));
    return;
  }
  const TomlNode* const name = table.find(info.section == kSniffer ? "interface" : "name");
  if (info.many && name != nullptr && name->kind == NodeKind::kText && !name->text.empty())
    entry.label += " " + in_quotes(name->text);
  switch (info.section) {
    case kCredential: {
      snmp::Credential credential;
      read_options(entry, table, {.config = config_, .credential = &credential});
      judge_credential(entry, credential);
      warn_plain_secrets(entry, table);
      config_.credentials.push_back(std::move(credential));
      credential_entries_.push_back(std::move(entry));
      break;
    }
    case kSwitch:
    case kRouter: {
      SwitchConfig sw;
      sw.router = info.section == kRouter;
      read_options(entry, table, {.config = config_, .sw = &sw});
      config_.switches.push_back(std::move(sw));
      switch_entries_.push_back(std::move(entry));
      break;
    }
    case kSniffer: {
      SnifferConfig sniffer;
      read_options(entry, table, {.config = config_, .sniffer = &sniffer});
      config_.sniffers.push_back(std::move(sniffer));
      sniffer_entries_.push_back(std::move(entry));
      break;
    }
    case kNotify: {
      ChannelConfig channel;
      read_options(entry, table, {.config = config_, .channel = &channel});
      judge_channel(entry, channel);
      warn_plain_secrets(entry, table);
      channels_.push_back(std::move(channel));
      channel_entries_.push_back(std::move(entry));
      break;
    }
    default:
      read_options(entry, table, {.config = config_});
      break;
  }
}

void Loader::read_section(const SectionInfo& info, const TomlNode& node) {
  const Entry top;
  const std::string one = std::string("[").append(info.name).append("]");
  const std::string many = std::string("[").append(one).append("]");
  if (!info.many) {
    if (node.kind == NodeKind::kTable) return read_entry(info, node);
    if (node.kind == NodeKind::kList)
      return wrong(top, node.line, many + ": write " + one + ": there is only one");
    return wrong(top, node.line, std::string(info.name) + ": must be a section: write " + one);
  }
  if (node.kind == NodeKind::kTable)
    return wrong(top, node.line, one + ": write " + many + ", with two brackets: there may be several");
  if (node.kind != NodeKind::kList)
    return wrong(top, node.line, std::string(info.name) + ": must be a section: write " + many);
  for (const TomlNode& item : node.items) read_entry(info, item);
}

void Loader::read_top(const TomlNode& root) {
  // Sections in the order of the table, whatever the file's: routers come after switches.
  TomlNode top;
  top.kind = NodeKind::kTable;
  for (const auto& [key, node] : root.members) {
    const auto is = [&k = key](const SectionInfo& s) { return s.section != kTop && s.name == k; };
    if (std::none_of(sections().begin(), sections().end(), is)) top.members.emplace_back(key, node);
  }
  Entry entry;
  entry.line = 1;
  read_options(entry, top, {.config = config_});
  for (const SectionInfo& s : sections())
    if (const TomlNode* const node = s.section == kTop ? nullptr : root.find(s.name)) read_section(s, *node);
}

void Loader::warn_plain_secrets(const Entry& entry, const TomlNode& table) {
  if (!others_can_read_) return;
  for (const auto& [key, node] : table.members) {
    const Option* const o = find_option(entry.section, key);
    if (o == nullptr || o->kind != OptionKind::kSecret || !is_plain(node)) continue;
    if (o->key == "url" && !node.text.starts_with("http")) continue;  // a syslog server is no secret
    std::string label = entry.label;
    if (label.starts_with("[[credential]]")) label = "credential" + label.substr(14);
    warnings_.push_back({node.line, label + ": others can read this file: chmod 600 " + file_.string()});
    return;  // once per section
  }
}

void Loader::judge_password(const Entry& entry, std::string_view protocol_key, std::string_view password_key,
                            bool protocol, const snmp::Secret& password) {
  if (entry.has(protocol_key) && !entry.has(password_key))
    wrong_key(entry, protocol_key, "needs " + std::string(password_key) + " beside it");
  if (!entry.has(protocol_key) && entry.has(password_key))
    wrong_key(entry, password_key,
              "is of no use without " + std::string(protocol_key) + "; add " +
                  (protocol_key == "auth" ? "auth = \"SHA-256\"" : "privacy = \"AES\""));
  // RFC 3414 §11.2: agents refuse shorter ones, and say only "wrong digest".
  if (protocol && !password.empty() && password.reveal().size() < 8)
    wrong_key(entry, password_key, "is too short; SNMPv3 demands at least 8 characters");
}

void Loader::judge_credential(const Entry& entry, const snmp::Credential& c) {
  if (!entry.good.contains("version")) return;  // nobody knows what it should have
  if (c.version == snmp::Version::kV3) {
    if (!entry.has("user")) wrong(entry, entry.line, "user is missing; version \"3\" needs one");
    if (entry.has("community"))
      wrong_key(entry, "community", "belongs to versions \"1\" and \"2c\"; version \"3\" has a user");
    judge_password(entry, "auth", "auth_password", c.auth != snmp::AuthProtocol::kNone, c.auth_password);
    judge_password(entry, "privacy", "privacy_password", c.privacy != snmp::PrivProtocol::kNone,
                   c.privacy_password);
    if (entry.has("privacy") && !entry.has("auth"))
      wrong_key(entry, "privacy", "needs authentication too; add auth = \"SHA-256\" and auth_password");
    return;
  }
  if (!entry.has("community"))
    wrong(entry, entry.line, "community is missing; versions \"1\" and \"2c\" need one");
  for (const std::string_view key : {"user", "auth", "auth_password", "privacy", "privacy_password"})
    if (entry.has(key))
      wrong_key(entry, key, "belongs to version \"3\"; versions \"1\" and \"2c\" have a community");
}

void Loader::judge_channel(const Entry& entry, ChannelConfig& channel) {
  if (!entry.good.contains("type")) return;  // nobody knows what it should have
  for (std::string* path : {&channel.ca, &channel.sendmail})
    if (!path->empty()) *path = (directory_ / *path).lexically_normal().string();
  for (const ChannelProblem& p : problems_of(
           channel, [&](std::string_view key) { return entry.has(key); },
           [&](std::string_view key) { return entry.good.contains(key); }))
    if (p.key.empty())
      wrong(entry, entry.line, p.text);
    else
      wrong_key(entry, p.key, p.text);
}

void Loader::judge_names() {
  const auto unique = [&](const std::vector<Entry>& entries, std::string_view key, auto&& name_of,
                          const std::string& what) {
    std::map<std::string, int> first;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const std::string name = name_of(i);
      if (name.empty()) continue;
      const int line = entries[i].line_of(key);
      const auto [it, fresh] = first.emplace(name, line);
      if (!fresh)
        wrong_key(entries[i], key,
                  in_quotes(name) + " is taken already, in line " + std::to_string(it->second) + "; " + what);
    }
  };
  unique(
      credential_entries_, "name", [&](std::size_t i) { return config_.credentials[i].name; },
      "every credential needs a name of its own");
  unique(
      switch_entries_, "name", [&](std::size_t i) { return config_.switches[i].name; },
      "every switch and router needs a name of its own");
  unique(
      sniffer_entries_, "interface", [&](std::size_t i) { return config_.sniffers[i].interface; },
      "one sniffer hears all of an interface");
  unique(
      channel_entries_, "name", [&](std::size_t i) { return channels_[i].name; },
      "every channel needs a name of its own");
}

void Loader::judge_references() {
  std::vector<std::string_view> known;
  for (const auto& c : config_.credentials) known.push_back(c.name);
  const auto check = [&](const Entry& entry, std::string_view key, const std::string& name) {
    if (name.empty() || std::find(known.begin(), known.end(), name) != known.end()) return;
    std::string near = suggestion(name, known);
    wrong_key(entry, key, "there is no [[credential]] named " + in_quotes(name) + near);
  };
  for (std::size_t i = 0; i < switch_entries_.size(); ++i) {
    check(switch_entries_[i], "credential", config_.switches[i].credential);
    check(switch_entries_[i], "write_credential", config_.switches[i].write_credential.value_or(""));
  }
  for (std::size_t i = 0; i < channel_entries_.size(); ++i) {
    const std::string& name = channels_[i].credential;
    check(channel_entries_[i], "credential", name);
    for (const auto& c : config_.credentials)
      if (c.name == name && c.version == snmp::Version::kV1)
        wrong_key(channel_entries_[i], "credential",
                  "is of version 1, whose traps are of another form; use version 2c or 3");
  }
}

void Loader::warn_same_address() {
  // One box under two names would look like two switches that share all their stations.
  // (With another credential it may be another context.)
  std::map<std::pair<std::string, std::string>, const SwitchConfig*> first;
  for (std::size_t i = 0; i < config_.switches.size(); ++i) {
    const SwitchConfig& s = config_.switches[i];
    if (s.address.empty()) continue;
    const auto [it, fresh] = first.emplace(std::pair{s.address, s.credential}, &s);
    if (!fresh && it->second->router == s.router)
      warnings_.push_back({switch_entries_[i].line_of("address"),
                           switch_entries_[i].label + ": has the same address as " +
                               in_quotes(it->second->name) + ": is it one box under two names?"});
  }
}

topology::Result<Config, ConfigError> Loader::load() {
  errno = 0;
  struct stat status {};
  std::ifstream in(file_, std::ios::binary);
  if (!in || ::stat(file_.c_str(), &status) != 0)
    return tl::make_unexpected(
        ConfigError{file_.string() + ": cannot be read (" + std::strerror(errno) + ")"});
  if (S_ISDIR(status.st_mode))
    return tl::make_unexpected(ConfigError{file_.string() + ": is a directory, not a configuration file"});
  others_can_read_ = (status.st_mode & (S_IRGRP | S_IROTH)) != 0;
  std::ostringstream text;
  text << in.rdbuf();

  const auto root = parse_toml(text.str());
  if (!root)
    return tl::make_unexpected(
        ConfigError{place(root.error().line) + "this is not TOML: " + root.error().text});
  config_ = default_config();
  config_.file = std::filesystem::absolute(file_);
  read_top(*root);
  config_.store = (directory_ / config_.store).lexically_normal();
  judge_names();
  judge_references();

  const auto by_line = [](const Message& a, const Message& b) { return a.line < b.line; };
  std::stable_sort(errors_.begin(), errors_.end(), by_line);
  if (!errors_.empty()) {
    ConfigError error;
    for (const Message& m : errors_)
      error.message += (error.message.empty() ? "" : "\n") + place(m.line) + m.text;
    return tl::make_unexpected(std::move(error));
  }
  warn_same_address();
  std::stable_sort(warnings_.begin(), warnings_.end(), by_line);
  for (const Message& m : warnings_) config_.warnings.push_back(place(m.line) + m.text);
  return std::move(config_);
}

}  // namespace

topology::Result<Config, ConfigError> load_config(const std::filesystem::path& file) {
  return Loader(file).load();
}

topology::Result<std::vector<ChannelConfig>, ConfigError> load_channels(const std::filesystem::path& file) {
  Loader loader(file);
  if (auto config = loader.load(); !config) return tl::make_unexpected(config.error());
  return loader.take_channels();
}

}  // namespace lanwarden::agent
