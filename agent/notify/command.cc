// A program of the administrator's.
#include <algorithm>
#include <cctype>

#include "agent/notify/channels.h"
#include "agent/notify/notice_words.h"
#include "agent/notify/process.h"

namespace lanwarden::agent {
namespace {

constexpr int kWillNeverDo = 65;  // EX_DATAERR of sysexits(3)

class Command final : public Channel {
 public:
  explicit Command(const ChannelConfig& config) : config_(config) {}

  Delivery deliver(const Message& message) override {
    std::vector<std::pair<std::string, std::string>> variables;
    for (const auto& [name, value] : message.fields) {
      std::string key = "LANWARDEN_";
      for (const char c : name) key += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      variables.emplace_back(std::move(key), value);
    }
    variables.emplace_back("LANWARDEN_MESSAGE", message.text);
    const ProcessEnd end =
        run_process(config_.command, message.json + "\n", variables, config_.timeout, abandon_);
    const std::string text = clean_text(config_.command.front() + ": " + end.text(), 300);
    if (end.good()) return Delivery::delivered(text);
    if (end.how == ProcessEnd::How::kExited && end.code == kWillNeverDo) return Delivery::refused(text);
    return Delivery::failed(text);
  }
  void abandon() override { abandon_.say(); }
  void rearm() override { abandon_.take_back(); }

 private:
  const ChannelConfig config_;
  Abandon abandon_;
};

}  // namespace

std::unique_ptr<Channel> make_command(const ChannelConfig& config) {
  return std::make_unique<Command>(config);
}

}  // namespace lanwarden::agent
