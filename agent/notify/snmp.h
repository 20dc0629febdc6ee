// The channel of type "snmp".
#pragma once

#include <memory>

#include "agent/notify/channel.h"
#include "agent/watch/notification_desk.h"

namespace lanwarden::agent {

/// Through `desk`, to whoever serves it (Outward), who has to know a way of the channel's name.
std::unique_ptr<Channel> make_snmp(const ChannelConfig& config, std::shared_ptr<NotificationDesk> desk);

/// The notification of LANWARDEN-MIB that says this, and what it says.
snmp::NoticeType notice_type(const Message& message);
snmp::NoticeFacts notice_facts(const Message& message);

}  // namespace lanwarden::agent
