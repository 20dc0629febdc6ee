// Mail, through whatever sendmail(8) is installed.
#include "agent/notify/channels.h"
#include "agent/notify/mail_text.h"
#include "agent/notify/notice_words.h"
#include "agent/notify/process.h"
#include "agent/output/time_text.h"

namespace lanwarden::agent {
namespace {

class Mail final : public Channel {
 public:
  explicit Mail(const ChannelConfig& config) : config_(config) {}

  Delivery deliver(const Message& message) override {
    // -t: to whom, is in the headers; -i: a line with one full stop is not the end.
    const ProcessEnd end =
        run_process({config_.sendmail, "-t", "-i"}, mail_text(message, config_, wall_clock()), {},
                    config_.timeout, abandon_);
    const std::string text = clean_text(config_.sendmail + ": " + end.text(), 300);
    if (end.good()) return Delivery::delivered(text);
    // sysexits(3): wrong usage, wrong data, no such user, no such host.
    const bool never = end.how == ProcessEnd::How::kExited && end.code >= 64 && end.code <= 68;
    return never ? Delivery::refused(text) : Delivery::failed(text);
  }
  void abandon() override { abandon_.say(); }
  void rearm() override { abandon_.take_back(); }

 private:
  const ChannelConfig config_;
  Abandon abandon_;
};

}  // namespace

std::unique_ptr<Channel> make_mail(const ChannelConfig& config) { return std::make_unique<Mail>(config); }

}  // namespace lanwarden::agent
