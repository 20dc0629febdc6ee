// lab_agent_bench: how much the simulated agents answer, over real UDP on
// loopback. Agents run in one thread on one core, the asking client in another
// on another core where there is one. Prints machine, command, numbers.
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <time.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/lab/agent/agent_server.h"
#include "tests/lab/agent/message.h"
#include "tests/lab/agent/recording.h"
#include "tests/lab/agent/table_mib.h"
#include "tests/lab/agent/udp_socket.h"

namespace {

using namespace lanwarden::lab;
using std::chrono::nanoseconds;

struct Settings {
  std::size_t agents = 1000;
  std::size_t rows = 1000;
  std::size_t in_flight = 1;
  std::int32_t repetitions = 50;
  double seconds = 3;
};

const Oid kFdbPort{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 2};

Oid fdb_name(std::size_t agent, std::size_t row) {
  const auto octet = [](std::size_t x) { return static_cast<std::uint32_t>(x & 0xff); };
  return kFdbPort +
         Oid{10, 0x02, octet(agent >> 8), octet(agent), octet(row >> 16), octet(row >> 8), octet(row)};
}

double seconds_of(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

void pin(unsigned core) {
  if (std::thread::hardware_concurrency() < 2) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

std::string machine() {
  std::ifstream info("/proc/cpuinfo");
  std::string line, model = "unknown processor";
  while (std::getline(info, line)) {
    if (line.starts_with("model name")) {
      model = line.substr(line.find(':') + 2);
      break;
    }
  }
  utsname name{};
  uname(&name);
  return model + ", " + std::to_string(std::thread::hardware_concurrency()) + " cores, " + name.sysname +
         " " + name.release;
}

struct Measured {
  std::uint64_t answers = 0, rows = 0, lost = 0, wrong = 0;
  double wall = 0, server_cpu = 0;
};

// Keeps `in_flight` requests at every agent in the air until time is up.
class Client {
 public:
  Client(const std::vector<Peer>& peers, PduType type, const Settings& settings)
      : peers_(peers), type_(type), settings_(settings) {
    socket_ = *UdpSocket::bind("127.0.0.1", 0, 64 << 20);
    requests_.resize(peers.size());
    for (std::size_t i = 0; i < peers.size(); ++i) {
      Pdu pdu{type, static_cast<std::int32_t>(i + 1), 0, 0, {}};
      if (type == PduType::kGetBulk) pdu.index = settings.repetitions;
      const auto name = type == PduType::kGet ? fdb_name(i, settings.rows / 2) : kFdbPort;
      const auto list = ber::encode_varbind(name, Value{});
      pdu.varbinds = list;
      requests_[i] = write_message({1, "public", pdu});
    }
    buffers_.resize(kBatch * 65536);
  }

  Measured run() {
    Measured measured;
    for (std::size_t n = 0; n < settings_.in_flight; ++n) {
      for (std::size_t i = 0; i < peers_.size(); ++i) queue(i);
    }
    flush();
    const double begin = seconds_of(CLOCK_MONOTONIC);
    double last_heard = begin;
    while (true) {
      const std::size_t heard = receive(measured);
      flush();
      const double now = seconds_of(CLOCK_MONOTONIC);
      if (heard != 0) last_heard = now;
      if (now - begin > settings_.seconds) {
        measured.wall = now - begin;
        return measured;
      }
      if (now - last_heard > 0.2) {  // all lost: begin again
        measured.lost += peers_.size();
        for (std::size_t i = 0; i < peers_.size(); ++i) queue(i);
        last_heard = now;
      }
    }
  }

 private:
  static constexpr std::size_t kBatch = 64;

  void queue(std::size_t agent) {
    out_.push_back(agent);
    if (out_.size() == kBatch) flush();
  }

  void flush() {
    std::array<mmsghdr, kBatch> messages{};
    std::array<iovec, kBatch> octets;
    for (std::size_t i = 0; i < out_.size(); ++i) {
      auto& request = requests_[out_[i]];
      octets[i] = {request.data(), request.size()};
      messages[i].msg_hdr.msg_iov = &octets[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_name = const_cast<sockaddr_storage*>(&peers_[out_[i]].address);
      messages[i].msg_hdr.msg_namelen = peers_[out_[i]].length;
    }
    std::size_t sent = 0;
    while (sent < out_.size()) {
      const int n = sendmmsg(socket_.fd(), &messages[sent], static_cast<unsigned>(out_.size() - sent), 0);
      sent += n > 0 ? static_cast<std::size_t>(n) : 1;
    }
    out_.clear();
  }

  std::size_t receive(Measured& measured) {
    std::array<mmsghdr, kBatch> messages{};
    std::array<iovec, kBatch> octets;
    for (std::size_t i = 0; i < kBatch; ++i) {
      octets[i] = {buffers_.data() + i * 65536, 65536};
      messages[i].msg_hdr.msg_iov = &octets[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int count = recvmmsg(socket_.fd(), messages.data(), kBatch, MSG_DONTWAIT, nullptr);
    for (int i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const auto message = read_message({buffers_.data() + at * 65536, messages[at].msg_len});
      const auto agent = message ? static_cast<std::size_t>(message->pdu.request_id) - 1 : peers_.size();
      if (!message || agent >= peers_.size() || message->pdu.status != 0) {
        ++measured.wrong;
        continue;
      }
      ++measured.answers;
      ber::Reader list(message->pdu.varbinds);
      while (!list.at_end() && list.next()) ++measured.rows;
      queue(agent);
    }
    return count > 0 ? static_cast<std::size_t>(count) : 0;
  }

  const std::vector<Peer>& peers_;
  PduType type_;
  const Settings& settings_;
  UdpSocket socket_;
  std::vector<ber::Octets> requests_;
  std::vector<std::uint8_t> buffers_;
  std::vector<std::size_t> out_;
};

Measured measure(AgentServer& server, const std::vector<Peer>& peers, PduType type,
                 const Settings& settings) {
  std::atomic<bool> stop{false};
  double server_cpu = 0;
  std::thread agents([&] {
    pin(1);
    const double begin = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    while (!stop) server.poll_once(std::chrono::milliseconds(10));
    server_cpu = seconds_of(CLOCK_THREAD_CPUTIME_ID) - begin;
  });
  pin(0);
  Measured measured = Client(peers, type, settings).run();
  stop = true;
  agents.join();
  measured.server_cpu = server_cpu;
  return measured;
}

void print(const char* what, const Measured& m) {
  const auto answers = static_cast<double>(m.answers);
  const auto rows = static_cast<double>(m.rows);
  std::printf(
      "%-8s %9.0f answers/s  %11.0f rows/s  | per second of the agents' core: %9.0f answers  %11.0f rows"
      "  (agents' core %.0f %% busy, %llu lost, %llu wrong)\n",
      what, answers / m.wall, rows / m.wall, answers / m.server_cpu, rows / m.server_cpu,
      100 * m.server_cpu / m.wall, static_cast<unsigned long long>(m.lost),
      static_cast<unsigned long long>(m.wrong));
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const double value = std::atof(argv[i + 1]);
    if (name == "--agents") settings.agents = static_cast<std::size_t>(value);
    if (name == "--rows") settings.rows = static_cast<std::size_t>(value);
    if (name == "--in-flight") settings.in_flight = static_cast<std::size_t>(value);
    if (name == "--repetitions") settings.repetitions = static_cast<std::int32_t>(value);
    if (name == "--seconds") settings.seconds = value;
  }
  std::printf("machine: %s\ncommand:", machine().c_str());
  for (int i = 0; i < argc; ++i) std::printf(" %s", argv[i]);
  std::printf(
      "\n%zu agents, a socket each, %zu rows of dot1qTpFdbPort, %zu requests in flight to each, "
      "GETBULK of %d rows, SNMPv2c\n",
      settings.agents, settings.rows, settings.in_flight, settings.repetitions);

  AgentServer server;
  std::vector<Peer> peers;
  for (std::size_t a = 0; a < settings.agents; ++a) {
    auto view = std::make_shared<TableMib>();
    for (std::size_t r = 0; r < settings.rows; ++r) {
      view->table().set(fdb_name(a, r), Value::of_integer(static_cast<std::int64_t>(r % 48 + 1)));
    }
    AgentConfig config;
    config.name = "sw" + std::to_string(a);
    config.address = loopback_address(a);
    config.view = view;
    const auto id = server.add(config);
    if (!id) {
      std::fprintf(stderr, "%s\n", id.error().c_str());
      return 1;
    }
    peers.push_back(*make_peer(config.address, server.endpoint(*id).port));
  }
  print("GET", measure(server, peers, PduType::kGet, settings));
  print("GETNEXT", measure(server, peers, PduType::kGetNext, settings));
  print("GETBULK", measure(server, peers, PduType::kGetBulk, settings));
  return 0;
}
