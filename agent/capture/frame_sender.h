// Puts questions on a wire, and nothing but questions: analysis/question.h builds
// them, and `Questioner` refuses every other frame and every one too many.
//
//   auto wire = open_sender("eth0");                          // root, or cap_net_raw
//   Questioner ask(std::move(*wire));
//   const auto frame = analysis::arp_request(ask.asker().mac, {}, target, analysis::TargetHardware::kOnes);
//   const auto sent = ask.send(frame, now);                   // sent.error().cause, or when it may be tried
//   again
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/capture/frame_source.h"
#include "analysis/question.h"
#include "topology/ip_address.h"
#include "topology/mac_address.h"
#include "topology/time.h"

namespace lanwarden::agent {

/// One of this machine's addresses on an interface.
struct OwnAddress {
  topology::IpAddress ip;
  unsigned prefix = 0;  ///< length of the network part, bits
  /// Whether `other` is of the same family and network: reached without a router.
  bool same_network(topology::IpAddress other) const;
};

/// An interface one may send on. Not thread-safe; owns its socket.
class FrameSender {
 public:
  virtual ~FrameSender() = default;
  virtual const std::string& name() const = 0;
  virtual topology::MacAddress mac() const = 0;               ///< the interface's own
  virtual std::span<const OwnAddress> addresses() const = 0;  ///< as of opening; sorted
  /// One frame from the destination address on, without checksum, 60 octets at least. kSend: the kernel
  /// refused it, nothing was sent.
  virtual topology::Result<void, CaptureError> transmit(std::span<const std::uint8_t> frame) = 0;
};

/// Ethernet interfaces only (kLinkType). kNotFound, kPermission as for open_interface.
topology::Result<std::unique_ptr<FrameSender>, CaptureError> open_sender(const std::string& interface);

/// How fast questions may go out. The defaults are what one careful person with arping would send.
struct SendPace {
  unsigned burst = 8;                       ///< at once, after a silence
  std::chrono::milliseconds interval{100};  ///< then one each
};

/// The only way to send: harmless questions (analysis::refusal), no faster than the pace.
class Questioner {
 public:
  explicit Questioner(std::unique_ptr<FrameSender> wire, SendPace pace = {});

  const FrameSender& wire() const { return *wire_; }
  const analysis::Asker& asker() const { return asker_; }
  /// The address to ask `target` from: one in its network; else (for IPv6) a link-local one; else the
  /// unspecified address, with which the question is a probe.
  topology::IpAddress source_for(topology::IpAddress target) const;

  /// How long to wait from `now` until send() will not refuse for haste; zero: not at all.
  std::chrono::nanoseconds wait(topology::Time now) const;
  /// kRefused: not harmless, or sooner than wait() allows; nothing was sent.
  topology::Result<void, CaptureError> send(std::span<const std::uint8_t> frame, topology::Time now);
  std::uint64_t sent() const { return sent_; }

 private:
  std::unique_ptr<FrameSender> wire_;
  SendPace pace_;
  analysis::Asker asker_;
  std::optional<topology::Time> free_at_;  ///< when the whole burst is there again
  std::uint64_t sent_ = 0;
};

}  // namespace lanwarden::agent
