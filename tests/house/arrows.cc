#include "tests/house/arrows.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace lanwarden::house {
namespace {

namespace fs = std::filesystem;

/// The arrows of the design: who may include whom (and always itself).
const std::map<std::string_view, std::set<std::string_view>> kArrows = {
    {"topology", {}},
    {"mibs", {"topology"}},
    {"analysis", {"topology"}},
    {"snmp", {"mibs", "topology"}},
    {"agent", {"snmp", "analysis", "topology"}},
    {"tests", {"agent", "snmp", "mibs", "analysis", "topology"}},
};

struct Wrapped {
  std::string_view header;  ///< an include that begins so …
  std::string_view library;
  std::string_view adapter;  ///< … stands only in files whose path begins so
};
constexpr Wrapped kWrapped[] = {
    {"net-snmp/", "Net-SNMP", "snmp/"},
    {"pcap", "libpcap", "agent/capture/pcap"},
    {"SQLiteCpp/", "SQLiteCpp", "agent/store/"},
    {"sqlite3.h", "SQLite", "agent/store/"},
    {"boost/graph/", "Boost.Graph", "topology/"},
    {"httplib.h", "cpp-httplib", "agent/notify/"},
    {"graphviz/", "Graphviz", "agent/output/svg"},
    {"toml++/", "toml++", "agent/config/"},
};

std::string_view room_of(std::string_view path) { return path.substr(0, path.find('/')); }

}  // namespace

std::vector<SourceFile> source_files(const fs::path& root) {
  std::vector<SourceFile> files;
  for (const auto& [room, _] : kArrows) {
    if (!fs::exists(root / room)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
      const auto extension = entry.path().extension();
      if (!entry.is_regular_file() || (extension != ".h" && extension != ".cc")) continue;
      std::ifstream in(entry.path());
      std::stringstream text;
      text << in.rdbuf();
      files.push_back({fs::relative(entry.path(), root).generic_string(), text.str()});
    }
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

std::vector<std::string> broken_arrows(const std::vector<SourceFile>& files) {
  std::vector<std::string> broken;
  for (const SourceFile& file : files) {
    const std::string_view room = room_of(file.path);
    std::istringstream lines(file.text);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
      const auto hash = line.find_first_not_of(" \t");
      if (hash == std::string::npos || line[hash] != '#') continue;
      const auto word = line.find("include", hash);
      const auto open = line.find_first_of("<\"", hash);
      if (word == std::string::npos || open == std::string::npos || word > open) continue;
      const auto close = line.find_first_of(">\"", open + 1);
      const std::string target = line.substr(open + 1, close == std::string::npos ? close : close - open - 1);
      const std::string at = file.path + ":" + std::to_string(number) + " includes " + target + ": ";
      if (target.starts_with(".")) broken.push_back(at + "includes go from the root");
      const std::string_view other = room_of(target);
      if (line[open] == '"' && kArrows.contains(other) && other != room && !kArrows.at(room).contains(other))
        broken.push_back(at + std::string(room) + " may not include " + std::string(other));
      for (const Wrapped& w : kWrapped)
        if (room != "tests" && target.starts_with(w.header) && !file.path.starts_with(w.adapter))
          broken.push_back(at + std::string(w.library) + " belongs in " + std::string(w.adapter) + "* alone");
      for (const Wrapped& w : kWrapped)
        if (room != "tests" && target.starts_with(w.header) && file.path.ends_with(".h") &&
            !file.path.ends_with("_internal.h"))
          broken.push_back(at + std::string(w.library) + " stays out of headers that others include");
    }
  }
  return broken;
}

std::vector<std::string> unbuilt_sources(const std::vector<SourceFile>& files,
                                         std::string_view compile_commands,
                                         const std::vector<std::string>& excepted) {
  std::vector<std::string> unbuilt;
  for (const SourceFile& file : files) {
    if (!file.path.ends_with(".cc")) continue;
    if (std::any_of(excepted.begin(), excepted.end(),
                    [&](const auto& e) { return file.path.starts_with(e); }))
      continue;
    if (compile_commands.find("/" + file.path + "\"") == std::string_view::npos) unbuilt.push_back(file.path);
  }
  return unbuilt;
}

std::vector<std::string> rooms_without_readme(const fs::path& root) {
  std::vector<std::string> missing;
  for (const auto& [room, _] : kArrows)
    if (!fs::exists(root / room / "README.md")) missing.emplace_back(room);
  return missing;
}

}  // namespace lanwarden::house
