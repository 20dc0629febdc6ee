#include "snmp/wire.h"

#include <net-snmp/net-snmp-config.h>
// The order matters: Net-SNMP's headers need the configuration first.
#include <net-snmp/library/large_fd_set.h>
#include <net-snmp/net-snmp-includes.h>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "snmp/decode.h"
#include "snmp/response.h"
#include "snmp/usm.h"

namespace lanwarden::snmp {
namespace {

using topology::Result;

// Net-SNMP keeps a request until this much time has passed without an answer; a
// late answer within it is still matched (and measured). We stop waiting far earlier.
constexpr long kKeptFor = 60'000'000;
constexpr std::size_t kTidyAbove = 16;

/// Once per process: nothing is read from files, nothing is written to any.
void initialise() {
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
    snmp_disable_log();
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

/// What snmp_sess_read2 wants to be told: one bit, for the socket that is readable.
struct FdSet {
  FdSet() { netsnmp_large_fd_set_init(&set, FD_SETSIZE); }
  ~FdSet() { netsnmp_large_fd_set_cleanup(&set); }
  FdSet(const FdSet&) = delete;
  FdSet& operator=(const FdSet&) = delete;
  netsnmp_large_fd_set* with(int fd) {
    if (fd >= static_cast<int>(set.lfs_setsize)) netsnmp_large_fd_set_resize(&set, fd + 1024);
    netsnmp_large_fd_setfd(fd, &set);
    return &set;
  }
  void without(int fd) { netsnmp_large_fd_clr(fd, &set); }
  netsnmp_large_fd_set set;
};

FdSet& fd_set_for_reading() {
  static thread_local FdSet one;
  return one;
}

ResponseReader& response_reader() {
  static thread_local ResponseReader one;
  return one;
}

}  // namespace

struct Session::Impl {
  int fd = -1;
  void* handle = nullptr;  // of the single-session API
  netsnmp_session* session = nullptr;
  Credential credential;
  Handler handler;
  std::vector<std::uint8_t> destination;  // a sockaddr; empty: connected
  std::shared_ptr<const usm::Keys> keys;
  usm::Slot* slot = nullptr;
  std::string community_in_context;
  std::string context_name;
  std::size_t outstanding = 0;
  std::chrono::steady_clock::time_point tidied{};
  int error = 0;       // errno of the last send or receive
  bool empty = false;  // the last receive found nothing
  bool sending = false;
  bool closing = false;
  const Response* response = nullptr;  // of v1 and v2c, while Net-SNMP finds out whose it is

  bool v3() const { return credential.version == Version::kV3; }
  std::span<const std::uint8_t> engine() const {
    return {session->securityEngineID, session->securityEngineIDLen};
  }
  bool use_own_keys() {
    return slot == nullptr || slot->now == keys.get() || usm::install(*keys, *slot, credential.user, session);
  }

  static Impl& of(netsnmp_transport* transport) { return **static_cast<Impl**>(transport->data); }

  static int receive(netsnmp_transport* transport, void* buffer, int size, void** opaque, int* opaque_size) {
    Impl& self = of(transport);
    if (opaque != nullptr) *opaque = nullptr;
    if (opaque_size != nullptr) *opaque_size = 0;
    ssize_t got = 0;
    do {
      got = ::recv(self.fd, buffer, static_cast<std::size_t>(size), MSG_DONTWAIT);
    } while (got < 0 && errno == EINTR);
    self.empty = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (got < 0) self.error = errno;
    return static_cast<int>(got);
  }

  static int transmit(netsnmp_transport* transport, const void* buffer, int size, void**, int*) {
    Impl& self = of(transport);
    ssize_t sent = 0;
    // A connected socket hands over the ICMP error of an earlier datagram once; the second attempt is ours.
    for (int attempt = 0; attempt < 2; ++attempt) {
      sent = ::sendto(
          self.fd, buffer, static_cast<std::size_t>(size), MSG_DONTWAIT | MSG_NOSIGNAL,
          self.destination.empty() ? nullptr : reinterpret_cast<const sockaddr*>(self.destination.data()),
          static_cast<socklen_t>(self.destination.size()));
      if (sent >= 0 || (errno != ECONNREFUSED && errno != EINTR)) break;
    }
    self.error = sent < 0 ? errno : 0;
    return static_cast<int>(sent);
  }

  // v1 and v2c: the header for Net-SNMP, which matches it with its request; the variables for us.
  static int parse(netsnmp_session* sp, netsnmp_pdu* pdu, u_char* packet, size_t size) {
    auto& self = *static_cast<Impl*>(sp->myvoid);
    self.response = response_reader().read({packet, size});
    if (self.response == nullptr) return SNMPERR_ASN_PARSE_ERR;
    pdu->version = self.response->version == 0 ? SNMP_VERSION_1 : SNMP_VERSION_2c;
    pdu->command = SNMP_MSG_RESPONSE;
    pdu->flags |= UCD_MSG_FLAG_RESPONSE_PDU;
    pdu->reqid = self.response->request_id;
    pdu->errstat = self.response->error_status;
    pdu->errindex = self.response->error_index;
    return SNMPERR_SUCCESS;
  }

  static int close(netsnmp_transport* transport) {
    if (transport->sock >= 0) ::close(transport->sock);
    transport->sock = -1;
    return 0;
  }

  // 1: the request is finished with; Net-SNMP itself repeats one that was not in the time window, once.
  static int on_event(int operation, netsnmp_session* sp, int, netsnmp_pdu* pdu, void* magic) {
    auto& self = *static_cast<Impl*>(sp->myvoid);
    if (self.closing || self.sending) return 1;
    if (operation == NETSNMP_CALLBACK_OP_TIMED_OUT || operation == NETSNMP_CALLBACK_OP_SEND_FAILED) {
      --self.outstanding;
      return 1;
    }
    const bool received = operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE;
    const bool refused = operation == NETSNMP_CALLBACK_OP_SEC_ERROR;
    if ((!received && !refused) || pdu == nullptr) return 1;
    // A Report comes twice: as a message, and as an error when it is final.
    if (received && pdu->command == SNMP_MSG_REPORT) return 1;
    --self.outstanding;
    Answer answer;
    if (pdu->command == SNMP_MSG_REPORT) {
      answer.report = report_of(*pdu);
      self.learn_engine(*pdu);
    } else {
      answer.error_status = static_cast<int>(pdu->errstat);
      answer.error_index = static_cast<unsigned>(pdu->errindex);
      answer.bindings = self.response != nullptr ? self.response->bindings : bindings_of(*pdu);
    }
    self.handler(reinterpret_cast<std::uintptr_t>(magic), answer);
    return 1;
  }

  void learn_engine(const netsnmp_pdu& pdu) {
    if (session->securityEngineIDLen != 0 || pdu.securityEngineIDLen == 0) return;
    set_engine(&session->securityEngineID, &session->securityEngineIDLen, pdu);
    if (session->contextEngineIDLen == 0)
      set_engine(&session->contextEngineID, &session->contextEngineIDLen, pdu);
    slot = usm::slot(engine(), credential.user);
  }
  static void set_engine(u_char** id, size_t* size, const netsnmp_pdu& pdu) {
    // malloc: Net-SNMP frees it.
    *id = static_cast<u_char*>(std::malloc(pdu.securityEngineIDLen));
    if (*id == nullptr) return;
    std::memcpy(*id, pdu.securityEngineID, pdu.securityEngineIDLen);
    *size = pdu.securityEngineIDLen;
  }

  bool post(netsnmp_pdu* pdu, std::uint64_t token) {
    sending = true;
    const int sent = snmp_sess_async_send(handle, pdu, &on_event, reinterpret_cast<void*>(token));
    sending = false;
    if (sent == 0) {
      if (error == 0) error = EIO;
      snmp_free_pdu(pdu);
      return false;
    }
    ++outstanding;
    return true;
  }

  netsnmp_pdu* build(const Query& query) {
    int command = SNMP_MSG_GET;
    switch (query.kind) {
      case Query::Kind::kGet:
        command = SNMP_MSG_GET;
        break;
      case Query::Kind::kGetNext:
        command = SNMP_MSG_GETNEXT;
        break;
      case Query::Kind::kGetBulk:
        command = SNMP_MSG_GETBULK;
        break;
      case Query::Kind::kSet:
        command = SNMP_MSG_SET;
        break;
    }
    netsnmp_pdu* pdu = snmp_pdu_create(command);
    if (pdu == nullptr) return nullptr;
    if (query.kind == Query::Kind::kGetBulk) {
      pdu->non_repeaters = 0;
      pdu->max_repetitions = query.repetitions;
    }
    const long value = query.value;
    std::array<oid, MAX_OID_LEN> name{};
    for (const mibs::OidView from : query.names) {
      const std::size_t size = std::min(from.size(), name.size());
      for (std::size_t i = 0; i < size; ++i) name[i] = from[i];
      if (query.kind == Query::Kind::kSet)
        snmp_pdu_add_variable(pdu, name.data(), size, ASN_INTEGER, &value, sizeof(value));
      else
        snmp_add_null_var(pdu, name.data(), size);
    }
    if (!query.context.empty()) in_context(*pdu, query.context);
    if (v3() && query.without_privacy) pdu->securityLevel = SNMP_SEC_LEVEL_AUTHNOPRIV;
    return pdu;
  }

  // Cisco's two ways to say "in this VLAN": community string indexing and SNMPv3 contexts.
  void in_context(netsnmp_pdu& pdu, std::string_view context) {
    auto copy = [](const std::string& text) {
      auto* out = static_cast<char*>(std::malloc(text.size() + 1));
      if (out != nullptr) std::memcpy(out, text.c_str(), text.size() + 1);
      return out;
    };
    if (v3()) {
      context_name.assign("vlan-").append(context);
      pdu.contextName = copy(context_name);
      pdu.contextNameLen = context_name.size();
    } else {
      community_in_context.assign(credential.community.reveal()).append("@").append(context);
      pdu.community = reinterpret_cast<u_char*>(copy(community_in_context));
      pdu.community_len = community_in_context.size();
      explicit_bzero(community_in_context.data(), community_in_context.size());
    }
  }
};

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Session::~Session() {
  impl_->closing = true;
  snmp_sess_close(impl_->handle);  // closes the socket, too
}

Result<std::unique_ptr<Session>, std::string> Session::open(int fd, const Credential& credential,
                                                            Handler handler,
                                                            std::vector<std::uint8_t> destination) {
  initialise();
  auto impl = std::make_unique<Impl>();
  impl->fd = fd;
  impl->credential = credential;
  impl->handler = std::move(handler);
  impl->destination = std::move(destination);

  netsnmp_session wanted;
  snmp_sess_init(&wanted);
  wanted.retries = 0;
  wanted.timeout = kKeptFor;
  wanted.callback = nullptr;
  wanted.myvoid = impl.get();
  wanted.flags |= SNMP_FLAGS_DONT_PROBE;
  const std::string& community = impl->credential.community.reveal();
  if (impl->v3()) {
    auto keys = usm::derive(credential);
    if (!keys) {
      ::close(fd);
      return tl::unexpected(keys.error());
    }
    impl->keys = *keys;
    usm::apply(impl->credential, *impl->keys, &wanted);
  } else {
    wanted.version = credential.version == Version::kV1 ? SNMP_VERSION_1 : SNMP_VERSION_2c;
    wanted.community = reinterpret_cast<u_char*>(const_cast<char*>(community.data()));
    wanted.community_len = community.size();
  }

  // calloc, malloc: Net-SNMP frees both.
  auto* transport = static_cast<netsnmp_transport*>(std::calloc(1, sizeof(netsnmp_transport)));
  auto** self = static_cast<Impl**>(std::malloc(sizeof(Impl*)));
  if (transport == nullptr || self == nullptr) {
    std::free(transport);
    std::free(self);
    ::close(fd);
    return tl::unexpected(std::string("no memory for a session"));
  }
  transport->domain = netsnmpUDPDomain;
  transport->domain_length = static_cast<int>(netsnmpUDPDomain_len);
  transport->sock = fd;
  transport->flags = NETSNMP_TRANSPORT_FLAG_OPENED;
  transport->msgMaxSize = 65507;
  transport->f_recv = &Impl::receive;
  transport->f_send = &Impl::transmit;
  transport->f_close = &Impl::close;
  *self = impl.get();
  transport->data = self;
  transport->data_length = sizeof(Impl*);

  impl->handle = snmp_sess_add_ex(&wanted, transport, nullptr, impl->v3() ? nullptr : &Impl::parse, nullptr,
                                  nullptr, nullptr, nullptr, nullptr);
  explicit_bzero(wanted.securityAuthKey, sizeof(wanted.securityAuthKey));
  explicit_bzero(wanted.securityPrivKey, sizeof(wanted.securityPrivKey));
  if (impl->handle == nullptr)
    return tl::unexpected("Net-SNMP refused credential \"" + credential.name +
                          "\": " + snmp_api_errstring(wanted.s_snmp_errno));
  impl->session = snmp_sess_session(impl->handle);
  // snmp_sess_add clears it; without it the first send would probe, and block the loop.
  impl->session->flags |= SNMP_FLAGS_DONT_PROBE;
  return std::unique_ptr<Session>(new Session(std::move(impl)));
}

int Session::fd() const { return impl_->fd; }
bool Session::ready() const { return !impl_->v3() || impl_->session->securityEngineIDLen != 0; }
int Session::last_errno() const { return impl_->error; }

bool Session::discover(std::uint64_t token) {
  netsnmp_pdu* pdu = snmp_pdu_create(SNMP_MSG_GET);
  if (pdu == nullptr) {
    impl_->error = ENOMEM;
    return false;
  }
  pdu->version = SNMP_VERSION_3;
  pdu->securityModel = SNMP_SEC_MODEL_USM;
  pdu->securityLevel = SNMP_SEC_LEVEL_NOAUTH;
  pdu->securityName = strdup("");
  pdu->securityNameLen = 0;
  return impl_->post(pdu, token);
}

void Session::forget_engine() {
  if (!impl_->v3()) return;
  netsnmp_session& s = *impl_->session;
  if (s.securityEngineIDLen != 0) usm::forget_time(impl_->engine());
  SNMP_FREE(s.securityEngineID);
  SNMP_FREE(s.contextEngineID);
  s.securityEngineIDLen = s.contextEngineIDLen = 0;
  impl_->slot = nullptr;
}

bool Session::send(std::uint64_t token, const Query& query) {
  tidy();
  impl_->error = 0;
  if (!impl_->use_own_keys()) {
    impl_->error = EPROTO;
    return false;
  }
  netsnmp_pdu* pdu = impl_->build(query);
  if (pdu == nullptr) {
    impl_->error = ENOMEM;
    return false;
  }
  return impl_->post(pdu, token);
}

Session::Read Session::read() {
  impl_->error = 0;
  impl_->empty = false;
  impl_->response = nullptr;
  if (!impl_->use_own_keys()) return Read::kMalformed;
  FdSet& set = fd_set_for_reading();
  const int result = snmp_sess_read2(impl_->handle, set.with(impl_->fd));
  set.without(impl_->fd);
  if (impl_->empty) return Read::kNothing;
  if (impl_->error != 0) return Read::kError;
  return result == 0 ? Read::kDone : Read::kMalformed;
}

void Session::tidy() {
  if (impl_->outstanding < kTidyAbove) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - impl_->tidied < std::chrono::seconds(1)) return;
  impl_->tidied = now;
  snmp_sess_timeout(impl_->handle);
}

}  // namespace lanwarden::snmp
