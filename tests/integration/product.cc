#include "product.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace lanwarden::integration {
namespace {

namespace fs = std::filesystem;

/// Readable for root only: with secrets in it, lanwarden warns about any other mode.
void write_private(const fs::path& file, const std::string& text) {
  std::ofstream out(file);
  ::chmod(file.c_str(), 0600);
  out << text;
  if (!out.flush()) throw LanError(file.string() + ": cannot be written");
}

std::string v2c(const std::string& name, const std::string& community) {
  return "[[credential]]\nname = \"" + name + "\"\nversion = \"2c\"\ncommunity = \"" + community + "\"\n\n";
}

std::string v3(const std::string& name, const std::string& user, const fs::path& secrets) {
  return "[[credential]]\nname = \"" + name + "\"\nversion = \"3\"\nuser = \"" + user +
         "\"\nauth = \"SHA-256\"\nauth_password = { file = \"" + (secrets / "auth").string() +
         "\" }\nprivacy = \"AES\"\nprivacy_password = { file = \"" + (secrets / "privacy").string() +
         "\" }\n\n";
}

}  // namespace

std::string ProductAnswer::everything() const {
  return "exit code " + std::to_string(exit_code) + "\n--- out\n" + out + "--- err\n" + err;
}

Product::Product(const Lan& lan, const std::string& name, const std::vector<SwitchEntry>& switches,
                 const std::string& more)
    : lan_(lan) {
  const fs::path home = lan.directory() / name;
  fs::remove_all(home);
  fs::create_directories(home);
  write_private(home / "auth", kAuthPassword);
  write_private(home / "privacy", std::string(kPrivacyPassword) + "\n");
  std::string text = "store = \"lanwarden.db\"\n\n[snmp]\ntimeout = \"1s\"\nretries = 1\n\n" +
                     v2c("v2c-read", kReadCommunity) + v2c("v2c-write", kWriteCommunity) +
                     v2c("wrong", "not-the-community") + v3("v3-read", kReadUser, home) +
                     v3("v3-write", kWriteUser, home);
  for (const auto& s : switches) {
    text += "[[switch]]\nname = \"" + s.name + "\"\naddress = \"" + s.address + "\"\ncredential = \"" +
            s.credential + "\"\n";
    if (!s.write_credential.empty()) text += "write_credential = \"" + s.write_credential + "\"\n";
    text += "\n";
  }
  text += more;
  config_ = home / "lanwarden.toml";
  write_private(config_, text);
}

Process Product::start_through_pipe(const std::vector<std::string>& arguments, const std::string& log) const {
#ifdef LANWARDEN_PRODUCT
  std::string command = std::string("'") + LANWARDEN_PRODUCT + "' -c '" + config_.string() + "'";
  for (const std::string& a : arguments) command += " '" + a + "'";
  // The pipe's end is the last of the three to go: whoever waits for this process waits for all of them.
  return lan_.start_on(kMonitor, {"sh", "-c", "(" + command + "; echo \"exit code $?\") 2>&1 | cat"}, log);
#else
  static_cast<void>(arguments);
  return lan_.start_on(kMonitor, {"false"}, log);
#endif
}

void Product::append_config(const std::string& text) const {
  std::ofstream out(config_, std::ios::app);
  out << text;
}

pid_t Product::daemon() const {
  std::ifstream in(config_.parent_path() / "lanwarden.db-run");
  pid_t pid = 0;
  in >> pid;
  return pid;
}

ProductAnswer Product::run(std::vector<std::string> arguments, std::chrono::milliseconds limit) const {
  ProductAnswer answer;
#ifdef LANWARDEN_PRODUCT
  arguments.insert(arguments.begin(), {LANWARDEN_PRODUCT, "-c", config_.string()});
  auto result = lan_.run_on(kMonitor, arguments, limit);
  answer.exit_code = result.exit_code;
  answer.out = std::move(result.out);
  answer.err = std::move(result.err);
#else
  answer.err = "built without the target lanwarden";
  static_cast<void>(arguments), static_cast<void>(limit);
#endif
  std::istringstream lines(answer.out);
  std::string line;
  while (std::getline(lines, line))
    if (auto document = nlohmann::json::parse(line, nullptr, false); document.is_structured())
      answer.lines.push_back(std::move(document));
  if (answer.lines.empty())  // one document over many lines is as good
    if (auto document = nlohmann::json::parse(answer.out, nullptr, false); document.is_structured())
      answer.lines.push_back(std::move(document));
  return answer;
}

Process Product::start(std::vector<std::string> arguments, const std::string& log) const {
#ifdef LANWARDEN_PRODUCT
  arguments.insert(arguments.begin(), {LANWARDEN_PRODUCT, "-c", config_.string()});
  return lan_.start_on(kMonitor, arguments, log);
#else
  static_cast<void>(arguments);
  throw LanError(log + ": built without the target lanwarden");
#endif
}

std::vector<SwitchEntry> entries_of(const LanPlan& plan) {
  std::vector<SwitchEntry> entries;
  for (const auto& s : plan.switches) switch (s.management) {
      case Management::kNone:
        break;
      case Management::kV2cReadOnly:
        entries.push_back({s.name, s.address, "v2c-read", ""});
        break;
      case Management::kV2cWritable:
        entries.push_back({s.name, s.address, "v2c-read", "v2c-write"});
        break;
      case Management::kV3Writable:
        entries.push_back({s.name, s.address, "v3-read", "v3-write"});
        break;
    }
  return entries;
}

}  // namespace lanwarden::integration
