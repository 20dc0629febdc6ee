// Recordings of real switches, served as agents: `.snmprec` files (the format of
// snmpsim and LibreNMS) and what `snmpwalk -On` or `-OX` prints.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/lab/agent/agent_server.h"
#include "tests/lab/agent/table_mib.h"
#include "topology/result.h"

namespace lanwarden::lab {

/// A line that could not be read. The others still count.
struct BadLine {
  std::size_t line = 0;  ///< from 1
  std::string cause;
};

struct LoadedFile {
  std::filesystem::path file;
  std::string context;       ///< VLAN, of NAME@10.snmprec and NAME.vlan.10.txt; else empty
  std::size_t rows = 0;      ///< variables in it
  std::size_t repeated = 0;  ///< names that stood there before: the last one counts
  std::vector<BadLine> bad;
};

struct Recording {
  std::string name;                ///< of the file, without endings
  std::shared_ptr<TableMib> view;  ///< default context and VLAN contexts
  std::vector<LoadedFile> files;
};

/// `oid|type|value` a line. Types: 2 4 5 6 64 65 66 67 68 70, each with `x` for
/// hexadecimal; what snmpsim's variation modules add (`:numeric` and so on) is
/// cut off and its initial value taken when there is one.
LoadedFile parse_snmprec(std::string_view text, Table& into);

/// Lines `OID = TYPE: value`, with strings over several lines, Hex-STRINGs
/// continued, enumerations "up(1)", "Wrong Type" notes, indexes in brackets.
LoadedFile parse_walk(std::string_view text, Table& into);

/// One file (with the files of its VLAN contexts beside it) or all of a folder,
/// by name. Files of other kinds are passed over. Fails when there is no such
/// path or nothing in it is a recording. sysUpTime.0 of each goes on counting
/// from what was recorded once count_uptime() is called: AgentServer's owner does.
topology::Result<std::vector<Recording>, std::string> load_recordings(const std::filesystem::path& path);

/// A lanwarden.toml that points at agents serving these recordings, credential
/// "lab" with this community; `endpoints` in the order of `names`.
struct ServedAgent {
  std::string name;
  Endpoint endpoint;
};
std::string lanwarden_toml(std::span<const ServedAgent> agents, std::string_view read_community,
                           std::string_view write_community);

/// 127.0.0.0/8 spread for many agents on one port: index 0 is 127.<net>.0.1;
/// never a .0 or .255 at the end. net 1..254, index below 256*254.
std::string loopback_address(std::size_t index, unsigned net = 10);

}  // namespace lanwarden::lab
