// SNMPv3: Net-SNMP's single-session API authenticates, encrypts, and matches answers with requests.
#include <net-snmp/net-snmp-config.h>
// The order matters: Net-SNMP's headers need the configuration first.
#include <net-snmp/library/large_fd_set.h>
#include <net-snmp/net-snmp-includes.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "snmp/decode.h"
#include "snmp/session_internal.h"
#include "snmp/usm.h"

namespace lanwarden::snmp {
namespace {

// Net-SNMP keeps a request until this much time has passed without an answer; a
// late answer within it is still matched (and measured). We stop waiting far earlier.
constexpr long kKeptFor = 60'000'000;
constexpr std::size_t kTidyAbove = 16;

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

class UsmSession final : public Session {
 public:
  UsmSession(std::unique_ptr<Datagrams> socket, const Credential& credential, Handler handler,
             std::shared_ptr<const usm::Keys> keys)
      : socket_(std::move(socket)),
        credential_(credential),
        handler_(std::move(handler)),
        keys_(std::move(keys)) {}
  ~UsmSession() override;
  /// Empty when all is well, else a sentence.
  std::string open();

  int fd() const override { return socket_->fd(); }
  bool ready() const override { return session_->securityEngineIDLen != 0; }
  int last_errno() const override { return socket_->error(); }
  bool discover(std::uint64_t token) override;
  void forget_engine() override;
  bool speak_as(std::span<const std::uint8_t> engine, std::uint32_t boots, std::uint32_t seconds) override;
  bool send(std::uint64_t token, const Query& query) override;
  Read read() override;

 private:
  static UsmSession& of(netsnmp_transport* transport) { return **static_cast<UsmSession**>(transport->data); }
  static int receive(netsnmp_transport* transport, void* buffer, int size, void** opaque, int* opaque_size);
  static int transmit(netsnmp_transport* transport, const void* buffer, int size, void**, int*) {
    return static_cast<int>(of(transport).socket_->send(buffer, static_cast<std::size_t>(size)));
  }
  static int close(netsnmp_transport* transport) {
    transport->sock = -1;  // ours
    return 0;
  }
  static int on_event(int operation, netsnmp_session* sp, int, netsnmp_pdu* pdu, void* magic);
  std::span<const std::uint8_t> engine() const {
    return {session_->securityEngineID, session_->securityEngineIDLen};
  }
  bool use_own_keys() {
    return slot_ == nullptr || slot_->now == keys_.get() ||
           usm::install(*keys_, *slot_, credential_.user, session_);
  }
  void learn_engine(const netsnmp_pdu& pdu);
  void set_engine(std::span<const std::uint8_t> id);
  bool post(netsnmp_pdu* pdu, std::uint64_t token);
  void tidy();

  std::unique_ptr<Datagrams> socket_;
  Credential credential_;
  Handler handler_;
  std::shared_ptr<const usm::Keys> keys_;
  usm::Slot* slot_ = nullptr;
  void* handle_ = nullptr;  // of the single-session API
  netsnmp_session* session_ = nullptr;
  std::size_t outstanding_ = 0;
  std::chrono::steady_clock::time_point tidied_{};
  bool sending_ = false;
  bool closing_ = false;
};

UsmSession::~UsmSession() {
  closing_ = true;
  if (handle_ != nullptr) snmp_sess_close(handle_);
}

int UsmSession::receive(netsnmp_transport* transport, void* buffer, int size, void** opaque,
                        int* opaque_size) {
  if (opaque != nullptr) *opaque = nullptr;
  if (opaque_size != nullptr) *opaque_size = 0;
  return static_cast<int>(of(transport).socket_->receive(buffer, static_cast<std::size_t>(size)));
}

// 1: the request is finished with; Net-SNMP itself repeats one that was not in the time window, once.
int UsmSession::on_event(int operation, netsnmp_session* sp, int, netsnmp_pdu* pdu, void* magic) {
  auto& self = *static_cast<UsmSession*>(sp->myvoid);
  if (self.closing_ || self.sending_) return 1;
  if (operation == NETSNMP_CALLBACK_OP_TIMED_OUT || operation == NETSNMP_CALLBACK_OP_SEND_FAILED) {
    --self.outstanding_;
    return 1;
  }
  const bool received = operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE;
  const bool refused = operation == NETSNMP_CALLBACK_OP_SEC_ERROR;
  if ((!received && !refused) || pdu == nullptr) return 1;
  // A Report comes twice: as a message, and as an error when it is final.
  if (received && pdu->command == SNMP_MSG_REPORT) return 1;
  --self.outstanding_;
  Answer answer;
  if (pdu->command == SNMP_MSG_REPORT) {
    answer.report = report_of(*pdu);
    self.learn_engine(*pdu);
  } else {
    answer.error_status = static_cast<int>(pdu->errstat);
    answer.error_index = static_cast<unsigned>(pdu->errindex);
    answer.bindings = bindings_of(*pdu);
  }
  self.handler_(reinterpret_cast<std::uintptr_t>(magic), answer);
  return 1;
}

void UsmSession::learn_engine(const netsnmp_pdu& pdu) {
  if (session_->securityEngineIDLen != 0 || pdu.securityEngineIDLen == 0) return;
  set_engine({pdu.securityEngineID, pdu.securityEngineIDLen});
}

void UsmSession::set_engine(std::span<const std::uint8_t> id) {
  const auto copy = [&](u_char** to, size_t* size) {
    // malloc: Net-SNMP frees it.
    *to = static_cast<u_char*>(std::malloc(id.size()));
    if (*to == nullptr) return;
    std::memcpy(*to, id.data(), id.size());
    *size = id.size();
  };
  copy(&session_->securityEngineID, &session_->securityEngineIDLen);
  if (session_->contextEngineIDLen == 0) copy(&session_->contextEngineID, &session_->contextEngineIDLen);
  slot_ = usm::slot(engine(), credential_.user);
}

bool UsmSession::speak_as(std::span<const std::uint8_t> engine_id, std::uint32_t boots,
                          std::uint32_t seconds) {
  forget_engine();
  set_engine(engine_id);
  return ready() && set_enginetime(engine().data(), static_cast<u_int>(engine().size()), boots, seconds,
                                   TRUE) == SNMPERR_SUCCESS;
}

bool UsmSession::post(netsnmp_pdu* pdu, std::uint64_t token) {
  // Net-SNMP frees the PDU of a trap as soon as it is sent.
  const bool answered = pdu->command != SNMP_MSG_TRAP2;
  sending_ = true;
  const int sent = snmp_sess_async_send(handle_, pdu, &on_event, reinterpret_cast<void*>(token));
  sending_ = false;
  if (sent == 0) {
    if (socket_->error() == 0) socket_->fail(EIO);
    snmp_free_pdu(pdu);
    return false;
  }
  if (answered) ++outstanding_;
  return true;
}

std::string UsmSession::open() {
  netsnmp_session wanted;
  snmp_sess_init(&wanted);
  wanted.retries = 0;
  wanted.timeout = kKeptFor;
  wanted.callback = nullptr;
  wanted.myvoid = this;
  wanted.flags |= SNMP_FLAGS_DONT_PROBE;
  usm::apply(credential_, *keys_, &wanted);

  // calloc, malloc: Net-SNMP frees both.
  auto* transport = static_cast<netsnmp_transport*>(std::calloc(1, sizeof(netsnmp_transport)));
  auto** self = static_cast<UsmSession**>(std::malloc(sizeof(UsmSession*)));
  if (transport == nullptr || self == nullptr) {
    std::free(transport);
    std::free(self);
    return "no memory for a session";
  }
  transport->domain = netsnmpUDPDomain;
  transport->domain_length = static_cast<int>(netsnmpUDPDomain_len);
  transport->sock = socket_->fd();
  transport->flags = NETSNMP_TRANSPORT_FLAG_OPENED;
  transport->msgMaxSize = 65507;
  transport->f_recv = &receive;
  transport->f_send = &transmit;
  transport->f_close = &close;
  *self = this;
  transport->data = self;
  transport->data_length = sizeof(UsmSession*);

  handle_ = snmp_sess_add(&wanted, transport, nullptr, nullptr);
  explicit_bzero(wanted.securityAuthKey, sizeof(wanted.securityAuthKey));
  explicit_bzero(wanted.securityPrivKey, sizeof(wanted.securityPrivKey));
  if (handle_ == nullptr)
    return "Net-SNMP refused credential \"" + credential_.name +
           "\": " + snmp_api_errstring(wanted.s_snmp_errno);
  session_ = snmp_sess_session(handle_);
  // snmp_sess_add clears it; without it the first send would probe, and block the loop.
  session_->flags |= SNMP_FLAGS_DONT_PROBE;
  return {};
}

bool UsmSession::discover(std::uint64_t token) {
  socket_->fresh();
  netsnmp_pdu* pdu = snmp_pdu_create(SNMP_MSG_GET);
  if (pdu == nullptr) return socket_->fail(ENOMEM), false;
  pdu->version = SNMP_VERSION_3;
  pdu->securityModel = SNMP_SEC_MODEL_USM;
  pdu->securityLevel = SNMP_SEC_LEVEL_NOAUTH;
  pdu->securityName = strdup("");
  pdu->securityNameLen = 0;
  return post(pdu, token);
}

void UsmSession::forget_engine() {
  netsnmp_session& s = *session_;
  if (s.securityEngineIDLen != 0) usm::forget_time(engine());
  SNMP_FREE(s.securityEngineID);
  SNMP_FREE(s.contextEngineID);
  s.securityEngineIDLen = s.contextEngineIDLen = 0;
  slot_ = nullptr;
}

bool UsmSession::send(std::uint64_t token, const Query& query) {
  tidy();
  socket_->fresh();
  if (!use_own_keys()) return socket_->fail(EPROTO), false;
  static thread_local RequestPdu request;
  netsnmp_pdu* const pdu = snmp_clone_pdu(&request.fill(query));
  if (pdu == nullptr) return socket_->fail(ENOMEM), false;
  pdu->reqid = snmp_get_next_reqid();
  pdu->msgid = snmp_get_next_msgid();
  if (!query.context.empty()) {
    // Cisco's context for a VLAN.
    pdu->contextName = strdup(("vlan-" + std::string(query.context)).c_str());
    pdu->contextNameLen = pdu->contextName == nullptr ? 0 : std::strlen(pdu->contextName);
  }
  if (query.without_privacy) pdu->securityLevel = SNMP_SEC_LEVEL_AUTHNOPRIV;
  return post(pdu, token);
}

Session::Read UsmSession::read() {
  socket_->fresh();
  if (!use_own_keys()) return Read::kMalformed;
  FdSet& set = fd_set_for_reading();
  const int result = snmp_sess_read2(handle_, set.with(socket_->fd()));
  set.without(socket_->fd());
  if (socket_->empty()) return Read::kNothing;
  if (socket_->error() != 0) return Read::kError;
  return result == 0 ? Read::kDone : Read::kMalformed;
}

/// Lets go of requests nobody waits for any longer. Cheap when there are few.
void UsmSession::tidy() {
  if (outstanding_ < kTidyAbove) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - tidied_ < std::chrono::seconds(1)) return;
  tidied_ = now;
  snmp_sess_timeout(handle_);
}

}  // namespace

topology::Result<std::unique_ptr<Session>, std::string> open_usm_session(std::unique_ptr<Datagrams> socket,
                                                                         const Credential& credential,
                                                                         Session::Handler handler) {
  auto keys = usm::derive(credential);
  if (!keys) return tl::unexpected(keys.error());
  auto session = std::make_unique<UsmSession>(std::move(socket), credential, std::move(handler), *keys);
  if (std::string why = session->open(); !why.empty()) return tl::unexpected(std::move(why));
  return session;
}

}  // namespace lanwarden::snmp
