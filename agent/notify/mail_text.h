// A message as mail (RFC 5322): headers that nothing from the network can forge, a body that survives any
// relay.
#pragma once

#include <string>

#include "agent/notify/message.h"

namespace lanwarden::agent {

/// With "\n" at the ends of its lines, as sendmail(8) takes it.
std::string mail_text(const Message& message, const ChannelConfig& channel, topology::Time now);

}  // namespace lanwarden::agent
