// What a master sends to a sub-agent that serves, as one stream.
#include <cstdlib>

#include "snmp/agentx_session.h"

namespace agentx = lanwarden::snmp::agentx;
namespace mibs = lanwarden::mibs;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const agentx::View view = [] {
    mibs::LanwardenMib mib;
    mib.switches.emplace_back().name = "floor3";
    mib.incidents.emplace_back().number = 1;
    return agentx::View(mibs::variables(mib), mibs::own_objects());
  }();
  const agentx::TimePoint now{};
  agentx::MasterSession session(mibs::lanwarden_root(), "lanwarden", now);
  // Open and Register are taken, so that requests reach the answers; session 0, which a request has by
  // default.
  for (std::uint32_t packet = 1; packet <= 2; ++packet) {
    const agentx::Header response{agentx::Type::kResponse, 0, 0, 0, packet, 0};
    session.take(agentx::Writer(response).u32(0).u16(0).u16(0).take(), view, now);
  }
  if (!session.serving()) std::abort();
  session.output().clear();
  const std::size_t half = size / 2;
  session.take({data, half}, view, now);
  session.take({data + half, size - half}, view, now);
  // Whatever is answered is AgentX.
  const auto& out = session.output();
  for (std::size_t at = 0; at < out.size();) {
    const auto header = agentx::read_header(std::span(out).subspan(at));
    if (!header || header->type != agentx::Type::kResponse ||
        out.size() - at < agentx::kHeaderSize + header->size)
      std::abort();
    at += agentx::kHeaderSize + header->size;
  }
  return 0;
}
