#include "tests/agent/notify/http_receiver.h"

#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace lanwarden::agent::testing {
namespace {

struct Identity {
  EVP_PKEY* key = ::EVP_EC_gen("P-256");
  X509* certificate = ::X509_new();

  Identity() {
    ::X509_set_version(certificate, 2);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate), 1);
    ::X509_gmtime_adj(::X509_getm_notBefore(certificate), -60);
    ::X509_gmtime_adj(::X509_getm_notAfter(certificate), 3600);
    ::X509_set_pubkey(certificate, key);
    X509_NAME* const name = ::X509_get_subject_name(certificate);
    ::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                 reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    ::X509_set_issuer_name(certificate, name);
    add(NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    add(NID_basic_constraints, "critical,CA:TRUE");
    if (::X509_sign(certificate, key, ::EVP_sha256()) == 0) throw std::runtime_error("no certificate");
  }
  ~Identity() {
    ::X509_free(certificate);
    ::EVP_PKEY_free(key);
  }
  void add(int nid, const char* value) const {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* const extension = ::X509V3_EXT_conf_nid(nullptr, &context, nid, value);
    ::X509_add_ext(certificate, extension, -1);
    ::X509_EXTENSION_free(extension);
  }
};

}  // namespace

struct HttpReceiver::Impl {
  std::unique_ptr<Identity> identity;
  std::unique_ptr<httplib::Server> server;
  int port = 0;
  std::thread thread;
  mutable std::mutex mutex;
  std::condition_variable over;
  bool is_over = false;
  std::vector<int> statuses{200};
  std::pair<std::string, std::string> header;
  std::vector<Posted> taken;

  void take(const httplib::Request& request, httplib::Response& response) {
    std::unique_lock lock(mutex);
    Posted p{request.path, request.body, {}};
    for (const auto& [name, value] : request.headers) p.headers[name] = value;
    taken.push_back(std::move(p));
    const int status = statuses.front();
    if (statuses.size() > 1) statuses.erase(statuses.begin());
    if (!header.first.empty()) response.set_header(header.first, header.second);
    if (status < 0) over.wait(lock, [this] { return is_over; });
    response.status = status > 0 ? status : 200;
    if (status > 0) return;
    // Promises more than it sends, and hangs up.
    response.set_content_provider(1000, "text/plain",
                                  [](std::size_t, std::size_t, httplib::DataSink&) { return false; });
  }
};

HttpReceiver::HttpReceiver(bool tls) : impl_(std::make_unique<Impl>()) {
  if (tls) {
    impl_->identity = std::make_unique<Identity>();
    impl_->server = std::make_unique<httplib::SSLServer>(impl_->identity->certificate, impl_->identity->key);
  } else {
    impl_->server = std::make_unique<httplib::Server>();
  }
  impl_->server->Post(".*", [this](const httplib::Request& q, httplib::Response& r) { impl_->take(q, r); });
  impl_->port = impl_->server->bind_to_any_port("127.0.0.1");
  if (impl_->port < 0) throw std::runtime_error("no port for a web server");
  impl_->thread = std::thread([this] { impl_->server->listen_after_bind(); });
  while (!impl_->server->is_running()) std::this_thread::yield();
}

HttpReceiver::~HttpReceiver() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->is_over = true;
  }
  impl_->over.notify_all();
  impl_->server->stop();
  impl_->thread.join();
}

void HttpReceiver::answers(std::vector<int> statuses) {
  const std::lock_guard lock(impl_->mutex);
  impl_->statuses = std::move(statuses);
}

void HttpReceiver::with_header(std::string name, std::string value) {
  const std::lock_guard lock(impl_->mutex);
  impl_->header = {std::move(name), std::move(value)};
}

std::string HttpReceiver::url(const std::string& path) const {
  return (impl_->identity ? "https://localhost:" : "http://127.0.0.1:") + std::to_string(impl_->port) + path;
}

std::string HttpReceiver::certificate() const {
  BIO* const memory = ::BIO_new(::BIO_s_mem());
  ::PEM_write_bio_X509(memory, impl_->identity->certificate);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  const std::string pem(text, static_cast<std::size_t>(size));
  ::BIO_free(memory);
  return pem;
}

std::vector<Posted> HttpReceiver::taken() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->taken;
}

}  // namespace lanwarden::agent::testing
