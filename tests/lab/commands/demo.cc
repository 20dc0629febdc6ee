// The first story, told by the programs themselves: a building is generated and
// played, lanwarden listens to it, and what it says is retold here.
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/lab/commands/commands.h"
#include "tests/lab/world/world.h"
#include "tests/lab/world/world_files.h"

extern char** environ;

namespace lanwarden::lab {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Arguments {
  std::string lanwarden;
  std::string out;
  double speed = 8;
  std::string simulated = "24s";
};

struct DemoError {
  std::string message;
};

/// A program that was started, and its standard output. Ended, if still running, by its id.
class Child {
 public:
  Child(const std::vector<std::string>& argv, const std::string& stderr_file) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw DemoError{"no pipe"};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_addopen(&actions, 2, stderr_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    std::vector<char*> raw;
    for (const std::string& a : argv) raw.push_back(const_cast<char*>(a.c_str()));
    raw.push_back(nullptr);
    const int failed = posix_spawn(&pid_, raw[0], &actions, nullptr, raw.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    out_ = ends[0];
    if (failed != 0) throw DemoError{argv[0] + " cannot be started"};
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (!status_) {
      kill(pid_, SIGTERM);
      wait();
    }
    close(out_);
  }

  /// The next line of its output; nullopt at the end, or when `deadline` passes.
  std::optional<std::string> line(std::chrono::steady_clock::time_point deadline) {
    for (;;) {
      if (const auto end = buffer_.find('\n'); end != std::string::npos) {
        std::string one = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        return one;
      }
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      pollfd ready{out_, POLLIN, 0};
      if (left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) <= 0) return std::nullopt;
      char bytes[4096];
      const auto n = read(out_, bytes, sizeof bytes);
      if (n <= 0) return std::nullopt;
      buffer_.append(bytes, static_cast<std::size_t>(n));
    }
  }
  std::string rest() {
    std::string all = std::move(buffer_);
    char bytes[65536];
    for (ssize_t n = 0; (n = read(out_, bytes, sizeof bytes)) > 0;)
      all.append(bytes, static_cast<std::size_t>(n));
    return all;
  }
  int wait() {
    if (!status_) {
      int status = 0;
      waitpid(pid_, &status, 0);
      status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    }
    return *status_;
  }

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  std::string buffer_;
  std::optional<int> status_;
};

/// A UDP port that is free on loopback now, on every address of it.
std::uint16_t free_port() {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  socklen_t length = sizeof any;
  const bool got = bind(fd, reinterpret_cast<sockaddr*>(&any), sizeof any) == 0 &&
                   getsockname(fd, reinterpret_cast<sockaddr*>(&any), &length) == 0;
  close(fd);
  if (!got) throw DemoError{"no free UDP port"};
  return ntohs(any.sin_port);
}

class Demo {
 public:
  explicit Demo(const Arguments& arguments)
      : a_(arguments), color_(isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr) {
    folder_ = a_.out.empty() ? fs::absolute(a_.lanwarden).parent_path() / "demo" : fs::path(a_.out);
    config_ = (folder_ / "lanwarden.toml").string();
    log_ = (folder_ / "programs.log").string();
  }

  int run() {
    const auto began = std::chrono::steady_clock::now();
    if (!fs::exists(a_.lanwarden))
      throw DemoError{a_.lanwarden + ": no such program; name it with --lanwarden"};
    build();
    const std::string wire = (folder_ / "wire").string();
    fs::remove(wire);
    if (mkfifo(wire.c_str(), 0600) != 0) throw DemoError{wire + ": no fifo can be made there"};
    char speed[32];
    std::snprintf(speed, sizeof speed, "%g", a_.speed);
    Child building({fs::read_symlink("/proc/self/exe").string(), "play", folder_.string(), "--trouble",
                    "clock", "--pcap", wire, "--speed", speed, "--for", a_.simulated},
                   log_);
    if (building.line(deadline(20)).value_or("") != "ready")
      throw DemoError{"the building does not answer; see " + log_};
    polled();
    Child watch(
        {a_.lanwarden, "-c", config_, "watch", "-r", wire, "--locate", "--isolate", "--yes", "--json"}, log_);
    const json finding = culprit(watch);
    told(finding);
    watch.rest();
    watch.wait();
    const bool proven = proof(finding);
    building.wait();
    picture(finding);
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    say("");
    std::printf("The story took %.1f s. Everything it left is in %s.\n", took, folder_.c_str());
    return proven ? kDone : kFailed;
  }

 private:
  static std::chrono::steady_clock::time_point deadline(int seconds) {
    return std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  }
  void head(const std::string& text) {
    std::printf(color_ ? "\n\x1b[1m%s\x1b[0m\n" : "\n%s\n", text.c_str());
    std::fflush(stdout);
  }
  void say(const std::string& text) {
    if (!text.empty()) std::printf("  %s\n", text.c_str());
    std::fflush(stdout);
  }

  void build() {
    for (const char* leftover : {"lanwarden.db", "lanwarden.db-wal", "lanwarden.db-shm", "programs.log"})
      fs::remove(folder_ / leftover);
    WorldOptions options;
    options.story = Story::kClock;
    options.vlans = 3;
    options.hosts = 600;
    options.udp_port = free_port();
    const World world = generate(options);
    if (const auto saved = save_world(world, folder_); !saved) throw DemoError{saved.error()};
    switches_ = world.switches.size();
    head("Sunday, 7:50. The power came back at night, and 120 virtual servers do not come up.");
    say("\"Duplicate IP address in use\", says each console. Nobody answers a ping; the scanner finds "
        "nothing.");
    say(std::to_string(switches_) + " switches (simulated, on real UDP), " +
        std::to_string(world.stations.size() - switches_) + " stations. One of them is lying.");
  }

  json run_json(std::vector<std::string> arguments) {
    std::vector<std::string> argv = {a_.lanwarden, "-c", config_};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    Child child(argv, log_);
    const std::string text = child.rest();
    if (const int code = child.wait(); code > 1)
      throw DemoError{"lanwarden " + arguments[0] + " ended with " + std::to_string(code) + "; see " + log_};
    const json parsed = json::parse(text.substr(0, text.find('\n')), nullptr, false);
    if (parsed.is_discarded()) throw DemoError{"lanwarden " + arguments[0] + " printed no JSON; see " + log_};
    return parsed;
  }

  void polled() {
    const auto start = std::chrono::steady_clock::now();
    const json poll = run_json({"poll", "--json"});
    std::size_t rows = 0;
    for (const json& s : poll["polled"]) rows += s.value("fdb", std::size_t{0});
    head("lanwarden reads the switches, as it does on schedule");
    char text[160];
    std::snprintf(text, sizeof text, "%zu of %zu answered: %zu forwarding rows in %.2f s",
                  poll["switches"]["answered"].get<std::size_t>(),
                  poll["switches"]["asked"].get<std::size_t>(), rows,
                  std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    say(text);
  }

  json culprit(Child& watch) {
    const auto end = deadline(60);
    while (const auto line = watch.line(end)) {
      json finding = json::parse(*line, nullptr, false);
      if (finding.is_object() && finding.value("kind", "") == "arp-bogus-responder") return finding;
    }
    throw DemoError{"lanwarden did not find the culprit; see " + log_};
  }

  void told(const json& f) {
    head("It listens to the wire, and after a few frames:");
    say(f["summary"].get<std::string>());
    for (const auto& [key, value] : f["evidence"].items()) {
      std::string text = value.is_string() ? value.get<std::string>() : value.dump();
      if (text.size() > 90) text = text.substr(0, 87) + "...";
      say("  " + key + ": " + text);
    }
    if (!f.contains("location")) throw DemoError{"the culprit was not located; see " + log_};
    const json& l = f["location"];
    head("It asks all switches at once where " + l["mac"].get<std::string>() + " is:");
    say(l["verdict"].get<std::string>() + ": switch " + l.value("switch", "?") + ", port " +
        l.value("port", "?") + physical(l) + ", confidence " + l["confidence"].dump().substr(0, 4));
    for (std::size_t i = 0; i < l["evidence"].size() && i < 4; ++i)
      say("  - " + l["evidence"][i].get<std::string>());
    const json truth = truth_of(l["mac"]);
    say(truth.value("switch", "") == l.value("switch", "!") && truth.value("port", "") == l.value("port", "!")
            ? "  (the building's own truth agrees)"
            : "  (WRONG: the building's truth is " + truth.dump() + ")");
    right_ = truth.value("switch", "") == l.value("switch", "!") &&
             truth.value("port", "") == l.value("port", "!");
    if (!f.contains("isolation")) throw DemoError{"the culprit was not isolated; see " + log_};
    const json& i = f["isolation"];
    head("It shuts that one port:");
    say(i["result"].get<std::string>() + ": " + i.value("switch", "?") + " " + i.value("port", "?") +
        (i.contains("verified") ? ", read back: admin " + i["verified"].value("admin_status", "?") +
                                      ", oper " + i["verified"].value("oper_status", "?")
                                : "") +
        (i.contains("until") ? ", until " + i["until"].get<std::string>() : ""));
    for (const json& r : i["refusals"]) say("  - " + r.get<std::string>());
  }

  std::string physical(const json& location) {
    const json topology = run_json({"topology", "--stored", "--json"});
    for (const json& s : topology["switches"])
      if (s["name"] == location.value("switch", ""))
        for (const json& p : s["ports"])
          if (p["name"] == location.value("port", "") && p.contains("physical"))
            return " (" + p["physical"].get<std::string>() + ")";
    return "";
  }

  json truth_of(const json& mac) {
    std::ifstream in(folder_ / "truth.json");
    const json truth = json::parse(in, nullptr, false);
    for (const json& s : truth["stations"])
      if (s["mac"] == mac) return s;
    return json::object();
  }

  bool proof(const json& finding) {
    head("And the wire itself says whether it was the right one:");
    const json incident = run_json({"incidents", std::to_string(finding["incident"].get<int>()), "--json"});
    bool verified = false;
    for (const json& e : incident["timeline"]) {
      if (e["state"] != "verified") continue;
      verified = true;
      say(e["text"].get<std::string>());
    }
    if (!verified) say("NOT proved: " + incident["timeline"].back()["text"].get<std::string>());
    head("To undo it:");
    say("lanwarden restore " + std::to_string(finding["isolation"].value("isolation", 0)));
    head("To read it again:");
    say(a_.lanwarden + " -c " + config_ + " incidents " + std::to_string(finding["incident"].get<int>()));
    return verified && right_;
  }

  void picture(const json&) {
    Child child({a_.lanwarden, "-c", config_, "topology", "--stored", "--format", "svg"}, log_);
    std::ofstream(folder_ / "topology.svg") << child.rest();
    if (child.wait() != 0) throw DemoError{"no picture could be drawn; see " + log_};
    say("and the building, drawn: " + (folder_ / "topology.svg").string());
  }

  const Arguments& a_;
  bool color_;
  bool right_ = false;
  fs::path folder_;
  std::string config_, log_;
  std::size_t switches_ = 0;
};

}  // namespace

void add_demo(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* c = app.add_subcommand("demo", "the story of the clock, from the first frame to the shut port");
  c->footer(
      "Examples:\n  lanwarden-lab demo --lanwarden build/lanwarden\nExit: 0 when the trouble provably ended, "
      "else 3.");
  c->add_option("--lanwarden", arguments->lanwarden, "the program")->required();
  c->add_option("--out", arguments->out,
                "folder for what the story leaves; default: demo/ beside the program");
  c->add_option("--speed", arguments->speed, "simulated seconds in a real one")
      ->check(CLI::Range(0.1, 1000.0));
  c->add_option("--for", arguments->simulated, "simulated length of the story");
  c->callback([arguments, &action] {
    action = [arguments] {
      try {
        return Demo(*arguments).run();
      } catch (const DemoError& e) {
        std::fprintf(stderr, "lanwarden-lab: %s\n", e.message.c_str());
        return kFailed;
      }
    };
  });
}

}  // namespace lanwarden::lab
