// The threads: who waits for whom (nobody for a channel), and how it ends.
#include "agent/notify/notifier.h"

#include <catch2/catch.hpp>
#include <condition_variable>

#include "tests/agent/notify/told.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;

namespace {

/// What all channels of a test have taken; wait_for() is how the test waits.
struct Taken {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::pair<std::string, std::string>> messages;  ///< channel, event
  bool stuck = false;                                         ///< one is held up

  void add(const std::string& channel, const std::string& event) {
    {
      const std::lock_guard lock(mutex);
      messages.emplace_back(channel, event);
    }
    changed.notify_all();
  }
  std::size_t count(const std::string& channel) const {
    return static_cast<std::size_t>(
        std::count_if(messages.begin(), messages.end(), [&](const auto& m) { return m.first == channel; }));
  }
  /// Ends when it has come true; ctest ends a test for which it never does.
  template <class F>
  void wait_for(F&& f) {
    std::unique_lock lock(mutex);
    changed.wait(lock, f);
  }
};

class Takes final : public Channel {
 public:
  Takes(Taken& taken, std::string name) : taken_(taken), name_(std::move(name)) {}
  Delivery deliver(const Message& m) override {
    taken_.add(name_, m.event);
    return Delivery::delivered("taken");
  }
  void abandon() override {}
  void rearm() override {}

 private:
  Taken& taken_;
  std::string name_;
};

/// Takes nothing and does not come back before it is told to give up.
class Hangs final : public Channel {
 public:
  explicit Hangs(Taken& taken) : taken_(taken) {}
  Delivery deliver(const Message&) override {
    std::unique_lock lock(taken_.mutex);
    taken_.stuck = true;
    taken_.changed.notify_all();
    taken_.changed.wait(lock, [this] { return given_up_; });
    return Delivery::failed("given up");
  }
  void abandon() override {
    {
      const std::lock_guard lock(taken_.mutex);
      given_up_ = true;
    }
    taken_.changed.notify_all();
  }
  void rearm() override {}

 private:
  Taken& taken_;
  bool given_up_ = false;
};

Notifier::MakeChannel maker(Taken& taken) {
  return [&taken](const ChannelConfig& c) -> std::unique_ptr<Channel> {
    if (c.name == "dead") return std::make_unique<Hangs>(taken);
    return std::make_unique<Takes>(taken, c.name);
  };
}

}  // namespace

TEST_CASE("a channel that hangs holds up neither the others nor the end, and is told after the restart") {
  ScratchFolder folder;
  auto store = must(open_sqlite_store(folder.store(), false));
  auto writer = must(open_sqlite_store(folder.store(), false));
  Desk(folder.store(), {a_channel("dead"), a_channel("well")});  // both are known
  must(notice_log(*writer).add_notice(a_notice()));
  Taken taken;
  {
    Notifier notifier(notice_log(*store), {a_channel("dead"), a_channel("well")}, {"", "noc", {}},
                      maker(taken));
    taken.wait_for([&] { return taken.stuck && taken.count("well") == 1; });
    must(notice_log(*writer).add_notice(a_notice()));
    notifier.ring();
    taken.wait_for([&] { return taken.count("well") == 2; });
    notifier.stop();  // comes back although one hangs
    CHECK(taken.count("dead") == 0);
  }
  Taken later;
  Notifier notifier(notice_log(*store), {a_channel("dead"), a_channel("well")}, {"", "noc", {}},
                    [&](const ChannelConfig& c) { return std::make_unique<Takes>(later, c.name); });
  later.wait_for([&] { return later.count("dead") == 2; });
  notifier.stop();
  CHECK(later.count("well") == 0);
}

TEST_CASE("what the store cannot take is told at once, and the status says what was done") {
  ScratchFolder folder;
  auto store = must(open_sqlite_store(folder.store(), false));
  Taken taken;
  Notifier notifier(notice_log(*store), {a_channel("well")}, {"", "noc", {}}, maker(taken));
  Notice full = a_notice("store-failed", "");
  full.severity = "critical";
  notifier.tell_now(full);
  taken.wait_for([&] { return taken.count("well") == 1; });
  notifier.stop();
  CHECK(taken.messages[0].second == "store-failed");
}

TEST_CASE("notices of other processes are found without a ring, each told once") {
  ScratchFolder folder;
  auto store = must(open_sqlite_store(folder.store(), false));
  Desk(folder.store(), {a_channel("well")});
  Taken taken;
  Notifier notifier(notice_log(*store), {a_channel("well")}, {"", "noc", {}}, maker(taken));
  {
    auto other = must(open_sqlite_store(folder.store(), false));
    const auto id = must(other->open_incident(clock_incident()));
    must(other->append_event(id, {at(1), IncidentState::kIsolated, "by hand", ""}));
  }
  taken.wait_for([&] { return taken.count("well") == 1; });
  notifier.stop();
  CHECK(must(notice_log(*store).notice_cursors()).at(0).delivered == 1);
}
