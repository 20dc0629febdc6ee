#include "tests/lab/agent/ber.h"

#include <algorithm>

namespace lanwarden::lab::ber {

namespace {

std::size_t length_of_length(std::size_t length) {
  std::size_t octets = 1;
  if (length >= 0x80) {
    for (; length != 0; length >>= 8) ++octets;
  }
  return octets;
}

void append_sub_id(Octets& out, std::uint64_t id) {
  int shift = 63;
  while (shift > 0 && (id >> shift) == 0) shift -= 7;
  for (; shift > 0; shift -= 7) out.push_back(static_cast<std::uint8_t>(0x80 | ((id >> shift) & 0x7f)));
  out.push_back(static_cast<std::uint8_t>(id & 0x7f));
}

}  // namespace

void append_header(Octets& out, std::uint8_t tag, std::size_t length) {
  out.push_back(tag);
  const std::size_t octets = length_of_length(length);
  if (octets == 1) {
    out.push_back(static_cast<std::uint8_t>(length));
    return;
  }
  out.push_back(static_cast<std::uint8_t>(0x80 | (octets - 1)));
  for (std::size_t i = octets - 1; i-- > 0;) out.push_back(static_cast<std::uint8_t>(length >> (8 * i)));
}

void append_tlv(Octets& out, std::uint8_t tag, OctetsView content) {
  append_header(out, tag, content.size());
  out.insert(out.end(), content.begin(), content.end());
}

void append_integer(Octets& out, std::int64_t value, std::uint8_t tag) {
  std::size_t octets = 1;
  while (octets < 8 && (value >> (8 * octets - 1)) != 0 && (value >> (8 * octets - 1)) != -1) ++octets;
  append_header(out, tag, octets);
  for (std::size_t i = octets; i-- > 0;) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void append_unsigned(Octets& out, std::uint64_t value, std::uint8_t tag) {
  std::size_t octets = 1;
  while (octets < 9 && (octets == 8 ? (value >> 63) : (value >> (8 * octets - 1))) != 0) ++octets;
  append_header(out, tag, octets);
  for (std::size_t i = octets; i-- > 0;) {
    out.push_back(i == 8 ? std::uint8_t{0} : static_cast<std::uint8_t>(value >> (8 * i)));
  }
}

void append_oid_content(Octets& out, OidView oid) {
  if (oid.size() < 2) {
    append_sub_id(out, oid.empty() ? 0 : std::uint64_t{oid[0]} * 40);
    return;
  }
  append_sub_id(out, std::uint64_t{oid[0]} * 40 + oid[1]);
  for (const std::uint32_t id : oid.subspan(2)) append_sub_id(out, id);
}

void append_oid(Octets& out, OidView oid) {
  // Nearly every name is shorter than 128 octets: write the length afterwards.
  const std::size_t at = out.size();
  out.push_back(0x06);
  out.push_back(0);
  append_oid_content(out, oid);
  const std::size_t length = out.size() - at - 2;
  if (length < 0x80) {
    out[at + 1] = static_cast<std::uint8_t>(length);
    return;
  }
  const Octets content(out.begin() + static_cast<std::ptrdiff_t>(at) + 2, out.end());
  out.resize(at);
  append_tlv(out, 0x06, content);
}

void append_value(Octets& out, const Value& value) {
  const auto tag = static_cast<std::uint8_t>(value.tag);
  switch (value.tag) {
    case Tag::kInteger:
      return append_integer(out, value.integer, tag);
    case Tag::kCounter32:
    case Tag::kGauge32:
    case Tag::kTimeTicks:
    case Tag::kCounter64:
      return append_unsigned(out, value.number, tag);
    case Tag::kOctets:
    case Tag::kOpaque:
    case Tag::kIpAddress:
      append_header(out, tag, value.octets.size());
      out.insert(out.end(), value.octets.begin(), value.octets.end());
      return;
    case Tag::kOid:
      return append_oid(out, value.oid);
    case Tag::kNull:
    case Tag::kNoSuchObject:
    case Tag::kNoSuchInstance:
    case Tag::kEndOfMibView:
      return append_header(out, tag, 0);
  }
}

void append_varbind(Octets& out, OidView name, const Value& value) {
  const std::size_t at = out.size();
  out.push_back(kSequence);
  out.push_back(0);
  append_oid(out, name);
  append_value(out, value);
  const std::size_t length = out.size() - at - 2;
  if (length < 0x80) {
    out[at + 1] = static_cast<std::uint8_t>(length);
    return;
  }
  Octets header;
  append_header(header, kSequence, length);
  out.insert(out.begin() + static_cast<std::ptrdiff_t>(at) + 2, header.begin() + 2, header.end());
  out[at + 1] = header[1];
}

Octets encode_varbind(OidView name, const Value& value) {
  Octets out;
  append_varbind(out, name, value);
  return out;
}

std::optional<Element> Reader::next() {
  if (rest_.size() < 2 || (rest_[0] & 0x1f) == 0x1f) return std::nullopt;
  std::size_t header = 2;
  std::size_t length = rest_[1];
  if (length >= 0x80) {
    const std::size_t octets = length & 0x7f;
    if (octets == 0 || octets > 4 || rest_.size() < 2 + octets) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < octets; ++i) length = length << 8 | rest_[2 + i];
    header += octets;
  }
  if (length > rest_.size() - header) return std::nullopt;
  const Element element{rest_[0], rest_.subspan(header, length), rest_.first(header + length)};
  rest_ = rest_.subspan(header + length);
  return element;
}

std::optional<Element> Reader::next(std::uint8_t tag) {
  auto element = next();
  if (element && element->tag != tag) element.reset();
  return element;
}

std::optional<std::int64_t> read_integer(OctetsView content) {
  if (content.empty() || content.size() > 8) return std::nullopt;
  std::uint64_t value = (content[0] & 0x80) ? ~std::uint64_t{0} : 0;
  for (const std::uint8_t octet : content) value = value << 8 | octet;
  return static_cast<std::int64_t>(value);
}

std::optional<std::uint64_t> read_unsigned(OctetsView content) {
  if (content.empty() || content.size() > 9 || (content.size() == 9 && content[0] != 0)) return std::nullopt;
  std::uint64_t value = 0;
  for (const std::uint8_t octet : content) value = value << 8 | octet;
  return value;
}

bool read_oid(OctetsView content, Oid& out) {
  out.clear();
  std::uint64_t id = 0;
  bool open = false;
  for (const std::uint8_t octet : content) {
    id = id << 7 | (octet & 0x7f);
    open = (octet & 0x80) != 0;
    // The first one carries two: up to 2*40 more.
    if (id > 0xffffffffULL + (out.empty() ? 80 : 0)) return false;
    if (open) continue;
    if (out.empty()) {
      const std::uint32_t first = id < 40 ? 0 : id < 80 ? 1 : 2;
      out.push_back(first);
      out.push_back(static_cast<std::uint32_t>(id - std::uint64_t{first} * 40));
    } else {
      if (out.size() == kMaxSubIds) return false;
      out.push_back(static_cast<std::uint32_t>(id));
    }
    id = 0;
  }
  return !open;
}

std::optional<Value> read_value(std::uint8_t tag, OctetsView content) {
  const auto octets = [&] {
    return Value{static_cast<Tag>(tag), 0, 0, std::string(content.begin(), content.end()), {}};
  };
  switch (static_cast<Tag>(tag)) {
    case Tag::kInteger:
      if (const auto v = read_integer(content)) return Value::of_integer(*v);
      return std::nullopt;
    case Tag::kCounter32:
    case Tag::kGauge32:
    case Tag::kTimeTicks:
    case Tag::kCounter64:
      if (const auto v = read_unsigned(content)) {
        if (static_cast<Tag>(tag) != Tag::kCounter64 && *v > 0xffffffffULL) return std::nullopt;
        return Value{static_cast<Tag>(tag), 0, *v, {}, {}};
      }
      return std::nullopt;
    case Tag::kOctets:
    case Tag::kOpaque:
      return octets();
    case Tag::kIpAddress:
      if (content.size() != 4) return std::nullopt;
      return octets();
    case Tag::kOid: {
      Value value{Tag::kOid, 0, 0, {}, {}};
      if (!read_oid(content, value.oid)) return std::nullopt;
      return value;
    }
    case Tag::kNull:
    case Tag::kNoSuchObject:
    case Tag::kNoSuchInstance:
    case Tag::kEndOfMibView:
      if (!content.empty()) return std::nullopt;
      return Value::exception(static_cast<Tag>(tag));
  }
  return std::nullopt;
}

std::optional<VarBind> read_varbind(OctetsView whole) {
  Reader outer(whole);
  const auto sequence = outer.next(kSequence);
  if (!sequence) return std::nullopt;
  Reader inner(sequence->content);
  const auto name = inner.next(0x06);
  const auto element = inner.next();
  if (!name || !element || !inner.at_end()) return std::nullopt;
  VarBind varbind;
  auto value = read_value(element->tag, element->content);
  if (!value || !read_oid(name->content, varbind.name)) return std::nullopt;
  varbind.value = std::move(*value);
  return varbind;
}

int compare_encoded(OctetsView a, OctetsView b) {
  const auto [in_a, in_b] = std::ranges::mismatch(a, b);
  if (in_a == a.end() || in_b == b.end()) {
    return in_a == a.end() ? (in_b == b.end() ? 0 : -1) : 1;
  }
  // The octets differ within a sub-identifier: the one with more octets is the
  // larger; of two with as many, the first different octet decides. An octet
  // with its high bit set is followed by more of the same sub-identifier.
  const auto left = [](auto at, auto end) {
    std::size_t n = 0;
    while (at != end && (*at++ & 0x80)) ++n;
    return n;
  };
  const std::size_t more_a = left(in_a, a.end());
  const std::size_t more_b = left(in_b, b.end());
  if (more_a != more_b) return more_a < more_b ? -1 : 1;
  return *in_a < *in_b ? -1 : 1;
}

}  // namespace lanwarden::lab::ber
