#include "tests/agent/isolation/stories.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "agent/isolation/isolator.h"
#include "tests/agent/isolation/memory_journal.h"
#include "tests/agent/isolation/paper_building.h"
#include "tests/lab/world/random.h"

namespace lanwarden::agent::testing {
namespace {

using lab::Random;
using namespace std::chrono_literals;
using topology::Verdict;

const topology::Time kNoon{std::chrono::seconds{1'800'000'000}};

struct Killed {};

lab::WorldOptions building(std::uint64_t seed, Random& dice) {
  lab::WorldOptions o;
  o.seed = seed;
  o.switches = static_cast<unsigned>(dice.between(3, 8));
  o.hosts = static_cast<unsigned>(dice.between(6, 30));
  o.shape = static_cast<lab::Shape>(dice.below(4));
  o.spread = static_cast<lab::Spread>(dice.below(3));
  if (dice.chance(0.5)) return o;  // a healthy one, whose edges can be known
  o.lldp = std::array{0.0, 0.5, 1.0}[dice.below(3)];
  o.stp = std::array{0.0, 0.5, 1.0}[dice.below(3)];
  o.vlans = dice.chance(0.3) ? 3 : 1;
  o.unmanaged_leafs = static_cast<unsigned>(dice.below(3));
  o.unmanaged_middles = static_cast<unsigned>(dice.below(2));
  o.virtual_hosts = static_cast<unsigned>(dice.below(2));
  o.access_points = static_cast<unsigned>(dice.below(2));
  o.phones = dice.chance(0.2) ? 0.3 : 0;
  o.lags = static_cast<unsigned>(dice.below(2));
  o.rings = static_cast<unsigned>(dice.below(2));
  o.missing = std::array{0.0, 0.1, 0.3}[dice.below(3)];
  o.stale = dice.chance(0.3) ? 0.05 : 0;
  return o;
}

class StoryTeller {
 public:
  StoryTeller(std::uint64_t seed, StoryCounts& counts,
              const std::function<void(const std::string&)>& listener)
      : say_(listener),
        seed_(seed),
        dice_(seed, 77),
        counts_(counts),
        clock_(kNoon),
        drawn_(make(seed)),
        building_(std::move(drawn_), clock_, culprit_) {
    const lab::World& world = building_.world();
    healthy_ = world.options.lldp == 1 && world.options.stp == 1 && world.options.missing == 0 &&
               world.options.stale == 0;
    for (const lab::Switch& sw : world.switches) {
      SwitchConfig& s = config_.switches.emplace_back();
      s.name = sw.name;
      s.address = sw.address;
      if (!dice_.chance(0.05)) s.write_credential = "rw";
      if (dice_.chance(0.05)) s.protected_ports = {"*1"};
    }
    config_.isolation.quarantine_vlan = kQuarantine.value;
    if (Random(seed, 78).chance(0.3)) way_ = IsolationWay::kQuarantine;
    config_.isolation.per_hour = 3;
    config_.isolation.at_once = 2;
    if (dice_.chance(0.05))
      building_.depends.own = {building_.culprit()};
    else if (dice_.chance(0.3))
      listen();
    if (dice_.chance(0.05)) building_.depends.gateways = {building_.culprit()};
    building_.meanwhile = [this](const char* what) { meanwhile(what); };
  }

  void tell() {
    ++counts_.stories;
    begin_process();
    const auto ticks = dice_.between(4, 10);
    for (std::uint64_t n = 0; n < ticks; ++n) {
      clock_.pass(std::chrono::seconds{dice_.between(1, 2400)});
      something_happens();
      as_a_process([this] { tick(); });
      check_ports(false);
    }
    peace();
    check_sets();
  }

 private:
  /// lanwarden's own machine is one of the stations, and hears the culprit.
  void listen() {
    const lab::World& world = building_.world();
    std::vector<std::uint32_t> machines;
    for (std::uint32_t i = 0; i < world.stations.size(); ++i)
      if (i != culprit_ && world.stations[i].kind == lab::StationKind::kHost &&
          world.stations[i].vlan == world.stations[culprit_].vlan)
        machines.push_back(i);
    if (machines.empty()) return;
    listener_ = machines[dice_.below(machines.size())];
    building_.depends.own = {world.stations[*listener_].mac};
  }

  lab::World make(std::uint64_t seed) {
    Random dice(seed, 76);
    lab::World world = lab::generate(building(seed, dice));
    std::vector<std::uint32_t> hosts, all;
    for (std::uint32_t i = 0; i < world.stations.size(); ++i) {
      all.push_back(i);
      if (world.stations[i].kind == lab::StationKind::kHost) hosts.push_back(i);
    }
    const auto& from = hosts.empty() || dice.chance(0.1) ? all : hosts;
    culprit_ = from[dice.below(from.size())];
    return world;
  }

  std::vector<Isolation> held() { return journal_.isolations(true).value(); }

  void begin_process() { isolator_.emplace(config_, journal_, building_, clock_, IsolatorOptions{5s, 1s}); }

  /// Killed in the middle, it begins anew; the switches and the journal keep what they have.
  template <class Work>
  void as_a_process(Work&& work) {
    try {
      work();
    } catch (const Killed&) {
      ++counts_.killed;
      quiet_ = true;
      if (dice_.chance(0.2)) clock_.reboot();
      begin_process();
      tick_recovery();
      quiet_ = false;
    }
  }

  void tick_recovery() {
    const auto mended = isolator_->recover("the daemon").value();
    for (const Recovered& r : mended) counts_.recovered += r.settled ? 1 : 0;
    const auto opened = isolator_->restore_due("the daemon").value();
    for (const RestoreOutcome& r : opened) counts_.restored += r.restored ? 1 : 0;
  }

  void tick() {
    tick_recovery();
    if (dice_.chance(0.3)) building_.poll_all();
    if (dice_.chance(0.7)) isolate();
  }

  void isolate() {
    IsolationRequest request;
    request.mac = building_.culprit();
    request.duration = std::chrono::seconds{dice_.between(60, 7200)};
    request.dry_run = false;
    request.who = "the daemon";
    request.reason = "arp-bogus-responder";
    request.longer_each_time = true;
    request.rollback = dice_.chance(0.2);
    request.way = way_;
    if (listener_ && building_.speak_to(*listener_)) {
      request.sighting = clock_.now().wall;
      request.heard_by = building_.world().stations[*listener_].mac;
      ++counts_.heard;
    }
    interfered_ = false;
    const bool possible = is_possible();
    attempting_ = true;
    ++counts_.attempts;
    IsolationOutcome done;
    const std::size_t sets = building_.sets().size();
    try {
      done = isolator_->isolate(request).value();
      if (say_) describe(done, sets);
    } catch (const Killed&) {
      if (say_) say_("killed");
      attempting_ = false;
      throw;
    }
    attempting_ = false;
    const bool acted = done.result == IsolationResult::kIsolated;
    counts_.acted += acted ? 1 : 0;
    counts_.failed += done.result == IsolationResult::kFailed ? 1 : 0;
    if (!done.refusals.empty()) ++counts_.refused[std::string(done.refusals.front().rule)];
    if (!possible || interfered_) return;
    ++counts_.possible;
    counts_.possible_acted += acted ? 1 : 0;
    if (!acted && counts_.missed.size() < 5)
      counts_.missed.push_back(fmt::format(
          "seed {}: {}", seed_, done.refusals.empty() ? done.failure : done.refusals.front().to_string()));
  }

  void describe(const IsolationOutcome& done, std::size_t sets_before) {
    say_(fmt::format("attempt: {}{}{}; {}", to_string(done.result), done.failure.empty() ? "" : ", ",
                     done.failure, building_.to_text()));
    for (const Refusal& r : done.refusals) say_("  " + r.to_string());
    if (done.located) {
      say_(fmt::format("  found: {} {} {}, confidence {:.3f}",
                       topology::to_string(done.located->location.verdict), done.switch_name, done.port,
                       done.located->location.confidence));
      for (const std::string& e : done.located->location.evidence) say_("    " + e);
      for (const topology::MacRow& r : done.located->rows)
        say_("    held by " + building_.fabric().describe({r.sw, r.port}));
    }
    for (std::size_t i = sets_before; i < building_.sets().size(); ++i) {
      const PaperSet& s = building_.sets()[i];
      say_(fmt::format("  {} {} {}: {}; the truth: {}", s.varbind, s.port, s.up ? "up" : "down",
                       s.culprits_edge ? "right" : "WRONG", s.truth));
    }
  }

  /// Whether somebody who knew everything would shut the culprit's port now, and be allowed to.
  bool is_possible() {
    const lab::World& world = building_.world();
    const lab::Truth truth = building_.truth();
    if (!healthy_ || upset_ || truth.verdict != Verdict::kEdge) return false;
    const lab::Switch& sw = world.switches[truth.sw.value];
    const lab::Port* port = sw.port(truth.ports[0].ifindex);
    const SwitchConfig& c = config_.switches[truth.sw.value];
    std::size_t neighbours = 0;
    for (const lab::Station& s : world.stations)
      neighbours += s.at == lab::End{truth.sw.value, port->ifindex} ? 1 : 0;
    const IsolationCounts counts = journal_.count_isolations(clock_.now().wall - 1h).value();
    topology::Interface shown;
    shown.name = port->name;
    shown.descr = port->descr;
    shown.alias = port->alias;
    return neighbours == 1 && c.write_credential && !is_protected(c.protected_ports, shown) &&
           building_.depends.own != std::vector{building_.culprit()} && building_.depends.gateways.empty() &&
           counts.recent < config_.isolation.per_hour && counts.open < config_.isolation.at_once &&
           !building_.shut(sw.name, port->name);
  }

  SwitchId some_switch() {
    return SwitchId{static_cast<std::uint32_t>(dice_.below(building_.world().switches.size()))};
  }

  /// Between two ticks.
  void something_happens() {
    interfered_ = true;
    const SwitchId sw = some_switch();
    const auto what = dice_.below(14);
    if (say_) say_(fmt::format("event {} at {}", what, building_.world().switches[sw.value].name));
    switch (what) {
      case 0:
        upset_ = building_.move_culprit(sw, listener_.has_value()) || upset_;
        break;
      case 1:
        building_.age_out(sw);
        upset_ = true;
        break;
      case 2:
        building_.restart(sw, dice_.chance(0.7), dice_.chance(0.5));
        upset_ = true;
        break;
      case 3:
        building_.reachable(sw, false);
        away_.push_back(sw);
        upset_ = true;
        break;
      case 4:
        for (const SwitchId s : away_) building_.reachable(s, true);
        away_.clear();
        break;
      case 5:
        clock_.set_wall(std::chrono::seconds{dice_.between(0, 400'000)});
        break;
      case 6:
        clock_.set_wall(-std::chrono::seconds{dice_.between(0, 400'000)});
        break;
      case 7:
        second_administrator();
        break;
      case 8:
        building_.fault(sw, static_cast<SetFault>(dice_.below(6)));
        upset_ = true;
        break;
      case 9:
        for (std::uint32_t i = 0; i < building_.world().switches.size(); ++i)
          building_.fault(SwitchId{i}, SetFault::kNone);
        break;
      case 10:
        building_.incomplete(sw, dice_.chance(0.5));
        upset_ = true;
        break;
      default:
        break;
    }
  }

  /// Opens what lanwarden has shut, or shuts a port of his own.
  void second_administrator() {
    const auto shut = building_.shut_ports();
    if (!shut.empty() && dice_.chance(0.6)) {
      const std::string& place = shut[dice_.below(shut.size())];
      if (his_.contains(place)) return;
      const std::size_t space = place.find(' ');
      building_.by_hand(place.substr(0, space), place.substr(space + 1), true);
      return;
    }
    const lab::Switch& sw = building_.world().switches[some_switch().value];
    const lab::Port& port = sw.ports[dice_.below(sw.ports.size())];
    const std::string place = sw.name + " " + port.name;
    if (building_.shut(sw.name, port.name) || port.type != 6) return;
    // Not while lanwarden thinks it holds that port: then nobody could tell whose it is.
    for (const Isolation& i : held())
      if (i.switch_name == sw.name && i.port == port.name) return;
    building_.by_hand(sw.name, port.name, false);
    if (building_.shut(sw.name, port.name)) his_.insert(place), upset_ = true;
  }

  /// In the middle of the isolator's work. Not between the last look and the SET: nobody can look and act at
  /// once.
  void meanwhile(const char* what) {
    if (quiet_) return;
    const std::string_view step = what;
    if (dice_.chance(0.01)) throw Killed{};
    if (step == "read" || step == "set" || step == "after-set" || !dice_.chance(0.03)) return;
    if (attempting_) interfered_ = true;
    const SwitchId sw = some_switch();
    const auto happening = dice_.below(5);
    if (say_)
      say_(
          fmt::format("before \"{}\": {} at {}", step, happening, building_.world().switches[sw.value].name));
    switch (happening) {
      case 0:
        upset_ = building_.move_culprit(sw, listener_.has_value()) || upset_;
        break;
      case 1:
        building_.restart(sw, true, false);
        upset_ = true;
        break;
      case 2:
        building_.reachable(sw, false);
        away_.push_back(sw);
        upset_ = true;
        break;
      case 3:
        second_administrator();
        break;
      case 4:
        clock_.set_wall(std::chrono::seconds{dice_.between(0, 100'000)});
        break;
    }
  }

  /// All switches answer, nobody interferes, and time goes by: whatever was shut opens.
  void peace() {
    quiet_ = true;
    for (std::uint32_t i = 0; i < building_.world().switches.size(); ++i) {
      building_.reachable(SwitchId{i}, true);
      building_.fault(SwitchId{i}, SetFault::kNone);
    }
    const auto most = config_.isolation.longest + 24h;  // a station that returned often is held that long
    for (auto hours = 0h; hours < most && !held().empty(); ++hours) {
      clock_.pass(1h);
      tick_recovery();
    }
    check_ports(true);
    for (const Isolation& i : held())
      violation(fmt::format("isolation {} of {} {} never ends: {}", i.id, i.switch_name, i.port, i.note));
  }

  /// Every port that is shut is in the journal as such, or is the second administrator's.
  void check_ports(bool over) {
    std::set<std::string> places;
    for (const Isolation& i : held()) places.insert(i.switch_name + " " + i.port);
    const Moment now = clock_.now();
    for (const Isolation& i : held()) {
      // While its switch answers, it opens at the first tick after its time, or at the next try.
      if (!upset_ && away_.empty() && i.boot == now.boot && i.until_since_boot &&
          now.since_boot > *i.until_since_boot + 1h && building_.shut(i.switch_name, i.port))
        violation(fmt::format("{} {} is shut past its time", i.switch_name, i.port));
    }
    for (const std::string& place : building_.shut_ports()) {
      if (his_.contains(place)) continue;
      if (!places.contains(place)) violation(place + " is shut, and nobody knows");
      if (over) violation(place + " stays shut");
    }
  }

  /// No port but the culprit's was shut, none but a held one was opened, and all of it is written down.
  void check_sets() {
    std::set<std::string> written;
    for (const AuditEntry& e : journal_.trail())
      for (std::size_t from = 0; from < e.varbinds.size();) {
        const std::size_t end = std::min(e.varbinds.find('\n', from), e.varbinds.size());
        written.insert(e.switch_name + " " + e.varbinds.substr(from, end - from));
        from = end + 1;
      }
    std::set<std::string> ever, unheard;
    const auto all = journal_.isolations(false).value();
    for (const Isolation& i : all) ever.insert(i.switch_name + " " + i.port);
    for (const PaperSet& s : building_.sets()) {
      ++counts_.sets;
      const std::string sw = building_.world().switches[s.sw.value].name;
      if (!s.up && s.unheard && unheard.insert(fmt::format("{} {} {}", sw, s.port, s.when.count())).second)
        ++counts_.unheard;  // once, however many objects were written
      if (!s.up && !s.culprits_edge)
        violation(fmt::format("{} {} was shut, and is not the culprit's edge: {}", sw, s.port, s.truth));
      if (!ever.contains(sw + " " + s.port))
        violation(fmt::format("{} {} was written to without an entry", sw, s.port));
      if (!written.contains(sw + " " + s.varbind))
        violation(fmt::format("SET {} on {} is not in the trail", s.varbind, sw));
    }
  }

  void violation(const std::string& text) {
    if (counts_.violations.size() < 20) counts_.violations.push_back(fmt::format("seed {}: {}", seed_, text));
  }

  const std::function<void(const std::string&)>& say_;
  std::uint64_t seed_;
  Random dice_;
  StoryCounts& counts_;
  PaperClock clock_;
  std::uint32_t culprit_ = 0;
  lab::World drawn_;
  PaperBuilding building_;
  Config config_;
  MemoryJournal journal_;
  std::optional<Isolator> isolator_;
  std::optional<std::uint32_t> listener_;
  std::vector<SwitchId> away_;
  std::set<std::string> his_;
  IsolationWay way_ = IsolationWay::kAdminDown;
  bool healthy_ = false, upset_ = false, interfered_ = false, attempting_ = false, quiet_ = false;
};

}  // namespace

void tell_story(std::uint64_t seed, StoryCounts& counts,
                const std::function<void(const std::string&)>& listener) {
  StoryTeller(seed, counts, listener).tell();
}

void StoryCounts::add(const StoryCounts& o) {
  stories += o.stories, attempts += o.attempts, acted += o.acted, failed += o.failed, killed += o.killed;
  unheard += o.unheard, recovered += o.recovered, restored += o.restored, sets += o.sets;
  heard += o.heard;
  possible += o.possible, possible_acted += o.possible_acted;
  for (const auto& [rule, n] : o.refused) refused[rule] += n;
  missed.insert(missed.end(), o.missed.begin(), o.missed.end());
  violations.insert(violations.end(), o.violations.begin(), o.violations.end());
}

std::string to_text(const StoryCounts& c) {
  std::string text = fmt::format(
      "{} stories, {} attempts ({} of a culprit that lanwarden's own machine had heard): {} acted, {} "
      "failed; the process was killed {} times\n"
      "{} SETs, {} restored, {} entries mended by recover()\n"
      "{} ports were shut with others behind them that no table of their switch had\n"
      "possible: {}, acted in {} ({:.2f} %)\n",
      c.stories, c.attempts, c.heard, c.acted, c.failed, c.killed, c.sets, c.restored, c.recovered, c.unheard,
      c.possible, c.possible_acted,
      c.possible == 0 ? 0.0
                      : 100.0 * static_cast<double>(c.possible_acted) / static_cast<double>(c.possible));
  for (const auto& [rule, n] : c.refused) text += fmt::format("refused {:>8}  {}\n", n, rule);
  for (const std::string& m : c.missed) text += "missed: " + m + "\n";
  text += fmt::format("violations: {}\n", c.violations.size());
  for (const std::string& v : c.violations) text += "  " + v + "\n";
  return text;
}

}  // namespace lanwarden::agent::testing
