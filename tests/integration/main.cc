// integration_test: lanwarden against real software. Skipped, loudly, where no LAN can be built.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#include <iostream>

#include "lan_site.h"
#include "shared_lan.h"
#include "supervisor.h"

namespace {

constexpr int kSkipped = 77;  // SKIP_RETURN_CODE in CMakeLists.txt

int run_cases(int argc, char** argv) {
  const int failed = Catch::Session().run(argc, argv);
  lanwarden::integration::take_down_shared_lans();
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace lanwarden::integration;
  if (const auto why = why_no_lan()) {
    std::cout << "SKIPPED: the whole integration test with real snmpd, lldpd and bridges: " << *why
              << std::endl;
    return kSkipped;
  }
  for (const auto& site : remove_abandoned_sites()) std::cout << "removed what " << site << " left behind\n";
  return supervised(run_cases, argc, argv);
}
