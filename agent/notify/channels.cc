#include "agent/notify/channels.h"

namespace lanwarden::agent {

std::unique_ptr<Channel> make_channel(const ChannelConfig& config) {
  switch (config.type) {
    case ChannelType::kWebhook:
      return make_webhook(config);
    case ChannelType::kSyslog:
      return make_syslog(config);
    case ChannelType::kJournal:
      return make_journal(config);
    case ChannelType::kMail:
      return make_mail(config);
    case ChannelType::kCommand:
      return make_command(config);
    case ChannelType::kSnmp:
      break;  // make_snmp: it needs the desk of the SNMP thread
  }
  return nullptr;
}

}  // namespace lanwarden::agent
