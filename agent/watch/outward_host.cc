#include "agent/watch/outward_host.h"

#include <algorithm>

#include "agent/config/channel_config.h"

#include "agent/watch/own_engine.h"
#include "agent/watch/queues.h"

namespace lanwarden::agent {

std::vector<Outward::Way> notification_ways(const Config& config) {
  std::vector<Outward::Way> ways;
  if (config.file.empty()) return ways;
  const auto channels = load_channels(config.file);
  if (!channels) return ways;
  for (const ChannelConfig& c : *channels) {
    if (c.type != ChannelType::kSnmp) continue;
    for (const snmp::Credential& credential : config.credentials)
      if (credential.name == c.credential)
        // Three tries in the time that the channel waits.
        ways.push_back({c.name, {c.address, credential, c.inform, c.timeout / 8, 2}});
  }
  return ways;
}

OutwardHost::OutwardHost(const Board<DaemonState>& board) : board_(board), desk_(make_desk()) {}

void OutwardHost::begin(const Config& config, const std::filesystem::path& store) {
  outward_.reset();
  told_serving_ = false;
  told_trouble_.clear();
  std::vector<Outward::Way> ways = notification_ways(config);
  std::optional<snmp::AgentxSocket> agentx;
  if (auto socket = snmp::AgentxSocket::parse(config.agentx.socket)) agentx = std::move(*socket);
  if (ways.empty() && !agentx) return;

  const bool signs_traps = std::any_of(ways.begin(), ways.end(), [](const Outward::Way& w) {
    return w.receiver.credential.version == snmp::Version::kV3 && !w.receiver.inform;
  });
  if (signs_traps && !engine_) {
    if (auto engine = next_start(store.string() + "-engine")) {
      engine_ = std::move(*engine);
      news_.push_back({true, "snmp-engine",
                       engine_id_text(*engine_) + ", boots " + std::to_string(engine_->boots) +
                           ": receivers of SNMPv3 traps have to know this engine id"});
    } else {
      news_.push_back({false, "snmp-engine", engine.error() + "; no SNMPv3 trap is sent"});
    }
  }
  outward_ = std::make_unique<Outward>(std::move(agentx), std::move(ways),
                                       engine_.value_or(snmp::OwnEngine{}), desk_, board_);
}

void OutwardHost::add_to(DaemonState& state) const {
  const auto& q = desk_->requests;
  state.queues.push_back({std::string(q.name()), q.size(), q.capacity(), q.most(), q.refused()});
}

std::vector<OutwardHost::News> OutwardHost::take_news() {
  if (const auto now = outward_ ? outward_->state() : nullptr; now != nullptr && now->agentx) {
    if (now->serving && !told_serving_)
      news_.push_back({true, "agentx", "the local snmpd asks lanwarden for LANWARDEN-MIB"});
    if (now->serving) told_trouble_.clear();
    if (!now->trouble.empty() && now->trouble != told_trouble_) {
      news_.push_back({false, "agentx", now->trouble});
      told_trouble_ = now->trouble;
    }
    told_serving_ = now->serving;
  }
  return std::exchange(news_, {});
}

}  // namespace lanwarden::agent
