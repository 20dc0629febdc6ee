// `lanwarden run` on real switches' software: by itself, killed in between, asking first, and without a disk.
#include <signal.h>

#include <catch2/catch.hpp>

#include "product.h"
#include "product_case.h"
#include "shared_lan.h"
#include "trouble.h"

using namespace lanwarden::integration;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

std::string daemon_config(const std::string& isolation) {
  return std::string("[[sniffer]]\ninterface = \"") + kMonitorInterface + "\"\n\n[poll]\nevery = \"1m\"\n\n" +
         "[isolation]\nper_hour = 100\n" + isolation;
}

/// A daemon, and the office around it put back in order when the case is over.
class Running {
 public:
  Running(const char* name, const std::string& isolation)
      : lan_(shared_office_lan()),
        product_(lan_, name, entries_of(lan_.plan()), daemon_config(isolation)),
        name_(name) {
    lan_.announce_all();
    start();
  }
  ~Running() {
    stop();
    product_.run({"restore", "--all", "--yes"});
    const auto& c = clock();
    wait_until(20s, [&] { return lan_.stp_state(c.switch_name, c.port) == "forwarding"; });
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void start() {
    log_ = name_ + "-" + std::to_string(++starts_);
    process_.emplace(product_.start_through_pipe({"run"}, log_));
    if (!wait_until(30s, [&] { return said("info listening"); }))
      throw LanError("the daemon does not begin: " + log());
  }
  /// SIGTERM; its exit code, -1 when it does not end.
  int stop() {
    if (!process_) return -1;
    if (const pid_t pid = product_.daemon(); pid > 0 && !process_->exit_code()) ::kill(pid, SIGTERM);
    process_->wait(15s);
    process_.reset();
    const auto at = log().rfind("exit code ");
    return at == std::string::npos ? -1 : std::stoi(log().substr(at + 10));
  }
  void kill() {
    ::kill(product_.daemon(), SIGKILL);
    process_->wait(15s);
    process_.reset();
  }

  std::string log() const { return lan_.log_of(log_); }
  bool said(const std::string& text) const { return log().find(text) != std::string::npos; }
  const Product& product() const { return product_; }
  const HostPlan& clock() const { return lan_.plan().host_named(kClock); }
  bool clock_is_shut() const { return !lan_.admin_up(clock().switch_name, clock().port); }
  json incident() const { return incident_of(product_, clock().mac); }
  std::string state() const { return incident().value("state", ""); }
  std::size_t incidents() const { return product_.run({"incidents", "--json"}).lines.size(); }
  void only_the_clock_is_shut() const {
    for (const auto& other : lan_.plan().hosts)
      if (other.name != kClock) CHECK(lan_.admin_up(other.switch_name, other.port));
  }

 private:
  const Lan& lan_;
  Product product_;
  std::string name_, log_;
  int starts_ = 0;
  std::optional<Process> process_;
};

}  // namespace

TEST_CASE("run isolates the clock by itself, opens the port in time, and holds it longer when it returns") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  Running daemon("run-auto", "mode = \"auto\"\nfor = \"8s\"\n");
  Trouble trouble(lan);
  REQUIRE(wait_until(30s, [&] { return daemon.clock_is_shut(); }));
  daemon.only_the_clock_is_shut();
  CHECK(trouble.victims.all_up(40s));
  CHECK(wait_until(30s, [&] { return !daemon.clock_is_shut(); }));
  CHECK(wait_until(10s, [&] { return daemon.state() == "restored"; }));

  // The clock was never mended.
  Victims again(lan);
  INFO(daemon.log());
  REQUIRE(wait_until(60s, [&] { return daemon.clock_is_shut(); }));
  CHECK(again.all_up(40s));
  CHECK(wait_until(20s, [&] { return daemon.state() == "verified"; }));
  const json incident = daemon.incident();
  INFO("incident: " << incident.dump(1));
  CHECK(daemon.incidents() == 1);
  const auto states = timeline_states(incident);
  for (const char* state : {"open", "located", "isolated", "verified", "restored"}) CHECK(has(states, state));
  CHECK(incident.at("isolations").size() == 2);
  CHECK(incident.dump().find("longer than before: for 16s") != std::string::npos);
  CHECK_FALSE(incident.at("frames").empty());
  CHECK(daemon.stop() == 0);
}

TEST_CASE(
    "run is killed while the port is shut: the next one opens it in time, and goes on with the incident") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  Running daemon("run-killed", "mode = \"auto\"\nfor = \"12s\"\n");
  Trouble trouble(lan);
  REQUIRE(wait_until(30s, [&] { return daemon.clock_is_shut(); }));
  daemon.kill();
  CHECK(daemon.clock_is_shut());
  const auto id = daemon.incident().value("id", 0);
  daemon.start();
  INFO(daemon.log());
  CHECK(wait_until(40s, [&] { return !daemon.clock_is_shut(); }));
  CHECK(wait_until(10s, [&] { return daemon.state() == "restored"; }));
  CHECK(daemon.incident().value("id", 0) == id);
  Victims again(lan);
  CHECK(wait_until(60s, [&] { return daemon.clock_is_shut(); }));
  CHECK(daemon.incidents() == 1);
  // The port is shut a moment before that is written down.
  CHECK(wait_until(20s,
                   [&] { return daemon.incident().dump().find("longer than before") != std::string::npos; }));
}

TEST_CASE("run asks: queued for approval, a person approves, and the proof follows") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  Running daemon("run-ask", "mode = \"ask\"\n");
  Trouble trouble(lan);
  REQUIRE(wait_until(30s, [&] { return daemon.state() == "asked"; }));
  CHECK_FALSE(daemon.clock_is_shut());
  CHECK(trouble.victims.still_trying());
  const auto approved =
      daemon.product().run({"isolate", std::to_string(daemon.incident().value("id", 0)), "--yes", "--json"});
  INFO(approved.everything());
  CHECK(approved.exit_code == 0);
  CHECK(daemon.clock_is_shut());
  CHECK(trouble.victims.all_up(40s));
  INFO(daemon.log());
  CHECK(wait_until(30s, [&] { return daemon.state() == "verified"; }));
  CHECK(daemon.incidents() == 1);
}

TEST_CASE(
    "the disk is full while run works: told, no port is shut, and nothing is lost when there is room again") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  Running daemon("run-full", "mode = \"auto\"\nfor = \"1h\"\n");
  const std::string pid = std::to_string(daemon.product().daemon());
  run_or_throw({"prlimit", "--pid", pid, "--fsize=1:unlimited"});
  Trouble trouble(lan);
  REQUIRE(wait_until(30s, [&] { return daemon.said("store-failed") && daemon.said("arp-bogus-responder"); }));
  CHECK_FALSE(daemon.clock_is_shut());
  CHECK(daemon.incidents() == 0);
  run_or_throw({"prlimit", "--pid", pid, "--fsize=unlimited"});
  INFO(daemon.log());
  CHECK(wait_until(30s, [&] { return daemon.said("store-works"); }));
  CHECK(wait_until(90s, [&] { return daemon.clock_is_shut(); }));
  CHECK(trouble.victims.all_up(40s));
  CHECK(wait_until(20s, [&] { return has(timeline_states(daemon.incident()), "isolated"); }));
  const auto states = timeline_states(daemon.incident());
  CHECK(has(states, "open"));
  CHECK(has(states, "located"));
}

TEST_CASE("a second run on the same store is refused; a wrong configuration at SIGHUP changes nothing") {
  LANWARDEN_NEEDS_PRODUCT();
  Running daemon("run-twice", "mode = \"off\"\n");
  const auto second = daemon.product().run({"run"}, 20s);
  INFO(second.everything());
  CHECK(second.exit_code == 2);
  CHECK(second.err.find("another lanwarden run works on this store (pid ") != std::string::npos);
  ::kill(daemon.product().daemon(), SIGHUP);
  CHECK(wait_until(15s, [&] { return daemon.said("info reloaded"); }));
  daemon.product().append_config("[isolation]\nmode = \"of\"\n");
  ::kill(daemon.product().daemon(), SIGHUP);
  CHECK(wait_until(15s, [&] { return daemon.said("error reload-failed"); }));
  CHECK(daemon.stop() == 0);
}
