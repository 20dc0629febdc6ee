#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "tests/lab/commands/commands.h"
#include "tests/lab/world/world.h"
#include "tests/lab/world/world_files.h"

namespace lanwarden::lab {
namespace {

struct GenerateArguments {
  WorldOptions options;
  std::string folder;
  CLI::Option* switches = nullptr;
  CLI::Option* vlans = nullptr;
  CLI::Option* hosts = nullptr;
};

int run(GenerateArguments& arguments) {
  WorldOptions& options = arguments.options;
  if (options.story == Story::kClock) {
    if (arguments.switches->count() > 0) {
      std::fputs("lanwarden-lab: the clock story has its own 40 switches: leave --switches out\n", stderr);
      return kUsage;
    }
    if (arguments.vlans->count() == 0) options.vlans = 3;
    if (arguments.hosts->count() == 0) options.hosts = 600;
  }
  const World world = generate(options);
  const auto saved = save_world(world, arguments.folder);
  if (!saved) {
    std::fprintf(stderr, "lanwarden-lab: %s\n", saved.error().c_str());
    return kFailed;
  }
  std::size_t rows = 0;
  for (const Switch& s : world.switches) rows += s.fdb.size();
  std::fprintf(stderr, "%s: %zu switches, %zu stations, %zu forwarding rows\n", arguments.folder.c_str(),
               world.switches.size(), world.stations.size() - world.switches.size(), rows);
  std::fprintf(stderr, "now: lanwarden-lab serve %s &  lanwarden -c %s/lanwarden.toml poll\n",
               arguments.folder.c_str(), arguments.folder.c_str());
  return kDone;
}

}  // namespace

void add_generate(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<GenerateArguments>();
  WorldOptions& o = arguments->options;
  CLI::App* c = app.add_subcommand("generate", "makes a building: world.json, truth.json and lanwarden.toml");
  c->footer(
      "Examples:\n"
      "  lanwarden-lab generate /tmp/campus --switches 50 --hosts 1000 --seed 7 --unmanaged 8\n"
      "  lanwarden-lab generate /tmp/dirty --switches 200 --hosts 3000 --lldp 0.5 --stp 0 --missing 0.2 "
      "--stale 0.02\n"
      "  lanwarden-lab generate /tmp/story --story clock");
  const CLI::Range share(0.0, 1.0);
  c->add_option("OUT", arguments->folder, "folder to write to, made if need be")->required();
  arguments->switches =
      c->add_option("--switches", o.switches, "managed switches")->check(CLI::Range(1, 5000));
  arguments->hosts = c->add_option("--hosts", o.hosts, "stations")->check(CLI::Range(0, 1'000'000));
  c->add_option("--seed", o.seed, "the same seed gives the same building");
  c->add_option("--unmanaged", o.unmanaged_leafs, "unmanaged switches at edge ports");
  c->add_option("--middles", o.unmanaged_middles, "unmanaged segments between managed switches");
  c->add_flag("--middles-pass-lldp", o.middles_pass_lldp, "those forward LLDP frames, as cheap ones do");
  c->add_option("--access-points", o.access_points, "access points with their clients");
  c->add_option("--virtual-hosts", o.virtual_hosts, "hypervisors with their machines");
  c->add_option("--phones", o.phones, "share of hosts behind a phone")->check(share);
  c->add_option("--lldp", o.lldp, "share of switches that speak LLDP")->check(share);
  c->add_option("--stp", o.stp, "share of switches whose STP tables can be read")->check(share);
  arguments->vlans = c->add_option("--vlans", o.vlans, "VLANs for hosts")->check(CLI::Range(1, 400));
  c->add_option("--lag", o.lags, "links that are aggregates of two");
  c->add_option("--ring", o.rings, "redundant links, blocked by STP");
  c->add_option(
       "--vlan-trees", o.vlan_trees,
       "spanning trees that the VLANs are spread over (PVST, MSTP); shows with rings and several VLANs")
      ->check(CLI::Range(1, 8));
  c->add_option("--mlag", o.mlags, "aggregates that go to two switches at once (MLAG, vPC)");
  c->add_option("--missing", o.missing, "share of forwarding rows that are absent")->check(share);
  c->add_option("--missing-by", o.missing_by, "which: uniform, or path (stations that never broadcast)")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Missing>{{"uniform", Missing::kUniform}, {"path", Missing::kByPath}}));
  c->add_option("--stale", o.stale, "share of forwarding rows that point to a former place")->check(share);
  c->add_option("--moved", o.moved, "share of stations that ever moved")->check(share);
  c->add_flag("--own-hidden{false}", o.own_visible, "no switch learns another one's own address");
  c->add_option("--shape", o.shape, "campus, random, chain or star")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Shape>{{"campus", Shape::kCampus},
                                                                       {"random", Shape::kRandom},
                                                                       {"chain", Shape::kChain},
                                                                       {"star", Shape::kStar}}));
  c->add_option("--spread", o.spread, "where hosts are: access, even or uneven")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Spread>{
          {"access", Spread::kAccess}, {"even", Spread::kEven}, {"uneven", Spread::kUneven}}));
  c->add_option("--story", o.story, "clock: the building of the first story, 40 switches")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Story>{{"clock", Story::kClock}}));
  c->add_option("--port", o.udp_port, "UDP port of the simulated agents")->check(CLI::Range(1, 65535));
  c->add_flag(
      "--loopback-management", o.loopback_management,
      "switches tell neighbours the addresses they answer at, so that `lanwarden discover` can follow");
  c->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

}  // namespace lanwarden::lab
