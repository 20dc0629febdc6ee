// One function for each type of channel: a new one is a file of its own, a line here, and a line in
// channels.cc.
#pragma once

#include <memory>

#include "agent/notify/channel.h"

namespace lanwarden::agent {

std::unique_ptr<Channel> make_webhook(const ChannelConfig& config);
std::unique_ptr<Channel> make_syslog(const ChannelConfig& config);
std::unique_ptr<Channel> make_journal(const ChannelConfig& config);
std::unique_ptr<Channel> make_mail(const ChannelConfig& config);
std::unique_ptr<Channel> make_command(const ChannelConfig& config);

}  // namespace lanwarden::agent
