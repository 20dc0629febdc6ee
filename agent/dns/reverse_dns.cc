#include "agent/dns/reverse_dns.h"

#include <ares.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

namespace lanwarden::agent {
namespace {

using topology::IpAddress;

/// How soon a stop is heeded.
constexpr std::chrono::milliseconds kTurn{200};
constexpr int kInternet = 1, kPointer = 12;  // RFC 1035 §3.2

struct Course {
  unsigned under_way = 0;
  bool somebody_answers = false;
};

struct Question {
  DnsAnswer* answer;
  Course* course;
};

// Not ares_gethostbyaddr: there a server's silence is "not found", too.
void on_answer(void* context, int status, int, unsigned char* packet, int length) {
  const std::unique_ptr<Question> question(static_cast<Question*>(context));
  --question->course->under_way;
  DnsAnswer& answer = *question->answer;
  answer.answered = status == ARES_SUCCESS || status == ARES_ENOTFOUND || status == ARES_ENODATA;
  if (answer.answered) question->course->somebody_answers = true;
  if (status != ARES_SUCCESS) return;
  const auto octets = answer.ip.octets();
  hostent* host = nullptr;
  if (ares_parse_ptr_reply(packet, length, octets.data(), static_cast<int>(octets.size()),
                           answer.ip.is_v6() ? AF_INET6 : AF_INET, &host) != ARES_SUCCESS)
    return;
  if (host->h_name != nullptr) answer.name = host->h_name;
  ares_free_hostent(host);
}

/// "5.0.0.10.in-addr.arpa", or 32 hexadecimal digits below ip6.arpa.
std::string reverse_name(const IpAddress& ip) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string name;
  const auto octets = ip.octets();
  for (auto o = octets.rbegin(); o != octets.rend(); ++o) {
    if (ip.is_v6())
      name += {kDigits[*o & 0xf], '.', kDigits[*o >> 4], '.'};
    else
      name += std::to_string(*o) + '.';
  }
  return name + (ip.is_v6() ? "ip6.arpa" : "in-addr.arpa");
}

std::string joined(const std::vector<std::string>& servers) {
  std::string all;
  for (const std::string& server : servers) all += (all.empty() ? "" : ",") + server;
  return all;
}

}  // namespace

struct ReverseDns::Channel {
  Channel() : library(ares_library_init(ARES_LIB_INIT_ALL)) {}
  ~Channel() {
    if (open) ares_destroy(channel);  // ends what is under way
    if (library == ARES_SUCCESS) ares_library_cleanup();
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Not by select: a daemon's descriptors have higher numbers than that can take.
  void turn() {
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    const int wanted = ares_getsock(channel, sockets, ARES_GETSOCK_MAXNUM);
    std::vector<pollfd> waiting;
    for (int i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
      const bool reads = ARES_GETSOCK_READABLE(wanted, i), writes = ARES_GETSOCK_WRITABLE(wanted, i);
      if (!reads && !writes) continue;
      waiting.push_back({sockets[i], static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)), 0});
    }
    timeval most{0, static_cast<suseconds_t>(std::chrono::microseconds(kTurn).count())}, soonest{};
    const timeval* const until = ares_timeout(channel, &most, &soonest);
    ::poll(waiting.data(), waiting.size(),
           static_cast<int>(until->tv_sec * 1000 + until->tv_usec / 1000 + 1));
    ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // whose time is over
    for (const pollfd& p : waiting)
      ares_process_fd(channel, (p.revents & (POLLIN | POLLERR | POLLHUP)) != 0 ? p.fd : ARES_SOCKET_BAD,
                      (p.revents & POLLOUT) != 0 ? p.fd : ARES_SOCKET_BAD);
  }

  int library;
  bool open = false;
  ares_channel channel{};
};

ReverseDns::ReverseDns(std::unique_ptr<Channel> channel, unsigned at_once)
    : channel_(std::move(channel)), at_once_(std::max(at_once, 1U)) {}

ReverseDns::~ReverseDns() = default;

topology::Result<std::unique_ptr<ReverseDns>, std::string> ReverseDns::open(const DnsOptions& options) {
  auto channel = std::make_unique<Channel>();
  const auto cannot = [](int status) {
    return tl::unexpected(std::string("the DNS cannot be asked: ") + ares_strerror(status));
  };
  if (channel->library != ARES_SUCCESS) return cannot(channel->library);
  ares_options wanted{};
  wanted.timeout = static_cast<int>(options.timeout.count());
  wanted.tries = static_cast<int>(options.tries);
  const int given = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES;
  if (const int status = ares_init_options(&channel->channel, &wanted, given); status != ARES_SUCCESS)
    return cannot(status);
  channel->open = true;
  if (!options.servers.empty())
    if (const int status = ares_set_servers_ports_csv(channel->channel, joined(options.servers).c_str());
        status != ARES_SUCCESS)
      return tl::unexpected("no DNS server can be asked at " + joined(options.servers) + ": " +
                            ares_strerror(status));
  return std::unique_ptr<ReverseDns>(new ReverseDns(std::move(channel), options.at_once));
}

std::vector<DnsAnswer> ReverseDns::ask(std::span<const IpAddress> addresses, const std::atomic<bool>& stop) {
  std::vector<DnsAnswer> answers(addresses.size());  // never moved: questions point into it
  std::size_t asked = 0;
  Course course;
  while (true) {
    while (asked < addresses.size() && course.under_way < at_once_ && !stop &&
           (asked < at_once_ || course.somebody_answers)) {
      DnsAnswer& answer = answers[asked];
      answer.ip = addresses[asked++];
      ++course.under_way;
      ares_query(channel_->channel, reverse_name(answer.ip).c_str(), kInternet, kPointer, on_answer,
                 new Question{&answer, &course});
    }
    if (course.under_way == 0) break;
    if (stop) {
      ares_cancel(channel_->channel);  // calls back for each
      break;
    }
    channel_->turn();
  }
  answers.resize(asked);
  return answers;
}

}  // namespace lanwarden::agent
