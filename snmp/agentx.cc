#include "snmp/agentx.h"

#include <fmt/format.h>

#include <array>

namespace lanwarden::snmp::agentx {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kNonDefaultContext = 0x08, kNetworkByteOrder = 0x10;
/// RFC 2741 §5.1: a name is at most as long as in SNMP.
constexpr std::size_t kMostSubIds = 128;
constexpr std::array<std::uint32_t, 4> kInternet{1, 3, 6, 1};

/// Reads one field after the other; once something is missing, nothing more is there.
class Reader {
 public:
  Reader(std::span<const std::uint8_t> octets, bool network_order)
      : rest_(octets), network_order_(network_order) {}
  bool failed() const { return failed_; }
  bool over() const { return rest_.empty(); }

  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return number(4); }
  void skip(std::size_t count) {
    if (rest_.size() < count) {
      fail();
      return;
    }
    rest_ = rest_.subspan(count);
  }
  /// RFC 2741 §5.3; padded to a multiple of four.
  void skip_octets() {
    const std::size_t size = u32();
    skip(size);
    skip((4 - size % 4) % 4);
  }
  /// RFC 2741 §5.1
  mibs::Oid oid(bool* include = nullptr) {
    const std::size_t count = u8();
    const std::uint32_t prefix = u8();
    const std::uint8_t flag = u8();
    u8();
    if (include != nullptr) *include = flag != 0;
    const std::size_t before = prefix == 0 ? 0 : kInternet.size() + 1;
    if (failed_ || rest_.size() < 4 * count || before + count > kMostSubIds) {
      fail();
      return {};
    }
    std::array<std::uint32_t, kMostSubIds> ids;
    std::size_t size = 0;
    if (prefix != 0) {
      for (const std::uint32_t id : kInternet) ids[size++] = id;
      ids[size++] = prefix;
    }
    for (std::size_t i = 0; i < count; ++i) ids[size++] = u32();
    return mibs::Oid(mibs::OidView(ids.data(), size));
  }

 private:
  std::uint32_t number(std::size_t width) {
    if (rest_.size() < width) {
      fail();
      return 0;
    }
    std::uint32_t n = 0;
    for (std::size_t i = 0; i < width; ++i) n = n << 8 | rest_[network_order_ ? i : width - 1 - i];
    rest_ = rest_.subspan(width);
    return n;
  }
  void fail() {
    failed_ = true;
    rest_ = {};
  }

  std::span<const std::uint8_t> rest_;
  bool network_order_;
  bool failed_ = false;
};

bool in_network_order(const Header& header) { return (header.flags & kNetworkByteOrder) != 0; }

}  // namespace

std::string error_name(std::uint16_t error) {
  switch (error) {
    case error::kOpenFailed:
      return "openFailed";
    case error::kNotOpen:
      return "notOpen";
    case error::kUnsupportedContext:
      return "unsupportedContext";
    case error::kDuplicateRegistration:
      return "duplicateRegistration";
    case error::kParseError:
      return "parseError";
    case error::kRequestDenied:
      return "requestDenied";
    default:
      return fmt::format("error {}", error);
  }
}

std::optional<Header> read_header(std::span<const std::uint8_t> octets) {
  if (octets.size() < kHeaderSize || octets[0] != kVersion || octets[1] < 1 ||
      octets[1] > static_cast<std::uint8_t>(Type::kResponse))
    return std::nullopt;
  Header h;
  h.type = static_cast<Type>(octets[1]);
  h.flags = octets[2];
  Reader in(octets.subspan(4, kHeaderSize - 4), in_network_order(h));
  h.session = in.u32();
  h.transaction = in.u32();
  h.packet = in.u32();
  h.size = in.u32();
  if (h.size % 4 != 0) return std::nullopt;
  return h;
}

std::optional<Request> read_request(const Header& header, std::span<const std::uint8_t> payload) {
  Reader in(payload, in_network_order(header));
  Request out;
  if ((header.flags & kNonDefaultContext) != 0) {
    out.other_context = true;
    in.skip_octets();
  }
  if (header.type == Type::kGetBulk) {
    out.non_repeaters = in.u16();
    out.max_repetitions = in.u16();
  }
  while (!in.over()) {
    SearchRange range;
    range.start = in.oid(&range.include);
    range.end = in.oid();
    if (!in.failed()) out.ranges.push_back(std::move(range));
  }
  if (in.failed()) return std::nullopt;
  return out;
}

std::optional<Response> read_response(const Header& header, std::span<const std::uint8_t> payload) {
  Reader in(payload, in_network_order(header));
  Response out;
  in.u32();  // res.sysUpTime
  out.error = in.u16();
  out.index = in.u16();
  if (in.failed()) return std::nullopt;
  return out;
}

Writer::Writer(const Header& header) {
  u8(kVersion).u8(static_cast<std::uint8_t>(header.type)).u8(kNetworkByteOrder).u8(0);
  u32(header.session).u32(header.transaction).u32(header.packet).u32(0);
}

Writer& Writer::u8(std::uint8_t value) {
  out_.push_back(value);
  return *this;
}
Writer& Writer::u16(std::uint16_t value) {
  return u8(static_cast<std::uint8_t>(value >> 8)).u8(static_cast<std::uint8_t>(value));
}
Writer& Writer::u32(std::uint32_t value) {
  return u16(static_cast<std::uint16_t>(value >> 16)).u16(static_cast<std::uint16_t>(value));
}

Writer& Writer::oid(mibs::OidView value) {
  u8(static_cast<std::uint8_t>(value.size())).u8(0).u8(0).u8(0);
  for (const std::uint32_t id : value) u32(id);
  return *this;
}

Writer& Writer::octets(std::string_view value) {
  u32(static_cast<std::uint32_t>(value.size()));
  out_.insert(out_.end(), value.begin(), value.end());
  out_.resize((out_.size() + 3) / 4 * 4);
  return *this;
}

Writer& Writer::varbind(const mibs::OwnVarbind& varbind) {
  using Syntax = mibs::OwnValue::Syntax;
  const mibs::OwnValue& value = varbind.value;
  u16(static_cast<std::uint8_t>(value.syntax)).u16(0).oid(varbind.name.view());
  switch (value.syntax) {
    case Syntax::kOctets:
      return octets(value.octets);
    case Syntax::kOid:
      return oid(value.oid.view());
    case Syntax::kCounter64:
      u32(static_cast<std::uint32_t>(value.number >> 32));
      [[fallthrough]];
    case Syntax::kInteger:
    case Syntax::kCounter32:
    case Syntax::kGauge32:
    case Syntax::kTimeTicks:
      break;
  }
  return u32(static_cast<std::uint32_t>(value.number));
}

Writer& Writer::varbind(mibs::OidView name, mibs::Value::Type exception) {
  // RFC 2741 §5.4: noSuchObject 128, noSuchInstance 129, endOfMibView 130.
  const auto tag = 128 + static_cast<int>(exception) - static_cast<int>(mibs::Value::Type::kNoSuchObject);
  return u16(static_cast<std::uint16_t>(tag)).u16(0).oid(name);
}

std::vector<std::uint8_t> Writer::take() {
  const auto size = static_cast<std::uint32_t>(out_.size() - kHeaderSize);
  for (std::size_t i = 0; i < 4; ++i) out_[16 + i] = static_cast<std::uint8_t>(size >> (24 - 8 * i));
  return std::move(out_);
}

}  // namespace lanwarden::snmp::agentx
