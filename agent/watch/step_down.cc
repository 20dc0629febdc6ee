#include "agent/watch/step_down.h"

#include <CLI/CLI.hpp>

#include "agent/capture/privileges.h"

namespace lanwarden::agent {

void add_step_down_options(CLI::App& cli, StepDown& options) {
  auto* user = cli.add_option("--user", options.user,
                              "go on as this user once the interface is open (the one who called sudo)")
                   ->type_name("NAME");
  cli.add_flag("--keep-privileges", options.keep_powers, "stay what started it")->excludes(user);
}

void step_down(App& app, const StepDown& options, std::vector<std::filesystem::path> written) {
  app.config();
  if (options.keep_powers) return;
  Wanted wanted;
  if (!options.user.empty()) {
    wanted.named = account(options.user);
    if (!wanted.named) app.fail(kUsage, "--user " + options.user + ": there is no such user");
  }
  wanted.self = without_root();
  wanted.caller = sudo_caller();
  wanted.nobody = account("nobody");
  wanted.written = std::move(written);
  const auto chosen = choose_identity(wanted, may_write);
  if (!chosen) app.fail(kUsage, chosen.error());
  if (!*chosen) {
    app.console.detail("privileges are kept: nobody without them may write " +
                       wanted.written.front().string());
    return;
  }
  if (const auto dropped = drop_privileges(**chosen); !dropped) app.fail(kUsage, dropped.error());
  app.console.detail("goes on as " + to_string(**chosen));
}

}  // namespace lanwarden::agent
