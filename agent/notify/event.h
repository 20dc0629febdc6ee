// What there is to tell: the states of incidents, and what else happens to the daemon and its network. The
// words are stored, configured and sent: they never change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lanwarden::agent {

namespace event {
inline constexpr std::string_view kSwitchSilent = "switch-silent";
inline constexpr std::string_view kSwitchBack = "switch-back";
inline constexpr std::string_view kInterfaceLost = "interface-lost";
inline constexpr std::string_view kInterfaceBack = "interface-back";
inline constexpr std::string_view kPortRestored = "port-restored";  ///< of an isolation without incident
inline constexpr std::string_view kPortNotRestored = "port-not-restored";  ///< the same
inline constexpr std::string_view kStoreFailed = "store-failed";
inline constexpr std::string_view kStoreWorks = "store-works";
inline constexpr std::string_view kAudit = "audit-finding";  ///< what an audit on schedule found
inline constexpr std::string_view kDigest = "digest";        ///< many at once; always told
inline constexpr std::string_view kTest = "test";            ///< `lanwarden notify test`; always told
}  // namespace event

/// Everything that a channel can be told of, or not.
std::vector<std::string_view> event_words();
bool is_event(std::string_view word);
/// Whether a channel that names no events is told: all but that an incident was closed, which is only the end
/// of a long quiet.
bool is_usual(std::string_view word);
/// Whether it says that something is over: nobody has to do anything.
bool is_good_news(std::string_view word);
/// Whether a person has to do something, or nothing will happen.
bool needs_a_person(std::string_view word);

/// "info" 0, "warning" 1, "critical" 2.
int severity_rank(std::string_view severity);
/// syslog(3)'s: 2 critical, 4 warning, 5 notice (good news), 6 informational.
int syslog_priority(std::string_view event, std::string_view severity);

}  // namespace lanwarden::agent
