#include "agent/commands/where_provoke.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/output/time_text.h"

namespace lanwarden::agent {
namespace {

/// Findings of a station that answers whoever asks whether an address is free.
bool answers_probes(const Incident& incident) {
  return incident.kind == "arp-bogus-responder" || incident.kind == "arp-probe-conflict";
}

/// The IPv4 addresses that a sentence names.
std::vector<topology::IpAddress> addresses_in(std::string_view text) {
  std::vector<topology::IpAddress> found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find_first_of("0123456789", at);
    if (begin == std::string_view::npos) break;
    std::size_t end = std::min(text.find_first_not_of("0123456789.", begin), text.size());
    at = end;
    while (end > begin && text[end - 1] == '.') --end;
    if (const auto ip = topology::IpAddress::parse(text.substr(begin, end - begin))) found.push_back(*ip);
  }
  return found;
}

}  // namespace

Provoker::Provoker(App& app, const std::string& interface) : app_(app) {
  auto wire = open_sender(interface);
  if (!wire) app_.fail(kUsage, wire.error().message);
  ask_ = std::make_unique<Questioner>(std::move(*wire));
  auto ear = open_interface(interface, 0);
  if (!ear) app_.fail(kUsage, ear.error().message);
  ear_ = std::move(*ear);
}

std::vector<topology::MacAddress> Provoker::owners(topology::IpAddress ip) {
  app_.console.note(fmt::format("{}: asking who has {}", ask_->wire().name(), ip.to_string()));
  const auto found = who_has(*ask_, *ear_, ip, wall_clock);
  std::vector<IpBinding> bindings;
  for (const topology::MacAddress mac : found)
    bindings.push_back({ip, mac, wall_clock(), "asked on " + ask_->wire().name()});
  if (!bindings.empty()) app_.need(app_.store().save_bindings(bindings));
  return found;
}

Silent Provoker::silent(topology::MacAddress mac) {
  Silent s;
  s.mac = mac;
  s.ips = app_.locator().ips_of(mac);
  for (const Incident& i : app_.need(app_.store().incidents(false))) {
    if (i.mac != mac || i.state == IncidentState::kClosed || !answers_probes(i)) continue;
    s.answers_probes = true;
    for (const topology::IpAddress ip : addresses_in(i.summary)) s.claimed.push_back(ip);
  }
  return s;
}

std::vector<Provoked> Provoker::run(std::span<const topology::MacAddress> macs) {
  std::vector<Silent> stations;
  for (const topology::MacAddress mac : macs) stations.push_back(silent(mac));
  app_.console.note(
      fmt::format("{}: asking {} to speak", ask_->wire().name(),
                  macs.size() == 1 ? macs.front().to_string() : std::to_string(macs.size()) + " stations"));
  auto spoke = provoke(*ask_, *ear_, stations, wall_clock);
  for (const Provoked& p : spoke) {
    for (const std::string& text : p.sent)
      app_.console.detail("sent on " + ask_->wire().name() + ": " + text);
    for (const std::string& text : p.failures) app_.console.warn(text);
  }
  return spoke;
}

}  // namespace lanwarden::agent
