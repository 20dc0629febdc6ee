#include "tests/snmp/fleet.h"

#include <catch2/catch.hpp>

namespace lanwarden::snmp::testing {

using lab::Oid;
using lab::Value;

topology::MacAddress station(unsigned n) {
  return topology::MacAddress::parse([&] {
           char text[18];
           std::snprintf(text, sizeof(text), "00:0d:4b:%02x:%02x:%02x", (n >> 16) & 255, (n >> 8) & 255,
                         n & 255);
           return std::string(text);
         }())
      .value();
}

std::shared_ptr<lab::TableMib> plain_switch(unsigned ports, unsigned stations) {
  auto mib = std::make_shared<lab::TableMib>();
  lab::Table& t = mib->table();
  auto set = [&](std::initializer_list<std::uint32_t> prefix, std::initializer_list<std::uint32_t> index,
                 Value v) {
    Oid name(prefix);
    name.insert(name.end(), index.begin(), index.end());
    t.set(name, v);
  };
  const std::initializer_list<std::uint32_t> if_entry{1, 3, 6, 1, 2, 1, 2, 2, 1};
  set({1, 3, 6, 1, 2, 1, 1}, {1, 0}, Value::of_octets("a plain switch"));
  set({1, 3, 6, 1, 2, 1, 1}, {2, 0}, Value::of_oid(Oid{1, 3, 6, 1, 4, 1, 99999, 1}));
  set({1, 3, 6, 1, 2, 1, 1}, {3, 0}, Value::of_timeticks(123456));
  set({1, 3, 6, 1, 2, 1, 1}, {5, 0}, Value::of_octets("plain"));
  for (unsigned i = 1; i <= ports; ++i) {
    const std::string name = std::string("A").append(std::to_string(i));
    set(if_entry, {1, i}, Value::of_integer(static_cast<int>(i)));
    set(if_entry, {2, i}, Value::of_octets("port " + name));
    set(if_entry, {3, i}, Value::of_integer(6));
    set(if_entry, {7, i}, Value::of_integer(1));
    set(if_entry, {8, i}, Value::of_integer(1));
    set({1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1}, {i}, Value::of_octets(name));
    set({1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 1}, {i}, Value::of_integer(static_cast<int>(i)));
    set({1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2}, {i}, Value::of_integer(static_cast<int>(i)));
  }
  for (const std::uint32_t column : {2U, 3U})
    for (unsigned n = 0; n < stations; ++n) {
      const int port = static_cast<int>(1 + n % ports);
      set({1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, column},
          {10, 0, 0x0d, 0x4b, (n >> 16) & 255, (n >> 8) & 255, n & 255},
          Value::of_integer(column == 2 ? port : 3));
    }
  mib->allow_set(Oid{1, 3, 6, 1, 2, 1, 2, 2, 1, 7});
  // As a switch does it: the line follows what the administrator wants.
  mib->on_set({}, [raw = mib.get()](const lab::Asked&, const lab::Assignment& a) {
    Oid oper = a.name;
    oper[9] = 8;
    raw->table().set(oper, a.value);
  });
  return mib;
}

Credential v2c(const std::string& community) {
  Credential c;
  c.name = community == "private" ? "rw" : "ro";
  c.version = Version::kV2c;
  c.community = Secret(community);
  return c;
}

Credential v3(const std::string& user, AuthProtocol auth, const std::string& password, PrivProtocol privacy,
              const std::string& privacy_password) {
  Credential c;
  c.name = "campus";
  c.version = Version::kV3;
  c.user = user;
  c.auth = auth;
  c.auth_password = Secret(password);
  c.privacy = privacy;
  c.privacy_password = Secret(privacy_password);
  return c;
}

Target& Fleet::add(lab::AgentConfig config) {
  const std::string name = config.name;
  const auto id = server.add(std::move(config));
  REQUIRE(id.has_value());
  Target target;
  target.name = name;
  target.address = server.endpoint(*id).to_string();
  target.read = v2c("public");
  target.write = v2c("private");
  targets.push_back(target);
  return targets.back();
}

Target& Fleet::add(const std::string& name, std::shared_ptr<lab::MibView> view, const std::string& faults) {
  lab::AgentConfig config;
  config.name = name;
  config.write_community = "private";
  config.view = std::move(view);
  const auto parsed = lab::Faults::parse(faults);
  REQUIRE(parsed.has_value());
  config.faults = *parsed;
  return add(std::move(config));
}

Collector Fleet::collector(Limits limits) {
  server.start();
  return Collector(targets, limits);
}

std::string all_text(const SwitchSnapshot& snapshot) {
  std::string text = snapshot.name + snapshot.address;
  for (const std::string& p : snapshot.problems) text += p;
  for (const auto& t : snapshot.tables) text += t.cause;
  return text;
}

}  // namespace lanwarden::snmp::testing
