// The journal of this machine, with fields. The one door to libsystemd's journal.
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/uio.h>
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <vector>

#include "agent/notify/channels.h"

namespace lanwarden::agent {
namespace {

/// sd-id128(3): all that lanwarden tells has this one; what it is, is in LANWARDEN_EVENT.
constexpr const char* kMessageId = "MESSAGE_ID=6f5d3c1be0a94d7f9b7a52c86a1fd3e4";
constexpr const char* kSocket = "/run/systemd/journal/socket";

class Journal final : public Channel {
 public:
  Delivery deliver(const Message& message) override {
    // Where there is no journal, sd_journal_sendv(3) does nothing and says that all is well.
    struct stat status {};
    if (::stat(kSocket, &status) != 0)
      return Delivery::failed(fmt::format("there is no journal here: {}: {}", kSocket, std::strerror(errno)));
    std::vector<std::string> fields = {"MESSAGE=" + message.text,
                                       fmt::format("PRIORITY={}", message.priority), kMessageId,
                                       "SYSLOG_IDENTIFIER=lanwarden"};
    for (const auto& [name, value] : message.fields) {
      if (name == "text") continue;
      std::string key(name);
      std::transform(key.begin(), key.end(), key.begin(),
                     [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      fields.push_back("LANWARDEN_" + key + "=" + value);
    }
    std::vector<iovec> parts;
    for (std::string& field : fields) parts.push_back({field.data(), field.size()});
    const int answer = ::sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
    if (answer < 0) return Delivery::failed(fmt::format("the journal: {}", std::strerror(-answer)));
    return Delivery::delivered("the journal took it");
  }
  void abandon() override {}  // it never waits
  void rearm() override {}
};

}  // namespace

std::unique_ptr<Channel> make_journal(const ChannelConfig&) { return std::make_unique<Journal>(); }

}  // namespace lanwarden::agent
