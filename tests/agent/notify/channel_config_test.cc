// [[notify]] as administrators write it, and what they are told when it is wrong.
#include "agent/config/channel_config.h"

#include <catch2/catch.hpp>

#include "tests/agent/config_scratch.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;

TEST_CASE("each type of channel is read with its options") {
  const ConfigFolder folder(R"([[notify]]
name = "pager"
type = "webhook"
url = "https://hooks.example.net/T0?token=abc"
secret = { file = "key" }
severity = "critical"
events = ["asked", "refused", "switch-silent"]
template = "{severity}: {text}"
digest_above = 3
timeout = "2s"
ca = "ca.pem"
[[notify]]
name = "log"
type = "syslog"
url = "tcp://log.example.net"
facility = "local3"
[[notify]]
name = "here"
type = "journal"
[[notify]]
name = "mail"
type = "mail"
to = ["noc@example.net"]
from = "lanwarden@example.net"
subject = "{event}"
[[notify]]
name = "sms"
type = "command"
command = ["/usr/local/bin/sms", "--team", "net"]
)");
  folder.write("key", "s3cret\n");
  const auto channels = load_channels(folder.file()).value();
  REQUIRE(channels.size() == 5);
  CHECK(channels[0].url.reveal() == "https://hooks.example.net/T0?token=abc");
  CHECK(channels[0].secret.reveal() == "s3cret");
  CHECK(channels[0].severity == "critical");
  CHECK(channels[0].events == std::vector<std::string>{"asked", "refused", "switch-silent"});
  CHECK(channels[0].digest_above == 3U);
  CHECK(channels[0].timeout == std::chrono::seconds{2});
  CHECK(channels[0].ca == (folder.path() / "ca.pem").string());
  CHECK(channels[1].facility == "local3");
  CHECK(channels[2].type == ChannelType::kJournal);
  CHECK(channels[3].to == std::vector<std::string>{"noc@example.net"});
  CHECK(channels[3].sendmail == "/usr/sbin/sendmail");
  CHECK(channels[4].command.size() == 3);
}

TEST_CASE("what is wrong with a channel is told by line and key, without its URL") {
  const ConfigFolder folder(R"([[notify]]
name = "pager"
type = "webhook"
url = "ftp://SECRET"
template = "{swich} is down"
events = ["isolate"]
to = ["noc@example.net"]
[[notify]]
name = "pager"
type = "mail"
to = ["a@example.net, b@example.net"]
[[notify]]
name = "sms"
type = "command"
command = ["sms"]
[[notify]]
name = "log"
type = "syslog"
url = "https://log.example.net"
[[notify]]
name = "x"
type = "pigeon"
[[notify]]
name = "y"
type = "syslog"
)");
  const std::string errors = folder.errors();
  INFO(errors);
  for (const char* line :
       {"lanwarden.toml:4: [[notify]] \"pager\": url: has a scheme that is not known; one of http, https, "
        "udp, tcp, unix",
        "lanwarden.toml:5: [[notify]] \"pager\": template: {swich} is no field; known are {id}, ",
        "lanwarden.toml:6: [[notify]] \"pager\": events: \"isolate\" is nothing that happens; did you mean "
        "\"isolated\"?",
        "lanwarden.toml:7: [[notify]] \"pager\": to: belongs to type \"mail\", not to \"webhook\"",
        "lanwarden.toml:9: [[notify]] \"pager\": name: \"pager\" is taken already, in line 2; ",
        "lanwarden.toml:11: [[notify]] \"pager\": to: \"a@example.net, b@example.net\" is no mail address; ",
        "lanwarden.toml:15: [[notify]] \"sms\": command: \"sms\": write the whole path of the program",
        "lanwarden.toml:19: [[notify]] \"log\": url: syslog goes to udp://host:514, tcp://host:601 or "
        "unix:/dev/log, ",
        "lanwarden.toml:22: [[notify]] \"x\": type: \"pigeon\" is not known; ",
        "lanwarden.toml:23: [[notify]] \"y\": url is missing; type \"syslog\" needs it"})
    CHECK(errors.find(line) != std::string::npos);
  CHECK(errors.find("SECRET") == std::string::npos);
}

TEST_CASE("a secret that others can read is warned of, the address of a log server is not") {
  const ConfigFolder folder;
  folder.write("lanwarden.toml", R"([[notify]]
name = "log"
type = "syslog"
url = "udp://log"
[[notify]]
name = "hook"
type = "webhook"
url = "https://example.net/SECRET"
)",
               0644);
  const auto warnings = folder.load().warnings;
  REQUIRE(warnings.size() == 1);
  CHECK(folder.without_folder(warnings[0]) ==
        "lanwarden.toml:8: [[notify]] \"hook\": others can read this file: chmod 600 lanwarden.toml");
}
