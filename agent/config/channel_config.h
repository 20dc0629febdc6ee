// [[notify]]: a way out for what happens. Apart from Config, because only who tells needs it.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/config.h"
#include "snmp/target.h"
#include "topology/result.h"

namespace lanwarden::agent {

enum class ChannelType : std::uint8_t { kWebhook, kSyslog, kJournal, kMail, kCommand, kSnmp };
std::string_view to_string(ChannelType type);  ///< "webhook" "syslog" "journal" "mail" "command" "snmp"

struct ChannelConfig {
  std::string name;
  ChannelType type = ChannelType::kJournal;
  std::string severity = "warning";             ///< the least
  std::vector<std::string> events;              ///< empty: the usual ones (agent/notify/event.h)
  std::string text_template, subject_template;  ///< `template`, `subject`; empty: the usual ones
  std::optional<unsigned> digest_above;         ///< 0: never a digest; nullopt: as is usual for the type
  std::chrono::milliseconds timeout{10'000};    ///< of one delivery
  snmp::Secret url;                             ///< webhook, syslog: may hold a token
  snmp::Secret secret;                          ///< webhook: signs what is sent
  std::string ca;                   ///< webhook: certificates to trust; empty: those of the system
  std::string facility = "daemon";  ///< syslog
  std::vector<std::string> to;      ///< mail
  std::string from;                 ///< mail; empty: whoever sendmail says
  std::string sendmail = "/usr/sbin/sendmail";  ///< mail
  std::vector<std::string> command;             ///< argv
  std::string address, credential;              ///< snmp: the receiver, and the [[credential]] for it
  bool inform = false;                          ///< snmp: it has to acknowledge
};

/// The [[notify]] of this file, in its order. load_config() judges them with all the rest; this fails as it
/// does.
topology::Result<std::vector<ChannelConfig>, ConfigError> load_channels(const std::filesystem::path& file);

}  // namespace lanwarden::agent
