#include "tests/lab/agent/testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>

#include <cstring>
#include <stdexcept>

namespace lanwarden::lab::testing {

ber::Octets encode(const Request& request) {
  ber::Octets list;
  for (std::size_t i = 0; i < request.names.size(); ++i) {
    ber::append_varbind(list, request.names[i], i < request.values.size() ? request.values[i] : Value{});
  }
  Pdu pdu{request.type, request.id, 0, 0, list};
  if (request.type == PduType::kGetBulk) {
    pdu.status = request.non_repeaters;
    pdu.index = request.repetitions;
  }
  return write_message({request.version, request.community, pdu});
}

Answer decode(ber::OctetsView datagram) {
  Answer answer;
  const auto message = read_message(datagram);
  if (!message || message->pdu.type != PduType::kResponse) return answer;
  answer.id = message->pdu.request_id;
  answer.status = static_cast<ErrorStatus>(message->pdu.status);
  answer.index = message->pdu.index;
  answer.version = message->version;
  answer.community = message->community;
  ber::Reader list(message->pdu.varbinds);
  while (!list.at_end()) {
    const auto element = list.next();
    auto row = element ? ber::read_varbind(element->whole) : std::nullopt;
    if (!row) return answer;
    answer.rows.push_back(std::move(*row));
  }
  answer.came = true;
  return answer;
}

Answer Bench::ask(const Request& request) { return ask(encode(request)); }

Answer Bench::ask(ber::OctetsView datagram) {
  ber::Octets out;
  verdict = responder.respond(identity, *view, faults, now, datagram, out);
  octets = out.size();
  return decode(out);
}

void fill(TableMib& mib) {
  Table& table = mib.table();
  table.set(kSysDescr, Value::of_octets("a switch"));
  table.set(Oid{1, 3, 6, 1, 2, 1, 1, 2, 0}, Value::of_oid(Oid{1, 3, 6, 1, 4, 1, 9, 1, 516}));
  table.set(Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}, Value::of_timeticks(4711));
  table.set(kSysName, Value::of_octets("floor3"));
  table.set(Oid{1, 3, 6, 1, 2, 1, 1, 7, 0}, Value::of_integer(2));
  for (const std::uint32_t i : {1U, 2U}) {
    table.set(kIfDescr + i, Value::of_octets(i == 1 ? "A1" : "A2"));
    table.set(kIfAdminStatus + i, Value::of_integer(1));
  }
  for (const std::uint32_t i : {1U, 2U, 3U, 4U}) {
    table.set(kFdbPort + Oid{10, 0, 13, 75, 206, 32, i}, Value::of_integer(i));
    table.set(kFdbStatus + Oid{10, 0, 13, 75, 206, 32, i}, Value::of_integer(3));
  }
}

Socket::Socket(const Endpoint& agent) {
  const bool v6 = agent.address.find(':') != std::string::npos;
  auto socket = UdpSocket::bind(v6 ? "::1" : "127.0.0.1", 0, 1 << 20);
  auto peer = make_peer(agent.address, agent.port);
  if (!socket || !peer) throw std::runtime_error("no socket for the test");
  socket_ = std::move(*socket);
  agent_ = *peer;
}

void Socket::send(ber::OctetsView datagram) const {
  ::sendto(socket_.fd(), datagram.data(), datagram.size(), 0,
           reinterpret_cast<const sockaddr*>(&agent_.address), agent_.length);
}

ber::Octets Socket::receive(std::chrono::milliseconds patience) const {
  pollfd waiting{socket_.fd(), POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return {};
  ber::Octets octets(65536);
  sockaddr_in from{};
  socklen_t length = sizeof from;
  const auto size =
      ::recvfrom(socket_.fd(), octets.data(), octets.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
  octets.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  char text[INET_ADDRSTRLEN] = "?";
  if (from.sin_family == AF_INET) inet_ntop(AF_INET, &from.sin_addr, text, sizeof text);
  sender_ = std::string(text) + ":" + std::to_string(ntohs(from.sin_port));
  return octets;
}

Answer Socket::ask(const Request& request, std::chrono::milliseconds patience) const {
  send(encode(request));
  return decode(receive(patience));
}

}  // namespace lanwarden::lab::testing
