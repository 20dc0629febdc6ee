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
/// cut off and its initial value taken when there is one. `into` is empty before.
LoadedFile parse_snmprec(std::string_view text, Table& into);

/// Lines `OID = TYPE: value`, with strings over several lines, Hex-STRINGs
/// continued, enumerations "up(1)", "Wrong Type" notes, indexes in brackets. `into` is empty before.
LoadedFile parse_walk(std::string_view text, Table& into);

/// One file (with the files of its VLAN contexts beside it) or all of a folder,
/// by name: `NAME.snmprec`, `NAME@10.snmprec`, `NAME.txt`, `NAME-walk.txt`,
/// `NAME.snmpwalk`, `NAME.walk`, `NAME.properties`, `NAME.vlan.10.txt`. Other
/// files are passed over, texts without a single variable too. Fails when there
/// is no such path or nothing in it is a recording.
topology::Result<std::vector<Recording>, std::string> load_recordings(const std::filesystem::path& path);

/// Lets ifAdminStatus be written, up(1), down(2) or testing(3), with
/// ifOperStatus following: what a live switch would do.
void allow_port_control(TableMib& view);

struct ServeOptions {
  std::uint16_t port = 0;  ///< of every agent; 0: each its own, chosen by the kernel
  unsigned net = 10;       ///< addresses 127.<net>.x.y
  std::string read_community = "public";
  std::string write_community;  ///< empty: nothing is ever written
  Faults faults;
};
struct ServedAgent {
  std::string name;
  AgentId agent = 0;
  Endpoint endpoint;
};
/// Adds an agent for each recording, in order; sysUpTime counts from now on.
topology::Result<std::vector<ServedAgent>, std::string> serve_recordings(
    AgentServer& server, std::span<const Recording> recordings, const ServeOptions& options);

/// A lanwarden.toml that points at these agents, SNMPv2c. Without a write
/// community there is no write_credential.
std::string lanwarden_toml(std::span<const ServedAgent> agents, std::string_view read_community,
                           std::string_view write_community);

/// 127.0.0.0/8 spread for many agents on one port: index 0 is 127.<net>.0.1;
/// never a .0 or .255 at the end. net 1..254, index below 256*254.
std::string loopback_address(std::size_t index, unsigned net = 10);

}  // namespace lanwarden::lab
