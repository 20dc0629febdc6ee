#include "snmp/notification_receiver.h"

#include <net-snmp/net-snmp-config.h>
// The order matters: Net-SNMP's headers need the configuration first.
#include <net-snmp/library/large_fd_set.h>
#include <net-snmp/net-snmp-includes.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <set>

#include "snmp/address.h"
#include "snmp/decode.h"
#include "snmp/resolver.h"
#include "snmp/session_internal.h"
#include "snmp/usm.h"
#include "snmp/usm_header.h"

namespace lanwarden::snmp {
namespace {

using topology::IpAddress;

constexpr int kReceiveBuffer = 8 << 20;
/// A sender has one engine, a stack that was rebuilt another one; more are somebody's invention.
constexpr std::size_t kMostEngines = 4096;

IpAddress address_of(const sockaddr_storage& from) {
  if (from.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(from);
    return IpAddress::v4(ntohl(v4.sin_addr.s_addr));
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(from);
  const std::span<const std::uint8_t, 16> octets(v6.sin6_addr.s6_addr);
  // An IPv4 sender on an IPv6 socket.
  if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) return IpAddress::v4(octets.last<4>());
  return IpAddress::v6(octets);
}

int level_of(const Credential& c) {
  if (c.auth == AuthProtocol::kNone) return SNMP_SEC_LEVEL_NOAUTH;
  return c.privacy == PrivProtocol::kNone ? SNMP_SEC_LEVEL_AUTHNOPRIV : SNMP_SEC_LEVEL_AUTHPRIV;
}

}  // namespace

struct NotificationReceiver::Impl {
  struct User {
    Credential credential;
    std::shared_ptr<const usm::Keys> keys;
  };

  int fd = -1;
  void* handle = nullptr;
  netsnmp_session* session = nullptr;
  std::vector<Credential> communities;
  std::vector<User> users;
  std::set<std::string> engines;  ///< whose users Net-SNMP has
  NotificationCounts counts;
  std::uint32_t dropped_before = 0;
  bool empty = false;
  const std::function<void(const Notification&)>* take = nullptr;

  ~Impl() {
    if (handle != nullptr) snmp_sess_close(handle);
    if (fd >= 0) ::close(fd);
  }

  std::string open(const SocketAddress& address);
  int receive(void* buffer, int size, void** opaque, int* opaque_size);
  void meet(std::span<const std::uint8_t> message);
  void know_users_of(const std::string& engine);
  void install(const User& user, const std::string& engine);
  bool allowed(const netsnmp_pdu& pdu) const;
  void on_pdu(netsnmp_pdu& pdu);
  void acknowledge(netsnmp_pdu& pdu);

  static Impl& of(netsnmp_transport* transport) { return **static_cast<Impl**>(transport->data); }
  static int on_receive(netsnmp_transport* transport, void* buffer, int size, void** opaque,
                        int* opaque_size) {
    return of(transport).receive(buffer, size, opaque, opaque_size);
  }
  static int on_send(netsnmp_transport* transport, const void* buffer, int size, void** opaque,
                     int* opaque_size);
  static int on_close(netsnmp_transport* transport) {
    transport->sock = -1;  // ours
    return 0;
  }
  static int on_event(int operation, netsnmp_session* sp, int, netsnmp_pdu* pdu, void*) {
    if (operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE && pdu != nullptr)
      static_cast<Impl*>(sp->myvoid)->on_pdu(*pdu);
    return 1;
  }
};

std::string NotificationReceiver::Impl::open(const SocketAddress& address) {
  fd = ::socket(address.storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::string("no socket: ") + std::strerror(errno);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer) != 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0)
    return errno == EADDRINUSE ? "another program (snmptrapd?) listens there already"
           : errno == EACCES   ? "ports below 1024 need CAP_NET_BIND_SERVICE, or root"
                               : std::strerror(errno);

  netsnmp_session wanted;
  snmp_sess_init(&wanted);
  wanted.peername = SNMP_DEFAULT_PEERNAME;
  wanted.version = SNMP_DEFAULT_VERSION;
  wanted.community_len = SNMP_DEFAULT_COMMUNITY_LEN;
  wanted.retries = SNMP_DEFAULT_RETRIES;
  wanted.timeout = SNMP_DEFAULT_TIMEOUT;
  wanted.isAuthoritative = SNMP_SESS_UNKNOWNAUTH;
  wanted.callback = &on_event;
  wanted.callback_magic = nullptr;
  wanted.myvoid = this;
  // calloc, malloc: Net-SNMP frees both.
  auto* transport = static_cast<netsnmp_transport*>(std::calloc(1, sizeof(netsnmp_transport)));
  auto** self = static_cast<Impl**>(std::malloc(sizeof(Impl*)));
  if (transport == nullptr || self == nullptr) {
    std::free(transport);
    std::free(self);
    return "no memory for a session";
  }
  *self = this;
  transport->domain = netsnmpUDPDomain;
  transport->domain_length = static_cast<int>(netsnmpUDPDomain_len);
  transport->sock = fd;
  transport->flags = NETSNMP_TRANSPORT_FLAG_OPENED;
  transport->msgMaxSize = 65507;
  transport->f_recv = &on_receive;
  transport->f_send = &on_send;
  transport->f_close = &on_close;
  transport->data = self;
  transport->data_length = sizeof(Impl*);
  handle = snmp_sess_add(&wanted, transport, nullptr, nullptr);
  if (handle == nullptr) return std::string("Net-SNMP: ") + snmp_api_errstring(wanted.s_snmp_errno);
  session = snmp_sess_session(handle);
  return {};
}

int NotificationReceiver::Impl::receive(void* buffer, int size, void** opaque, int* opaque_size) {
  *opaque = nullptr;
  *opaque_size = 0;
  auto* from = static_cast<sockaddr_storage*>(std::calloc(1, sizeof(sockaddr_storage)));
  if (from == nullptr) return -1;
  iovec part{buffer, static_cast<std::size_t>(size)};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(std::uint32_t))];
  msghdr message{};
  message.msg_name = from;
  message.msg_namelen = sizeof *from;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t got = 0;
  do {
    got = ::recvmsg(fd, &message, MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) {
    empty = got < 0;
    std::free(from);
    return -1;
  }
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_RXQ_OVFL) continue;
    std::uint32_t dropped = 0;
    std::memcpy(&dropped, CMSG_DATA(c), sizeof dropped);
    counts.dropped += dropped - dropped_before;  // modulo 2^32, as the kernel counts
    dropped_before = dropped;
  }
  meet({static_cast<const std::uint8_t*>(buffer), static_cast<std::size_t>(got)});
  *opaque = from;
  *opaque_size = sizeof *from;
  return static_cast<int>(got);
}

int NotificationReceiver::Impl::on_send(netsnmp_transport* transport, const void* buffer, int size,
                                        void** opaque, int* opaque_size) {
  if (opaque == nullptr || *opaque == nullptr || opaque_size == nullptr ||
      *opaque_size != static_cast<int>(sizeof(sockaddr_storage)))
    return -1;
  const auto* to = static_cast<const sockaddr*>(*opaque);
  const socklen_t length = to->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  return static_cast<int>(::sendto(of(transport).fd, buffer, static_cast<std::size_t>(size),
                                   MSG_DONTWAIT | MSG_NOSIGNAL, to, length));
}

/// The sender of a trap is authoritative (RFC 3414 §1.5.1): its engine has to be known before Net-SNMP can
/// tell whether the message is authentic. That it names an engine proves nothing; the password does.
void NotificationReceiver::Impl::meet(std::span<const std::uint8_t> message) {
  const auto header = read_usm_header(message);
  if (!header || header->engine_id.empty()) return;  // empty: it asks for ours
  std::string engine(header->engine_id.begin(), header->engine_id.end());
  if (engines.contains(engine)) return;
  const auto known = [&](const User& user) { return user.credential.user == header->user; };
  if (std::none_of(users.begin(), users.end(), known) || engines.size() >= kMostEngines) return;
  know_users_of(engine);
  engines.insert(std::move(engine));
}

void NotificationReceiver::Impl::know_users_of(const std::string& engine) {
  for (const User& user : users) install(user, engine);
}

void NotificationReceiver::Impl::install(const User& user, const std::string& engine) {
  std::vector<std::uint8_t> id(engine.begin(), engine.end());
  usm::Slot* const slot = usm::slot(id, user.credential.user);
  if (slot->now == user.keys.get()) return;
  netsnmp_session scratch;
  snmp_sess_init(&scratch);
  usm::apply(user.credential, *user.keys, &scratch);
  scratch.securityEngineID = id.data();
  scratch.securityEngineIDLen = id.size();
  usm::install(*user.keys, *slot, user.credential.user, &scratch);
  explicit_bzero(scratch.securityAuthKey, sizeof scratch.securityAuthKey);
  explicit_bzero(scratch.securityPrivKey, sizeof scratch.securityPrivKey);
}

bool NotificationReceiver::Impl::allowed(const netsnmp_pdu& pdu) const {
  if (pdu.version == SNMP_VERSION_3) {
    const std::string_view name(pdu.securityName == nullptr ? "" : pdu.securityName, pdu.securityNameLen);
    return std::any_of(users.begin(), users.end(), [&](const User& u) {
      return u.credential.user == name && pdu.securityLevel >= level_of(u.credential);
    });
  }
  const std::string_view community(reinterpret_cast<const char*>(pdu.community), pdu.community_len);
  return std::any_of(communities.begin(), communities.end(),
                     [&](const Credential& c) { return c.community.reveal() == community; });
}

void NotificationReceiver::Impl::acknowledge(netsnmp_pdu& pdu) {
  netsnmp_pdu* const reply = snmp_clone_pdu(&pdu);
  if (reply == nullptr) return;
  reply->command = SNMP_MSG_RESPONSE;
  reply->errstat = reply->errindex = 0;
  if (snmp_sess_send(handle, reply) == 0) snmp_free_pdu(reply);
}

void NotificationReceiver::Impl::on_pdu(netsnmp_pdu& pdu) {
  const bool v1 = pdu.command == SNMP_MSG_TRAP;
  if (!v1 && pdu.command != SNMP_MSG_TRAP2 && pdu.command != SNMP_MSG_INFORM) {
    if (pdu.command != SNMP_MSG_REPORT) ++counts.unreadable;
    return;
  }
  if (!allowed(pdu)) {
    ++counts.strangers;
    return;
  }
  if (pdu.transport_data == nullptr || pdu.transport_data_length != sizeof(sockaddr_storage)) return;
  Notification n;
  n.from = address_of(*static_cast<const sockaddr_storage*>(pdu.transport_data));
  n.version = pdu.version == SNMP_VERSION_3    ? Version::kV3
              : pdu.version == SNMP_VERSION_2c ? Version::kV2c
                                               : Version::kV1;
  n.inform = pdu.command == SNMP_MSG_INFORM;
  if (n.inform) acknowledge(pdu);
  std::vector<mibs::NotifiedVariable> variables;
  const auto told_by = [&](std::span<const std::uint8_t> address) {
    if (address.size() != 4) return;
    const IpAddress ip = IpAddress::v4(address.first<4>());
    if (!ip.is_unspecified()) n.from = ip;
  };
  for (const Binding& b : bindings_of(pdu)) {
    if (std::ranges::equal(b.name, mibs::snmp_trap_oid().view()) && b.value.type == mibs::Value::Type::kOid)
      n.trap = mibs::Oid(b.value.oid);
    if (std::ranges::equal(b.name, mibs::snmp_trap_address().view()) &&
        b.value.type == mibs::Value::Type::kOctets)
      told_by(b.value.octets);
    variables.push_back({b.name, b.value});
  }
  if (v1) {
    std::vector<std::uint32_t> enterprise;
    for (std::size_t i = 0; i < pdu.enterprise_length; ++i)
      enterprise.push_back(static_cast<std::uint32_t>(pdu.enterprise[i]));
    n.trap =
        mibs::trap_of_v1(enterprise, static_cast<int>(pdu.trap_type), static_cast<int>(pdu.specific_type));
    told_by(pdu.agent_addr);
  }
  n.meaning = mibs::read_notification(n.trap.view(), variables);
  ++counts.taken;
  if (take != nullptr) (*take)(n);
}

NotificationReceiver::NotificationReceiver(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
NotificationReceiver::~NotificationReceiver() = default;

topology::Result<std::unique_ptr<NotificationReceiver>, std::string> NotificationReceiver::open(
    const std::string& address) {
  const auto fail = [&](const std::string& why) {
    return tl::make_unexpected("notifications cannot be received at " + address + ": " + why);
  };
  auto where = parse_address(address);
  if (!where) return fail(where.error().cause);
  if (where->port == 161 && !address.ends_with(":161")) where->port = 162;
  SocketAddress at;
  if (!numeric_address(*where, at)) return fail("an IP address is needed: 0.0.0.0:162 listens on all");
  initialise_net_snmp();
  auto impl = std::make_unique<Impl>();
  if (std::string why = impl->open(at); !why.empty()) return fail(why);
  return std::unique_ptr<NotificationReceiver>(new NotificationReceiver(std::move(impl)));
}

void NotificationReceiver::accept(std::span<const Credential> credentials) {
  Impl& impl = *impl_;
  impl.communities.clear();
  impl.users.clear();
  for (const Credential& c : credentials) {
    if (c.version != Version::kV3) {
      impl.communities.push_back(c);
      continue;
    }
    auto keys = usm::derive(c);
    // A credential that cannot be used is told where switches are asked with it.
    if (keys) impl.users.push_back({c, std::move(*keys)});
  }
  // Informs are authenticated by the receiver's own engine.
  std::array<u_char, 64> own{};
  const std::size_t length = snmpv3_get_engineID(own.data(), own.size());
  if (length > 0) impl.engines.emplace(own.begin(), own.begin() + static_cast<std::ptrdiff_t>(length));
  for (const std::string& engine : impl.engines) impl.know_users_of(engine);
}

int NotificationReceiver::fd() const { return impl_->fd; }

bool NotificationReceiver::read(const std::function<void(const Notification&)>& take, unsigned most) {
  Impl& impl = *impl_;
  impl.take = &take;
  netsnmp_large_fd_set set;
  netsnmp_large_fd_set_init(&set, std::max(FD_SETSIZE, impl.fd + 1));
  netsnmp_large_fd_setfd(impl.fd, &set);
  bool more = false;
  for (unsigned n = 0;; ++n) {
    impl.empty = false;
    pollfd one{impl.fd, POLLIN, 0};
    more = ::poll(&one, 1, 0) > 0;
    if (!more || n == most) break;
    const std::uint64_t before = impl.counts.taken + impl.counts.strangers + impl.counts.unreadable;
    netsnmp_large_fd_setfd(impl.fd, &set);
    const int result = snmp_sess_read2(impl.handle, &set);
    if (impl.empty) continue;
    if (result != 0 && before == impl.counts.taken + impl.counts.strangers + impl.counts.unreadable)
      ++impl.counts.unreadable;
  }
  netsnmp_large_fd_set_cleanup(&set);
  impl.take = nullptr;
  return more;
}

NotificationCounts NotificationReceiver::counts() const { return impl_->counts; }

}  // namespace lanwarden::snmp
