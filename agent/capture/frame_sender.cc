#include "agent/capture/frame_sender.h"

#include <fmt/format.h>

#include <algorithm>

namespace lanwarden::agent {

using topology::IpAddress;
using topology::Time;

bool OwnAddress::same_network(IpAddress other) const {
  if (ip.is_v6() != other.is_v6()) return false;
  const auto a = ip.octets(), b = other.octets();
  for (unsigned bit = 0; bit < prefix && bit < 8 * a.size(); ++bit)
    if (((a[bit / 8] ^ b[bit / 8]) >> (7 - bit % 8) & 1) != 0) return false;
  return true;
}

Questioner::Questioner(std::unique_ptr<FrameSender> wire, SendPace pace)
    : wire_(std::move(wire)), pace_(pace) {
  asker_.mac = wire_->mac();
  for (const OwnAddress& a : wire_->addresses()) asker_.ips.push_back(a.ip);
}

IpAddress Questioner::source_for(IpAddress target) const {
  constexpr unsigned kLinkLocal = 0xfe80 >> 6;
  IpAddress link_local;
  for (const OwnAddress& a : wire_->addresses()) {
    if (a.ip != target && a.same_network(target)) return a.ip;
    if (a.ip.is_v6() && (a.ip.octets()[0] << 8 | a.ip.octets()[1]) >> 6 == kLinkLocal) link_local = a.ip;
  }
  return target.is_v6() && link_local != target ? link_local : IpAddress{};
}

// A bucket of `burst` frames that fills by one each `interval`, kept as the time when it will be full.
std::chrono::nanoseconds Questioner::wait(Time now) const {
  if (!free_at_) return {};
  const auto room = pace_.interval * (pace_.burst > 0 ? pace_.burst - 1 : 0);
  return std::max<std::chrono::nanoseconds>(*free_at_ - room - now, std::chrono::nanoseconds(0));
}

topology::Result<void, CaptureError> Questioner::send(std::span<const std::uint8_t> frame, Time now) {
  if (const auto why = analysis::refusal(frame, asker_))
    return tl::unexpected(
        CaptureError{CaptureError::Cause::kRefused, fmt::format("{}: not sent: {}", wire_->name(), *why)});
  if (const auto left = wait(now); left.count() > 0)
    return tl::unexpected(
        CaptureError{CaptureError::Cause::kRefused,
                     fmt::format("{}: not sent: the next question may go out in {} ms", wire_->name(),
                                 std::chrono::ceil<std::chrono::milliseconds>(left).count())});
  auto done = wire_->transmit(frame);
  if (!done) return done;
  free_at_ = std::max(free_at_.value_or(now), now) + pace_.interval;
  ++sent_;
  return {};
}

}  // namespace lanwarden::agent
