// Takes what switches say by themselves: traps and informs of SNMPv1, v2c and v3 (RFC 3416 §4.2.6, RFC 3414).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mibs/notification.h"
#include "snmp/target.h"
#include "topology/ip_address.h"
#include "topology/result.h"

namespace lanwarden::snmp {

struct Notification {
  topology::IpAddress from;  ///< who sent it; a proxy's or an SNMPv1 agent's own word for it comes before
  Version version = Version::kV2c;
  bool inform = false;  ///< was acknowledged before this is handed over
  mibs::Oid trap;       ///< snmpTrapOID.0
  mibs::Notified meaning;
};

struct NotificationCounts {
  std::uint64_t taken = 0;
  std::uint64_t unreadable = 0;  ///< no SNMP, cut off, or not authentic
  std::uint64_t strangers = 0;   ///< a community or user that no credential has, or less security than it
  std::uint64_t dropped = 0;     ///< by the kernel, because nobody had time to read
};

/// Belongs to the thread that owns Net-SNMP. Never answers anybody but with the acknowledgement of an inform
/// and the reports that SNMPv3 asks for.
class NotificationReceiver {
 public:
  /// `address`: "0.0.0.0:162", "[::]:162", "127.0.0.1:1162". The error is a sentence for people.
  static topology::Result<std::unique_ptr<NotificationReceiver>, std::string> open(
      const std::string& address);
  ~NotificationReceiver();
  NotificationReceiver(const NotificationReceiver&) = delete;
  NotificationReceiver& operator=(const NotificationReceiver&) = delete;

  /// From now on what was sent with one of these is taken: the community of one, or a user of one with all
  /// the security it has. The senders' engine ids are learned from what they send.
  void accept(std::span<const Credential> credentials);

  int fd() const;
  /// All that is there, but at most `most` datagrams. True: there may be more.
  bool read(const std::function<void(const Notification&)>& take, unsigned most = 256);
  NotificationCounts counts() const;

  struct Impl;

 private:
  explicit NotificationReceiver(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lanwarden::snmp
