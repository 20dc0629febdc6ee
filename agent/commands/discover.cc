#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "agent/commands/command.h"
#include "agent/commands/discovery.h"
#include "agent/commands/names.h"
#include "agent/output/atomic_file.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"
#include "snmp/address.h"

namespace lanwarden::agent {
namespace {

using topology::IpAddress;

constexpr std::size_t kMostInSubnet = 65'536;
/// Addresses asked at once: a subnet is not a storm, and every one takes a socket.
constexpr std::size_t kAtOnce = 256;
constexpr std::chrono::milliseconds kPatience{1000};

struct Options {
  std::vector<std::string> seeds, within, credentials;
  std::string file;
  bool append = false;
  std::uint16_t port = 161;
};

std::optional<IpAddress> look_up(const std::string& host) {
  if (const auto ip = IpAddress::parse(host)) return *ip;
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return std::nullopt;
  std::optional<IpAddress> ip;
  char text[INET6_ADDRSTRLEN];
  for (const addrinfo* a = found; a != nullptr && !ip; a = a->ai_next) {
    const void* octets =
        a->ai_family == AF_INET
            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(a->ai_addr)->sin_addr)
            : &reinterpret_cast<const sockaddr_in6*>(a->ai_addr)->sin6_addr;
    if (inet_ntop(a->ai_family, octets, text, sizeof text) == nullptr) continue;
    if (const auto parsed = IpAddress::parse(text)) ip = *parsed;
  }
  freeaddrinfo(found);
  return ip;
}

class Discover {
 public:
  Discover(App& app, const Options& options) : app_(app), options_(options) {
    choose_credentials();
    choose_networks();
    for (const std::string& seed : options_.seeds) add_seed(seed);
    if (options_.append && app_.config().file.empty())
      app_.fail(kUsage, "--append adds to the configuration, and there is none; name one with -c FILE");
    if (!options_.file.empty() && std::filesystem::exists(options_.file))
      app_.fail(kUsage, options_.file +
                            " is there already; take another name, or --append to add to the configuration");
  }

  ExitCode run() {
    std::map<std::string, std::string> configured;
    for (const SwitchConfig& s : app_.config().switches) configured.emplace(normal(s.address), s.name);
    std::vector<std::string> names;
    for (const snmp::Credential* c : credentials_) names.push_back(c->name);
    DiscoveryIo io;
    io.greet = [this](const std::vector<Candidate>& c) { return greet(c); };
    io.neighbors = [this](const std::vector<Candidate>& c, const std::vector<std::size_t>& with) {
      return neighbors(c, with);
    };
    Discovery discovery(std::move(io), networks_, std::move(names), std::move(configured), options_.port);
    discovery.run(std::move(seeds_));
    app_.console.end_progress();
    return tell(discovery);
  }

 private:
  /// "10.0.3.2:161" is "10.0.3.2".
  static std::string normal(const std::string& address) {
    const auto parsed = snmp::parse_address(address);
    if (!parsed) return address;
    const auto ip = IpAddress::parse(parsed->host);
    return ip ? Candidate{*ip, parsed->port, {}}.address() : address;
  }

  void choose_credentials() {
    const Config& config = app_.config();
    std::vector<std::string_view> known;
    for (const snmp::Credential& c : config.credentials) known.push_back(c.name);
    if (known.empty())
      app_.fail(
          kUsage,
          "there is no [[credential]] to ask with; write one into lanwarden.toml, or name a file with -c");
    for (const std::string& name : options_.credentials) {
      const auto it = std::find(known.begin(), known.end(), name);
      if (it == known.end()) no_such(app_, "credential", name, known);
      credentials_.push_back(&config.credentials[static_cast<std::size_t>(it - known.begin())]);
    }
    if (!credentials_.empty()) return;
    // What opens and shuts ports is not shown to strangers unless it is asked for.
    for (const snmp::Credential& c : config.credentials) {
      const auto is = [&c](const std::optional<std::string>& name) { return name == c.name; };
      bool reads = false, writes = false;
      for (const SwitchConfig& s : config.switches) {
        reads = reads || is(s.credential);
        writes = writes || is(s.write_credential);
      }
      if (reads || !writes) credentials_.push_back(&c);
    }
  }

  void choose_networks() {
    for (const std::string& text : options_.within) {
      const auto network = Network::parse(text);
      if (!network) app_.fail(kUsage, "--within " + network.error());
      networks_.push_back(*network);
    }
    if (!networks_.empty()) return;
    const bool only_networks = std::all_of(options_.seeds.begin(), options_.seeds.end(),
                                           [](const auto& s) { return s.find('/') != std::string::npos; });
    if (!only_networks)
      app_.fail(kUsage, "--within is missing: the networks that may be asked, and no other; try: --within " +
                            suggestion());
    for (const std::string& seed : options_.seeds)
      if (const auto network = Network::parse(seed)) networks_.push_back(*network);
  }

  std::string suggestion() const {
    for (const std::string& seed : options_.seeds) {
      const auto where = snmp::parse_address(seed);
      const auto ip = where ? IpAddress::parse(where->host) : IpAddress::parse(seed);
      if (!ip) continue;
      if (ip->is_v6()) return ip->to_string() + "/64";
      return IpAddress::v4(ip->v4_bits() & 0xffff'ff00U).to_string() + "/24";
    }
    return "10.0.0.0/16";
  }

  void add_seed(const std::string& seed) {
    if (seed.find('/') != std::string::npos) {
      const auto network = Network::parse(seed);
      if (!network) app_.fail(kUsage, network.error());
      const auto hosts = network->hosts(kMostInSubnet);
      if (!hosts)
        app_.fail(kUsage,
                  fmt::format("{} has more than {} addresses; name smaller subnets, or a switch in it", seed,
                              kMostInSubnet));
      for (const IpAddress& ip : *hosts) seeds_.push_back({ip, options_.port, "", true});
      return;
    }
    const auto where = snmp::parse_address(seed);
    if (!where) app_.fail(kUsage, fmt::format("\"{}\" is no address: {}", seed, where.error().cause));
    const auto ip = look_up(where->host);
    if (!ip) app_.fail(kUsage, fmt::format("\"{}\" does not resolve to an address", where->host));
    if (std::none_of(networks_.begin(), networks_.end(), [&](const Network& n) { return n.contains(*ip); }))
      app_.fail(kUsage, fmt::format("the seed {} is outside of the networks that --within allows", seed));
    const bool own_port = where->port != 161;
    seeds_.push_back({*ip, own_port ? where->port : options_.port, ""});
  }

  snmp::Target target(const Candidate& c, const snmp::Credential& credential) const {
    const SnmpConfig& snmp = app_.config().snmp;
    snmp::Target t;
    t.name = t.address = c.address();
    t.read = credential;
    t.timeout = snmp.timeout;
    t.retries = snmp.retries;
    t.in_flight = snmp.in_flight;
    return t;
  }

  std::vector<std::optional<std::size_t>> greet(const std::vector<Candidate>& candidates) {
    std::vector<std::optional<std::size_t>> with(candidates.size());
    std::size_t answered = 0;
    for (std::size_t from = 0; from < candidates.size(); from += kAtOnce) {
      const std::size_t to = std::min(candidates.size(), from + kAtOnce);
      std::vector<bool> gone(to - from, false);
      for (std::size_t k = 0; k < credentials_.size(); ++k) {
        std::vector<snmp::Target> targets;
        std::vector<std::size_t> places;
        for (std::size_t i = from; i < to; ++i) {
          if (with[i] || gone[i - from]) continue;
          snmp::Target t = target(candidates[i], *credentials_[k]);
          t.timeout = std::min(t.timeout, kPatience);
          t.retries = candidates[i].scanned ? 0 : std::min(t.retries, 1U);
          targets.push_back(std::move(t));
          places.push_back(i);
        }
        if (targets.empty()) break;
        app_.console.progress(fmt::format("asking {} to {} of {} addresses: {} answered", from + 1, to,
                                          candidates.size(), answered));
        snmp::Collector collector(std::move(targets), limits());
        const auto answers = collector.hello({});
        for (std::size_t j = 0; j < answers.size(); ++j) {
          if (answers[j]) {
            with[places[j]] = k;
            ++answered;
          } else if (answers[j].error().cause == snmp::Cause::kUnreachable) {
            gone[places[j] - from] = true;  // nobody is there for another credential either
          }
        }
      }
    }
    return with;
  }

  std::vector<topology::SwitchSnapshot> neighbors(const std::vector<Candidate>& candidates,
                                                  const std::vector<std::size_t>& with) {
    std::vector<snmp::Target> targets;
    for (std::size_t i = 0; i < candidates.size(); ++i)
      targets.push_back(target(candidates[i], *credentials_[with[i]]));
    snmp::Collector collector(std::move(targets), limits());
    return collector.neighbors({}, [&](const snmp::Progress& p) {
      app_.console.progress(fmt::format("reading neighbours: {}/{} switches", p.switches_done, p.switches));
    });
  }

  snmp::Limits limits() const {
    snmp::Limits l;
    l.concurrency = app_.config().snmp.concurrency;
    return l;
  }

  static std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    return out + "\"";
  }

  /// Switches say things in any encoding; TOML is UTF-8 to the last octet, in comments, too.
  static std::string plain(const std::string& what) {
    std::string text = printable(what);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
    return text;
  }

  std::string toml(const std::vector<FoundSwitch>& found) const {
    std::string seeds;
    for (const std::string& s : options_.seeds) seeds += (seeds.empty() ? "" : " ") + s;
    std::string text = fmt::format("# Found by: lanwarden discover {}, {}\n", seeds, rfc3339(wall_clock()));
    for (const FoundSwitch& f : found) {
      if (!f.configured.empty()) continue;
      text += "\n";
      const auto comment = [&](const std::string& what) { text += "# " + plain(what) + "\n"; };
      if (!f.description.empty()) comment(f.description.substr(0, f.description.find_first_of("\r\n")));
      if (!f.mac.is_zero() || !f.via.empty())
        comment(fmt::format("{}{}{}", f.mac.is_zero() ? "" : f.mac.to_string(),
                            f.mac.is_zero() || f.via.empty() ? "" : ", ",
                            f.via.empty() ? "" : "neighbour of " + f.via));
      for (const std::string& also : f.also) comment("answers at " + also + " too");
      text +=
          fmt::format("[[{}]]\nname = {}\naddress = {}\ncredential = {}\n", f.router ? "router" : "switch",
                      quoted(f.name), quoted(f.address), quoted(f.credential));
    }
    return text;
  }

  static Json json_of(const std::vector<NotFound>& list) {
    Json all = Json::array();
    for (const NotFound& n : list) {
      Json j;
      if (!n.name.empty()) j["name"] = n.name;
      if (!n.address.empty()) j["address"] = n.address;
      if (!n.via.empty()) j["via"] = n.via;
      j["why"] = n.why;
      all.push_back(std::move(j));
    }
    return all;
  }

  static Json json_of(const Discovery& d) {
    Json j;
    j["asked"] = d.asked();
    j["found"] = Json::array();
    for (const FoundSwitch& f : d.found()) {
      Json row;
      row["name"] = f.name;
      row["address"] = f.address;
      row["credential"] = f.credential;
      row["kind"] = f.router ? "router" : "switch";
      if (!f.system_name.empty()) row["system_name"] = f.system_name;
      if (!f.description.empty()) row["description"] = f.description;
      if (!f.mac.is_zero()) row["mac"] = f.mac.to_string();
      if (!f.via.empty()) row["via"] = f.via;
      row["also"] = f.also;
      if (!f.configured.empty()) row["configured"] = f.configured;
      j["found"].push_back(std::move(row));
    }
    j["outside"] = json_of(d.outside());
    j["silent"] = json_of(d.silent());
    j["skipped"] = json_of(d.skipped());
    return j;
  }

  void save(const std::string& text) {
    std::filesystem::path file = options_.file;
    std::string whole = text;
    if (options_.append) {
      file = app_.config().file;
      std::ifstream in(file, std::ios::binary);
      const std::string before{std::istreambuf_iterator<char>(in), {}};
      if (!in.is_open() || in.bad())
        app_.fail(kUsage,
                  file.string() + " cannot be read, so nothing is added to it and nothing was changed");
      whole = before + (before.empty() || before.ends_with('\n') ? "\n" : "\n\n") + text;
    }
    if (const auto error = write_atomically(file, whole)) app_.fail(kUsage, *error);
    app_.console.note("written to " + file.string());
  }

  void note(std::string_view title, const std::vector<NotFound>& list, bool all) {
    constexpr std::size_t kShown = 5;
    if (list.empty()) return;
    app_.console.note(fmt::format("{} {}", list.size(), title));
    for (std::size_t i = 0; i < list.size() && (all || i < kShown); ++i) {
      const NotFound& n = list[i];
      app_.console.note(
          printable(fmt::format("  {}{}{}{}: {}", n.name, n.name.empty() || n.address.empty() ? "" : " ",
                                n.address, n.via.empty() ? "" : ", neighbour of " + n.via, n.why)));
    }
    if (!all && list.size() > kShown) app_.console.note(fmt::format("  … {} more: -v", list.size() - kShown));
  }

  ExitCode tell(const Discovery& d) {
    std::size_t fresh = 0;
    for (const FoundSwitch& f : d.found()) fresh += f.configured.empty() ? 1 : 0;
    const bool to_file = options_.append || !options_.file.empty();
    if (fresh > 0 && to_file) save(toml(d.found()));
    if (app_.console.json())
      app_.console.line(dump(json_of(d)));
    else if (fresh > 0 && !to_file)
      app_.console.line(toml(d.found()));

    const bool all = app_.console.verbosity() > 0;
    note("neighbours were not asked:", d.outside(), all);
    note("addresses did not answer:", d.silent(), all);
    note("devices are no switches:", d.skipped(), all);
    app_.console.note(fmt::format("{} addresses asked; found: {} switches and routers, {} of them new",
                                  d.asked(), d.found().size(), fresh));
    if (fresh > 0 && !options_.file.empty())
      app_.console.note(
          "the entries name credentials of your configuration; copy them there, or use --append");
    if (!d.found().empty()) return fresh > 0 ? kOk : kNothing;
    app_.console.error(
        "no switch answered; is a credential right, and may this host ask? try: --credential NAME");
    return kNoAnswer;
  }

  App& app_;
  const Options& options_;
  std::vector<const snmp::Credential*> credentials_;
  std::vector<Network> networks_;
  std::vector<Candidate> seeds_;
};

}  // namespace

CommandBody define_discover(CLI::App& cli) {
  auto options = std::make_shared<Options>();
  cli.add_option("SEED", options->seeds, "an address, a host name, or a subnet to ask through (10.0.3.0/24)")
      ->required();
  cli.add_option("--within", options->within, "a network that may be asked; several times for several")
      ->type_name("CIDR")
      ->take_all();
  cli.add_option("--credential", options->credentials, "try this one; several, in the order they are given")
      ->type_name("NAME")
      ->take_all();
  auto* file =
      cli.add_option("-o,--output", options->file, "write the entries there instead")->type_name("FILE");
  cli.add_flag("--append", options->append, "add the entries to the configuration")->excludes(file);
  cli.add_option("--port", options->port, "UDP port of the agents (161)")->check(CLI::Range(1, 65535));
  return [options](App& app) { return Discover(app, *options).run(); };
}

}  // namespace lanwarden::agent
