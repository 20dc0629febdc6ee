#include "agent/capture/pcapng_writer.h"

#include <algorithm>
#include <ostream>
#include <sstream>

#include "agent/capture/capture_format.h"

namespace lanwarden::agent {
namespace {

// Block types and option codes, draft-ietf-opsawg-pcapng §3.5 and §4.
constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint16_t kEndOfOptions = 0, kComment = 1;
constexpr std::uint16_t kUserApplication = 4;      // of a section header
constexpr std::uint16_t kName = 2, kTimeUnit = 9;  // of an interface description
constexpr char kNanoseconds = 9;                   // units of 10^-9 s
constexpr std::size_t kLongestText = 65'535;

template <class T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void pad(std::string& out) { out.append((4 - out.size() % 4) % 4, '\0'); }

void put_option(std::string& out, std::uint16_t code, std::string_view text) {
  if (text.empty()) return;
  if (text.size() > kLongestText) {
    std::size_t length = kLongestText;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xc0U) == 0x80U) --length;  // UTF-8
    text = text.substr(0, length);
  }
  put(out, code);
  put(out, static_cast<std::uint16_t>(text.size()));
  out += text;
  pad(out);
}

void end_options(std::string& out) {
  put(out, kEndOfOptions);
  put(out, std::uint16_t{0});
}

}  // namespace

PcapngWriter::PcapngWriter(std::ostream& out, std::string_view comment) : out_(out) {
  std::string body;
  put(body, kByteOrderMagic);
  put(body, std::uint16_t{1});  // version 1.0
  put(body, std::uint16_t{0});
  put(body, ~std::uint64_t{0});  // the section's length is not told: it grows
  put_option(body, kComment, comment);
  put_option(body, kUserApplication, "lanwarden");
  end_options(body);
  write(kSectionHeader, std::move(body));
}

void PcapngWriter::add(const EvidenceFrame& frame) {
  const std::uint32_t interface = interface_of(frame);
  const std::size_t captured = std::min<std::size_t>(frame.bytes.size(), kMaxFrame);
  const auto since_1970 = static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, std::chrono::nanoseconds(frame.time.time_since_epoch()).count()));
  std::string body;
  body.reserve(captured + frame.comment.size() + 64);
  put(body, interface);
  put(body, static_cast<std::uint32_t>(since_1970 >> 32));
  put(body, static_cast<std::uint32_t>(since_1970));
  put(body, static_cast<std::uint32_t>(captured));
  put(body, std::max(frame.wire_length, static_cast<std::uint32_t>(captured)));
  body.append(reinterpret_cast<const char*>(frame.bytes.data()), captured);
  pad(body);
  if (!frame.comment.empty()) {
    put_option(body, kComment, frame.comment);
    end_options(body);
  }
  write(kEnhancedPacket, std::move(body));
  ++frames_;
}

bool PcapngWriter::good() const { return out_.good(); }

std::uint32_t PcapngWriter::interface_of(const EvidenceFrame& frame) {
  const auto [at, is_new] =
      interfaces_.emplace(std::pair{frame.interface, static_cast<std::uint16_t>(frame.link_type)},
                          static_cast<std::uint32_t>(interfaces_.size()));
  if (is_new) {
    std::string body;
    put(body, static_cast<std::uint16_t>(frame.link_type));
    put(body, std::uint16_t{0});  // reserved
    put(body, std::uint32_t{0});  // no limit to a frame's length
    put_option(body, kName, frame.interface);
    put_option(body, kTimeUnit, std::string_view(&kNanoseconds, 1));
    end_options(body);
    write(kInterfaceDescription, std::move(body));
  }
  return at->second;
}

void PcapngWriter::write(std::uint32_t type, std::string body) {
  std::string head;
  const auto length = static_cast<std::uint32_t>(body.size() + 12);
  put(head, type);
  put(head, length);
  put(body, length);
  out_ << head << body;
}

std::string to_pcapng(std::span<const EvidenceFrame> frames, std::string_view section_comment) {
  std::ostringstream out;
  PcapngWriter writer(out, section_comment);
  for (const EvidenceFrame& frame : frames) writer.add(frame);
  return std::move(out).str();
}

}  // namespace lanwarden::agent
