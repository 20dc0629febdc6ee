// Killed at every step, with the disk full at every write: the next start tells the truth, and mends it. A
// real process, a real SIGKILL, a real store; the building is on paper, and what the dead process had set is
// told to its survivor through a pipe.
#include <catch2/catch.hpp>

#include "agent/isolation/isolator.h"
#include "tests/agent/isolation/memory_journal.h"
#include "tests/agent/isolation/paper_building.h"
#include "tests/agent/store_child.h"
#include "tests/agent/store_scratch.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;
using namespace lanwarden;
using namespace std::chrono_literals;

namespace {

const Time kNoon{std::chrono::seconds{1'800'000'000}};
constexpr IsolatorOptions kOptions{1s, 500ms};

lab::World small_world() {
  lab::WorldOptions o;
  o.seed = 7;
  o.switches = 3;
  o.hosts = 9;
  return lab::generate(o);
}

/// The first host that is alone at an edge.
std::uint32_t some_culprit(const lab::World& world) {
  for (std::uint32_t i = 0; i < world.stations.size(); ++i)
    if (world.stations[i].kind == lab::StationKind::kHost &&
        lab::truth_of(world, i).verdict == topology::Verdict::kEdge)
      return i;
  throw std::runtime_error("nobody at an edge");
}

Config config_of(const lab::World& world) {
  Config config;
  for (const lab::Switch& sw : world.switches) {
    SwitchConfig& s = config.switches.emplace_back();
    s.name = sw.name;
    s.write_credential = "rw";
  }
  return config;
}

/// The building, and a process in it that keeps its journal in a store.
struct Scene {
  lab::World world = small_world();
  Config config = config_of(world);
  PaperClock clock{kNoon};
  PaperBuilding building{world, clock, some_culprit(world)};

  IsolationRequest request() const {
    IsolationRequest r;
    r.mac = building.culprit();
    r.duration = 1h;
    r.dry_run = false;
    r.who = "anna";
    r.reason = "answers every ARP probe";
    return r;
  }
};

/// Runs `work(scene, journal)` in a child that kills itself at the `step`-th step of it: before or after any
/// question, SET or write. The ports it had set by then are set in `survivor`. False: it came to its end.
template <class Work>
bool killed_at(unsigned step, const std::filesystem::path& file, Scene& survivor, Work&& work) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      Scene scene;
      for (const std::string& place : survivor.building.shut_ports()) {
        const std::size_t space = place.find(' ');
        scene.building.by_hand(place.substr(0, space), place.substr(space + 1), false);
      }
      unsigned done = 0;
      const auto next = [&] {
        if (++done == step) ::kill(::getpid(), SIGKILL);
      };
      scene.building.meanwhile = [&](const char* what) {
        if (std::string_view(what) == "after-set") {
          const PaperSet& s = scene.building.sets().back();
          const std::string told =
              scene.world.switches[s.sw.value].name + " " + s.port + (s.up ? " up\n" : " down\n");
          if (::write(ends[1], told.data(), told.size()) < 0) ::_exit(2);
        }
        next();
      };
      auto store = must(open_sqlite_store(file, false));
      WatchedJournal journal(*store, [&](WatchedJournal::When, const char*) { return next(), false; });
      work(scene, journal);
    } catch (const std::exception&) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string told;
  char buffer[4096];
  for (ssize_t n; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    told.append(buffer, static_cast<std::size_t>(n));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  for (std::size_t from = 0; from < told.size();) {
    const std::size_t end = told.find('\n', from);
    const std::string line = told.substr(from, end - from);
    const std::size_t space = line.find(' '), last = line.rfind(' ');
    survivor.building.by_hand(line.substr(0, space), line.substr(space + 1, last - space - 1),
                              line.substr(last + 1) == "up");
    from = end + 1;
  }
  REQUIRE((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
  return WIFSIGNALED(status);
}

/// What the journal calls held, as "floor3 A1".
std::vector<std::string> held(IsolationJournal& journal) {
  std::vector<std::string> places;
  for (const Isolation& i : must(journal.isolations(true))) places.push_back(i.switch_name + " " + i.port);
  std::sort(places.begin(), places.end());
  return places;
}

/// The next start: recover() makes journal and ports agree; then the time passes, and everything is open.
void mend(Scene& scene, IsolationJournal& journal, bool time_is_over) {
  Isolator isolator(scene.config, journal, scene.building, scene.clock, kOptions);
  for (const Recovered& r : must(isolator.recover("the next start"))) CHECK(r.settled);
  CHECK(scene.building.shut_ports() == held(journal));
  for (const Isolation& i : must(journal.isolations(true))) {
    CHECK(i.state == IsolationState::kActive);
    CHECK(i.until);
  }
  CHECK(must(isolator.recover("again")).empty());  // nothing is left to mend
  if (!time_is_over) scene.clock.pass(1h + 1s);
  for (const RestoreOutcome& r : must(isolator.restore_due("the next start"))) CHECK(r.restored);
  CHECK(scene.building.shut_ports().empty());
  CHECK(held(journal).empty());
}

}  // namespace

TEST_CASE("killed at every step of an isolation, the next start knows and mends it") {
  unsigned step = 1, found_shut = 0;
  for (;; ++step) {
    CAPTURE(step);
    ScratchFolder folder;
    Scene scene;
    const bool killed = killed_at(step, folder.store(), scene, [](Scene& s, IsolationJournal& journal) {
      Isolator isolator(s.config, journal, s.building, s.clock, kOptions);
      if (must(isolator.isolate(s.request())).result != IsolationResult::kIsolated) ::_exit(1);
    });
    auto store = must(open_sqlite_store(folder.store(), false));
    const auto before = scene.building.shut_ports();
    found_shut += before.empty() ? 0 : 1;
    // Whatever is shut was written down before.
    for (const std::string& place : before) CHECK_THAT(held(*store), Catch::VectorContains(place));
    mend(scene, *store, false);
    if (!killed) break;
  }
  CHECK(step > 12);       // look, poll, look, reads, the claim, the last look, the SET, …
  CHECK(found_shut > 3);  // and it was killed with the port shut, too
}

TEST_CASE("killed at every step of a restore, the next start ends it") {
  unsigned step = 1;
  for (;; ++step) {
    CAPTURE(step);
    ScratchFolder folder;
    Scene scene;
    {
      auto store = must(open_sqlite_store(folder.store(), false));
      Isolator isolator(scene.config, *store, scene.building, scene.clock, kOptions);
      REQUIRE(must(isolator.isolate(scene.request())).result == IsolationResult::kIsolated);
    }
    const bool killed = killed_at(step, folder.store(), scene, [](Scene& s, IsolationJournal& journal) {
      s.clock.pass(1h + 1s);
      Isolator isolator(s.config, journal, s.building, s.clock, kOptions);
      const auto done = must(isolator.restore_due("the daemon"));
      if (done.size() != 1 || !done[0].restored) ::_exit(1);
    });
    scene.clock.pass(1h + 1s);
    auto store = must(open_sqlite_store(folder.store(), false));
    mend(scene, *store, true);
    if (!killed) break;
  }
  CHECK(step > 5);
}

TEST_CASE("killed while it undoes what was done by halves") {
  for (const SetFault fault : {SetFault::kIgnored, SetFault::kLostAnswer, SetFault::kLostRequest}) {
    for (unsigned step = 1;; ++step) {
      CAPTURE(step, static_cast<int>(fault));
      ScratchFolder folder;
      Scene scene;
      const bool killed =
          killed_at(step, folder.store(), scene, [fault](Scene& s, IsolationJournal& journal) {
            for (std::uint32_t i = 0; i < s.world.switches.size(); ++i)
              s.building.fault(topology::SwitchId{i}, fault);
            Isolator isolator(s.config, journal, s.building, s.clock, kOptions);
            static_cast<void>(must(isolator.isolate(s.request())));
          });
      auto store = must(open_sqlite_store(folder.store(), false));
      mend(scene, *store, false);
      if (!killed) break;
    }
  }
}

TEST_CASE("the disk is full at every write: nothing is shut without an entry, and everything opens again") {
  for (const bool for_good : {false, true})
    for (unsigned write = 1;; ++write) {
      CAPTURE(write, for_good);
      ScratchFolder folder;
      Scene scene;
      auto store = must(open_sqlite_store(folder.store(), false));
      unsigned writes = 0;
      WatchedJournal journal(*store, [&](WatchedJournal::When when, const char*) {
        if (when == WatchedJournal::When::kAfter) return false;
        ++writes;
        return for_good ? writes >= write : writes == write;
      });
      Isolator isolator(scene.config, journal, scene.building, scene.clock, kOptions);
      const auto done = isolator.isolate(scene.request());
      for (const std::string& place : scene.building.shut_ports())
        CHECK_THAT(held(*store), Catch::VectorContains(place));
      if (writes < write) {
        CHECK(done->result == IsolationResult::kIsolated);
        CHECK(done->doubts.empty());
        break;
      }
      // Whoever asked is told: by an error before anything was sent, by a doubt afterwards.
      if (!done) {
        CHECK(done.error().cause == StoreCause::kFull);
        CHECK(scene.building.sets().empty());
      } else {
        CHECK(done->result == IsolationResult::kIsolated);
        CHECK_FALSE(done->doubts.empty());
      }
      mend(scene, *store, false);
    }
}

TEST_CASE("the disk is full at every write of a restore: the port opens all the same") {
  for (unsigned write = 1;; ++write) {
    CAPTURE(write);
    ScratchFolder folder;
    Scene scene;
    auto store = must(open_sqlite_store(folder.store(), false));
    unsigned writes = 0;
    bool full = false;
    WatchedJournal journal(*store, [&](WatchedJournal::When when, const char*) {
      return full && when == WatchedJournal::When::kBefore && ++writes >= write;
    });
    Isolator isolator(scene.config, journal, scene.building, scene.clock, kOptions);
    REQUIRE(must(isolator.isolate(scene.request())).result == IsolationResult::kIsolated);
    scene.clock.pass(1h + 1s);
    full = true;
    const auto done = must(isolator.restore_due("the daemon"));
    REQUIRE(done.size() == 1);
    CHECK(done[0].restored);
    CHECK(scene.building.shut_ports().empty());
    CHECK((writes < write) == done[0].notes.empty());
    full = false;
    for (const Recovered& r : must(isolator.recover("the next start"))) CHECK(r.settled);
    CHECK(held(*store).empty());
    if (writes < write) break;
  }
}
