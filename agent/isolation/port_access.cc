// Reading a port and writing to it: what every step of isolating and restoring is made of.
#include <fmt/format.h>

#include <algorithm>

#include "agent/isolation/attempt.h"
#include "agent/isolation/isolator.h"

namespace lanwarden::agent {
namespace {

using topology::OperStatus;
namespace objects = snmp::objects;

OperStatus admin_of(const std::optional<std::string>& value) {
  return value == "1" ? OperStatus::kUp : value == "2" ? OperStatus::kDown : OperStatus::kUnknown;
}

// ifOperStatus: up(1) down(2) testing(3) unknown(4) dormant(5) notPresent(6) lowerLayerDown(7)
OperStatus oper_of(const std::optional<std::string>& value) {
  if (value == "1") return OperStatus::kUp;
  return value == "2" || value == "5" || value == "6" || value == "7" ? OperStatus::kDown
                                                                      : OperStatus::kUnknown;
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\0' || std::isspace(static_cast<unsigned char>(text.back())) != 0))
    text.pop_back();
  return text;
}

}  // namespace

bool Isolator::Port::all(const std::vector<VariableChange>& changes, Standing wanted) const {
  bool any = false;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (!essential(changes[i])) continue;
    if (standing(changes[i], values[i]) != wanted) return false;
    any = true;
  }
  return any;
}

bool Isolator::Port::any(const std::vector<VariableChange>& changes, Standing wanted) const {
  for (std::size_t i = 0; i < changes.size(); ++i)
    if (essential(changes[i]) && standing(changes[i], values[i]) == wanted) return true;
  return false;
}

bool essential(const VariableChange& change) { return !change.name.starts_with("ifAlias."); }

std::string lines_of(const std::vector<snmp::Varbind>& varbinds) {
  std::string text;
  for (const snmp::Varbind& v : varbinds) text += (text.empty() ? "" : "\n") + to_string(v);
  return text;
}

topology::Result<Isolator::Port, snmp::Failure> Isolator::read_port(
    topology::SwitchId sw, topology::IfIndex ifindex, const std::vector<VariableChange>& changes) {
  std::vector<snmp::Variable> wanted{objects::if_name(ifindex), objects::if_descr(ifindex),
                                     objects::if_admin_status(ifindex), objects::if_oper_status(ifindex),
                                     objects::sys_uptime()};
  const std::size_t fixed = wanted.size();
  for (const VariableChange& c : changes) wanted.push_back(variable_of(c));
  auto values = switches_.read(sw, wanted);
  if (!values) return tl::make_unexpected(values.error());
  const snmp::Values& v = *values;
  Port port;
  port.exists = v[0].has_value() || v[1].has_value() || v[2].has_value();
  // As a poll names interfaces (topology::Interface::name).
  port.name = v[0] ? trimmed(*v[0]) : "";
  if (port.name.empty() && v[1]) port.name = trimmed(*v[1]);
  if (port.name.empty()) port.name = "port " + std::to_string(ifindex.value);
  port.admin = admin_of(v[2]);
  port.oper = oper_of(v[3]);
  if (v[4]) port.uptime_cs = std::strtoull(v[4]->c_str(), nullptr, 10);
  port.values.assign(std::make_move_iterator(values->begin() + static_cast<std::ptrdiff_t>(fixed)),
                     std::make_move_iterator(values->end()));
  return port;
}

topology::Result<void, snmp::Failure> Isolator::set(topology::SwitchId sw,
                                                    const std::vector<snmp::Varbind>& varbinds) {
  auto all = switches_.set(sw, varbinds);
  // Some agents take one variable a message, or none of several when one is not to be had.
  if (all || varbinds.size() < 2 || all.error().cause != snmp::Cause::kRefused) return all;
  for (const snmp::Varbind& v : varbinds)
    if (auto one = switches_.set(sw, std::span(&v, 1)); !one) return one;
  return {};
}

topology::Result<Isolator::Port, snmp::Failure> Isolator::settle(topology::SwitchId sw,
                                                                 topology::IfIndex ifindex,
                                                                 const std::vector<VariableChange>& changes,
                                                                 Towards towards, bool link_follows) {
  const Standing wanted = towards == Towards::kAfter ? Standing::kAfter : Standing::kBefore;
  topology::Duration waited{0};
  // A real agent's ifOperStatus follows only seconds later (its cache): one read proves nothing.
  for (;;) {
    auto port = read_port(sw, ifindex, changes);
    const bool there =
        port && port->all(changes, wanted) && (!link_follows || port->oper == OperStatus::kDown);
    if (there || waited >= options_.settle) return port;
    const auto wait = std::min(options_.between_reads, options_.settle - waited);
    clock_.sleep(wait);
    waited += wait;
  }
}

AuditEntry Isolator::line(const Isolation& i, const std::string& who, std::string action,
                          std::string why) const {
  AuditEntry entry;
  entry.time = clock_.now().wall;
  entry.who = who;
  entry.action = std::move(action);
  entry.why = std::move(why);
  if (i.id != 0) entry.isolation = i.id;
  entry.incident = i.incident;
  entry.switch_name = i.switch_name;
  entry.port = i.port;
  entry.mac = i.mac;
  return entry;
}

std::string status_words(topology::OperStatus admin, topology::OperStatus oper) {
  const auto word = [](OperStatus s) {
    return s == OperStatus::kUp ? "up" : s == OperStatus::kDown ? "down" : "unknown";
  };
  return fmt::format("admin {}, oper {}", word(admin), word(oper));
}

}  // namespace lanwarden::agent
