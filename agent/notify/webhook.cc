// JSON to an HTTP server. The one door to cpp-httplib.
#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <charconv>
#include <mutex>

#include "agent/notify/channels.h"
#include "agent/notify/signature.h"
#include "agent/notify/url.h"
#include "agent/output/time_text.h"

namespace lanwarden::agent {
namespace {

/// Nobody reads more of an answer than its status; what is longer is cut off.
constexpr std::size_t kMostAnswer = 64 * 1024;

std::string words_of(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection:
      return "no connection (refused, unreachable, or no such host)";
    case httplib::Error::ConnectionTimeout:
      return "no connection within the timeout";
    case httplib::Error::Read:
      return "no answer within the timeout, or it hung up";
    case httplib::Error::Write:
      return "it hung up while it was told";
    case httplib::Error::SSLConnection:
      return "no TLS connection";
    case httplib::Error::SSLLoadingCerts:
      return "the certificates to trust cannot be read";
    case httplib::Error::SSLServerVerification:
      return "its certificate is not trusted; name the right one with ca";
    case httplib::Error::Canceled:
      return "given up";
    default:
      return "failed (" + httplib::to_string(error) + ")";
  }
}

/// RFC 9110 §10.2.3, seconds; dates are for browsers.
std::optional<topology::Duration> retry_after(const httplib::Response& response) {
  const std::string text = response.get_header_value("Retry-After");
  unsigned seconds = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || failure != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return std::chrono::seconds{std::min(seconds, 86'400U)};
}

class Webhook final : public Channel {
 public:
  explicit Webhook(const ChannelConfig& config) : config_(config) {
    if (auto url = parse_channel_url(config.url.reveal())) url_ = std::move(*url);
  }

  Delivery deliver(const Message& message) override {
    // Not httplib::Client: that takes no IPv6 address with letters.
    const auto made = make_client();
    httplib::ClientImpl& client = *made;
    client.set_connection_timeout(config_.timeout);
    client.set_read_timeout(config_.timeout);
    client.set_write_timeout(config_.timeout);
    client.set_follow_location(false);  // what is signed for one is not for another
    client.set_keep_alive(false);
    if (!config_.ca.empty()) client.set_ca_cert_path(config_.ca);
    if (!url_.user.empty()) client.set_basic_auth(url_.user, url_.password);

    httplib::Request request;
    request.method = "POST";
    request.path = url_.path;
    request.headers = {{"Content-Type", "application/json"},
                       {"User-Agent", "lanwarden"},
                       {"Lanwarden-Id", message.id},
                       {"Lanwarden-Event", message.event}};
    if (!config_.secret.empty())
      request.headers.emplace("Lanwarden-Signature",
                              signature_of(message.json, config_.secret, wall_clock()));
    request.body = message.json;
    std::size_t received = 0;
    request.content_receiver = [&](const char*, std::size_t size, std::uint64_t, std::uint64_t) {
      received += size;
      return received <= kMostAnswer;
    };

    {
      const std::lock_guard lock(mutex_);
      if (abandoned_) return Delivery::failed(url_.shown() + ": given up");
      client_ = &client;
    }
    httplib::Response response;
    httplib::Error error = httplib::Error::Success;
    const bool answered = client.send(request, response, error);
    {
      const std::lock_guard lock(mutex_);
      client_ = nullptr;
    }
    // The status is known although the rest of the answer was not waited for.
    if (!answered && received <= kMostAnswer) return Delivery::failed(url_.shown() + ": " + words_of(error));
    return judge(response);
  }

  void abandon() override {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
    if (client_ != nullptr) client_->stop();
  }

  void rearm() override {
    const std::lock_guard lock(mutex_);
    abandoned_ = false;
  }

 private:
  std::unique_ptr<httplib::ClientImpl> make_client() const {
    if (url_.scheme == "https") return std::make_unique<httplib::SSLClient>(url_.host, url_.port);
    return std::make_unique<httplib::ClientImpl>(url_.host, url_.port);
  }

  Delivery judge(const httplib::Response& response) const {
    const int status = response.status;
    const std::string at = fmt::format("{}: HTTP {}", url_.shown(), status);
    if (status >= 200 && status < 300) return Delivery::delivered(at);
    if (status >= 300 && status < 400)
      return Delivery::refused(at + ": it wants to be asked elsewhere; write the new address in url");
    // Too early, too often, or its own trouble: it may take it later. Other 4xx: it will never.
    if (status == 408 || status == 425 || status == 429 || status >= 500 || status < 200) {
      Delivery later = Delivery::failed(at);
      later.not_before = retry_after(response);
      return later;
    }
    return Delivery::refused(at + (status == 401 || status == 403 ? ": is the token still good?"
                                   : status == 404 || status == 410
                                       ? ": there is nothing at this url (any more)"
                                       : ": it does not take this"));
  }

  const ChannelConfig config_;
  ChannelUrl url_;
  std::mutex mutex_;
  httplib::ClientImpl* client_ = nullptr;  ///< while it works
  bool abandoned_ = false;
};

}  // namespace

std::unique_ptr<Channel> make_webhook(const ChannelConfig& config) {
  return std::make_unique<Webhook>(config);
}

}  // namespace lanwarden::agent
