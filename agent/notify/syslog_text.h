// A message as syslog (RFC 5424), with its fields as STRUCTURED-DATA.
#pragma once

#include <string>
#include <string_view>

#include "agent/notify/message.h"

namespace lanwarden::agent {

/// `facility`: one of the configuration's words. `most`: octets; what has to go is the end of the text.
std::string syslog_text(const Message& message, std::string_view facility, int pid, std::size_t most);

}  // namespace lanwarden::agent
