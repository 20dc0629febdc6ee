// What the two kinds of session share: Net-SNMP set up, and its request PDUs.
#pragma once

#include <net-snmp/net-snmp-config.h>
// The order matters: Net-SNMP's headers need the configuration first.
#include <net-snmp/net-snmp-includes.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "snmp/wire.h"

namespace lanwarden::snmp {

/// Once per process: nothing is read from files, nothing is written to any.
void initialise_net_snmp();

/// A request as Net-SNMP has it, without credential and context. Net-SNMP's own are freed and allocated
/// variable by variable, 1.2 KB each; this one is filled again and again.
class RequestPdu {
 public:
  /// Owned by this object, valid until the next call: copy it (snmp_clone_pdu) to give it away.
  netsnmp_pdu& fill(const Query& query);

 private:
  struct Variable {
    std::vector<oid> name;
    netsnmp_variable_list list{};
    // What the list of a SET or a notification points at.
    long number = 0;
    struct counter64 big {};
    std::vector<oid> oid_value;
  };
  netsnmp_pdu pdu_{};
  std::deque<Variable> variables_;
};

/// The UDP socket of one session: sends and receives, and keeps errno.
class Datagrams {
 public:
  /// `destination`: a sockaddr; empty: `fd` is connected.
  Datagrams(int fd, std::vector<std::uint8_t> destination) : fd_(fd), destination_(std::move(destination)) {}
  ~Datagrams();
  Datagrams(const Datagrams&) = delete;
  Datagrams& operator=(const Datagrams&) = delete;

  int fd() const { return fd_; }
  int error() const { return error_; }   ///< errno of the last call
  bool empty() const { return empty_; }  ///< the last receive found nothing
  void fresh() { error_ = 0, empty_ = false; }
  void fail(int error) { error_ = error; }
  /// Octets, or -1.
  long receive(void* buffer, std::size_t size);
  long send(const void* octets, std::size_t size);

 private:
  int fd_;
  std::vector<std::uint8_t> destination_;
  int error_ = 0;
  bool empty_ = false;
};

topology::Result<std::unique_ptr<Session>, std::string> open_community_session(
    std::unique_ptr<Datagrams> socket, const Credential& credential, Session::Handler handler);
topology::Result<std::unique_ptr<Session>, std::string> open_usm_session(std::unique_ptr<Datagrams> socket,
                                                                         const Credential& credential,
                                                                         Session::Handler handler);

}  // namespace lanwarden::snmp
