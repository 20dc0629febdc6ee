// Whom lanwarden is measured against: the barest loop Net-SNMP allows, its own command, and what Netdisco
// uses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lanwarden::bench {

struct Measured {
  double wall = 0, cpu = 0;     ///< seconds
  std::uint64_t variables = 0;  ///< received
  std::uint64_t rows = 0;       ///< of the forwarding table
  double rows_per_cpu() const { return static_cast<double>(rows) / cpu; }
  double variables_per_cpu() const { return static_cast<double>(variables) / cpu; }
};

/// Net-SNMP's asynchronous single-session API and nothing else: one GETBULK in flight to each agent, the last
/// name kept, variables counted and thrown away. Nothing is decoded, joined, timed or repeated.
Measured barest_loop(const std::vector<std::string>& addresses, const std::vector<std::string>& columns,
                     unsigned repetitions);

/// snmpbulkwalk -Cr50 of one column, `at_once` processes side by side.
Measured snmpbulkwalk(const std::vector<std::string>& addresses, const std::string& column, unsigned at_once);

/// What SNMP::Info, and so Netdisco, walks with: Net-SNMP's Perl binding, one process, port and status column
/// into hashes. nullopt when it is not installed (Debian: libsnmp-perl).
std::optional<Measured> perl_bulkwalk(const std::vector<std::string>& addresses);

double cpu_seconds(int who);  ///< of getrusage: RUSAGE_SELF, RUSAGE_CHILDREN

}  // namespace lanwarden::bench
