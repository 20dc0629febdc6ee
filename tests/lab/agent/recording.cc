#include "tests/lab/agent/recording.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

namespace lanwarden::lab {

namespace {

namespace fs = std::filesystem;

const Oid kIfAdminStatus{1, 3, 6, 1, 2, 1, 2, 2, 1, 7};
const Oid kIfOperStatus{1, 3, 6, 1, 2, 1, 2, 2, 1, 8};
const Oid kSysUpTime{1, 3, 6, 1, 2, 1, 1, 3, 0};

struct Kind {
  std::string name;
  std::string context;
  bool snmprec = false;
};

bool cut_end(std::string& text, std::string_view end) {
  if (!text.ends_with(end)) return false;
  text.resize(text.size() - end.size());
  return true;
}

// What a file is, by its name; nullopt: no recording.
std::optional<Kind> kind_of(const fs::path& path) {
  Kind kind;
  kind.name = path.filename().string();
  if (cut_end(kind.name, ".snmprec")) {
    kind.snmprec = true;
    if (const std::size_t at = kind.name.rfind('@'); at != std::string::npos) {
      kind.context = kind.name.substr(at + 1);
      kind.name.resize(at);
    }
    return kind;
  }
  const bool text = cut_end(kind.name, ".txt") || cut_end(kind.name, ".properties") ||
                    cut_end(kind.name, ".walk") || cut_end(kind.name, ".snmpwalk");
  if (!text) return std::nullopt;
  cut_end(kind.name, ".snmpwalk");
  cut_end(kind.name, "-walk");
  constexpr std::string_view kVlan = ".vlan";
  if (const std::size_t at = kind.name.rfind(kVlan); at != std::string::npos) {
    std::size_t number = at + kVlan.size();
    if (number < kind.name.size() && kind.name[number] == '.') ++number;
    const std::string vlan = kind.name.substr(number);
    if (!vlan.empty() && std::ranges::all_of(vlan, [](char c) { return c >= '0' && c <= '9'; })) {
      kind.context = vlan;
      kind.name.resize(at);
    }
  }
  return kind;
}

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= ' ') out += c;
  }
  return out + "\"";
}

}  // namespace

topology::Result<std::vector<Recording>, std::string> load_recordings(const fs::path& path) {
  std::error_code error;
  const bool folder = fs::is_directory(path, error);
  if (!folder && !fs::is_regular_file(path, error)) {
    return tl::unexpected(path.string() + ": no such file or folder");
  }
  const auto only = folder ? std::optional<Kind>{} : kind_of(path);
  if (!folder && !only) return tl::unexpected(path.string() + ": neither .snmprec nor an snmpwalk text");

  std::vector<fs::path> files;
  const fs::path parent = folder ? path : path.has_parent_path() ? path.parent_path() : fs::path(".");
  for (const auto& entry : fs::directory_iterator(parent, error)) {
    if (entry.is_regular_file(error)) files.push_back(entry.path());
  }
  if (error) return tl::unexpected(parent.string() + ": " + error.message());
  std::ranges::sort(files);

  std::map<std::string, Recording> found;
  for (const fs::path& file : files) {
    const auto kind = kind_of(file);
    if (!kind || (only && (kind->name != only->name || kind->snmprec != only->snmprec))) continue;
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.good() && !stream.eof()) return tl::unexpected(file.string() + ": cannot be read");
    Table table;
    LoadedFile loaded = kind->snmprec ? parse_snmprec(text, table) : parse_walk(text, table);
    if (loaded.rows == 0) continue;
    loaded.file = file;
    loaded.context = kind->context;
    Recording& recording = found[kind->name];
    if (!recording.view) recording.view = std::make_shared<TableMib>();
    recording.name = kind->name;
    recording.view->table(kind->context) = std::move(table);
    recording.files.push_back(std::move(loaded));
  }
  if (found.empty())
    return tl::unexpected(path.string() + ": no recording in it (.snmprec, or what snmpwalk -On prints)");
  std::vector<Recording> recordings;
  for (auto& [name, recording] : found) recordings.push_back(std::move(recording));
  return recordings;
}

void allow_port_control(TableMib& view) {
  view.allow_set(kIfAdminStatus);
  view.on_set(
      [](const Asked&, const Assignment& assignment) {
        const std::int64_t status = assignment.value.integer;
        return status >= 1 && status <= 3 ? ErrorStatus::kNoError : ErrorStatus::kWrongValue;
      },
      [&view](const Asked& asked, const Assignment& assignment) {
        const Oid oper = kIfOperStatus + OidView(assignment.name).subspan(kIfAdminStatus.size());
        Table& table = view.table(asked.context);
        if (table.find(oper)) table.set(oper, assignment.value);
      });
}

topology::Result<std::vector<ServedAgent>, std::string> serve_recordings(
    AgentServer& server, std::span<const Recording> recordings, const ServeOptions& options) {
  std::vector<ServedAgent> served;
  for (const Recording& recording : recordings) {
    const auto uptime = recording.view->table().find(kSysUpTime);
    if (uptime && uptime->tag == Tag::kTimeTicks) {
      recording.view->count_uptime(server.now(), static_cast<std::uint32_t>(uptime->number));
    }
    if (!options.write_community.empty()) allow_port_control(*recording.view);
    AgentConfig config;
    config.name = recording.name;
    config.address = loopback_address(served.size(), options.net);
    config.port = options.port;
    config.read_community = options.read_community;
    config.write_community = options.write_community;
    config.view = recording.view;
    config.faults = options.faults;
    const auto agent = server.add(std::move(config));
    if (!agent) return tl::unexpected(agent.error());
    served.push_back({recording.name, *agent, server.endpoint(*agent)});
  }
  return served;
}

std::string lanwarden_toml(std::span<const ServedAgent> agents, std::string_view read_community,
                           std::string_view write_community) {
  std::string text = "# Simulated agents on loopback, written by the lab.\nstore = \"lanwarden.db\"\n";
  const auto credential = [&](std::string_view name, std::string_view community) {
    text += "\n[[credential]]\nname = " + toml_string(name) +
            "\nversion = \"2c\"\ncommunity = " + toml_string(community) + "\n";
  };
  credential("ro", read_community);
  if (!write_community.empty()) credential("rw", write_community);
  for (const ServedAgent& agent : agents) {
    text += "\n[[switch]]\nname = " + toml_string(agent.name) +
            "\naddress = " + toml_string(agent.endpoint.to_string()) + "\ncredential = \"ro\"\n";
    if (!write_community.empty()) text += "write_credential = \"rw\"\n";
  }
  return text;
}

std::string loopback_address(std::size_t index, unsigned net) {
  // 254 hosts in each third octet: .0 and .255 look like networks to people.
  return "127." + std::to_string(net) + "." + std::to_string(index / 254 % 256) + "." +
         std::to_string(index % 254 + 1);
}

}  // namespace lanwarden::lab
