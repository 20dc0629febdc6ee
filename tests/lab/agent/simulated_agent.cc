#include "tests/lab/agent/simulated_agent.h"

#include <algorithm>

#include "tests/lab/agent/faulty_view.h"

namespace lanwarden::lab {

namespace {

using std::chrono::nanoseconds;

// Another address of the same machine: in 127.0.0.0/8 every one is.
std::string made_up_source(const std::string& address) {
  const auto octets = parse_oid(address);
  if (!octets || octets->size() != 4 || octets->at(0) != 127) return address;
  return "127." + std::to_string(octets->at(1) ^ 128U) + "." + std::to_string(octets->at(2)) + "." +
         std::to_string(octets->at(3));
}

// A control plane policer lets a tenth of a second's worth through at once.
double burst(const Faults& faults) { return std::max(1.0, faults.rate / 10); }

}  // namespace

double Dice::unit() {
  state_ += 0x9e3779b97f4a7c15ULL;
  std::uint64_t x = state_;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return static_cast<double>((x ^ (x >> 31U)) >> 11U) * 0x1.0p-53;
}

nanoseconds Dice::between(nanoseconds least, nanoseconds most) {
  if (most <= least) return least;
  return least + nanoseconds(static_cast<std::int64_t>(unit() * static_cast<double>((most - least).count())));
}

topology::Result<SimulatedAgent, std::string> SimulatedAgent::open(AgentConfig config, nanoseconds now,
                                                                   int receive_buffer) {
  SimulatedAgent agent;
  auto socket = UdpSocket::bind(config.address, config.port, receive_buffer);
  if (!socket) return tl::unexpected(config.name + ": " + socket.error());
  agent.socket_ = std::move(*socket);
  agent.identity_ = {config.read_community, config.write_community, config.max_message, nullptr};
  if (!config.users.empty()) {
    if (config.engine_id.empty()) {
      config.engine_id = make_engine_id(config.address + ":" + std::to_string(agent.socket_.port()));
    }
    agent.identity_.engine = std::make_shared<UsmEngine>(config.engine_id, config.users, now);
  }
  agent.config_ = std::move(config);
  if (auto set = agent.set_faults(agent.config_.faults, now, receive_buffer); !set) {
    return tl::unexpected(agent.config_.name + ": " + set.error());
  }
  return agent;
}

topology::Result<void, std::string> SimulatedAgent::set_faults(Faults faults, nanoseconds now,
                                                               int receive_buffer) {
  UdpSocket other;
  if (faults.other_source) {
    const std::string& wanted = *faults.other_source;
    auto bound = UdpSocket::bind(wanted.empty() ? made_up_source(config_.address) : wanted, socket_.port(),
                                 receive_buffer);
    if (!bound) return tl::unexpected("other-source-address: " + bound.error());
    other = std::move(*bound);
  }
  other_source_ = std::move(other);
  view_ = config_.view;
  if (faults.touch_view()) view_ = std::make_shared<FaultyView>(config_.view, faults);
  tokens_ = burst(faults);
  tokens_at_ = now;
  busy_until_ = nanoseconds{0};
  if (faults.reboot_every) next_reboot_ = now + *faults.reboot_every;
  config_.faults = std::move(faults);
  return {};
}

void SimulatedAgent::reboot(nanoseconds now) {
  view_->reboot(now);
  if (identity_.engine) identity_.engine->reboot(now);
}

void SimulatedAgent::reboot_when_due(nanoseconds now) {
  if (!faults().reboot_every || now < next_reboot_) return;
  while (now >= next_reboot_) next_reboot_ += *faults().reboot_every;
  reboot(now);
}

bool SimulatedAgent::within_rate(nanoseconds now) {
  if (faults().rate <= 0) return true;
  const double passed = std::chrono::duration<double>(now - tokens_at_).count();
  tokens_ = std::min(burst(faults()), tokens_ + passed * faults().rate);
  tokens_at_ = now;
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

nanoseconds SimulatedAgent::answer_time(nanoseconds now, std::span<const Oid> names, Dice& dice) {
  const Faults& f = faults();
  nanoseconds service = dice.between(f.service_min, f.service_max);
  for (const auto& slow : f.slow_columns) {
    if (std::ranges::any_of(names, [&](const Oid& name) { return starts_with(name, slow.column); })) {
      service = std::max(service, slow.time);
    }
  }
  nanoseconds at = now;
  if (service.count() != 0) at = busy_until_ = std::max(now, busy_until_) + service;
  if (f.delay.count() != 0 || f.jitter.count() != 0) at += f.delay + dice.between(nanoseconds{0}, f.jitter);
  return at;
}

}  // namespace lanwarden::lab
