// `lanwarden init`: the first lanwarden.toml.
#include <fmt/format.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "agent/commands/command.h"
#include "agent/config/example.h"
#include "agent/output/atomic_file.h"
#include "agent/output/prompt.h"
#include "agent/output/views.h"

namespace lanwarden::agent {
namespace {

namespace fs = std::filesystem;

/// A secret as the configuration refers to it, or (asked on the terminal) itself, still to be put into a
/// file.
struct SecretAnswer {
  std::string given;  ///< "env:NAME" or "file:PATH"
  std::string typed;
};

struct Options {
  std::string address, name, version, user, auth, privacy, interface, store;
  SecretAnswer community, auth_password, privacy_password;
  bool force = false;
};

fs::path target_file(App& app) {
  return fs::absolute(app.options.config ? fs::path(*app.options.config) : fs::path("lanwarden.toml"));
}

/// Asks for what no flag has said; without a terminal that is wrong usage.
void ask_for(App& app, std::string& value, std::string_view flag, std::string_view question,
             std::string_view standard = {}) {
  if (!value.empty()) return;
  if (!app.console.stdin_is_terminal()) {
    if (standard.empty())
      app.fail(
          kUsage,
          fmt::format("{} is missing, and there is no terminal to ask on; try: lanwarden init --help", flag));
    value = standard;
    return;
  }
  while (value.empty()) {
    const auto answer = ask(question, standard);
    if (!answer) app.fail(kUsage, "no answer: nothing was written");
    value = *answer;
  }
}

void ask_for_secret(App& app, SecretAnswer& secret, std::string_view flag, std::string_view question) {
  if (!secret.given.empty()) {
    if ((!secret.given.starts_with("env:") && !secret.given.starts_with("file:")) ||
        secret.given.back() == ':')
      app.fail(kUsage,
               fmt::format("{} takes env:NAME or file:PATH, never the secret itself: whoever is logged in "
                           "here can read a command line",
                           flag));
    return;
  }
  if (!app.console.stdin_is_terminal())
    app.fail(kUsage,
             fmt::format("{} is missing, and there is no terminal to ask on: {} env:NAME or {} file:PATH",
                         flag, flag, flag));
  while (secret.typed.empty()) {
    const auto answer = ask_secret(question);
    if (!answer) app.fail(kUsage, "no answer: nothing was written");
    secret.typed = *answer;
  }
}

/// "floor3" of "floor3.example.net:161"; an address has no shorter name.
std::string name_of(const std::string& address) {
  if (address.find_first_not_of("0123456789.:[]abcdefABCDEF%") == std::string::npos) return "switch1";
  return address.substr(0, address.find_first_of(".:"));
}

void ask_all(App& app, Options& o) {
  ask_for(app, o.address, "--address", "address of a switch (one in the middle of the network, say)");
  ask_for(app, o.name, "--name", "what to call it", name_of(o.address));
  ask_for(app, o.version, "--snmp", "SNMP version: 1, 2c or 3", "2c");
  while (o.version != "1" && o.version != "2c" && o.version != "3") {
    if (!app.console.stdin_is_terminal()) app.fail(kUsage, "--snmp takes 1, 2c or 3");
    app.console.note("there are 1, 2c and 3");
    o.version.clear();
    ask_for(app, o.version, "--snmp", "SNMP version", "2c");
  }
  if (o.version == "3") {
    ask_for(app, o.user, "--user", "user (securityName)");
    ask_for(app, o.auth, "--auth", "authentication: SHA-512, SHA-384, SHA-256, SHA-224, SHA or MD5",
            "SHA-256");
    ask_for_secret(app, o.auth_password, "--auth-password", "authentication password, 8 characters at least");
    ask_for(app, o.privacy, "--privacy", "encryption: AES, AES-192, AES-256 or DES", "AES");
    ask_for_secret(app, o.privacy_password, "--privacy-password",
                   "encryption password, 8 characters at least");
  } else {
    ask_for_secret(app, o.community, "--community", "read community");
  }
  if (o.interface.empty() && app.console.stdin_is_terminal())
    o.interface = ask("interface that listens to the LAN (ip link lists them; empty: none)").value_or("");
}

/// The service runs as its own user, who has to read what root writes.
void give_to_service(const fs::path& path, mode_t mode, mode_t shared_mode) {
  const bool of_service = ::getuid() == 0 && path.string().starts_with("/etc/lanwarden/");
  const group* g = of_service ? ::getgrnam("lanwarden") : nullptr;
  if (g != nullptr && ::chown(path.c_str(), 0, g->gr_gid) == 0) mode = shared_mode;
  ::chmod(path.c_str(), mode);
}

/// The reference as it stands in the file; a typed secret goes into a file of its own first.
std::string reference(App& app, const SecretAnswer& secret, const fs::path& config, std::string_view called) {
  if (secret.given.starts_with("env:"))
    return fmt::format("{{ env = {} }}", toml_text(secret.given.substr(4)));
  if (secret.given.starts_with("file:"))
    return fmt::format("{{ file = {} }}", toml_text(fs::absolute(secret.given.substr(5)).string()));
  const fs::path folder = config.parent_path() / "secrets";
  const fs::path file = folder / called;
  std::error_code error;
  if (fs::create_directories(folder, error)) give_to_service(folder, 0700, 0750);
  if (error) app.fail(kUsage, folder.string() + " cannot be made: " + error.message());
  if (const auto problem = write_atomically(file, secret.typed + "\n")) app.fail(kUsage, *problem);
  give_to_service(file, 0600, 0640);
  return fmt::format("{{ file = {} }}", toml_text((fs::path("secrets") / called).string()));
}

ConfigChoices choices(App& app, const Options& o, const fs::path& file) {
  const std::string credential = "ro";
  ConfigChoices c;
  if (!o.store.empty()) c[{"", "store"}] = toml_text(o.store);
  c[{"credential", "name"}] = toml_text(credential);
  c[{"credential", "version"}] = toml_text(o.version);
  if (o.version == "3") {
    c[{"credential", "user"}] = toml_text(o.user);
    c[{"credential", "auth"}] = toml_text(o.auth);
    c[{"credential", "auth_password"}] = reference(app, o.auth_password, file, credential + "-auth");
    c[{"credential", "privacy"}] = toml_text(o.privacy);
    c[{"credential", "privacy_password"}] = reference(app, o.privacy_password, file, credential + "-privacy");
  } else {
    c[{"credential", "community"}] = reference(app, o.community, file, credential + "-community");
  }
  c[{"switch", "name"}] = toml_text(o.name);
  c[{"switch", "address"}] = toml_text(o.address);
  c[{"switch", "credential"}] = toml_text(credential);
  if (!o.interface.empty()) c[{"sniffer", "interface"}] = toml_text(o.interface);
  c[{"isolation", "mode"}] = "\"off\"";
  return c;
}

ExitCode init(App& app, Options o) {
  const fs::path file = target_file(app);
  std::error_code error;
  const bool there = fs::exists(file, error);
  if (there && !o.force)
    app.fail(kUsage, fmt::format("{} is there already; another file: -c FILE; to replace it: --force",
                                 file.string()));
  if (o.store.empty() && file.parent_path() == "/etc/lanwarden") o.store = "/var/lib/lanwarden/lanwarden.db";
  ask_all(app, o);

  // Judged under another name first: a mistake leaves what was there as it was.
  const std::string text = config_example(choices(app, o, file));
  const fs::path trial = file.string() + ".new";
  if (const auto problem = write_atomically(trial, text)) app.fail(kUsage, *problem);
  const auto loaded = load_config(trial);
  fs::remove(trial, error);
  if (!loaded) {
    std::string message = loaded.error().message;
    for (std::size_t at = 0; (at = message.find(trial.string(), at)) != std::string::npos;)
      message.replace(at, trial.string().size(), file.string());
    app.fail(kUsage, message + "\nnothing was written");
  }
  if (there) {
    const fs::path old = file.string() + ".old";
    fs::copy_file(file, old, fs::copy_options::overwrite_existing, error);
    if (error)
      app.fail(kUsage,
               fmt::format("{} cannot be kept as {}: {}", file.string(), old.string(), error.message()));
    app.console.note("the old one is kept: " + old.string());
  }
  if (const auto problem = write_atomically(file, text)) app.fail(kUsage, *problem);
  if (!there) give_to_service(file, 0600, 0640);

  const std::string config = app.options.config ? " -c " + *app.options.config : "";
  app.console.line(
      fmt::format("{} written: one switch, {}, isolation off", file.string(),
                  o.interface.empty() ? "no sniffer" : "listening on " + printable(o.interface)));
  app.console.line(fmt::format(
      "next:\n"
      "  lanwarden{0} check                          can it be asked, and what has it?\n"
      "  lanwarden{0} discover {1} --within 10.0.0.0/8 --append   the other switches (your network)\n"
      "  lanwarden{0} poll                           walks them all\n"
      "  lanwarden{0} where ce:20:cd                 which port is it on?",
      config, printable(o.address)));
  return kOk;
}

}  // namespace

CommandBody define_init(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  cli.add_option("--address", o->address, "of the first switch: host, host:port, IPv4, IPv6 or [IPv6]:port");
  cli.add_option("--name", o->name, "what to call it");
  cli.add_option("--snmp", o->version, "the version of SNMP: 1, 2c or 3")
      ->type_name("VERSION")
      ->check(CLI::IsMember({"1", "2c", "3"}));
  cli.add_option("--community", o->community.given,
                 "versions 1 and 2c: where the read community is, env:NAME or file:PATH")
      ->type_name("REF");
  cli.add_option("--user", o->user, "version 3: the user (securityName)");
  cli.add_option("--auth", o->auth, "version 3: SHA-512 … MD5 (SHA-256)")->type_name("PROTOCOL");
  cli.add_option("--auth-password", o->auth_password.given, "version 3: env:NAME or file:PATH")
      ->type_name("REF");
  cli.add_option("--privacy", o->privacy, "version 3: AES, AES-192, AES-256 or DES (AES)")
      ->type_name("PROTOCOL");
  cli.add_option("--privacy-password", o->privacy_password.given, "version 3: env:NAME or file:PATH")
      ->type_name("REF");
  cli.add_option("-i,--interface", o->interface, "that `lanwarden run` listens on")->type_name("IFACE");
  cli.add_flag("--force", o->force, "replace a file that is there; the old one is kept as FILE.old");
  return [o](App& app) { return init(app, *o); };
}

}  // namespace lanwarden::agent
