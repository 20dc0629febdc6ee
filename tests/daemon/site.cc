#include "tests/daemon/site.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/lab/world/world_files.h"

namespace lanwarden::daemon_test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Another one than the one just built: for a trial that outlasts the next build.
const char* program() {
  const char* const other = std::getenv("LANWARDEN_PROGRAM");
  return other != nullptr ? other : LANWARDEN_BINARY_DIR "/lanwarden";
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string field(char tag, const std::string& content) {
  return std::string{tag, static_cast<char>(content.size())} + content;
}

std::string number(char tag, std::uint32_t n) {
  return field(tag, {static_cast<char>(n >> 24 & 0x7f), static_cast<char>(n >> 16), static_cast<char>(n >> 8),
                     static_cast<char>(n)});
}

std::string oid(std::initializer_list<char> octets) { return field('\x06', std::string(octets)); }

/// RFC 3416 §4.2.6, octet by octet: an SNMPv2-Trap with this snmpTrapOID and one variable more.
std::string notification(const std::string& trap, const std::string& name, const std::string& value) {
  const std::string list = field('\x30', oid({0x2b, 6, 1, 2, 1, 1, 3, 0}) + number('\x43', 4711)) +
                           field('\x30', oid({0x2b, 6, 1, 6, 3, 1, 1, 4, 1, 0}) + trap) +
                           field('\x30', name + value);
  const std::string pdu = number('\x02', 1) + field('\x02', std::string(1, '\0')) +
                          field('\x02', std::string(1, '\0')) + field('\x30', list);
  return field('\x30', field('\x02', "\x01") + field('\x04', "public") + field('\xa7', pdu));
}

/// linkDown with its ifIndex (below 128).
std::string link_down(std::uint32_t ifindex) {
  return notification(oid({0x2b, 6, 1, 6, 3, 1, 1, 5, 3}),
                      oid({0x2b, 6, 1, 2, 1, 2, 2, 1, 1, static_cast<char>(ifindex)}),
                      number('\x02', ifindex));
}

/// cmnMacChangedNotification (CISCO-MAC-NOTIFICATION-MIB): learned in VLAN 1, on bridge port 1.
std::string mac_learned(topology::MacAddress mac) {
  std::string changed{1, 0, 1};
  for (const std::uint8_t octet : mac.octets()) changed.push_back(static_cast<char>(octet));
  changed += std::string{0, 1, 0};
  return notification(oid({0x2b, 6, 1, 4, 1, 9, 9, '\x81', '\x57', 2, 0, 1}),
                      oid({0x2b, 6, 1, 4, 1, 9, 9, '\x81', '\x57', 1, 1, 8, 1, 2, 17}),
                      field('\x04', changed));
}

}  // namespace

Site::Site(const SiteOptions& options) {
  std::string name = (fs::temp_directory_path() / "lanwarden-site-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = name;
  network_ = std::make_unique<test::NetNamespace>();
  if (!network_->ready() || std::system("ip link set lo up") != 0) {
    missing_ = "no network namespace can be made here (root is needed)";
    return;
  }
  fs::create_directory(folder_ / "disk");
  const std::string size = "size=" + std::to_string(options.disk_mb) + "m,mode=0700";
  if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("none", (folder_ / "disk").c_str(), "tmpfs", 0, size.c_str()) != 0) {
    missing_ = "no small disk can be mounted here (root is needed)";
    return;
  }
  mounted_ = true;

  lab::WorldOptions wanted;
  wanted.switches = options.switches;
  wanted.hosts = options.hosts;
  wanted.udp_port = 16161;
  world_ = std::make_unique<lab::ServedWorld>(lab::generate(wanted));
  if (auto saved = lab::save_world(world_->world(), folder_); !saved) throw std::runtime_error(saved.error());
  std::string switches = text_of(folder_ / "lanwarden.toml");
  switches.erase(0, switches.find("\n["));  // its own `store`
  std::ofstream(folder_ / "lanwarden.toml") << "store = \"" << store().string() << "\"\n"
                                            << switches << "\n[[sniffer]]\ninterface = \"near0\"\n\n"
                                            << options.config;
  agents_ = std::make_unique<lab::AgentServer>();
  lab::WorldService service;
  const auto faults = lab::Faults::parse(options.faults);
  if (!faults) throw std::runtime_error("faults: " + faults.error().cause);
  service.faults = *faults;
  auto served = world_->serve(*agents_, service);
  if (!served) throw std::runtime_error(served.error());
  ids_ = std::move(*served);
  agents_->start();

  wire_ = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  trap_socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

Site::~Site() {
  if (daemon_ > 0) kill();
  if (agents_) agents_->stop();
  for (const int fd : {wire_, trap_socket_})
    if (fd >= 0) ::close(fd);
  if (mounted_) ::umount2((folder_ / "disk").c_str(), MNT_DETACH);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void Site::launch() {
  const std::string config = (folder_ / "lanwarden.toml").string(), log = (folder_ / "log").string();
  daemon_ = ::fork();
  if (daemon_ != 0) return;
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int null = ::open("/dev/null", O_RDWR);
  ::dup2(null, STDIN_FILENO);
  ::dup2(null, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  ::execl(program(), program(), "run", "-c", config.c_str(), "--user", "root", nullptr);
  ::_exit(127);
}

void Site::start_at_once() { launch(); }

void Site::start() {
  launch();
  if (!wait_for(60s, [this] { return !alive() || !status().is_null(); }) || daemon_ < 0)
    throw std::runtime_error("the daemon does not begin: " + log());
}

bool Site::alive() {
  if (daemon_ <= 0) return false;
  int status = 0;
  if (::waitpid(daemon_, &status, WNOHANG) == 0) return true;
  daemon_ = -1;
  return false;
}

int Site::stop(std::chrono::milliseconds* took) {
  const auto began = std::chrono::steady_clock::now();
  ::kill(daemon_, SIGTERM);
  int status = 0;
  ::waitpid(daemon_, &status, 0);
  daemon_ = -1;
  if (took != nullptr)
    *took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void Site::kill() {
  ::kill(daemon_, SIGKILL);
  ::waitpid(daemon_, nullptr, 0);
  daemon_ = -1;
}

void Site::reload() { ::kill(daemon_, SIGHUP); }

Usage Site::usage() const {
  Usage u;
  const fs::path proc = "/proc/" + std::to_string(daemon_);
  std::istringstream lines(text_of(proc / "status"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("VmRSS:")) u.resident_kb = std::stoul(line.substr(6));
    if (line.starts_with("Threads:")) u.threads = std::stoul(line.substr(8));
  }
  std::error_code gone;
  for (auto it = fs::directory_iterator(proc / "fd", gone); !gone && it != fs::directory_iterator();
       it.increment(gone))
    ++u.descriptors;
  return u;
}

Site::Said Site::lanwarden(const std::string& command) const {
  const std::string whole = std::string(program()) + " -c " + (folder_ / "lanwarden.toml").string() + " " +
                            command + " 2>" + (folder_ / "command-errors").string() + " </dev/null";
  Said said;
  std::FILE* const pipe = ::popen(whole.c_str(), "re");
  if (pipe == nullptr) return said;
  std::array<char, 65536> part{};
  for (std::size_t n = 0; (n = std::fread(part.data(), 1, part.size(), pipe)) > 0;)
    said.out.append(part.data(), n);
  const int status = ::pclose(pipe);
  said.errors = text_of(folder_ / "command-errors");
  said.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return said;
}

json Site::status() const {
  const Said said = lanwarden("status --json");
  if (said.code != 0) return nullptr;
  return json::parse(said.out, nullptr, false);
}

std::string Site::log() const { return text_of(folder_ / "log"); }

void Site::send(const lab::Frame& frame) const {
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = static_cast<int>(::if_nametoindex("far0"));
  static_cast<void>(
      !::sendto(wire_, frame.data(), frame.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to));
}

void Site::trap(std::size_t sw, std::uint32_t ifindex) const { notify(sw, link_down(ifindex)); }

void Site::learned(std::size_t sw, topology::MacAddress mac) const { notify(sw, mac_learned(mac)); }

void Site::notify(std::size_t sw, const std::string& message) const {
  // Each switch speaks from its own address.
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in from{}, to{};
  from.sin_family = to.sin_family = AF_INET;
  ::inet_pton(AF_INET, agents_->endpoint(ids_[sw]).address.c_str(), &from.sin_addr);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(kTrapPort);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0)
    static_cast<void>(
        !::sendto(fd, message.data(), message.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to));
  ::close(fd);
}

void Site::fill_disk() const {
  const int fd =
      ::open((folder_ / "disk" / "filler").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  std::vector<char> octets(1 << 16, 'x');
  for (std::size_t size = octets.size(); size > 0;)
    if (::write(fd, octets.data(), size) != static_cast<ssize_t>(size)) size /= 2;
  ::close(fd);
}

void Site::free_disk() const {
  std::error_code ignored;
  fs::remove(folder_ / "disk" / "filler", ignored);
}

}  // namespace lanwarden::daemon_test
