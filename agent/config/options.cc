#include "agent/config/options.h"

#include <algorithm>

namespace lanwarden::agent {
namespace {

using namespace std::chrono_literals;
using Target = OptionTarget;
using Value = OptionValue;
using Kind = OptionKind;

constexpr std::array<SectionInfo, 15> kSections = {{
    {kTop, "", false, "At the top of the file, before any section."},
    {kSnmp, "snmp", false, "How switches are asked; a switch may override it."},
    {kCredential, "credential", true, "A way to be let in. Never printed, logged or stored."},
    {kSwitch, "switch", true, "A switch to poll, to locate on and, with a write credential, to isolate on."},
    {kRouter, "router", true, "A router: asked for its ARP and ND tables only."},
    {kSniffer, "sniffer", true, "An interface that `lanwarden run` listens on."},
    {kIsolation, "isolation", false,
     "What the daemon may do by itself. By hand, isolating always takes --yes or a \"y\"."},
    {kPoll, "poll", false, "When `lanwarden run` walks the switches."},
    {kIncidents, "incidents", false, "The life of an incident in `lanwarden run`."},
    {kAudit, "audit", false,
     "When `lanwarden run` audits the wiring, and what is worth a word (agent/doc/audit.md)."},
    {kNames, "names", false,
     "What stations are called, beside the names that are heard (mDNS, LLMNR, NetBIOS, DHCP, LLDP)."},
    {kHistory, "history", false, "How long `lanwarden run` keeps the past."},
    {kTraps, "traps", false,
     "What switches say by themselves, to `lanwarden run`. Taken with any [[credential]]'s community or "
     "user."},
    {kNotify, "notify", true, "A way in which people or their systems are told what `lanwarden run` does."},
    {kAgentx, "agentx", false,
     "`lanwarden run` as a sub-agent of the local snmpd: LANWARDEN-MIB (agent/doc/snmp-agent.md)."},
}};

constexpr std::array<std::string_view, 3> kVersions = {"1", "2c", "3"};
constexpr std::array<std::string_view, 6> kAuth = {"MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"};
constexpr std::array<std::string_view, 4> kPrivacy = {"DES", "AES", "AES-192", "AES-256"};
constexpr std::array<std::string_view, 6> kChannels = {"webhook", "syslog",  "journal",
                                                       "mail",    "command", "snmp"};
constexpr std::array<std::string_view, 3> kSeverities = {"info", "warning", "critical"};
constexpr std::array<std::string_view, 20> kFacilities = {
    "kern",     "user", "mail",   "daemon", "auth",   "syslog", "lpr",    "news",   "uucp",   "cron",
    "authpriv", "ftp",  "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"};
constexpr std::array<std::string_view, 3> kModes = {"off", "ask", "auto"};
constexpr std::array<std::string_view, 3> kWays = {"admin-down", "quarantine", "power-cycle"};

constexpr double ms(std::chrono::milliseconds d) { return static_cast<double>(d.count()); }

std::string text(Value& v) { return std::move(std::get<std::string>(v)); }
unsigned number(const Value& v) { return static_cast<unsigned>(std::get<std::int64_t>(v)); }
std::chrono::milliseconds duration(const Value& v) { return std::get<std::chrono::milliseconds>(v); }
std::optional<std::chrono::milliseconds> optional_duration(const Value& v) {
  const auto* d = std::get_if<std::chrono::milliseconds>(&v);
  return d != nullptr ? std::optional(*d) : std::nullopt;
}
snmp::Secret secret(Value& v) { return std::move(std::get<snmp::Secret>(v)); }

/// The place of a choice among the choices, as the enum they stand for.
template <class Enum, std::size_t N>
Enum chosen(const Value& v, const std::array<std::string_view, N>& choices, int first = 0) {
  const auto it = std::find(choices.begin(), choices.end(), std::get<std::string>(v));
  return static_cast<Enum>(first + (it - choices.begin()));
}

// clang-format off
const std::array kOptions = {
    Option{.sections = kTop, .key = "store", .kind = Kind::kPath,
           .standard = "lanwarden.db in the state directory: $XDG_STATE_HOME/lanwarden, ~/.local/state/lanwarden, for root /var/lib/lanwarden", .example = "\"/var/lib/lanwarden/lanwarden.db\"",
           .help = "The database file (SQLite). A path relative to this file.",
           .assign = [](Target& t, Value&& v) { t.config.store = text(v); t.config.store_in_state_directory = false; }},

    Option{.sections = kSnmp, .key = "timeout", .kind = Kind::kDuration, .standard = "\"1s\"", .low = ms(10ms), .high = ms(1min),
           .help = "How long to wait for an answer before asking again.",
           .assign = [](Target& t, Value&& v) { t.config.snmp.timeout = duration(v); }},
    Option{.sections = kSnmp, .key = "retries", .kind = Kind::kNumber, .standard = "2", .low = 0, .high = 10,
           .help = "How often to ask again after the first try.",
           .assign = [](Target& t, Value&& v) { t.config.snmp.retries = number(v); }},
    Option{.sections = kSnmp, .key = "in_flight", .kind = Kind::kNumber, .standard = "4", .low = 1, .high = 64,
           .help = "Requests at once to one switch: kind to its control plane.",
           .assign = [](Target& t, Value&& v) { t.config.snmp.in_flight = number(v); }},
    Option{.sections = kSnmp, .key = "concurrency", .kind = Kind::kNumber, .standard = "1024", .low = 1, .high = 65536,
           .help = "Requests at once in all.",
           .assign = [](Target& t, Value&& v) { t.config.snmp.concurrency = number(v); }},

    Option{.sections = kCredential, .key = "name", .required = true, .example = "\"ro\"",
           .help = "What switches refer to it by.",
           .assign = [](Target& t, Value&& v) { t.credential->name = text(v); }},
    Option{.sections = kCredential, .key = "version", .kind = Kind::kChoice, .required = true, .example = "\"2c\"", .choices = kVersions,
           .help = "The version of SNMP.",
           .assign = [](Target& t, Value&& v) { t.credential->version = chosen<snmp::Version>(v, kVersions); }},
    Option{.sections = kCredential, .key = "community", .kind = Kind::kSecret,
           .help = "Versions 1 and 2c: the community.",
           .assign = [](Target& t, Value&& v) { t.credential->community = secret(v); }},
    Option{.sections = kCredential, .key = "user", .example = "\"lanwarden\"",
           .help = "Version 3: the user's name (securityName).",
           .assign = [](Target& t, Value&& v) { t.credential->user = text(v); }},
    Option{.sections = kCredential, .key = "auth", .kind = Kind::kChoice, .example = "\"SHA-256\"", .choices = kAuth,
           .help = "Version 3: how messages are authenticated. Without it they are not.",
           .assign = [](Target& t, Value&& v) { t.credential->auth = chosen<snmp::AuthProtocol>(v, kAuth, 1); }},
    Option{.sections = kCredential, .key = "auth_password", .kind = Kind::kSecret,
           .help = "At least 8 characters (RFC 3414).",
           .assign = [](Target& t, Value&& v) { t.credential->auth_password = secret(v); }},
    Option{.sections = kCredential, .key = "privacy", .kind = Kind::kChoice, .example = "\"AES\"", .choices = kPrivacy,
           .help = "Version 3: how messages are encrypted. Needs auth.",
           .assign = [](Target& t, Value&& v) { t.credential->privacy = chosen<snmp::PrivProtocol>(v, kPrivacy, 1); }},
    Option{.sections = kCredential, .key = "privacy_password", .kind = Kind::kSecret,
           .help = "At least 8 characters (RFC 3414).",
           .assign = [](Target& t, Value&& v) { t.credential->privacy_password = secret(v); }},

    Option{.sections = kSwitch | kRouter, .key = "name", .required = true, .example = "\"floor3\"",
           .help = "What it is called everywhere; its identity in the store.",
           .assign = [](Target& t, Value&& v) { t.sw->name = text(v); }},
    Option{.sections = kSwitch | kRouter, .key = "address", .kind = Kind::kAddress, .required = true,
           .help = "Where it answers SNMP: host or host:port (161), IPv4, IPv6 or [IPv6]:port.",
           .assign = [](Target& t, Value&& v) { t.sw->address = text(v); }},
    Option{.sections = kSwitch | kRouter, .key = "credential", .kind = Kind::kReference, .required = true,
           .help = "The [[credential]] to read with.",
           .assign = [](Target& t, Value&& v) { t.sw->credential = text(v); }},
    Option{.sections = kSwitch, .key = "write_credential", .kind = Kind::kReference, .example = "\"rw\"",
           .help = "The [[credential]] to shut ports with. Without one, lanwarden can never write to this switch.",
           .assign = [](Target& t, Value&& v) { t.sw->write_credential = text(v); }},
    Option{.sections = kSwitch, .key = "protected_ports", .kind = Kind::kTextList, .standard = "[]",
           .help = "Ports that are never shut: ifName, ifDescr or ifAlias, or a pattern of them: \"Gi1/0/4?\", \"*uplink*\".",
           .assign = [](Target& t, Value&& v) { t.sw->protected_ports = std::get<std::vector<std::string>>(std::move(v)); }},
    Option{.sections = kSwitch | kRouter, .key = "timeout", .kind = Kind::kDuration, .standard = "as in [snmp]", .example = "\"1s\"", .low = ms(10ms), .high = ms(1min),
           .help = "For this one.",
           .assign = [](Target& t, Value&& v) { t.sw->timeout = duration(v); }},
    Option{.sections = kSwitch | kRouter, .key = "retries", .kind = Kind::kNumber, .standard = "as in [snmp]", .example = "2", .low = 0, .high = 10,
           .help = "For this one.",
           .assign = [](Target& t, Value&& v) { t.sw->retries = number(v); }},
    Option{.sections = kSwitch | kRouter, .key = "in_flight", .kind = Kind::kNumber, .standard = "as in [snmp]", .example = "4", .low = 1, .high = 64,
           .help = "For this one.",
           .assign = [](Target& t, Value&& v) { t.sw->in_flight = number(v); }},

    Option{.sections = kSniffer, .key = "interface", .required = true, .example = "\"eth0\"",
           .help = "As `ip link` names it.",
           .assign = [](Target& t, Value&& v) { t.sniffer->interface = text(v); }},

    Option{.sections = kIsolation, .key = "mode", .kind = Kind::kChoice, .standard = "\"off\"", .choices = kModes,
           .help = "off: nothing; ask: queue for approval; auto: shut the port when every guard rail agrees.",
           .assign = [](Target& t, Value&& v) { t.config.isolation.mode = chosen<IsolationMode>(v, kModes); }},
    Option{.sections = kIsolation, .key = "for", .kind = Kind::kDurationOrForever, .standard = "\"4h\"", .low = ms(1s), .high = ms(24h * 365),
           .help = "Then the port opens again by itself; \"forever\" is allowed.",
           .assign = [](Target& t, Value&& v) {
             t.config.isolation.duration.reset();
             if (const auto* d = std::get_if<std::chrono::milliseconds>(&v))
               t.config.isolation.duration = std::chrono::duration_cast<std::chrono::seconds>(*d);
           }},
    Option{.sections = kIsolation, .key = "way", .kind = Kind::kChoice, .standard = "\"admin-down\"", .choices = kWays,
           .help = "How: the port is shut; or moved into quarantine_vlan; or its PoE is switched off and on.",
           .assign = [](Target& t, Value&& v) { t.config.isolation.way = chosen<IsolationWay>(v, kWays); }},
    Option{.sections = kIsolation, .key = "quarantine_vlan", .kind = Kind::kNumber, .example = "666", .low = 1, .high = 4094,
           .help = "The VLAN for way = \"quarantine\". It must exist on the switch; lanwarden does not make it.",
           .assign = [](Target& t, Value&& v) { t.config.isolation.quarantine_vlan = number(v); }},
    Option{.sections = kIsolation, .key = "power_off_for", .kind = Kind::kDuration, .standard = "\"10s\"", .low = ms(1s), .high = ms(10min),
           .help = "How long way = \"power-cycle\" leaves the power off.",
           .assign = [](Target& t, Value&& v) { t.config.isolation.power_off = std::chrono::duration_cast<std::chrono::seconds>(duration(v)); }},
    Option{.sections = kIsolation, .key = "at_once", .kind = Kind::kNumber, .standard = "10", .low = 0, .high = 1000,
           .help = "No more isolations than this at the same time, whoever began them.",
           .assign = [](Target& t, Value&& v) { t.config.isolation.at_once = number(v); }},
    Option{.sections = kIsolation, .key = "mark_ports", .kind = Kind::kBoolean, .standard = "false",
           .help = "Write into the port's ifAlias that lanwarden holds it; the old one comes back with the port.",
           .assign = [](Target& t, Value&& v) { t.config.isolation.mark = std::get<bool>(v); }},
    Option{.sections = kIsolation, .key = "rollback", .kind = Kind::kBoolean, .standard = "false",
           .help = "Open the port again at once when the link does not go down or the station stays.",
           .assign = [](Target& t, Value&& v) { t.config.isolation.rollback = std::get<bool>(v); }},
    Option{.sections = kIsolation, .key = "protected_ports", .kind = Kind::kTextList, .standard = "[]",
           .help = "Ports that are never shut, on every switch; as in [[switch]].",
           .assign = [](Target& t, Value&& v) { t.config.isolation.protected_ports = std::get<std::vector<std::string>>(std::move(v)); }},
    Option{.sections = kIsolation, .key = "dhcp_servers", .kind = Kind::kStations, .standard = "[]",
           .help = "The DHCP servers of this LAN, IP or MAC addresses: their ports are never shut. Those that leased lanwarden's own address are known.",
           .assign = [](Target& t, Value&& v) { t.config.isolation.dhcp_servers = std::get<std::vector<std::string>>(std::move(v)); }},
    Option{.sections = kIsolation, .key = "per_hour", .kind = Kind::kNumber, .standard = "3", .low = 0, .high = 1000,
           .help = "No more isolations than this in an hour.",
           .assign = [](Target& t, Value&& v) { t.config.isolation.per_hour = number(v); }},
    Option{.sections = kIsolation, .key = "min_confidence", .kind = Kind::kFraction, .standard = "0.9", .low = 0, .high = 1,
           .help = "A location less sure than this is not acted upon.",
           .assign = [](Target& t, Value&& v) { t.config.isolation.min_confidence = std::get<double>(v); }},
    Option{.sections = kIsolation, .key = "max_macs_on_port", .kind = Kind::kNumber, .standard = "1", .low = 1, .high = 1000,
           .help = "A port with more stations than this is never shut.",
           .assign = [](Target& t, Value&& v) { t.config.isolation.max_macs_on_port = number(v); }},
    Option{.sections = kIsolation, .key = "protected_macs", .kind = Kind::kMacPatterns, .standard = "[]",
           .help = "Stations that are never taken off, as whole or partial addresses: \"00:00:5e:00:01:*\".",
           .assign = [](Target& t, Value&& v) {
             t.config.isolation.protected_macs_text = std::get<std::vector<std::string>>(std::move(v));
             for (const std::string& p : t.config.isolation.protected_macs_text)
               t.config.isolation.protected_macs.push_back(*topology::MacPattern::parse(p));
           }},
    Option{.sections = kIsolation, .key = "auto_kinds", .kind = Kind::kKindList,
           .standard = "[\"arp-bogus-responder\", \"nd-bogus-responder\", \"rogue-dhcp-server\", \"rogue-router-advertisement\"]",
           .help = "With mode auto: kinds of finding that are acted upon without asking; all others are queued for approval.",
           .assign = [](Target& t, Value&& v) { t.config.isolation.auto_kinds = std::get<std::vector<std::string>>(std::move(v)); }},
    Option{.sections = kIsolation, .key = "confidence", .kind = Kind::kKindFractions, .standard = "{}", .low = 0, .high = 1,
           .help = "With mode auto: how sure the location must be for one kind, in place of min_confidence; below it a person is asked: { rogue-dhcp-server = 0.98 }.",
           .assign = [](Target& t, Value&& v) { t.config.isolation.kind_confidence = std::get<std::map<std::string, double>>(std::move(v)); }},
    Option{.sections = kIsolation, .key = "longer", .kind = Kind::kFraction, .standard = "2", .low = 1, .high = 100,
           .help = "When the trouble returns after its port was opened, the next isolation is so many times as long.",
           .assign = [](Target& t, Value&& v) { t.config.isolation.longer = std::get<double>(v); }},
    Option{.sections = kIsolation, .key = "longest", .kind = Kind::kDuration, .standard = "\"7d\"", .low = ms(1s), .high = ms(24h * 365),
           .help = "However often it returns, no longer than this.",
           .assign = [](Target& t, Value&& v) { t.config.isolation.longest = std::chrono::duration_cast<std::chrono::seconds>(duration(v)); }},

    Option{.sections = kPoll, .key = "every", .kind = Kind::kDurationOrNever, .standard = "\"10m\"", .low = ms(1s), .high = ms(24h * 7),
           .help = "How often each switch is walked; \"never\": only those that never were.",
           .assign = [](Target& t, Value&& v) { t.config.poll.every = optional_duration(v); }},
    Option{.sections = kPoll, .key = "fastest", .kind = Kind::kDuration, .standard = "a quarter of `every`", .example = "\"150s\"", .low = ms(1s), .high = ms(24h * 7),
           .help = "A switch whose tables change much is walked more often, down to this. As long as `every`: never.",
           .assign = [](Target& t, Value&& v) { t.config.poll.fastest = duration(v); }},
    Option{.sections = kPoll, .key = "slowest", .kind = Kind::kDuration, .standard = "twice `every`", .example = "\"20m\"", .low = ms(1s), .high = ms(24h * 7),
           .help = "A switch whose tables do not change is walked less often, up to this. As short as `every`: never.",
           .assign = [](Target& t, Value&& v) { t.config.poll.slowest = duration(v); }},
    Option{.sections = kPoll, .key = "jitter", .kind = Kind::kFraction, .standard = "0.1", .low = 0, .high = 0.5,
           .help = "A switch's turn comes early or late by up to this part of `every`, so that the walks of many switches do not keep step.",
           .assign = [](Target& t, Value&& v) { t.config.poll.jitter = std::get<double>(v); }},

    Option{.sections = kIncidents, .key = "close_after", .kind = Kind::kDurationOrNever, .standard = "\"24h\"", .low = ms(1s), .high = ms(24h * 365),
           .help = "An incident whose port is open closes after so much quiet; what comes later is a new one.",
           .assign = [](Target& t, Value&& v) { t.config.incidents.close_after = optional_duration(v); }},

    Option{.sections = kAudit, .key = "every", .kind = Kind::kDurationOrNever, .standard = "\"1h\"", .low = ms(1min), .high = ms(24h * 31),
           .help = "How often `lanwarden run` compares the wiring with the audit before; \"never\": only by hand.",
           .assign = [](Target& t, Value&& v) { t.config.audit.every = optional_duration(v); }},
    Option{.sections = kAudit, .key = "unused", .kind = Kind::kDurationOrNever, .standard = "\"never\"", .low = ms(1h), .high = ms(24h * 3650),
           .help = "A port that has been down for so long is a finding (port-unused).",
           .assign = [](Target& t, Value&& v) { t.config.audit.unused = optional_duration(v); }},
    Option{.sections = kAudit, .key = "flaps", .kind = Kind::kNumber, .standard = "6", .low = 2, .high = 8,
           .help = "A port that goes up or down so often within two hours is a finding (port-flapping).",
           .assign = [](Target& t, Value&& v) { t.config.audit.flaps = number(v); }},
    Option{.sections = kAudit, .key = "tell", .kind = Kind::kChoice, .standard = "\"warning\"", .choices = kSeverities,
           .help = "The least severity of a finding that `lanwarden run` makes a notice of; each goes to the [[notify]] channels that take its severity.",
           .assign = [](Target& t, Value&& v) { t.config.audit.tell = text(v); }},

    Option{.sections = kNames, .key = "reverse_dns", .kind = Kind::kBoolean, .standard = "false",
           .help = "Whether `lanwarden run` and `lanwarden poll` ask the DNS what the known addresses are called, each once a day.",
           .assign = [](Target& t, Value&& v) { t.config.names.reverse_dns = std::get<bool>(v); }},
    Option{.sections = kNames, .key = "servers", .kind = Kind::kServerList, .standard = "those of the machine", .example = "[\"192.0.2.53\"]",
           .help = "The DNS servers to ask, IP addresses: `[\"192.0.2.53\", \"[2001:db8::53]:5353\"]`.",
           .assign = [](Target& t, Value&& v) { t.config.names.servers = std::get<std::vector<std::string>>(std::move(v)); }},

    Option{.sections = kHistory, .key = "keep", .kind = Kind::kDurationOrForever, .standard = "\"400d\"", .low = ms(1h), .high = ms(24h * 36500),
           .help = "Where stations were, their addresses, and closed incidents that led to no isolation go after so long. What is known now, isolations and the audit trail stay.",
           .assign = [](Target& t, Value&& v) { t.config.history.keep = optional_duration(v); }},
    Option{.sections = kHistory, .key = "most_megabytes", .kind = Kind::kNumber, .standard = "4096", .low = 1, .high = 10'000'000,
           .help = "When the database holds more than this, the oldest past goes, however young.",
           .assign = [](Target& t, Value&& v) { t.config.history.most_megabytes = number(v); }},

    Option{.sections = kTraps, .key = "listen", .kind = Kind::kAddress, .example = "\"0.0.0.0:162\"",
           .help = "Where SNMP traps and informs are received: \"0.0.0.0:162\". Without it, nowhere.",
           .assign = [](Target& t, Value&& v) { t.config.traps.listen = text(v); }},

    Option{.sections = kNotify, .key = "name", .required = true, .example = "\"pager\"",
           .help = "What the channel is called in the log, and what `lanwarden notify test` takes. Another name is another channel, which begins anew.",
           .assign = [](Target& t, Value&& v) { t.channel->name = text(v); }},
    Option{.sections = kNotify, .key = "type", .kind = Kind::kChoice, .required = true, .choices = kChannels,
           .help = "How.",
           .assign = [](Target& t, Value&& v) { t.channel->type = chosen<ChannelType>(v, kChannels); }},
    Option{.sections = kNotify, .key = "severity", .kind = Kind::kChoice, .standard = "\"warning\"", .choices = kSeverities,
           .help = "The least severity of a matter that is told here.",
           .assign = [](Target& t, Value&& v) { t.channel->severity = text(v); }},
    Option{.sections = kNotify, .key = "events", .kind = Kind::kEventList, .standard = "all but `closed`", .example = "[\"isolated\", \"refused\"]",
           .help = "What is told: states of an incident, and what else happens (agent/doc/notify.md).",
           .assign = [](Target& t, Value&& v) { t.channel->events = std::get<std::vector<std::string>>(std::move(v)); }},
    Option{.sections = kNotify, .key = "template", .standard = "\"{text}\" with its incident and place", .example = "\"{severity}: {text} ({switch} {port})\"",
           .help = "The text, with {fields}: `\"{severity}: {text} ({switch} {port})\"`.",
           .assign = [](Target& t, Value&& v) { t.channel->text_template = text(v); }},
    Option{.sections = kNotify, .key = "subject", .standard = "event, incident and place", .example = "\"{event} {incident}\"",
           .help = "mail: the subject, with {fields} as `template`.",
           .assign = [](Target& t, Value&& v) { t.channel->subject_template = text(v); }},
    Option{.sections = kNotify, .key = "digest_above", .kind = Kind::kNumber, .standard = "5; for syslog and journal 0", .example = "5", .low = 0, .high = 1000,
           .help = "When more than these wait, or were sent within a minute, one digest is sent in their place; 0: never.",
           .assign = [](Target& t, Value&& v) { t.channel->digest_above = number(v); }},
    Option{.sections = kNotify, .key = "timeout", .kind = Kind::kDuration, .standard = "\"10s\"", .low = ms(100ms), .high = ms(2min),
           .help = "How long one delivery may take.",
           .assign = [](Target& t, Value&& v) { t.channel->timeout = duration(v); }},
    Option{.sections = kNotify, .key = "url", .kind = Kind::kSecret, .example = "{ file = \"secrets/webhook-url\" }",
           .help = "webhook: `http://` or `https://`; syslog: `udp://host:514`, `tcp://host:601`, `unix:/dev/log`. It may hold a token: only its host is ever printed.",
           .assign = [](Target& t, Value&& v) { t.channel->url = secret(v); }},
    Option{.sections = kNotify, .key = "secret", .kind = Kind::kSecret, .example = "{ file = \"secrets/webhook-secret\" }",
           .help = "webhook: what is sent is signed with it (HMAC-SHA256).",
           .assign = [](Target& t, Value&& v) { t.channel->secret = secret(v); }},
    Option{.sections = kNotify, .key = "ca", .kind = Kind::kPath, .standard = "the system's", .example = "\"/etc/ssl/certs/our-ca.pem\"",
           .help = "webhook: a PEM file with the certificates to trust in place of the system's.",
           .assign = [](Target& t, Value&& v) { t.channel->ca = text(v); }},
    Option{.sections = kNotify, .key = "facility", .kind = Kind::kChoice, .standard = "\"daemon\"", .choices = kFacilities,
           .help = "syslog: the facility.",
           .assign = [](Target& t, Value&& v) { t.channel->facility = text(v); }},
    Option{.sections = kNotify, .key = "to", .kind = Kind::kTextList, .example = "[\"net@example.net\"]",
           .help = "mail: whom to write to.",
           .assign = [](Target& t, Value&& v) { t.channel->to = std::get<std::vector<std::string>>(std::move(v)); }},
    Option{.sections = kNotify, .key = "from", .standard = "as sendmail says", .example = "\"lanwarden@example.net\"",
           .help = "mail: the sender.",
           .assign = [](Target& t, Value&& v) { t.channel->from = text(v); }},
    Option{.sections = kNotify, .key = "sendmail", .kind = Kind::kPath, .standard = "\"/usr/sbin/sendmail\"",
           .help = "mail: the program, called with -t -i.",
           .assign = [](Target& t, Value&& v) { t.channel->sendmail = text(v); }},
    Option{.sections = kNotify, .key = "command", .kind = Kind::kTextList, .example = "[\"/usr/local/bin/page\", \"--team\", \"net\"]",
           .help = "command: the program and its arguments, `[\"/usr/local/bin/page\", \"--team\", \"net\"]`. No shell; the notice comes as JSON on standard input.",
           .assign = [](Target& t, Value&& v) { t.channel->command = std::get<std::vector<std::string>>(std::move(v)); }},
    Option{.sections = kNotify, .key = "address", .kind = Kind::kAddress,
           .help = "snmp: who takes the notifications, host or host:port (162).",
           .assign = [](Target& t, Value&& v) { t.channel->address = text(v); }},
    Option{.sections = kNotify, .key = "credential", .kind = Kind::kReference,
           .help = "snmp: the [[credential]] for it, of version 2c or 3.",
           .assign = [](Target& t, Value&& v) { t.channel->credential = text(v); }},
    Option{.sections = kNotify, .key = "inform", .kind = Kind::kBoolean, .standard = "false",
           .help = "snmp: an inform, which is repeated until it is acknowledged; else a trap, which may be lost.",
           .assign = [](Target& t, Value&& v) { t.channel->inform = std::get<bool>(v); }},

    Option{.sections = kAgentx, .key = "socket", .kind = Kind::kAgentxSocket, .example = "\"/var/agentx/master\"",
           .help = "Where snmpd takes sub-agents: \"/var/agentx/master\" or \"tcp:127.0.0.1:705\". Without it, lanwarden answers nobody.",
           .assign = [](Target& t, Value&& v) { t.config.agentx.socket = text(v); }},
};
// clang-format on

}  // namespace

std::string_view to_string(ChannelType type) { return kChannels[static_cast<std::size_t>(type)]; }

std::span<const SectionInfo> sections() { return kSections; }
std::span<const Option> options() { return kOptions; }

const Option* find_option(Section section, std::string_view key) {
  for (const Option& o : kOptions)
    if ((o.sections & section) != 0 && o.key == key) return &o;
  return nullptr;
}

}  // namespace lanwarden::agent
