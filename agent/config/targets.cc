// What the SNMP adapter needs of the configuration.
#include "agent/config/config.h"

namespace lanwarden::agent {

const SwitchConfig* Config::find(std::string_view name) const {
  for (const SwitchConfig& s : switches)
    if (s.name == name) return &s;
  return nullptr;
}

std::vector<snmp::Target> Config::targets() const {
  const auto credential = [&](const std::string& name) -> const snmp::Credential* {
    for (const auto& c : credentials)
      if (c.name == name) return &c;
    return nullptr;
  };
  std::vector<snmp::Target> all;
  all.reserve(switches.size());
  for (const SwitchConfig& s : switches) {
    snmp::Target t;
    t.id = topology::SwitchId{static_cast<std::uint32_t>(all.size())};
    t.name = s.name;
    t.address = s.address;
    if (const auto* c = credential(s.credential)) t.read = *c;
    if (s.write_credential)
      if (const auto* c = credential(*s.write_credential)) t.write = *c;
    t.timeout = s.timeout.value_or(snmp.timeout);
    t.retries = s.retries.value_or(snmp.retries);
    t.in_flight = s.in_flight.value_or(snmp.in_flight);
    t.addresses_only = s.router;
    all.push_back(std::move(t));
  }
  return all;
}

}  // namespace lanwarden::agent
