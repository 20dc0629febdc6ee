#include "mibs/resolve.h"

namespace lanwarden::mibs {
namespace {

constexpr std::uint32_t kChassis = 3, kModule = 9, kStack = 11;
constexpr int kDeepest = 12;  ///< an agent whose containment goes in a circle is not followed for ever

std::string numbered(const char* what, const PhysicalRow& row) {
  return row.position >= 0 ? std::string(what) + " " + std::to_string(row.position) : std::string();
}

/// "module A": a bare letter or number says nothing by itself, a name of several signs does.
std::string label(const char* what, const PhysicalRow& row) {
  if (row.name.empty()) return numbered(what, row);
  return row.name.size() <= 2 ? std::string(what) + " " + row.name : row.name;
}

/// A port whose physical name is the interface's own repeats what stands beside it: its position says more.
std::string port_label(const topology::Interface& i, const PhysicalRow& row) {
  const bool repeats = row.name.empty() || row.name == i.name || row.name == i.descr;
  if (const std::string number = numbered("port", row); repeats && !number.empty()) return number;
  return row.name;
}

}  // namespace

void resolve_places(const Tables& t, topology::SwitchSnapshot& s) {
  for (topology::Interface& i : s.interfaces) {
    const auto alias = t.entity_aliases.find(i.ifindex.value);
    if (alias == t.entity_aliases.end()) continue;
    const auto port = t.entity_physical.find(alias->second);
    if (port == t.entity_physical.end()) continue;
    std::string module, chassis;
    bool stacked = false;
    std::uint32_t at = port->second.contained_in;
    for (int depth = 0; depth < kDeepest && at != 0; ++depth) {
      const auto row = t.entity_physical.find(at);
      if (row == t.entity_physical.end()) break;
      if (row->second.kind == kModule && module.empty()) module = label("module", row->second);
      if (row->second.kind == kChassis && chassis.empty()) chassis = label("unit", row->second);
      if (row->second.kind == kStack) stacked = true;
      at = row->second.contained_in;
    }
    std::string where;
    const auto append = [&](const std::string& part) {
      if (part.empty()) return;
      if (!where.empty()) where += ' ';
      where += part;
    };
    if (stacked) append(chassis);
    append(module);
    append(port_label(i, port->second));
    i.physical = std::move(where);
  }
}

}  // namespace lanwarden::mibs
