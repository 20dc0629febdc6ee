#include "agent/commands/notify.h"

#include <fmt/format.h>
#include <poll.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "agent/commands/names.h"
#include "agent/notify/dispatcher.h"
#include "agent/notify/event.h"
#include "agent/notify/host_name.h"
#include "agent/notify/snmp.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"
#include "agent/watch/outward_host.h"
#include "agent/watch/queues.h"

namespace lanwarden::agent {
namespace {

struct Options {
  std::vector<std::string> channels;
  CLI::App* test = nullptr;
};

std::vector<ChannelConfig> configured(App& app) {
  std::vector<ChannelConfig> channels;
  if (!app.config().file.empty()) {
    auto loaded = load_channels(app.config().file);
    if (!loaded) app.fail(kUsage, loaded.error().message);
    channels = std::move(*loaded);
  }
  if (channels.empty()) app.fail(kUsage, "no [[notify]] is configured: nobody is told (agent/doc/notify.md)");
  return channels;
}

/// Notices that a channel is still to be told.
std::uint64_t waiting(App& app, const ChannelConfig& channel, std::int64_t after) {
  constexpr std::size_t kPage = 500;
  std::uint64_t count = 0;
  for (;;) {
    const auto page = app.need(notice_log(app.store()).notices(after, kPage));
    for (const Notice& n : page) count += wants(channel, n) ? 1 : 0;
    if (page.size() < kPage) return count;
    after = page.back().id;
  }
}

Json channel_json(const ChannelConfig& channel, const NoticeCursor* cursor, std::uint64_t wait) {
  Json json;
  json["channel"] = channel.name;
  json["type"] = to_string(channel.type);
  json["state"] = cursor == nullptr ? "new" : cursor->failures > 0 ? "failing" : "works";
  if (cursor == nullptr) return json;
  json["waiting"] = wait;
  json["delivered"] = cursor->delivered;
  json["digests"] = cursor->digests;
  json["dropped"] = cursor->dropped;
  json["failed_tries"] = cursor->failed_tries;
  if (cursor->delivered_at) json["last_delivered"] = rfc3339(*cursor->delivered_at);
  if (cursor->failures > 0) {
    json["failures"] = cursor->failures;
    json["error"] = cursor->error;
    if (cursor->failing_since) json["failing_since"] = rfc3339(*cursor->failing_since);
    if (cursor->next_try) json["next_try"] = rfc3339(*cursor->next_try);
  }
  return json;
}

std::string state_text(App& app, const NoticeCursor* cursor, topology::Time now) {
  if (cursor == nullptr) return app.console.paint(Style::kDim, "new: begins with lanwarden run");
  if (cursor->failures == 0)
    return cursor->delivered_at ? app.console.paint(Style::kGreen, "works") : "nothing to tell yet";
  std::string text =
      fmt::format("failing since {}", cursor->failing_since ? local_time(*cursor->failing_since) : "?");
  if (cursor->next_try && *cursor->next_try > now) text += ", next try " + local_time(*cursor->next_try);
  return app.console.paint(Style::kRed, text + ": " + printable(cursor->error));
}

ExitCode list(App& app) {
  const auto channels = configured(app);
  app.only_read();
  const auto cursors = app.need(notice_log(app.store()).notice_cursors());
  const topology::Time now = wall_clock();
  TextTable table({"CHANNEL", "TYPE", "WAITING", "DELIVERED", "DROPPED", "LAST", "STATE"});
  table.can_go({4, 3});
  for (const ChannelConfig& c : channels) {
    const auto it = std::find_if(cursors.begin(), cursors.end(),
                                 [&](const NoticeCursor& n) { return n.channel == c.name; });
    const NoticeCursor* const cursor = it == cursors.end() ? nullptr : &*it;
    const std::uint64_t wait = cursor == nullptr ? 0 : waiting(app, c, cursor->last);
    if (app.console.json()) {
      app.console.line(dump(channel_json(c, cursor, wait)));
      continue;
    }
    table.row({printable(c.name), std::string(to_string(c.type)), std::to_string(wait),
               cursor == nullptr ? "0" : std::to_string(cursor->delivered),
               cursor == nullptr ? "0" : std::to_string(cursor->dropped),
               cursor == nullptr || !cursor->delivered_at ? "never" : ago(*cursor->delivered_at, now),
               state_text(app, cursor, now)});
  }
  if (!table.empty()) app.console.line(table.render(app.console));
  return kOk;
}

Notice test_notice() {
  Notice n;
  n.time = wall_clock();
  n.event = event::kTest;
  n.severity = "info";
  n.text = fmt::format("a test by {}: nothing has happened", App::who());
  return n;
}

/// Beside a daemon, or without one: this process has an SNMP thread of its own for it.
Delivery deliver_alone(App& app, const ChannelConfig& c, const Message& message) {
  const auto ways = notification_ways(app.config());
  const bool signs = std::any_of(ways.begin(), ways.end(), [&](const Outward::Way& w) {
    return w.name == c.name && w.receiver.credential.version == snmp::Version::kV3 && !c.inform;
  });
  if (signs)
    return Delivery::failed(
        "an SNMPv3 trap is taken from the daemon alone, whose boots the receiver counts; inform = true can "
        "be "
        "tried");
  const auto desk = make_desk();
  const Board<DaemonState> board;
  Outward outward(std::nullopt, ways, {}, desk, board);
  Doorbell done;
  std::thread thread([&] {
    pollfd wait[] = {{outward.fd(), POLLIN, 0}, {done.fd(), POLLIN, 0}};
    while ((wait[1].revents & POLLIN) == 0) {
      outward.serve();
      ::poll(wait, 2, 1000);
    }
  });
  Delivery d = make_snmp(c, desk)->deliver(message);
  done.ring();
  thread.join();
  return d;
}

ExitCode test(App& app, const std::vector<std::string>& names) {
  const auto channels = configured(app);
  std::vector<std::string_view> known;
  for (const ChannelConfig& c : channels) known.push_back(c.name);
  for (const std::string& name : names)
    if (std::find(known.begin(), known.end(), name) == known.end()) no_such(app, "[[notify]]", name, known);
  ::signal(SIGPIPE, SIG_IGN);  // a program or a server that hangs up is a failure, not the end
  const Sender sender{"test", host_name(), {}};
  std::size_t tried = 0, good = 0;
  for (const ChannelConfig& c : channels) {
    if (!names.empty() && std::find(names.begin(), names.end(), c.name) == names.end()) continue;
    ++tried;
    const Delivery d = c.type == ChannelType::kSnmp
                           ? deliver_alone(app, c, message_of(test_notice(), c, sender))
                           : make_channel(c)->deliver(message_of(test_notice(), c, sender));
    const bool ok = d.result == Delivery::Result::kDelivered;
    good += ok ? 1 : 0;
    if (app.console.json()) {
      Json json;
      json["channel"] = c.name;
      json["type"] = to_string(c.type);
      json["result"] = ok ? "delivered" : d.result == Delivery::Result::kRefused ? "refused" : "failed";
      json["text"] = d.text;
      app.console.line(dump(json));
    } else {
      app.console.line(fmt::format("{} ({}): {}: {}", printable(c.name), to_string(c.type),
                                   ok ? app.console.paint(Style::kGreen, "delivered")
                                      : app.console.paint(Style::kRed, "not delivered"),
                                   printable(d.text)));
    }
  }
  return good == tried ? kOk : good == 0 ? kNoAnswer : kNothing;
}

}  // namespace

CommandBody define_notify(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  o->test = cli.add_subcommand("test", "sends a test through each channel, and says what came of it");
  o->test->add_option("CHANNEL", o->channels, "only these; all when none is named");
  o->test->fallthrough();
  return [o](App& app) { return o->test->parsed() ? test(app, o->channels) : list(app); };
}

}  // namespace lanwarden::agent
