// One way out. What it says of a delivery decides what becomes of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "agent/config/channel_config.h"
#include "agent/notify/message.h"

namespace lanwarden::agent {

struct Delivery {
  enum class Result : std::uint8_t {
    kDelivered,
    kFailed,   ///< not now: tried again until it works
    kRefused,  ///< it will not take this: tried again a few times, then dropped
  };
  Result result = Result::kFailed;
  std::string text;  ///< for people: what happened; never a secret, nothing of a URL but its host
  std::optional<topology::Duration> not_before;  ///< the receiver asked for so much patience

  static Delivery delivered(std::string text) { return {Result::kDelivered, std::move(text), {}}; }
  static Delivery failed(std::string text) { return {Result::kFailed, std::move(text), {}}; }
  static Delivery refused(std::string text) { return {Result::kRefused, std::move(text), {}}; }
};

class Channel {
 public:
  virtual ~Channel() = default;
  /// Waits until it is done, for `timeout` of the configuration or a little longer. One thread.
  virtual Delivery deliver(const Message& message) = 0;
  /// From another thread: what is under way, and what begins before rearm(), ends soon, as failed.
  virtual void abandon() = 0;
  virtual void rearm() = 0;
};

/// `config` was judged. Null for type "snmp": notify/snmp.h makes it.
std::unique_ptr<Channel> make_channel(const ChannelConfig& config);

}  // namespace lanwarden::agent
