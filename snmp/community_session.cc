// SNMPv1 and v2c: Net-SNMP writes the requests; the responses are read in place (response.h) and matched
// here.
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <random>

#include "snmp/response.h"
#include "snmp/session_internal.h"

namespace lanwarden::snmp {
namespace {

/// Used by all sessions of the thread: one message at a time.
struct Memory {
  std::array<std::uint8_t, 65536> received;
  ResponseReader reader;
  RequestPdu request;
  std::string community;   // indexed with a VLAN
  u_char* sent = nullptr;  // of malloc: Net-SNMP makes it larger
  std::size_t sent_size = 0;
  ~Memory() { std::free(sent); }
};
Memory& memory() {
  static thread_local Memory one;
  return one;
}

class CommunitySession final : public Session {
 public:
  CommunitySession(std::unique_ptr<Datagrams> socket, const Credential& credential, Handler handler)
      : socket_(std::move(socket)), credential_(credential), handler_(std::move(handler)) {
    // Where it begins is nobody's to know: a forged answer would have to guess it.
    static thread_local std::mt19937_64 dice{std::random_device{}()};
    last_id_ = static_cast<std::uint32_t>(dice());
    snmp_sess_init(&session_);
    session_.version = credential.version == Version::kV1 ? SNMP_VERSION_1 : SNMP_VERSION_2c;
    const std::string& community = credential_.community.reveal();
    session_.community = reinterpret_cast<u_char*>(const_cast<char*>(community.data()));
    session_.community_len = community.size();
  }

  int fd() const override { return socket_->fd(); }
  int last_errno() const override { return socket_->error(); }

  bool send(std::uint64_t token, const Query& query) override {
    socket_->fresh();
    Memory& m = memory();
    netsnmp_pdu& pdu = m.request.fill(query);
    pdu.version = session_.version;
    last_id_ = next_id();
    pdu.reqid = static_cast<long>(last_id_);
    pdu.community = session_.community;
    pdu.community_len = session_.community_len;
    if (!query.context.empty()) {
      // Cisco's community string indexing.
      m.community.assign(credential_.community.reveal()).append("@").append(query.context);
      pdu.community = reinterpret_cast<u_char*>(m.community.data());
      pdu.community_len = m.community.size();
    }
    std::size_t size = 0;
    if (m.sent == nullptr) {
      m.sent_size = 2048;
      m.sent = static_cast<u_char*>(std::malloc(m.sent_size));
      if (m.sent == nullptr) return socket_->fail(ENOMEM), false;
    }
    const bool built = snmp_build(&m.sent, &m.sent_size, &size, &session_, &pdu) == 0;
    // Net-SNMP builds a message from its end.
    const bool sent = built && socket_->send(m.sent + m.sent_size - size, size) >= 0;
    if (built) explicit_bzero(m.sent + m.sent_size - size, size);
    explicit_bzero(m.community.data(), m.community.size());
    if (!built) socket_->fail(EIO);
    if (!sent) return false;
    open_[last_id_ % open_.size()] = {last_id_, true, token};
    return true;
  }

  Read read() override {
    socket_->fresh();
    Memory& m = memory();
    const long got = socket_->receive(m.received.data(), m.received.size());
    if (socket_->empty()) return Read::kNothing;
    if (got < 0) return Read::kError;
    const Response* const response =
        m.reader.read(std::span(m.received).first(static_cast<std::size_t>(got)));
    if (response == nullptr) return Read::kMalformed;
    Open& open = open_[static_cast<std::uint32_t>(response->request_id) % open_.size()];
    // Of no question, of one long forgotten, or the same answer again (QUIRKS.md, duplicate-answers).
    if (!open.waits || open.id != static_cast<std::uint32_t>(response->request_id)) return Read::kDone;
    open.waits = false;
    Answer answer;
    answer.error_status = response->error_status;
    answer.error_index = response->error_index;
    answer.bindings = response->bindings;
    handler_(open.token, answer);
    return Read::kDone;
  }

 private:
  /// A question whose answer may still come.
  struct Open {
    std::uint32_t id = 0;
    bool waits = false;
    std::uint64_t token = 0;
  };

  /// The next id whose place is free, else the place of the oldest question: an agent that hands one table
  /// to a slow part of itself answers hundreds of others before it.
  std::uint32_t next_id() const {
    std::uint32_t of_oldest = 0, most = 0;
    for (std::uint32_t n = 1; n <= open_.size(); ++n) {
      const std::uint32_t id = (last_id_ + n) & 0x7fff'ffff;
      const Open& open = open_[id % open_.size()];
      if (!open.waits) return id;
      const std::uint32_t age = (last_id_ - open.id) & 0x7fff'ffff;
      if (n == 1 || age > most) most = age, of_oldest = id;
    }
    return of_oldest;
  }

  std::unique_ptr<Datagrams> socket_;
  Credential credential_;
  Handler handler_;
  netsnmp_session session_{};
  std::uint32_t last_id_ = 0;
  std::array<Open, 64> open_{};
};

}  // namespace

topology::Result<std::unique_ptr<Session>, std::string> open_community_session(
    std::unique_ptr<Datagrams> socket, const Credential& credential, Session::Handler handler) {
  return std::make_unique<CommunitySession>(std::move(socket), credential, std::move(handler));
}

}  // namespace lanwarden::snmp
