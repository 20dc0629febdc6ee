// Who lanwarden is in SNMPv3, from one start to the next: an engine id, and how often it has booted.
#pragma once

#include <filesystem>
#include <string>

#include "snmp/notification_sender.h"
#include "topology/result.h"

namespace lanwarden::agent {

/// Reads `file` (made when it is not there), and counts this start in it before returning: a receiver of
/// SNMPv3 traps takes none whose boots went back (RFC 3414 §3.2). Fails with a sentence when the file cannot
/// be read or written, or holds something else: sending as anybody else would be refused everywhere.
topology::Result<snmp::OwnEngine, std::string> next_start(const std::filesystem::path& file);

/// "0x80001f8880…", as createUser -e of snmptrapd takes it.
std::string engine_id_text(const snmp::OwnEngine& engine);

}  // namespace lanwarden::agent
