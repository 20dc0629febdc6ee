// Killed between a step and its delivery, or with a disk that is full: nothing is lost.
#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/agent/notify/told.h"
#include "tests/agent/store_child.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;

TEST_CASE("killed at any moment, every step is told after the restart, and in order") {
  ScratchFolder folder;
  Desk(folder.store()).told(at(0));  // the channel is known
  int written = 0;
  std::int64_t told_up_to = 0;
  for (unsigned round = 1; round <= 12; ++round) {
    // The child writes steps, and tells some of them; it is killed right after it wrote its so-manieth.
    kill_after(
        round,
        [&](auto tell) {
          Desk desk(folder.store());
          for (int i = 0;; ++i) {
            desk.add(a_notice("switch-silent", "floor" + std::to_string(i)));
            tell(static_cast<int>(must(desk.log().newest_notice())));
            if (i % 3 == 0) desk.told(at(1));
          }
        },
        written);
    // Whoever comes next tells exactly what the cursor does not know of: one more or none was told twice.
    ChannelConfig each = a_channel();
    each.digest_above = 0;
    Desk desk(folder.store(), {each});
    const std::int64_t before = desk.cursor().last;
    const std::int64_t newest = must(desk.log().newest_notice());
    CHECK(newest >= written);
    CHECK(before >= told_up_to);
    const auto told = desk.told(at(2));
    REQUIRE(told.size() == static_cast<std::size_t>(newest - before));
    for (std::size_t i = 0; i < told.size(); ++i)
      CHECK(told[i].id == must(desk.log().notice_origin()) + "-" +
                              std::to_string(before + 1 + static_cast<std::int64_t>(i)));
    told_up_to = newest;
  }
}

TEST_CASE("a full disk: what is there is told once, and the cursor is written when there is room") {
  ScratchFolder folder;
  Desk(folder.store()).add(a_notice());
  const std::string story = in_child([&]() -> std::string {
    Desk desk(folder.store());
    desk.add(a_notice());
    ::signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit {};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = 1;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    if (desk.told(at(1)).size() != 2) return "not told";
    if (!desk.told(at(2)).empty()) return "told twice";
    if (must(desk.log().notice_cursors()).at(0).last == 2) return "the disk was not full";
    limit.rlim_cur = before;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    desk->look();
    return "cursor at " + std::to_string(must(desk.log().notice_cursors()).at(0).last);
  });
  CHECK(story == "cursor at 2");
  CHECK(Desk(folder.store()).told(at(3)).empty());
}
