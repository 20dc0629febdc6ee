#include "tests/bench/peers.h"

#include <net-snmp/net-snmp-config.h>
// The order matters: Net-SNMP's headers need the configuration first.
#include <net-snmp/library/large_fd_set.h>
#include <net-snmp/net-snmp-includes.h>

#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace lanwarden::bench {
namespace {

using Clock = std::chrono::steady_clock;
double since(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

struct Column {
  std::array<oid, MAX_OID_LEN> root{}, last{};
  std::size_t root_size = 0, last_size = 0;
  bool over = false;
};

struct Walker {
  void* handle = nullptr;
  int fd = -1;
  unsigned repetitions = 0;
  std::vector<Column> columns;
  std::uint64_t* variables = nullptr;
  std::size_t* running = nullptr;

  void ask() {
    netsnmp_pdu* pdu = snmp_pdu_create(SNMP_MSG_GETBULK);
    pdu->non_repeaters = 0;
    pdu->max_repetitions = repetitions;
    for (Column& c : columns)
      if (!c.over) snmp_add_null_var(pdu, c.last.data(), c.last_size);
    if (snmp_sess_async_send(handle, pdu, &answered, this) == 0) snmp_free_pdu(pdu);
  }

  static int answered(int operation, netsnmp_session*, int, netsnmp_pdu* pdu, void* magic) {
    auto& self = *static_cast<Walker*>(magic);
    if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE) return 1;
    std::array<Column*, 8> asked{};
    std::size_t width = 0;
    for (Column& c : self.columns)
      if (!c.over) asked[width++] = &c;
    std::size_t k = 0;
    for (auto* v = pdu->variables; v != nullptr; v = v->next_variable, ++k) {
      Column& c = *asked[k % width];
      if (c.over) continue;
      if (v->name_length < c.root_size || v->type == SNMP_ENDOFMIBVIEW ||
          std::memcmp(v->name, c.root.data(), c.root_size * sizeof(oid)) != 0) {
        c.over = true;
        continue;
      }
      ++*self.variables;
      std::memcpy(c.last.data(), v->name, v->name_length * sizeof(oid));
      c.last_size = v->name_length;
    }
    if (std::all_of(self.columns.begin(), self.columns.end(), [](const Column& c) { return c.over; }))
      --*self.running;
    else
      self.ask();
    return 1;
  }
};

}  // namespace

double cpu_seconds(int who) {
  rusage usage{};
  getrusage(who, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Measured barest_loop(const std::vector<std::string>& addresses, const std::vector<std::string>& columns,
                     unsigned repetitions) {
  setenv("MIBS", "", 1);
  netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
  init_snmp("bench");
  Measured m;
  std::size_t running = 0;
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  std::vector<Walker> walkers(addresses.size());
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    Walker& w = walkers[i];
    netsnmp_session wanted;
    snmp_sess_init(&wanted);
    wanted.version = SNMP_VERSION_2c;
    wanted.peername = const_cast<char*>(addresses[i].c_str());
    wanted.community = reinterpret_cast<u_char*>(const_cast<char*>("public"));
    wanted.community_len = 6;
    wanted.timeout = 10'000'000;
    w.handle = snmp_sess_open(&wanted);
    if (w.handle == nullptr) continue;
    w.fd = snmp_sess_transport(w.handle)->sock;
    w.repetitions = repetitions;
    w.variables = &m.variables;
    w.running = &running;
    for (const std::string& text : columns) {
      Column c;
      c.root_size = c.root.size();
      read_objid(text.c_str(), c.root.data(), &c.root_size);
      c.last = c.root;
      c.last_size = c.root_size;
      w.columns.push_back(c);
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &w;
    epoll_ctl(epoll, EPOLL_CTL_ADD, w.fd, &event);
  }
  const auto began = Clock::now();
  const double before = cpu_seconds(RUSAGE_SELF);
  for (Walker& w : walkers)
    if (w.handle != nullptr) ++running, w.ask();
  netsnmp_large_fd_set set;
  netsnmp_large_fd_set_init(&set, FD_SETSIZE);
  std::array<epoll_event, 512> events;
  while (running > 0) {
    const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 2000);
    if (count <= 0) break;
    for (int i = 0; i < count; ++i) {
      Walker& w = *static_cast<Walker*>(events[static_cast<std::size_t>(i)].data.ptr);
      if (w.fd >= static_cast<int>(set.lfs_setsize)) netsnmp_large_fd_set_resize(&set, w.fd + 1024);
      netsnmp_large_fd_setfd(w.fd, &set);
      snmp_sess_read2(w.handle, &set);
      netsnmp_large_fd_clr(w.fd, &set);
    }
  }
  m.cpu = cpu_seconds(RUSAGE_SELF) - before;
  m.wall = since(began);
  m.rows = m.variables / columns.size();
  netsnmp_large_fd_set_cleanup(&set);
  for (Walker& w : walkers)
    if (w.handle != nullptr) snmp_sess_close(w.handle);
  ::close(epoll);
  return m;
}

Measured snmpbulkwalk(const std::vector<std::string>& addresses, const std::string& column,
                      unsigned at_once) {
  const auto began = Clock::now();
  const double before = cpu_seconds(RUSAGE_CHILDREN);
  Measured m;
  std::vector<FILE*> running;
  const auto drain = [&](FILE* out) {
    std::array<char, 1 << 16> text{};
    while (const std::size_t got = std::fread(text.data(), 1, text.size(), out))
      m.rows += static_cast<std::uint64_t>(std::count(text.data(), text.data() + got, '\n'));
    ::pclose(out);
  };
  for (const std::string& address : addresses) {
    const std::string command =
        "MIBS= MIBDIRS= exec snmpbulkwalk -v2c -c public -On -Oq -Cr50 -t 1 -r 5 " + address + " " + column;
    running.push_back(::popen(command.c_str(), "r"));
    if (running.size() >= at_once) {
      drain(running.front());
      running.erase(running.begin());
    }
  }
  for (FILE* out : running) drain(out);
  m.variables = m.rows;
  m.wall = since(began);
  m.cpu = cpu_seconds(RUSAGE_CHILDREN) - before;
  return m;
}

std::optional<Measured> perl_bulkwalk(const std::vector<std::string>& addresses) {
  if (std::system("perl -MSNMP -e 1 >/dev/null 2>&1") != 0) return std::nullopt;
  // Each column by one bulkwalk with SNMP::Info's 20 repeaters, then a hash by index, as its _load_attr makes
  // it. SNMP::Info itself cannot be run here: it needs MIB files that are no Debian package. It does more for
  // each row, so this is its best case.
  static constexpr std::string_view kScript = R"(
    use SNMP;
    my $rows = 0;
    for my $where (@ARGV) {
      my $s = SNMP::Session->new(DestHost => $where, Version => 2, Community => 'public', UseNumeric => 1,
                                 UseLongNames => 1, Retries => 2, Timeout => 1000000);
      my %table;
      for my $column ('.1.3.6.1.2.1.17.7.1.2.2.1.2', '.1.3.6.1.2.1.17.7.1.2.2.1.3') {
        my ($list) = $s->bulkwalk(0, 20, SNMP::VarList->new([$column]));
        for my $v (@$list) {
          my $name = $v->tag . (defined $v->iid ? '.' . $v->iid : '');
          $name =~ s/^\Q$column\E\.//;
          $table{$column}{$name} = $v->val;
        }
      }
      $rows += scalar keys %{$table{'.1.3.6.1.2.1.17.7.1.2.2.1.2'}};
    }
    print "$rows\n";)";
  const auto began = Clock::now();
  const double before = cpu_seconds(RUSAGE_CHILDREN);
  Measured m;
  std::array<char, 32> path{"/tmp/lanwarden-bench-XXXXXX"};
  const int fd = ::mkstemp(path.data());
  if (fd < 0) return std::nullopt;
  const bool written = ::write(fd, kScript.data(), kScript.size()) == static_cast<ssize_t>(kScript.size());
  ::close(fd);
  std::string command = "perl " + std::string(path.data());
  for (const std::string& address : addresses) command += " " + address;
  if (FILE* out = written ? ::popen(command.c_str(), "r") : nullptr) {
    unsigned long long rows = 0;
    if (std::fscanf(out, "%llu", &rows) == 1) m.rows = rows;
    ::pclose(out);
  }
  ::unlink(path.data());
  m.variables = 2 * m.rows;
  m.wall = since(began);
  m.cpu = cpu_seconds(RUSAGE_CHILDREN) - before;
  return m;
}

}  // namespace lanwarden::bench
