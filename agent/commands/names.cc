#include "agent/commands/names.h"

#include <fmt/format.h>

#include "agent/config/suggest.h"
#include "agent/output/views.h"

namespace lanwarden::agent {

void no_such(App& app, std::string_view what, std::string_view name,
             const std::vector<std::string_view>& known) {
  std::string more = perhaps(name, known);
  if (more.empty() && !known.empty()) {
    constexpr std::size_t kMost = 8;
    more = "; there ";
    more += known.size() == 1 ? "is " : "are ";
    for (std::size_t i = 0; i < known.size() && i < kMost; ++i)
      more.append(i == 0 ? "" : ", ").append(known[i]);
    if (known.size() > kMost) more += fmt::format(" and {} more", known.size() - kMost);
  }
  app.fail(kUsage, printable(fmt::format("no {} \"{}\"{}", what, name, more)));
}

const topology::Interface& port_named(App& app, const SwitchSnapshot& sw, const std::string& name) {
  if (const topology::Interface* i = sw.interface_named(name)) return *i;
  std::vector<std::string_view> known;
  for (const topology::Interface& i : sw.interfaces) known.push_back(i.name);
  no_such(app, "port of " + sw.name, name, known);
}

}  // namespace lanwarden::agent
