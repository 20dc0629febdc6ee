#include "tests/mibs/walker.h"

#include <algorithm>
#include <stdexcept>

namespace lanwarden::mibs::testing {
namespace {

Oid parsed(const std::string& text) {
  const auto oid = Oid::parse(text);
  if (!oid) throw std::invalid_argument("no OID: " + text);
  return *oid;
}

Datum octets_of(const std::string& text) {
  if (!text.starts_with("x:")) return Datum::of(std::string_view(text));
  std::string bytes, hex;
  for (const char c : text.substr(2)) {
    if (c == ' ') continue;
    hex += c;
    if (hex.size() == 2) {
      bytes += static_cast<char>(std::stoi(hex, nullptr, 16));
      hex.clear();
    }
  }
  return Datum::of(std::string_view(bytes));
}

}  // namespace

Value Datum::value() const {
  Value v;
  v.type = type;
  v.integer = integer;
  v.number = number;
  v.octets = {reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()};
  v.oid = oid.view();
  return v;
}
Datum Datum::of(int n) {
  Datum d;
  d.type = Value::Type::kInteger;
  d.integer = n;
  return d;
}
Datum Datum::of(std::string_view octets) {
  Datum d;
  d.type = Value::Type::kOctets;
  d.octets = octets;
  return d;
}
Datum Datum::of(const Oid& oid) {
  Datum d;
  d.type = Value::Type::kOid;
  d.oid = oid;
  return d;
}

Agent& Agent::set(const std::string& oid, int number, const std::string& context) {
  contexts[context][parsed(oid)] = Datum::of(number);
  return *this;
}
Agent& Agent::set(const std::string& oid, const std::string& text, const std::string& context) {
  contexts[context][parsed(oid)] = octets_of(text);
  return *this;
}
Agent& Agent::set_oid(const std::string& oid, const std::string& value, const std::string& context) {
  contexts[context][parsed(oid)] = Datum::of(parsed(value));
  return *this;
}
Agent& Agent::interface(std::uint32_t ifindex, const std::string& name, bool up, int type) {
  const std::string i = std::to_string(ifindex);
  set("1.3.6.1.2.1.2.2.1.2." + i, name);
  set("1.3.6.1.2.1.2.2.1.3." + i, type);
  set("1.3.6.1.2.1.2.2.1.7." + i, 1);
  set("1.3.6.1.2.1.2.2.1.8." + i, up ? 1 : 2);
  return set("1.3.6.1.2.1.31.1.1.1.1." + i, name);
}
Agent& Agent::base_port(std::uint32_t port, std::uint32_t ifindex, const std::string& context) {
  return set("1.3.6.1.2.1.17.1.4.1.2." + std::to_string(port), static_cast<int>(ifindex), context);
}
Agent& Agent::bridge_row(const std::string& mac, int port, int status, const std::string& context) {
  set("1.3.6.1.2.1.17.4.3.1.2." + mac_index(mac), port, context);
  if (status != 0) set("1.3.6.1.2.1.17.4.3.1.3." + mac_index(mac), status, context);
  return *this;
}
Agent& Agent::q_row(std::uint32_t fdb, const std::string& mac, int port, int status) {
  const std::string index = std::to_string(fdb) + "." + mac_index(mac);
  set("1.3.6.1.2.1.17.7.1.2.2.1.2." + index, port);
  if (status != 0) set("1.3.6.1.2.1.17.7.1.2.2.1.3." + index, status);
  return *this;
}

std::string mac_index(const std::string& mac) {
  std::string index;
  for (const std::uint8_t octet : topology::MacAddress::parse(mac).value().octets()) {
    if (!index.empty()) index += '.';
    index += std::to_string(octet);
  }
  return index;
}

bool Polled::asked(const std::string& name, const std::string& context) const {
  return std::any_of(requests.begin(), requests.end(),
                     [&](const Request& r) { return r.name == name && r.vlan_context == context; });
}
bool Polled::decided(const std::string& quirk) const {
  return std::any_of(snapshot.decisions.begin(), snapshot.decisions.end(),
                     [&](const std::string& d) { return d.starts_with(quirk + ":"); });
}

namespace {
Polled run(const Agent& agent, Poll poll) {
  Polled result;
  static const std::map<Oid, Datum> kNothing;
  for (;;) {
    const std::vector<Request> requests = poll.next();
    if (requests.empty()) break;
    for (const Request& r : requests) {
      const auto context = agent.contexts.find(r.vlan_context);
      const auto& variables = context == agent.contexts.end() ? kNothing : context->second;
      auto cut = agent.cut.find(r.name);
      if (cut == agent.cut.end()) cut = agent.cut.find(r.name + "@" + r.vlan_context);
      std::size_t rows = 0;
      // Row by row over the columns, as GETBULK brings them.
      std::vector<std::map<Oid, Datum>::const_iterator> at;
      for (const Oid& column : r.oids) at.push_back(variables.lower_bound(column));
      for (bool more = true; more;) {
        more = false;
        if (cut != agent.cut.end() && rows >= cut->second.first) break;
        for (std::size_t c = 0; c < r.oids.size(); ++c) {
          if (at[c] == variables.end() || !r.oids[c].is_prefix_of(at[c]->first.view())) continue;
          if (r.get && at[c]->first != r.oids[c]) continue;
          poll.add(r.id, c, at[c]->first.view().subspan(r.oids[c].size()), at[c]->second.value());
          ++at[c];
          more = !r.get;
        }
        ++rows;
      }
      Ending ending;
      if (cut != agent.cut.end()) ending = {topology::Completeness::kPartial, cut->second.second};
      poll.ended(r.id, ending);
      result.requests.push_back(r);
    }
  }
  if (!poll.done()) throw std::logic_error("a poll that asks nothing more is not done");
  result.snapshot = poll.finish(topology::Time{});
  return result;
}

}  // namespace

Polled poll(const Agent& agent, Poll::Kind kind) { return run(agent, Poll("sw", "192.0.2.1", kind)); }
Polled poll(const Agent& agent, const topology::SwitchSnapshot& last) {
  Poll poll("sw", "192.0.2.1");
  poll.remember(last);
  return run(agent, std::move(poll));
}

std::vector<topology::MacRow> where(const Agent& agent, const topology::SwitchSnapshot& known,
                                    const std::string& mac) {
  const topology::MacAddress address = topology::MacAddress::parse(mac).value();
  const auto asked = where_request(known, address);
  std::vector<WhereValue> answers;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const auto context = agent.contexts.find(asked[i].vlan_context);
    if (context == agent.contexts.end()) continue;
    const auto it = context->second.find(asked[i].oid);
    WhereValue answer{i, {}};
    answer.value.type = Value::Type::kNoSuchInstance;
    if (it != context->second.end()) answer.value = it->second.value();
    answers.push_back(answer);
  }
  return where_rows(known, topology::SwitchId{0}, address, asked, answers, topology::Time{});
}

std::string row_text(const topology::SwitchSnapshot& s, topology::IfIndex port, topology::VlanId vlan,
                     topology::FdbStatus status) {
  const topology::Interface* const i = s.interface(port);
  std::string text = i != nullptr ? i->name : "no port";
  if (vlan != topology::kNoVlan) text += " vlan " + std::to_string(vlan.value);
  return text + " " + std::string(to_string(status));
}

std::vector<std::string> rows_of(const topology::SwitchSnapshot& s, const std::string& mac) {
  std::vector<std::string> rows;
  for (const topology::FdbEntry& e : s.fdb)
    if (e.mac == topology::MacAddress::parse(mac).value())
      rows.push_back(row_text(s, e.port, e.vlan, e.status));
  return rows;
}

}  // namespace lanwarden::mibs::testing
