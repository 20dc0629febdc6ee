#include "tests/agent/program.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace lanwarden::testing {

nlohmann::json Ran::json() const { return nlohmann::json::parse(out, nullptr, false); }

std::vector<nlohmann::json> Ran::lines() const {
  std::vector<nlohmann::json> all;
  std::istringstream in(out);
  for (std::string line; std::getline(in, line);) all.push_back(nlohmann::json::parse(line, nullptr, false));
  return all;
}

Folder::Folder() {
  char name[] = "/tmp/lanwarden-test-XXXXXX";
  if (mkdtemp(name) == nullptr) throw std::runtime_error("no temporary folder");
  root_ = name;
}
Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}
void Folder::write(const std::string& name, const std::string& text) const {
  std::ofstream(path(name)) << text;
}
std::string Folder::read(const std::string& name) const {
  std::ifstream in(path(name));
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

namespace {
std::string with_programs(const Folder& folder, const std::string& command) {
  return "cd " + folder.path(".") +
         " && LW=" LANWARDEN_BINARY_DIR "/lanwarden LAB=" LANWARDEN_BINARY_DIR "/lanwarden-lab && " + command;
}
}  // namespace

Ran sh(const Folder& folder, const std::string& command) {
  const std::string whole = with_programs(
      folder, "{ " + command + "; } >" + folder.path(".out") + " 2>" + folder.path(".err") + " </dev/null");
  const int status = std::system(whole.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128, folder.read(".out"), folder.read(".err")};
}

Served::Served(const Folder& folder, const std::string& world, const std::string& options)
    : pid_file_(folder.path(".pid")) {
  const std::string command =
      with_programs(folder, "echo $$ >.pid; exec $LAB serve " + world + " " + options + " 2>.served");
  pipe_ = popen(command.c_str(), "re");
  char line[64] = {};
  if (pipe_ == nullptr || std::fgets(line, sizeof line, pipe_) == nullptr || std::string(line) != "ready\n")
    throw std::runtime_error("the lab does not serve: " + folder.read(".served"));
}

Served::~Served() {
  std::ifstream in(pid_file_);
  pid_t pid = 0;
  if (in >> pid && pid > 1) kill(pid, SIGTERM);
  pclose(pipe_);
}

unsigned free_port() {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  socklen_t length = sizeof any;
  const bool got = bind(fd, reinterpret_cast<sockaddr*>(&any), sizeof any) == 0 &&
                   getsockname(fd, reinterpret_cast<sockaddr*>(&any), &length) == 0;
  close(fd);
  if (!got) throw std::runtime_error("no free UDP port");
  return ntohs(any.sin_port);
}

std::string generate(const Folder& folder, const std::string& options) {
  const Ran made = sh(folder, "$LAB generate w --port " + std::to_string(free_port()) + " " + options);
  if (made.code != 0) throw std::runtime_error("the lab generates nothing: " + made.err);
  return "$LW -c w/lanwarden.toml ";
}

bool mentions(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

}  // namespace lanwarden::testing
