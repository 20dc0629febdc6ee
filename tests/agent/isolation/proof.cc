// ./dev isolation-proof [STORIES] [FIRST-SEED]: the stories, by the hundred thousand. One alone is told.
#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "tests/agent/isolation/stories.h"

using namespace lanwarden::agent::testing;

int main(int argc, char** argv) {
  const std::uint64_t stories = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  const std::uint64_t first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  std::function<void(const std::string&)> tell;
  if (stories == 1) tell = [](const std::string& line) { fmt::print("{}\n", line); };
  std::atomic<std::uint64_t> next{0};
  std::mutex mutex;
  StoryCounts all;
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < std::max(1U, std::thread::hardware_concurrency()); ++t)
    threads.emplace_back([&] {
      StoryCounts mine;
      for (std::uint64_t n; (n = next++) < stories;) tell_story(first + n, mine, tell);
      const std::lock_guard lock(mutex);
      all.add(mine);
    });
  for (std::thread& t : threads) t.join();
  fmt::print("{}", to_text(all));
  const bool enough = all.possible_acted * 100 >= all.possible * 95;
  return all.violations.empty() && enough ? 0 : 1;
}
