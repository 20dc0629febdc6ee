// daemon_trials reaction [SWITCHES] | soak [MINUTES [SWITCHES]] | kills [TIMES [SEED]]
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/daemon/trials.h"

using namespace lanwarden::daemon_test;

namespace {

int told(const Outcome& outcome) {
  if (!outcome.skipped.empty()) {
    std::printf("SKIPPED: %s\n", outcome.skipped.c_str());
    return 2;
  }
  for (const auto& line : outcome.measured) std::printf("%s\n", line.c_str());
  for (const auto& line : outcome.problems) std::printf("  PROBLEM: %s\n", line.c_str());
  return outcome.problems.empty() ? 0 : 1;
}

unsigned number(int argc, char** argv, int at, unsigned otherwise) {
  return argc > at ? static_cast<unsigned>(std::strtoul(argv[at], nullptr, 10)) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  const char* const what = argc > 1 ? argv[1] : "";
  if (std::strcmp(what, "reaction") == 0) {
    const unsigned switches = number(argc, argv, 2, 1000);
    std::printf("reaction: %u switches 20 ms away, from the first bogus answer on the wire\n", switches);
    return told(
        reaction(switches, 2 * switches, std::chrono::milliseconds{20}, std::chrono::milliseconds{1000}));
  }
  if (std::strcmp(what, "soak") == 0) {
    SoakOptions o;
    o.span = std::chrono::seconds{60 * number(argc, argv, 2, 30)};
    o.switches = number(argc, argv, 3, 1000);
    o.hosts = 2 * o.switches;
    std::printf("soak: %u switches, %ld s\n", o.switches, static_cast<long>(o.span.count()));
    return told(soak(o));
  }
  if (std::strcmp(what, "kills") == 0) {
    const unsigned times = number(argc, argv, 2, 1000);
    std::printf("kills: SIGKILL %u times at random moments\n", times);
    return told(kills(times, number(argc, argv, 3, 1)));
  }
  std::fprintf(stderr,
               "daemon_trials reaction [SWITCHES] | soak [MINUTES [SWITCHES]] | kills [TIMES [SEED]]\n");
  return 2;
}
