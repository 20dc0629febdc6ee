// A notice in words, for text channels and digests.
#pragma once

#include <string>
#include <string_view>

#include "agent/store/notice_log.h"

namespace lanwarden::agent {

/// UTF-8, without control characters, no longer than this. Texts of the network are anything but.
std::string clean_text(std::string_view text, std::size_t most);
/// "a1b2c3d4e5f6-17"; of one that is not in the store "a1b2c3d4e5f6-now-1700000000000".
std::string notice_id(const std::string& origin, const Notice& notice);
/// "floor3 A1", "floor3", ""
std::string place_text(std::string_view switch_name, std::string_view port);
/// "isolated: arp-bogus-responder 00:0d:4b:ce:20:cd at floor3 A1 (incident 7)"
std::string subject_text(const Notice& notice);
/// The same with its reason: "incident 7 isolated: port A1 of floor3 is down [critical, …]"
std::string line_text(const Notice& notice);

}  // namespace lanwarden::agent
