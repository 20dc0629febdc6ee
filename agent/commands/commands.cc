#include "agent/commands/command.h"
#include "agent/commands/complete.h"
#include "agent/commands/manual.h"
#include "agent/commands/notify.h"

namespace lanwarden::agent {

const std::vector<CommandSpec>& command_registry() {
  static const std::vector<CommandSpec> kCommands = {
      {"where", "where is this station plugged in?",
       "PATTERN is a MAC address in any notation, a part of one (\"ce:20:cd\" or \"xx:ce:20:cd\" its end,\n"
       "\"00:0d:4b:\" its beginning, x for anything), an IP address, a name that was heard or that switches "
       "tell\n(\"printer3\", \"print*\"; name:cafe where it could be an address), or vendor:NAME; - reads "
       "them "
       "from\nstandard input, a line each.\n\n"
       "examples:\n"
       "  lanwarden where xx:ce:20:cd             which port has the clock?\n"
       "  lanwarden where 192.168.0.77 --json     by address, for scripts\n"
       "  lanwarden where vendor:compaq --stored  every such card, as last polled\n"
       "  lanwarden where 000d.4bce.20cd --at 'yesterday 14:00'\n"
       "  lanwarden where printer3                by its name\n"
       "  lanwarden where --file macs.txt --format csv > places.csv   many at once\n"
       "  lanwarden where ce:20:cd -v             with every witness for and against\n"
       "  lanwarden where ce:20:cd --svg way.svg  and a picture of the way to it\n"
       "  sudo lanwarden where ce:20:cd --provoke eth0   it has been silent: make it speak first\n\n"
       "--provoke sends a few ARP requests, neighbour solicitations or address probes, never an "
       "announcement, "
       "and only\nwhere the switches are not sure. It needs root or cap_net_raw, and IFACE in the station's "
       "VLAN. An IPv4 address\nthat no table has is asked for on the wire, too.\n\n"
       "--at tells from the polls of then: since when and until when it was on the port, and how many "
       "stations "
       "were.\nMore of the past: lanwarden history\n\n"
       "exit: 0 found, 1 not found, 2 usage or configuration, 3 no switch answered",
       define_where},
      {"history", "everything that ever was there: of a station, an address, a port or a switch",
       "Since when and until when a station was where, with which addresses and names; which stations had an "
       "address;\nwhat was on a port; what happened to a switch, and its links. From the polls that are kept "
       "([history] keep):\nnobody is asked. A line that ends nowhere is still so as of the last poll. Ports "
       "between switches, where every\nstation is seen on its way, are left out without -v.\n\n"
       "examples:\n"
       "  lanwarden history xx:ce:20:cd                    where has the clock been?\n"
       "  lanwarden history 192.168.0.77 --since '3d ago'  who had this address?\n"
       "  lanwarden history floor3 A1                      what was ever on this port?\n"
       "  lanwarden history floor3                         renamed, rebooted, silent, links, stations\n"
       "  lanwarden history printer3 --json | jq 'select(.kind == \"place\")'\n"
       "  lanwarden history floor3 A1 --format csv > a1.csv\n\n"
       "exit: 0 something is known, 1 nothing, 2 usage, configuration or store",
       define_history},
      {"watch", "listens to the network and reports what is wrong",
       "examples:\n"
       "  lanwarden watch -i eth0                         until interrupted\n"
       "  lanwarden watch -r trace.pcap                   what was wrong then?\n"
       "  lanwarden watch -i eth0 --locate                and which port is it?\n"
       "  lanwarden watch -i eth0 --evidence proof/       keeps the frames that prove it, with comments\n"
       "  lanwarden watch -i eth0 --locate --isolate      what would be shut? (dry run)\n"
       "  lanwarden watch -i eth0 --isolate --yes         shuts it\n\n"
       "A finding is critical (somebody is cut off, or will be), warning (look at it), or info: a fact worth "
       "knowing,\nas what beats on this LAN. A healthy network gives info alone; to be told of trouble "
       "only:\n"
       "  lanwarden watch -r trace.pcap --json | jq 'select(.severity != \"info\")'\n\n"
       "A station is new when it is first heard after an hour; with --locate, when the last poll did not "
       "know it.\n\n"
       "exit: 0 nothing found, 1 findings of any severity (-r), 2 usage, configuration or unreadable "
       "capture, "
       "3 no switch\nanswered",
       define_watch},
      {"heartbeats", "the census of everything that beats on this LAN",
       "Listens to what is said to everybody (broadcast, multicast, and keepalives that stations send to\n"
       "themselves) and lists what comes again and again: what it is, who sends it, its period and jitter, "
       "beats\n"
       "that were due and not heard, frames a second, and its share of all broadcast and multicast. The\n"
       "costliest is first. What nobody knows is listed by its number, with its first octets. -v lists "
       "every\n"
       "station. A rhythm is heard after some five beats, of one station or of several of a kind together:\n"
       "what beats once in 30 s needs --for 3m.\n\n"
       "examples:\n"
       "  lanwarden heartbeats -i eth0                    for a minute, or until Ctrl-C\n"
       "  lanwarden heartbeats -i eth0 -i eth1 --for 10m\n"
       "  lanwarden heartbeats -r trace.pcap -v           with every station\n"
       "  lanwarden heartbeats -r trace.pcap --json | jq '.heartbeats[] | select(.sources | length > 10)'\n\n"
       "exit: 0 done, 2 usage, an interface that cannot be listened on, or an unreadable capture",
       define_heartbeats},
      {"probe", "asks for addresses that nobody uses, and names whoever claims them",
       "With \"where --provoke\" the only command that sends on the LAN. It asks for a few addresses of the "
       "interface's "
       "network\n"
       "that are not known to be used: twice as everybody asks, and when nobody answers, as a host that "
       "wants\n"
       "the address asks: by RFC 5227, as VMware does (target hardware address all ones), and by RFC 4862 "
       "for\n"
       "IPv6. The sender of these questions is nobody (0.0.0.0, ::), so no cache of any host changes; at "
       "most 12\n"
       "go out in a second. Whoever claims what is not used is named, with what it answers and how fast.\n"
       "Takes about 10 seconds. Why it does no harm: agent/doc/probe.md.\n\n"
       "examples:\n"
       "  sudo lanwarden probe -i eth0                   does anybody keep new hosts from coming up?\n"
       "  sudo lanwarden probe -i eth0 --within 10.0.0.240/28   only addresses that DHCP does not lease\n"
       "  sudo lanwarden probe -i eth0.20 --count 16     the VLAN of an interface with a tag\n"
       "  sudo lanwarden probe -i eth0 --locate          and on which port is it?\n"
       "  sudo lanwarden probe -i eth0 --json            a line a finding, as watch prints them\n\n"
       "exit: 0 nobody claims them, 1 somebody does, 2 usage, configuration or no unused address to ask "
       "for,\n"
       "3 the interface did not take the questions",
       define_probe},
      {"poll", "asks the switches for their tables and stores what they said",
       "examples:\n"
       "  lanwarden poll             all of them\n"
       "  lanwarden poll floor3 core\n\n"
       "exit: 0 at least one answered, 2 usage or configuration, 3 none answered",
       define_poll},
      {"fdb", "the forwarding tables as last polled",
       "examples:\n"
       "  lanwarden fdb floor3\n"
       "  lanwarden fdb floor3 --port A1 --json\n\n"
       "exit: 0 rows found, 1 none, 2 usage or configuration",
       define_fdb},
      {"topology", "switches, links and unmanaged segments",
       "Polls first; --stored takes what was last polled.\n\n"
       "examples:\n"
       "  lanwarden topology\n"
       "  lanwarden topology --stored --format dot | dot -Tpng -o lan.png\n"
       "  lanwarden topology --stored --format svg > lan.svg\n"
       "  lanwarden topology --stored --format svg --expand > all.svg   each of 400 switches\n\n"
       "More than 60 switches are drawn as those that most of the network hangs from, the others as "
       "numbers.\n\n"
       "exit: 0 done, 2 usage or configuration, 3 no switch answered",
       define_topology},
      {"init", "writes a first lanwarden.toml: asks a few questions, or takes flags for all of them",
       "Asks for the first switch, how it lets itself be asked, and the interface that listens; what a flag "
       "says is\nnot asked. Every other option stands in the file as a comment. A secret that is typed goes "
       "into "
       "a file of its\nown (secrets/ beside the configuration, for its owner alone); a flag names where it "
       "is, "
       "env:NAME or file:PATH.\nNothing is ever isolated by itself until isolation.mode says so.\n\n"
       "examples:\n"
       "  lanwarden init\n"
       "  sudo lanwarden init -c /etc/lanwarden/lanwarden.toml --force\n"
       "  lanwarden init --address 10.0.0.1 --name core --snmp 2c --community env:LW_COMMUNITY\n"
       "  lanwarden init --address core.example.net --snmp 3 --user lanwarden --auth-password "
       "file:/run/secrets/auth --privacy-password file:/run/secrets/priv -i eth0\n\n"
       "exit: 0 written, 2 usage, a mistake in an answer, or a file that is there already",
       define_init},
      {"config", "which configuration is read, and every option there is",
       "examples:\n"
       "  lanwarden config                          which file, which store, how many switches\n"
       "  lanwarden config --example > lanwarden.toml\n"
       "  lanwarden config --reference | less       agent/doc/configuration.md\n\n"
       "exit: 0 done, 2 a mistake in the configuration",
       define_config},
      {"kinds", "every kind of finding: what it means, its evidence, false alarms, and what to do",
       "examples:\n"
       "  lanwarden kinds\n"
       "  lanwarden kinds arp-bogus-responder dad-denied\n\n"
       "exit: 0 done, 2 no such kind",
       define_kinds},
      {"completion", "prints what makes a shell complete commands, switches, ports, stations, incidents",
       "The Debian package brings it along. It asks the program itself, which reads the configuration and "
       "the "
       "store.\n\n"
       "examples:\n"
       "  source <(lanwarden completion bash)                  in this shell\n"
       "  lanwarden completion zsh > ~/.zfunc/_lanwarden       with fpath+=~/.zfunc before compinit\n"
       "  lanwarden completion fish > ~/.config/fish/completions/lanwarden.fish\n\n"
       "exit: 0 done, 2 no such shell",
       define_completion},
      {"__manual", "writes the man pages: for the build", "", define_manual},
      {"check", "can every switch be reached and read, and what has it?",
       "One line a switch: whether it answers, with which credential, how many rows its tables have (+: "
       "there\n"
       "is more than came), whether the write credential is accepted; then what is odd, each sentence once.\n"
       "A wider terminal shows more tables. Nothing is ever changed on a switch.\n\n"
       "A switch that is silent is asked once with each other [[credential]] of the configuration (a GET of\n"
       "sysUpTime and sysName), to say which one works there; --only-configured leaves that out.\n\n"
       "examples:\n"
       "  lanwarden check\n"
       "  lanwarden check floor3 core\n"
       "  lanwarden check --explain floor3        tables, deviations, databases, contexts\n"
       "  lanwarden check --json | jq '.results[] | select(.problems != [])'\n\n"
       "exit: 0 all is well, 1 something is not, 2 usage or configuration, 3 no switch answered",
       define_check},
      {"discover", "finds switches by asking switches for their neighbours, and writes [[switch]] entries",
       "Asks each SEED who it is and whom it hears (LLDP, CDP, FDP, EDP), then those, and so on, within the\n"
       "given networks and nowhere else. A subnet as SEED is asked address by address, once each (a GET of\n"
       "sysUpTime and sysName, 256 at a time). --within may be left out when every SEED is a subnet: then it "
       "is\n"
       "those. Telephones, access points and hosts are skipped; a switch with several addresses is found "
       "once.\n\n"
       "Every address asked is shown the credentials tried, in their order, until one works: SNMPv1 and v2c\n"
       "send the community readably. Without --credential those of the configuration are tried, except what\n"
       "is only a write_credential. Entries name their credential, never its secret.\n\n"
       "examples:\n"
       "  lanwarden discover 10.0.0.1 --within 10.0.0.0/16\n"
       "  lanwarden discover 10.0.3.0/24 --credential campus -o found.toml\n"
       "  lanwarden discover core.example.net --within 10.0.0.0/16 --append\n\n"
       "exit: 0 something new was found, 1 nothing new, 2 usage or configuration, 3 nobody answered",
       define_discover},
      {"record", "saves what a switch says, to report a bug with; replays in snmpsim and lanwarden-lab",
       "FILE is text in snmpsim's format, one variable a line. What a VLAN context (Cisco) says of its own "
       "goes\n"
       "to files beside it: floor3.snmprec, floor3@10.snmprec. Recorded is what lanwarden reads, and the "
       "rest\n"
       "of the same MIBs: LLDP, LAG, system, interfaces, addresses, bridge, VLANs, ENTITY, power, CDP, FDP, "
       "EDP,\n"
       "VTP, and vendors' forwarding tables. --root adds more.\n\n"
       "Never recorded, whatever --root says: users, communities and keys of SNMP (1.3.6.1.6.3), "
       "authentication\n"
       "keys of OSPF and RIP, PPP secrets, RMON communities (1.3.6.1.2.1.16.9.1.1.4, 1.3.6.1.2.1.16.19), "
       "command\n"
       "lines (hrSWRun), docsDevNmAccess, and Cisco's, HP's, D-Link's, Foundry's, Huawei's, H3C's and "
       "Net-SNMP's\n"
       "tables of communities, users and configuration copies; a value or index that holds a secret of the\n"
       "configuration. In entLogicalCommunity only the \"@10\" is kept. Other vendor trees added with --root "
       "may\n"
       "hold secrets nobody has listed: read the file before you send it.\n\n"
       "--anonymize replaces MAC and IP addresses, names, contacts, locations, aliases and VLAN names, the "
       "same\n"
       "ones by the same ones, with a random key that is thrown away, and leaves out every table it does "
       "not\n"
       "know. Group, zero and virtual-router addresses, interface names, models and versions stay.\n\n"
       "examples:\n"
       "  lanwarden record floor3 -o floor3.snmprec --anonymize\n"
       "  lanwarden record floor3 -o floor3.snmprec --root 1.3.6.1.4.1.11.2.14.11.5.1.9\n\n"
       "exit: 0 saved (a warning names what was cut), 2 usage, configuration or a file that cannot be "
       "written,\n"
       "3 the switch did not answer",
       define_record},
      {"audit", "what changed in the wiring since the last audit, and what is wrong in it",
       "Polls, brings what is known of the wiring up to date, and compares it with the last audit, with what "
       "was\n"
       "known at a time, or with a file that --save wrote. Each change, and each fault, is told once: what "
       "was told\n"
       "before stands (--all). A switch that is silent, or a table that was cut short, takes nothing away "
       "from\n"
       "what is known. What each kind means: agent/doc/audit.md.\n\n"
       "examples:\n"
       "  lanwarden audit                              what is new since the last audit\n"
       "  lanwarden audit --since 'yesterday 18:00'    whatever differs from then\n"
       "  lanwarden audit --save good.json             as it shall be\n"
       "  lanwarden audit --against good.json --format junit > audit.xml    for a pipeline\n"
       "  lanwarden audit --acknowledge 3f2a90c1 --reason 'desk switch of room 12' --until 2027-01-31\n"
       "  lanwarden audit --json | jq '.findings[] | select(.severity == \"critical\")'\n\n"
       "exit: 0 no findings, 1 findings, 2 usage, configuration, a file or the store, 3 no switch answered",
       define_audit},
      {"run", "the daemon: listens, polls, locates, isolates by policy, and opens ports in time",
       "Listens on every [[sniffer]], walks the switches every [poll] every, keeps an incident for each "
       "culprit,\n"
       "and does about it what [isolation] mode allows: off (only says where it is), ask (queues it for\n"
       "approval: lanwarden isolate ID), auto (shuts the port when every guard rail agrees). Ports open "
       "again\n"
       "when their time is over, also when lanwarden was restarted. What happens goes to standard error, a "
       "line\n"
       "an event; with --json as JSON Lines to standard output.\n\n"
       "SIGTERM stops it, SIGHUP reads the configuration anew. Root is needed to open interfaces only,\n"
       "and given up after that (--user says for whom); or give the service CAP_NET_RAW (agent/doc/run.md "
       "has a\n"
       "unit file).\n\n"
       "examples:\n"
       "  lanwarden run -c /etc/lanwarden/lanwarden.toml\n"
       "  lanwarden run --user lanwarden\n"
       "  systemctl reload lanwarden\n\n"
       "exit: 0 stopped by a signal, 2 usage, configuration, an interface or the store",
       define_run},
      {"status", "what the daemon does, has heard and missed, and does next",
       "One screen: interfaces and frames lost, switches that are silent, open incidents and those that wait "
       "for\nyou, ports that are shut and when they open, queues that were full. Asks the daemon of this "
       "store over a\nsocket beside it; the daemon's user and group may.\n\n"
       "examples:\n"
       "  lanwarden status\n"
       "  lanwarden status --watch\n"
       "  lanwarden status --json | jq '.switches[] | select(.error)'\n\n"
       "exit: 0 it runs, 1 no daemon runs on this store, 2 configuration or store, 3 a daemon that does not "
       "answer",
       define_status},
      {"notify", "who is told what happens: state of each [[notify]] channel, and a test of it",
       "Without more: each channel, how much waits for it, and since when and why it fails. What waits is "
       "told\n"
       "by \"lanwarden run\" when the channel works again, also after a restart; many at once go as one "
       "digest.\n"
       "\"notify test\" sends a test, each channel by itself, from this process: nothing is stored.\n\n"
       "examples:\n"
       "  lanwarden notify\n"
       "  lanwarden notify test              all of them\n"
       "  lanwarden notify test pager mail\n"
       "  lanwarden notify --json | jq 'select(.state == \"failing\")'\n\n"
       "exit: 0 done, or all tests were delivered; 1 some were not; 2 usage or configuration; 3 none was",
       define_notify},
      {"incidents", "what happened, newest first; with an ID the whole story",
       "One incident is one culprit: whatever kinds of trouble it causes join it, until it has been quiet "
       "for\n"
       "[incidents] close_after. --json prints a line an incident, with its timeline.\n\n"
       "examples:\n"
       "  lanwarden incidents --open              what is not over\n"
       "  lanwarden incidents --since yesterday   or: 2h ago, yesterday 14:00\n"
       "  lanwarden incidents 7                   the whole story, with what was written to which switch\n"
       "  lanwarden isolate 7                     approves one that is asked for\n"
       "  lanwarden incidents --json | jq 'select(.state == \"asked\") | .id'\n\n"
       "exit: 0 done, 1 no such incident, 2 usage or configuration",
       define_incidents},
      {"report", "an incident as a bundle to send: report.html, evidence.pcapng, incident.json",
       "report.html needs nothing but a browser and prints well: the story, the way through the switches, "
       "the\n"
       "frames decoded, what was done and how to undo it. evidence.pcapng opens in Wireshark, a comment on "
       "each\n"
       "frame. No secret of the configuration is in any of them. The folder is made; files of an earlier "
       "report\n"
       "in it are replaced.\n\n"
       "examples:\n"
       "  lanwarden report 7 -o incident-7\n\n"
       "exit: 0 written, 1 no such incident, 2 usage, configuration or a folder that cannot be written",
       define_report},
      {"isolate", "takes a station, an incident's culprit, or a named port off the network",
       "Looks again, obeys every guard rail, asks before it acts (or --yes), reads back what it did, and "
       "writes down\n"
       "how to undo it. The port opens by itself when the time is over (lanwarden run, or restore --due).\n"
       "Ways: admin-down shuts the port; quarantine moves it into isolation.quarantine_vlan; power-cycle "
       "switches "
       "its\n"
       "PoE off and on. A refusal names its rule; --force RULE lifts one, where that may be.\n\n"
       "examples:\n"
       "  lanwarden isolate 00:0d:4b:ce:20:cd --dry-run      shows every variable that would be written\n"
       "  lanwarden isolate 7 --for 2h                       the culprit of incident 7\n"
       "  lanwarden isolate floor3 A1 --yes --reason 'clock answers every ARP probe'\n"
       "  lanwarden isolate 7 --way quarantine --mark --yes\n"
       "  lanwarden isolate 7 --force protected-port --reason 'agreed with the owner' --yes\n\n"
       "exit: 0 isolated (or would be, with --dry-run), 2 usage or configuration, 3 the switch did not "
       "answer or\n"
       "refused, 4 refused by a guard rail or not confirmed",
       define_isolate},
      {"restore", "opens an isolated port again",
       "examples:\n"
       "  lanwarden restore 3\n"
       "  lanwarden restore floor3 A1\n"
       "  lanwarden restore --due            what was to be open by now: for cron, where lanwarden run is "
       "not used\n"
       "  lanwarden restore --all --yes\n\n"
       "exit: 0 open again, 1 nothing to restore, 2 usage or configuration, 3 a switch did not answer or "
       "refused,\n"
       "4 not confirmed",
       define_restore},
      {"isolations", "which ports lanwarden holds, and everything it ever wrote to a switch",
       "examples:\n"
       "  lanwarden isolations              what is held now\n"
       "  lanwarden isolations 3            one whole, with every SET and answer\n"
       "  lanwarden isolations --trail      the audit trail: who, when, why, what, which answers\n\n"
       "exit: 0 done, 1 no such isolation, 2 usage or configuration",
       define_isolations},
      {"export", "the whole memory as JSON Lines, or rows of one kind as CSV",
       "Switches with their last snapshots, stations, places, addresses and names with their times, links, "
       "incidents with\ntheir frames, isolations, and the trail of what was written to switches. The same "
       "memory "
       "gives the same text.\nA FILE is written whole or not at all, for its owner alone.\n\n"
       "examples:\n"
       "  lanwarden export -o memory.jsonl\n"
       "  lanwarden export | zstd > memory.jsonl.zst\n"
       "  lanwarden export place past-place | jq -r .mac | sort | uniq -c\n"
       "  lanwarden export address --format csv -o addresses.csv\n\n"
       "exit: 0 done, 2 usage, store or a file that cannot be written",
       define_export},
      {"import", "makes a memory of what export wrote",
       "Into a store that is empty: all of it in one transaction, or nothing. What is wrong is named with "
       "its "
       "line.\nNobody is told of the old incidents; ports that were shut then are known to be.\n\n"
       "examples:\n"
       "  lanwarden --store new.db import memory.jsonl\n"
       "  zstd -dc memory.jsonl.zst | lanwarden --store new.db import -\n\n"
       "exit: 0 done, 2 usage, a store that is not empty, or a file that is wrong or cannot be read",
       define_import},
      {"backup", "a checked copy of the store, also while the daemon runs",
       "The copy is one file, checked before it gets its name, and for its owner alone. To restore: stop the "
       "daemon,\nmove the copy to the store's place, remove the old store's -wal and -shm files.\n\n"
       "examples:\n"
       "  lanwarden backup /var/backups/lanwarden-$(date +%F).db\n"
       "  lanwarden --store /var/backups/lanwarden-2026-01-02.db where ce:20:cd --stored\n\n"
       "exit: 0 done, 2 usage, a file that is there already, a damaged store, or no room",
       define_backup},
  };
  return kCommands;
}

}  // namespace lanwarden::agent
