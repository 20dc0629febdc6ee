#include "snmp/wire.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "snmp/session_internal.h"

namespace lanwarden::snmp {

void initialise_net_snmp() {
  static const bool done = [] {
    for (const int what : {NETSNMP_DS_LIB_DONT_READ_CONFIGS, NETSNMP_DS_LIB_DONT_PERSIST_STATE,
                           NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE,
                           NETSNMP_DS_LIB_DONT_LOAD_HOST_FILES, NETSNMP_DS_LIB_ALARM_DONT_USE_SIG,
                           NETSNMP_DS_LIB_PRINT_NUMERIC_OIDS})
      netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, what, 1);
    // An empty MIBS and MIBDIRS is the only way to keep init_snmp from parsing what lies about.
    std::array<std::pair<const char*, std::optional<std::string>>, 2> kept{{{"MIBS", {}}, {"MIBDIRS", {}}}};
    for (auto& [name, value] : kept) {
      if (const char* was = std::getenv(name)) value = was;
      setenv(name, "", 1);
    }
    snmp_disable_log();
    init_snmp("lanwarden");
    // The session for communities finds its message at the end of the buffer.
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_REVERSE_ENCODE, 1);
    snmp_disable_log();
    // Without any handler it writes to standard error all the same.
    netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
    for (const auto& [name, value] : kept) {
      if (value)
        setenv(name, value->c_str(), 1);
      else
        unsetenv(name);
    }
    return true;
  }();
  static_cast<void>(done);
}

netsnmp_pdu& RequestPdu::fill(const Query& query) {
  pdu_ = {};
  pdu_.version = SNMP_DEFAULT_VERSION;
  pdu_.errstat = SNMP_DEFAULT_ERRSTAT;
  pdu_.errindex = SNMP_DEFAULT_ERRINDEX;
  pdu_.securityModel = SNMP_DEFAULT_SECMODEL;
  switch (query.kind) {
    case Query::Kind::kGet:
      pdu_.command = SNMP_MSG_GET;
      break;
    case Query::Kind::kGetNext:
      pdu_.command = SNMP_MSG_GETNEXT;
      break;
    case Query::Kind::kGetBulk:
      pdu_.command = SNMP_MSG_GETBULK;
      pdu_.non_repeaters = 0;
      pdu_.max_repetitions = query.repetitions;
      break;
    case Query::Kind::kSet:
      pdu_.command = SNMP_MSG_SET;
      break;
    case Query::Kind::kTrap:
      pdu_.command = SNMP_MSG_TRAP2;
      break;
    case Query::Kind::kInform:
      pdu_.command = SNMP_MSG_INFORM;
      break;
  }
  variables_.resize(std::max(variables_.size(), query.names.size()));
  for (std::size_t n = query.names.size(); n-- > 0;) {
    auto& [name, list, number, big, oid_value] = variables_[n];
    name.assign(query.names[n].begin(), query.names[n].end());
    if (name.size() > MAX_OID_LEN) name.resize(MAX_OID_LEN);
    list = {};  // what it pointed at for a SET before is gone
    list.name = name.data();
    list.name_length = name.size();
    list.type = ASN_NULL;
    if (n < query.values.size()) {
      const SetValue& value = query.values[n];
      number = static_cast<long>(value.number);
      list.val.integer = &number;
      list.val_len = sizeof(number);
      switch (value.syntax) {
        case SetValue::Syntax::kInteger:
          list.type = ASN_INTEGER;
          break;
        case SetValue::Syntax::kUnsigned:
          list.type = ASN_UNSIGNED;
          break;
        case SetValue::Syntax::kTimeTicks:
          list.type = ASN_TIMETICKS;
          break;
        case SetValue::Syntax::kCounter32:
          list.type = ASN_COUNTER;
          break;
        case SetValue::Syntax::kCounter64:
          list.type = ASN_COUNTER64;
          big.high = static_cast<u_long>(static_cast<std::uint64_t>(value.number) >> 32);
          big.low = static_cast<u_long>(static_cast<std::uint64_t>(value.number) & 0xffff'ffffU);
          list.val.counter64 = &big;
          list.val_len = sizeof(big);
          break;
        case SetValue::Syntax::kOctets:
          list.type = ASN_OCTET_STR;
          list.val.string = const_cast<u_char*>(value.octets.data());
          list.val_len = value.octets.size();
          break;
        case SetValue::Syntax::kOid:
          list.type = ASN_OBJECT_ID;
          oid_value.assign(value.oid.view().begin(), value.oid.view().end());
          list.val.objid = oid_value.data();
          list.val_len = oid_value.size() * sizeof(oid);
          break;
      }
    }
    list.next_variable = pdu_.variables;
    pdu_.variables = &list;
  }
  return pdu_;
}

Datagrams::~Datagrams() {
  if (fd_ >= 0) ::close(fd_);
}

long Datagrams::receive(void* buffer, std::size_t size) {
  ssize_t got = 0;
  do {
    got = ::recv(fd_, buffer, size, MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  empty_ = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  if (got < 0) error_ = errno;
  return got;
}

long Datagrams::send(const void* octets, std::size_t size) {
  ssize_t sent = 0;
  // A connected socket hands over the ICMP error of an earlier datagram once; the second attempt is ours.
  for (int attempt = 0; attempt < 2; ++attempt) {
    sent = ::sendto(fd_, octets, size, MSG_DONTWAIT | MSG_NOSIGNAL,
                    destination_.empty() ? nullptr : reinterpret_cast<const sockaddr*>(destination_.data()),
                    static_cast<socklen_t>(destination_.size()));
    if (sent >= 0 || (errno != ECONNREFUSED && errno != EINTR)) break;
  }
  error_ = sent < 0 ? errno : 0;
  return sent;
}

topology::Result<std::unique_ptr<Session>, std::string> Session::open(int fd, const Credential& credential,
                                                                      Handler handler,
                                                                      std::vector<std::uint8_t> destination) {
  initialise_net_snmp();
  auto socket = std::make_unique<Datagrams>(fd, std::move(destination));
  return credential.version == Version::kV3
             ? open_usm_session(std::move(socket), credential, std::move(handler))
             : open_community_session(std::move(socket), credential, std::move(handler));
}

}  // namespace lanwarden::snmp
