#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "agent/capture/frame_sender.h"
#include "agent/capture/frame_source.h"
#include "agent/commands/command.h"
#include "agent/locate/provoke.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"
#include "agent/probe/address_choice.h"
#include "agent/watch/step_down.h"
#include "analysis/unused_probe.h"

namespace lanwarden::agent {
namespace {

using analysis::Finding;
using analysis::UnusedProbe;
using topology::IpAddress;
using topology::MacAddress;
using topology::Time;

struct Options {
  std::string interface, within;
  std::size_t count = 8;
  bool v4 = false, v6 = false, locate = false;
  StepDown step_down;
};

// Switches that inspect ARP shut an untrusted port at 15 packets a second (the default of Cisco's dynamic ARP
// inspection): at most 12 in any second.
constexpr SendPace kPace{2, std::chrono::milliseconds{100}};
constexpr std::size_t kMostAskedPerCount = 8;
constexpr std::size_t kMostV6 = 4;
constexpr std::chrono::milliseconds kLongestWait{100};
constexpr std::chrono::milliseconds kAnswerWait{500};

std::atomic<bool> g_interrupted{false};
void on_signal(int) { g_interrupted = true; }

class Probe {
 public:
  Probe(App& app, const Options& options) : app_(app), o_(options) {}

  ExitCode run() {
    if (o_.locate) app_.require_switches();
    open();
    step_down(app_, o_.step_down, app_.store_files());
    choose_network();
    UnusedProbe probe(options());
    app_.console.note(announcement());
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    ask(probe);
    app_.console.end_progress();
    return tell(probe);
  }

 private:
  template <class T>
  T opened(topology::Result<T, CaptureError>&& result) {
    if (!result) app_.fail(kUsage, result.error().message);
    return std::move(*result);
  }

  // First the ear, then the mouth: no answer can come unheard.
  void open() {
    source_ = opened(open_interface(o_.interface, 0));
    questioner_ = std::make_unique<Questioner>(opened(open_sender(o_.interface)), kPace);
  }

  void choose_network() {
    if (o_.v6) return;
    std::optional<OwnAddress> own;
    for (const OwnAddress& a : questioner_->wire().addresses())
      if (!a.ip.is_v6() && !own) own = a;
    std::optional<Network> network;
    if (!o_.within.empty()) {
      auto parsed = Network::parse(o_.within);
      if (!parsed) app_.fail(kUsage, "--within " + parsed.error());
      if (parsed->base.is_v6())
        app_.fail(kUsage, fmt::format("--within {}: IPv6 is asked with random link-local addresses; -6 asks "
                                      "for these only",
                                      o_.within));
      network = *parsed;
    } else if (own) {
      network = Network{own->ip, own->prefix};
    } else if (!o_.v4) {
      app_.console.warn(o_.interface +
                        " has no IPv4 address, so only IPv6 is asked; name the network with --within "
                        "10.0.0.0/24 to ask for IPv4");
      return;
    } else {
      app_.fail(kUsage, o_.interface +
                            " has no IPv4 address, so it is not known which network to ask in; name it: "
                            "--within 10.0.0.0/24");
    }
    sender_ = questioner_->source_for(network->base);
    if (sender_.is_unspecified()) {
      for (const OwnAddress& a : questioner_->wire().addresses())
        if (!a.ip.is_v6() && network->contains(a.ip)) sender_ = a.ip;
    }
    if (sender_.is_unspecified())
      app_.console.warn(fmt::format(
          "{} has no address in {}: nobody can be asked first whether an address is used, so it takes three "
          "claimed addresses to accuse somebody",
          o_.interface, network->to_string()));
    network_ = *network;
    choice_.emplace(*network, seed_());
    for (const OwnAddress& a : questioner_->wire().addresses()) choice_->exclude(a.ip);
    std::ifstream table("/proc/net/arp");
    for (const IpAddress& ip : neighbours_of(table, o_.interface)) choice_->exclude(ip);
  }

  // What no switch, router or earlier capture has told of either.
  std::optional<IpAddress> next_v4() {
    while (const auto ip = choice_->next()) {
      if (app_.locator().macs_of(*ip).empty()) return ip;
      ++known_;
    }
    return std::nullopt;
  }

  analysis::UnusedProbeOptions options() {
    analysis::UnusedProbeOptions o;
    o.asker = questioner_->asker();
    o.sender = sender_;
    o.count = choice_ ? o_.count : 0;
    o.count_v6 = o_.v4 ? 0 : std::min(o_.count, kMostV6);
    o.most_asked = o_.count * kMostAskedPerCount;
    o.next_v4 = [this] { return next_v4(); };
    o.next_v6 = [this] { return std::optional(random_v6()); };
    return o;
  }
  IpAddress random_v6() { return (choice_ ? *choice_ : only_v6_).random_v6(); }

  std::string announcement() const {
    std::string what;
    if (choice_) what = fmt::format("{} unused addresses of {}", o_.count, network_.to_string());
    if (!o_.v4)
      what +=
          fmt::format("{}{} random IPv6 addresses", what.empty() ? "" : " and ", std::min(o_.count, kMostV6));
    return fmt::format("asking on {} for {}, at most 10 questions a second; no cache of any host changes",
                       o_.interface, what);
  }

  void ask(UnusedProbe& probe) {
    while (!g_interrupted) {
      const auto wake = probe.wake();
      if (!wake) return;
      Time now = wall_clock();
      while (questioner_->wait(now).count() == 0) {
        const auto question = probe.next(now);
        if (!question) break;
        if (const auto sent = questioner_->send(*question, now); !sent)
          app_.fail(kNoAnswer, sent.error().message);
        now = wall_clock();
      }
      app_.console.progress(fmt::format("probing: {} questions asked, {} of {} addresses done",
                                        questioner_->sent(), probe.probed(false) + probe.probed(true),
                                        probe.targets().size()));
      hear(probe,
           std::max<std::chrono::nanoseconds>(probe.wake().value_or(now) - now, questioner_->wait(now)));
    }
  }

  void hear(UnusedProbe& probe, std::chrono::nanoseconds wait) {
    const auto longest = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(wait),
                                    std::chrono::milliseconds{1}, kLongestWait);
    const auto status = source_->next_batch(batch_, longest);
    if (!status) app_.fail(kNoAnswer, status.error().message);
    for (const analysis::RawFrame& raw : batch_) {
      if (!analysis::decode_into(raw, frame_, fault_)) continue;
      probe.on_frame(frame_);
      const analysis::Arp* arp = frame_.arp();
      if (choice_ && arp && !arp->sender_ip.is_unspecified()) choice_->exclude(arp->sender_ip);
    }
  }

  ExitCode tell(const UnusedProbe& probe) {
    const auto findings = probe.findings(wall_clock());
    for (const Finding& finding : findings) {
      const std::string vendor(app_.vendors().lookup(finding.mac));
      Json json = to_json(finding, vendor, {o_.interface});
      if (!app_.console.json()) app_.console.line(to_text(finding, vendor, app_.console));
      if (o_.locate && finding.severity != analysis::Severity::kInfo) locate(finding, json);
      if (app_.console.json()) app_.console.line(dump(json));
    }
    std::size_t used = 0;
    for (const auto& target : probe.targets())
      if (target.fate == UnusedProbe::Fate::kUsed || target.fate == UnusedProbe::Fate::kWanted) ++used;
    const std::size_t v4 = probe.probed(false), v6 = probe.probed(true);
    std::string summary = fmt::format("{} unused IPv4 and {} random IPv6 addresses probed with {} questions",
                                      v4, v6, questioner_->sent());
    if (used > 0) summary += fmt::format("; {} turned out to be used and were left alone", used);
    if (g_interrupted) summary += "; interrupted";
    app_.console.note(summary);
    if (const auto dropped = source_->stats().dropped; dropped > 0)
      app_.console.warn(fmt::format("{} frames were dropped before they could be read", dropped));
    if (!findings.empty()) return kNothing;
    if (choice_ && v4 == 0 && !g_interrupted)
      app_.fail(kUsage, fmt::format("no unused address was found in {}: {} are known to be used; name a part "
                                    "of it that is free: --within 10.0.0.240/28",
                                    network_.to_string(), known_ + used));
    if (!app_.console.json() && !g_interrupted)
      app_.console.line("nobody claims an address that is not used");
    return kOk;
  }

  // One more question that it answers, so that no switch has forgotten where it is: tables age in seconds
  // after a change of the topology (IEEE 802.1D §7.9.2).
  void make_speak(const Finding& finding) {
    Silent silent;
    silent.mac = finding.mac;
    silent.answers_probes = true;
    for (const auto& [key, value] : finding.evidence)
      if (key == "addresses")
        for (const std::string& text : std::get<std::vector<std::string>>(value))
          if (const auto ip = IpAddress::parse(text))
            (ip->is_v6() ? silent.ips : silent.claimed).push_back(*ip);
    for (const Provoked& spoke : provoke(*questioner_, *source_, {&silent, 1}, wall_clock, kAnswerWait))
      for (const std::string& text : spoke.failures) app_.console.warn(text);
  }

  // As `watch --locate`: asked of all switches, and kept as an incident.
  void locate(const Finding& finding, Json& json) {
    app_.poll_unknown();
    make_speak(finding);
    WhereResult where;
    where.mac = finding.mac;
    where.located = app_.locator().live(finding.mac);
    where.vendor = app_.vendors().lookup(finding.mac);
    where.ips = app_.locator().ips_of(finding.mac);
    app_.warn_failed(where.located.asked);
    const topology::Fabric& fabric = app_.locator().fabric();
    if (!app_.console.json())
      app_.console.line(to_text(where, fabric, app_.console, app_.console.verbosity() > 0));
    json["incident"] = record(finding, where, json);
    json["location"] = to_json(where, fabric);
  }

  std::int64_t record(const Finding& finding, const WhereResult& where, const Json& found) {
    Store& store = app_.store();
    std::int64_t id = 0;
    if (const auto known = app_.need(store.find_open_incident(finding.kind, finding.mac))) {
      id = known->id;
    } else {
      Incident incident;
      incident.kind = finding.kind;
      incident.severity = analysis::to_string(finding.severity);
      incident.mac = finding.mac;
      incident.summary = finding.summary;
      incident.opened = incident.updated = finding.time;
      incident.events = {
          {finding.time, IncidentState::kOpen, "found by probing: " + finding.summary, dump(found)}};
      id = app_.need(store.open_incident(incident));
    }
    if (!where.located.found()) return id;
    const std::string at = place(where.located.location, app_.locator().fabric());
    const auto& ports = where.located.location.ports;
    const auto& fabric = app_.locator().fabric();
    std::string switch_name, port;
    if (ports.size() == 1) {
      switch_name = fabric.snapshot(ports[0].sw).name;
      if (const auto* i = fabric.snapshot(ports[0].sw).interface(ports[0].ifindex)) port = i->name;
    }
    app_.need(
        store.append_event(id,
                           {wall_clock(), IncidentState::kLocated,
                            fmt::format("{}: {}", topology::to_string(where.located.location.verdict), at),
                            dump(to_json(where, fabric))},
                           switch_name, port));
    return id;
  }

  App& app_;
  const Options& o_;
  std::random_device seed_;
  std::unique_ptr<FrameSource> source_;
  std::unique_ptr<Questioner> questioner_;
  IpAddress sender_;
  Network network_;
  std::optional<AddressChoice> choice_;
  AddressChoice only_v6_{Network{}, seed_()};
  std::size_t known_ = 0;
  std::vector<analysis::RawFrame> batch_;
  analysis::Frame frame_;
  analysis::DecodeFault fault_;
};

}  // namespace

CommandBody define_probe(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  cli.add_option("-i,--interface", o->interface, "ask on this interface")->type_name("IFACE")->required();
  cli.add_option("--count", o->count, "how many unused addresses to ask for (8)")
      ->type_name("N")
      ->check(CLI::Range(1, 64));
  cli.add_option("--within", o->within, "choose them from this network, say one that DHCP does not lease")
      ->type_name("CIDR");
  auto* v4 = cli.add_flag("-4", o->v4, "IPv4 only");
  cli.add_flag("-6", o->v6, "IPv6 only")->excludes(v4);
  cli.add_flag("--locate", o->locate, "ask the switches where each culprit is, and keep the incident");
  add_step_down_options(cli, o->step_down);
  return [o](App& app) { return Probe(app, *o).run(); };
}

}  // namespace lanwarden::agent
