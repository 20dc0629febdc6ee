// bridge_agent BRIDGE: answers snmpd's pass_persist requests (snmpd.conf(5)) for
// 1.3.6.1.2.1.17 from the kernel's own forwarding database.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>

#include "bridge_mib.h"

using namespace lanwarden::integration;

namespace {

/// ".1.3.6.1" to its parts; what is no number ends it.
OidParts parse_oid(const std::string& text) {
  OidParts parts;
  const char* at = text.c_str();
  while (*at == '.') {
    char* end = nullptr;
    const auto part = std::strtoul(at + 1, &end, 10);
    if (end == at + 1) break;
    parts.push_back(static_cast<std::uint32_t>(part));
    at = end;
  }
  return parts;
}

std::string to_text(const OidParts& oid) {
  std::string text;
  for (const auto part : oid) text.append(1, '.').append(std::to_string(part));
  return text;
}

/// The view is kept for a moment: snmpd asks for one instance at a time, and a
/// walk should see one state of the bridge.
class Agent {
 public:
  explicit Agent(std::string bridge) : bridge_(std::move(bridge)) {}

  void answer_get(const OidParts& oid) { print(view().find(oid)); }
  void answer_next(const OidParts& oid) { print(view().upper_bound(oid)); }

 private:
  const MibView& view() {
    const auto now = std::chrono::steady_clock::now();
    if (view_.empty() || now - read_at_ > std::chrono::milliseconds{250}) {
      view_ = bridge_mib(read_kernel_bridge(bridge_));
      read_at_ = now;
    }
    return view_;
  }
  void print(MibView::const_iterator row) const {
    if (row == view_.end())
      std::cout << "NONE\n";
    else
      std::cout << to_text(row->first) << '\n' << row->second.type << '\n' << row->second.value << '\n';
    std::cout.flush();
  }

  std::string bridge_;
  MibView view_;
  std::chrono::steady_clock::time_point read_at_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr
        << "usage: bridge_agent BRIDGE   (from snmpd.conf: pass_persist .1.3.6.1.2.1.17 bridge_agent br0)\n";
    return 2;
  }
  Agent agent(argv[1]);
  std::string command, oid, value;
  while (std::getline(std::cin, command) && !command.empty()) {
    if (command == "PING") {
      std::cout << "PONG" << std::endl;
    } else if (command == "get" && std::getline(std::cin, oid)) {
      agent.answer_get(parse_oid(oid));
    } else if (command == "getnext" && std::getline(std::cin, oid)) {
      agent.answer_next(parse_oid(oid));
    } else if (command == "set" && std::getline(std::cin, oid) && std::getline(std::cin, value)) {
      std::cout << "not-writable" << std::endl;
    }
  }
  return 0;
}
