#include "analysis/arp_routine.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "analysis/decode/link_layer.h"

namespace lanwarden::analysis {
namespace {

// No detector of ARP weighs together what is further apart, long memories aside, which RoutineArp feeds.
constexpr Duration kExamined = std::chrono::minutes(2);
constexpr Duration kSilence = std::chrono::milliseconds(125);
constexpr Duration kLongSilence = std::chrono::minutes(10);
constexpr Duration kAnswer = std::chrono::seconds(1);

// be16() and its like as one load and a swap each: g++ 12 makes a load of every octet out of their shifts,
// which this, that every frame passes, would feel.
template <class T>
T wide(Octets b, std::size_t at) {
  T value;
  std::memcpy(&value, b.data() + at, sizeof value);
  if constexpr (std::endian::native == std::endian::big)
    return value;
  else if constexpr (sizeof value == 8)
    return __builtin_bswap64(value);
  else if constexpr (sizeof value == 4)
    return __builtin_bswap32(value);
  else
    return __builtin_bswap16(value);
}
std::uint16_t wide16(Octets b, std::size_t at) { return wide<std::uint16_t>(b, at); }
std::uint32_t wide32(Octets b, std::size_t at) { return wide<std::uint32_t>(b, at); }
std::uint64_t wide64(Octets b, std::size_t at) { return wide<std::uint64_t>(b, at); }

// As many as it can.
void count(std::uint8_t& counter) {
  if (counter < 0xff) ++counter;
}

bool is_question(const Frame& frame, const Arp& arp, std::uint32_t from, std::uint32_t to) {
  return arp.is_request() && frame.dst.is_broadcast() && frame.src == arp.sender_mac && from != 0 &&
         to != 0 && from != to;
}

bool is_answer(const Frame& frame, const Arp& arp, std::uint32_t from, std::uint32_t to) {
  return arp.is_reply() && frame.src == arp.sender_mac && frame.dst == arp.target_mac &&
         is_unicast(frame.dst) && from != 0 && to != 0 && from != to;
}

// Keepalived and many another repeat them for ever.
bool is_repeated_announcement(const Frame& frame, const Arp& arp, MacAddress user) {
  return arp.is_announcement() && frame.dst.is_broadcast() && frame.src == arp.sender_mac &&
         arp.sender_mac == user;
}

}  // namespace

void ArpRoutine::Address::add_asker(MacAddress asker) {
  if (asker_count < askers.size() && !is_known(asker)) askers[asker_count++] = asker;
}

bool ArpRoutine::Address::is_known(MacAddress asker) const {
  const auto end = askers.begin() + asker_count;
  return std::find(askers.begin(), end, asker) != end;
}

Time& ArpRoutine::rest_of(MacAddress station) {
  return restless_[static_cast<std::size_t>((station.bits() * 0x9e3779b97f4a7c15ULL) >> 54)];
}

void ArpRoutine::restless(MacAddress station, Time now) {
  Time& until = rest_of(station);
  until = std::max(until, now + kExamined);
}

bool read_plain(const RawFrame& raw, PlainArp& arp) {
  constexpr std::size_t kArpOctets = 28;
  constexpr std::uint64_t kIpv4OverEthernet = 0x0806'0001'0800'0604;  // from the type field on
  constexpr std::size_t kType = kEthernetHeader - 2;
  const Octets b = raw.bytes;
  if (raw.link_type != LinkType::kEthernet || b.size() < kEthernetHeader + kArpOctets) return false;
  std::size_t at = kType;
  VlanId vlan = topology::kNoVlan;
  while (is_vlan_tag(wide16(b, at))) {
    if (vlan == topology::kNoVlan) vlan = VlanId{static_cast<std::uint16_t>(wide16(b, at + 2) & 0x0fff)};
    at += 4;
    if (b.size() < at + 2 + kArpOctets) return false;
  }
  if (wide64(b, at) != kIpv4OverEthernet) return false;
  const MacAddress to{wide64(b, 0) >> 16};
  switch (static_cast<ArpOperation>(wide16(b, at + 8))) {
    case ArpOperation::kRequest:
      if (!to.is_broadcast()) return false;
      arp.asker = {};
      break;
    case ArpOperation::kReply:
      if (!is_unicast(to) || to != MacAddress(wide64(b, at + 20) >> 16)) return false;
      arp.asker = to;
      break;
    default:
      return false;
  }
  const std::uint64_t sender = wide64(b, at + 10);  // and the first half of its IP address
  arp.from = static_cast<std::uint32_t>(sender << 16) | wide16(b, at + 18);
  arp.to = wide32(b, at + 26);
  if (arp.from == 0 || arp.to == 0 || arp.from == arp.to) return false;
  arp.station = MacAddress(sender >> 16);
  if (MacAddress(wide64(b, 6) >> 16) != arp.station) return false;
  arp.lan = {raw.source, vlan};
  arp.frame = {raw.source, raw.number, std::clamp(raw.time, kEarliest, kLatest)};
  return true;
}

bool ArpRoutine::question_passes(const PlainArp& question, const Places& places) {
  Address* const sender = addresses_.find({question.lan, question.from}, places.from);
  if (sender == nullptr || !is_settled(*sender, question.station)) return false;
  const Time now = question.frame.time;
  const Duration silent = now - sender->last;
  if (silent < kSilence || silent > kLongSilence) return false;
  Address* const target = addresses_.find({question.lan, question.to}, places.to);
  if (target == nullptr || !target->asked_settled ||
      (target->asker_count < target->askers.size() && !target->is_known(question.station)))
    return false;
  sender->last = now;
  sender->last_passed = question.frame.number;
  sender->awaits = question.to;
  count(sender->questions);
  target->asked = now;
  return true;
}

bool ArpRoutine::answer_passes(const PlainArp& answer, const Places& places) {
  Address* const asker = addresses_.find({answer.lan, answer.to}, places.to);
  if (asker == nullptr || asker->awaits != answer.from || asker->user != answer.asker ||
      !within(asker->last, answer.frame.time, kAnswer))
    return false;
  Address* const sender = addresses_.find({answer.lan, answer.from}, places.from);
  if (sender == nullptr || !is_settled(*sender, answer.station)) return false;
  asker->awaits = 0;
  sender->last_answer = answer.frame.time;
  sender->last_answer_number = answer.frame.number;
  count(sender->answers);
  return true;
}

FrameRef ArpRoutine::last_heard(const Lan& lan, MacAddress station) const {
  FrameRef last{lan.source, 0, {}};
  addresses_.for_each([&](const AddressKey& key, const Address& address) {
    if (address.user == station && address.last_passed != 0 && key.lan == lan && address.last > last.time)
      last = {lan.source, address.last_passed, address.last};
  });
  return last;
}

ArpRoutine::Address& ArpRoutine::obtain(const AddressKey& key, Time now) {
  const auto [address, is_new] = addresses_.obtain(key);
  if (is_new) open(address, now);
  return address;
}

void ArpRoutine::open(Address& address, Time now) {
  address.settled = Time{};
  address.asked_settled = false;
  address.examined_until = now + kExamined;
}

void ArpRoutine::tell(const AddressKey& key, Address& address, std::uint32_t source, PassedBy& passed) {
  if (address.questions == 0 && address.answers == 0 && address.asked == Time{}) return;
  passed.of[passed.size++] = {key,
                              address.user,
                              address.since,
                              {source, address.last_passed, address.last},
                              {source, address.last_answer_number, address.last_answer},
                              address.questions,
                              address.answers,
                              address.asked,
                              address.askers,
                              address.asker_count};
  address.questions = address.answers = 0;
  address.asked = Time{};
}

ArpRoutine::PassedBy ArpRoutine::examine(const Frame& frame, const Arp& arp) {
  PassedBy passed;
  const std::uint32_t from = arp.sender_ip.v4_bits(), to = arp.target_ip.v4_bits();
  const Lan lan = lan_of(frame);
  const Time now = frame.time;
  const bool question = is_question(frame, arp, from, to);
  bool usual = question || is_answer(frame, arp, from, to);
  if (from != 0) {
    const AddressKey key{lan, from};
    Address& sender = obtain(key, now);
    tell(key, sender, frame.source, passed);
    usual = usual || is_repeated_announcement(frame, arp, sender.user);
    if (sender.user != arp.sender_mac) {
      usual = usual && sender.user.is_zero();
      sender.user = arp.sender_mac;
      sender.since = now;
      open(sender, now);
    }
    if (!usual) open(sender, now);
    if (question && now >= sender.examined_until && now >= rest_of(frame.src)) sender.settled = now;
    sender.last = now;
    sender.awaits = 0;
  }
  if (to != 0 && to != from) {
    const AddressKey key{lan, to};
    Address& target = obtain(key, now);
    tell(key, target, frame.source, passed);
    if (!usual) open(target, now);
    if (question) {
      target.add_asker(frame.src);
      if (now >= target.examined_until) target.asked_settled = true;
    }
  }
  if (!usual) {
    restless(frame.src, now);
    restless(arp.sender_mac, now);
  }
  return passed;
}

ArpRoutine::PassedBy ArpRoutine::examine(const Frame& frame, const Dhcp& dhcp) {
  PassedBy passed;
  for (const IpAddress& ip : {dhcp.your_ip, dhcp.requested_ip}) {
    const AddressKey key{lan_of(frame), ip.v4_bits()};
    Address* address = key.ip == 0 ? nullptr : addresses_.find(key);
    if (address == nullptr) continue;
    tell(key, *address, frame.source, passed);
    open(*address, frame.time);
  }
  restless(dhcp.client, frame.time);
  return passed;
}

}  // namespace lanwarden::analysis
