// What stations say of their names: the first octet chooses the service, the rest is the message. A valid
// frame is put around it, so that mutation need not find one.
#include <cstdlib>
#include <vector>

#include "analysis/acquaintances.h"
#include "analysis/decode/bridge_speech.h"
#include "analysis/decode/dns.h"

using namespace lanwarden::analysis;

namespace {

struct Said {
  bool v6;
  std::uint16_t from, to;
};
constexpr Said kServices[] = {{false, 137, 137},  {false, 138, 138},   {false, 5353, 5353},
                              {true, 5353, 5353}, {false, 5355, 9999}, {true, 5355, 9999},
                              {false, 68, 67},    {true, 546, 547}};

void big(std::vector<std::uint8_t>& out, std::size_t number) {
  out.push_back(static_cast<std::uint8_t>(number >> 8));
  out.push_back(static_cast<std::uint8_t>(number));
}

std::vector<std::uint8_t> frame_of(const Said& said, Octets message) {
  std::vector<std::uint8_t> out = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 1, 2, 3, 4, 5};
  const std::size_t udp = message.size() + 8;
  big(out, said.v6 ? 0x86dd : 0x0800);
  if (said.v6) {
    out.insert(out.end(), {0x60, 0, 0, 0});
    big(out, udp);
    out.insert(out.end(), {17, 255});
    out.insert(out.end(), 32, 0xfe);
  } else {
    out.insert(out.end(), {0x45, 0});
    big(out, udp + 20);
    out.insert(out.end(), {0, 1, 0, 0, 255, 17, 0, 0, 10, 0, 0, 7, 255, 255, 255, 255});
  }
  big(out, said.from);
  big(out, said.to);
  big(out, udp);
  big(out, 0);
  out.insert(out.end(), message.begin(), message.end());
  return out;
}

bool is_clean(const std::string& name) {
  for (const char c : name)
    if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '-' &&
        c != '.' && c != '_')
      return false;
  return !name.empty() && name.size() <= kLongestHostName;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // A copy of its own, so that the sanitizer sees a read past its end.
  const std::vector<std::uint8_t> message(data + 1, data + size);
  DnsReader reader(message);
  std::size_t records = 0;
  while (const auto record = reader.next()) {
    if (record->data + record->octets.size() > message.size()) std::abort();
    if (reader.name_at(record->name).size() > 255 || reader.name_at(record->data).size() > 255) std::abort();
    ++records;
  }
  if (records > DnsReader::kMostRecords) std::abort();

  const std::vector<std::uint8_t> octets = frame_of(kServices[data[0] % std::size(kServices)], message);
  RawFrame raw;
  raw.bytes = octets;
  raw.wire_length = static_cast<std::uint32_t>(octets.size());
  raw.number = 1;
  Frame frame;
  DecodeFault fault;
  if (!decode_into(raw, frame, fault)) return 0;
  Acquaintances acquaintances;
  acquaintances.on_frame(frame);
  for (const auto& name : acquaintances.take().names)
    if (!is_clean(name.heard.name)) std::abort();

  // LLDP and CDP behind their own headers.
  frame.ethertype = data[0] & 1U ? 0x88cc : 0x2000;
  frame.snap_oui = 0x00000c;
  frame.body.emplace<std::monostate>();
  frame.payload = message;
  static unsigned bridges = 0;  // so that the call is not left out
  bridges += speaks_as_bridge(frame);
  return bridges == 0xffff'ffffU;
}
