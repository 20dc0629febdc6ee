// LANWARDEN-MIB: what the program sends is what the text of the MIB says.
#include "mibs/lanwarden_mib.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

using namespace lanwarden::mibs;
using lanwarden::topology::MacAddress;
using lanwarden::topology::Time;
using namespace std::chrono_literals;

namespace {

const std::filesystem::path kMibs = std::filesystem::path(LANWARDEN_SOURCE_DIR) / "mibs";

/// The words of a MIB module; texts in quotation marks and comments are left out.
std::vector<std::string> words(std::istream& in) {
  std::vector<std::string> out;
  std::string line, word;
  bool quoted = false;
  const auto end = [&] {
    if (!word.empty()) out.push_back(std::exchange(word, {}));
  };
  while (std::getline(in, line)) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (c == '"') quoted = !quoted;
      if (quoted || c == '"') continue;
      if (line.compare(i, 2, "--") == 0) break;
      if (std::string_view("{}(),;").find(c) != std::string_view::npos) {
        end();
        out.emplace_back(1, c);
      } else if (c == ' ') {
        end();
      } else {
        word += c;
      }
    }
    end();
  }
  return out;
}

struct Defined {
  std::string macro, syntax, access;
  std::vector<std::string> objects;
  std::string parent;
  std::uint32_t number = 0;
};

std::map<std::string, Defined> definitions() {
  std::ifstream file(kMibs / "LANWARDEN-MIB.txt");
  REQUIRE(file.good());
  const auto w = words(file);
  std::map<std::string, Defined> out;
  std::string name;
  for (std::size_t i = static_cast<std::size_t>(std::find(w.begin(), w.end(), ";") - w.begin());
       i + 4 < w.size(); ++i) {
    if (w[i] == "OBJECT-TYPE" || w[i] == "NOTIFICATION-TYPE" || w[i] == "MODULE-IDENTITY" ||
        w[i] == "OBJECT" || w[i] == "OBJECT-GROUP" || w[i] == "NOTIFICATION-GROUP" ||
        w[i] == "MODULE-COMPLIANCE") {
      name = w[i - 1];
      out[name].macro = w[i];
    } else if (w[i] == "SYNTAX") {
      out[name].syntax = w[i + 1];
    } else if (w[i] == "MAX-ACCESS") {
      out[name].access = w[i + 1];
    } else if (w[i] == "OBJECTS") {
      for (std::size_t k = i + 2; w[k] != "}"; ++k)
        if (w[k] != ",") out[name].objects.push_back(w[k]);
    } else if (w[i] == "::=" && w[i + 1] == "{" && w[i + 4] == "}") {
      out[name].parent = w[i + 2];
      out[name].number = static_cast<std::uint32_t>(std::stoul(w[i + 3]));
    }
  }
  return out;
}

Oid oid_of(const std::map<std::string, Defined>& all, const std::string& name) {
  if (name == "netSnmpPlaypen") return {1, 3, 6, 1, 4, 1, 8072, 9999, 9999};  // NET-SNMP-MIB
  const Defined& d = all.at(name);
  return oid_of(all, d.parent) + d.number;
}

OwnValue::Syntax syntax_of(const std::string& syntax) {
  using enum OwnValue::Syntax;
  static const std::map<std::string, OwnValue::Syntax> known = {
      {"SnmpAdminString", kOctets},     {"DateAndTime", kOctets},
      {"MacAddress", kOctets},          {"Counter32", kCounter32},
      {"Counter64", kCounter64},        {"Gauge32", kGauge32},
      {"Unsigned32", kGauge32},         {"INTEGER", kInteger},
      {"LwSeverity", kInteger},         {"LwStateOfIncident", kInteger},
      {"LwStateOfIsolation", kInteger}, {"LwWayOfIsolation", kInteger}};
  return known.at(syntax);
}

LanwardenMib full() {
  LanwardenMib mib;
  mib.daemon.version = "1.2.3";
  for (const std::uint32_t n : {300U, 7U, 0U, 12U}) {
    mib.incidents.emplace_back().number = n;
    mib.isolations.emplace_back().number = n;
  }
  for (const char* name : {"floor3", "core", "", "floor10", "core"}) {
    mib.switches.emplace_back().name = name;
    mib.detectors.emplace_back().kind = name;
    mib.queues.emplace_back().name = name;
    mib.interfaces.emplace_back().name = name;
  }
  return mib;
}

}  // namespace

TEST_CASE("LANWARDEN-MIB: each object has the number, the syntax and the access of the text") {
  const auto all = definitions();
  REQUIRE(all.size() > 80);
  CHECK(oid_of(all, "lanwardenMIB") == lanwarden_root());
  std::vector<std::string> readable;
  for (const auto& [name, d] : all)
    if (d.macro == "OBJECT-TYPE" && d.access == "read-only") readable.push_back(name);
  std::vector<std::string> ours;
  for (const OwnObject& object : own_objects()) {
    const std::string name(object.name);
    CAPTURE(name);
    ours.push_back(name);
    REQUIRE(all.contains(name));
    CHECK(oid_of(all, name) == object.oid);
    CHECK(syntax_of(all.at(name).syntax) == object.syntax);
  }
  CHECK(std::is_sorted(own_objects().begin(), own_objects().end(),
                       [](const OwnObject& a, const OwnObject& b) { return a.oid < b.oid; }));
  std::sort(ours.begin(), ours.end());
  CHECK(ours == readable);
}

TEST_CASE("LANWARDEN-MIB: each notification has the number and the objects of the text") {
  const auto all = definitions();
  std::size_t in_text = 0;
  for (const auto& [name, d] : all) in_text += d.macro == "NOTIFICATION-TYPE" ? 1 : 0;
  CHECK(in_text == own_notifications().size());
  std::map<Oid, std::string_view> instances;
  for (const OwnObject& object : notice_objects()) {
    const std::string name(object.name);
    CAPTURE(name);
    REQUIRE(all.contains(name));
    CHECK(all.at(name).access == "accessible-for-notify");
    CHECK(oid_of(all, name) == object.oid);
    CHECK(syntax_of(all.at(name).syntax) == object.syntax);
    instances[object.oid + 0] = object.name;
  }
  for (const OwnNotification& own : own_notifications()) {
    const std::string name(own.name);
    CAPTURE(name);
    REQUIRE(all.contains(name));
    const Notification n = notification(own.type, {});
    CHECK(oid_of(all, name) == n.oid);
    std::vector<std::string> said;
    for (const OwnVarbind& v : n.varbinds) said.emplace_back(instances.at(v.name));
    CHECK(said == all.at(name).objects);
  }
}

TEST_CASE("LANWARDEN-MIB: variables are in order, once each, and below an object") {
  const auto all = variables(full());
  // 19 scalars; three rows of two tables with 10 and 12 columns, of four with 11, 2, 5 and 5.
  CHECK(all.size() == 19 + 3 * (10 + 12 + 11 + 2 + 5 + 5));
  CHECK(std::adjacent_find(all.begin(), all.end(),
                           [](const auto& a, const auto& b) { return a.name >= b.name; }) == all.end());
  for (const OwnVarbind& v : all) {
    CAPTURE(v.name.to_string());
    const auto object = std::find_if(own_objects().begin(), own_objects().end(),
                                     [&](const OwnObject& o) { return o.oid.is_prefix_of(v.name.view()); });
    REQUIRE(object != own_objects().end());
    CHECK(object->syntax == v.value.syntax);
  }
  const Oid floor3 =
      lanwarden_root() + OidView(std::array<std::uint32_t, 11>{1, 4, 1, 1, 2, 'f', 'l', 'o', 'o', 'r', '3'});
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& v) { return v.name == floor3; });
  REQUIRE(found != all.end());
  CHECK(found->value.octets == "floor3");
}

TEST_CASE("LANWARDEN-MIB: texts of the network fit, and forge no line") {
  CHECK(admin_string("two\nlines\r\x1b[31m\x7f") == "two lines  [31m ");
  CHECK(admin_string("\xff\xc3(") == "\xef\xbf\xbd\xef\xbf\xbd(");
  CHECK(admin_string(std::string(254, 'a') + "\xc3\xa9") == std::string(254, 'a'));
  CHECK(admin_string(std::string(253, 'a') + "\xc3\xa9").size() == 255);
  LanwardenMib mib;
  mib.switches.emplace_back().name = std::string(5000, 'x');
  for (const OwnVarbind& v : variables(mib)) CHECK(v.name.size() <= 128);
}

TEST_CASE("LANWARDEN-MIB: DateAndTime in UTC") {
  const Time time = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + 3h + 4min + 5s + 678ms;
  CHECK(date_and_time(time) == std::string("\x07\xea\x01\x02\x03\x04\x05\x06+\0\0", 11));
  CHECK(date_and_time(std::nullopt) == std::string(8, '\0'));
  const Time before_1970 =
      std::chrono::sys_days(std::chrono::year(1969) / 12 / 31) + 23h + 59min + 59s + 900ms;
  CHECK(date_and_time(before_1970) == std::string("\x07\xb1\x0c\x1f\x17\x3b\x3b\x09+\0\0", 11));
}

TEST_CASE("LANWARDEN-MIB: smilint has nothing to say") {
  if (::access("/usr/bin/smilint", X_OK) != 0) {
    WARN("SKIPPED: no smilint here (package smitools)");
    return;
  }
  // Debian ships the modules of the IETF with Erlang; the package snmp-mibs-downloader has them, too.
  std::string path, base;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/erlang/lib", none))
    if (std::filesystem::exists(entry.path() / "mibs/SNMPv2-SMI.mib")) base = entry.path() / "mibs";
  for (const char* folder : {"/usr/share/snmp/mibs/ietf", "/var/lib/mibs/ietf", "/usr/share/mibs/ietf"})
    if (std::filesystem::exists(std::filesystem::path(folder) / "SNMPv2-SMI")) base = folder;
  if (base.empty() || !std::filesystem::exists("/usr/share/snmp/mibs/NET-SNMP-MIB.txt")) {
    WARN("SKIPPED: no modules of the IETF here (package erlang-snmp), or no NET-SNMP-MIB (libsnmp-base)");
    return;
  }
  const std::string command = "SMIPATH=" + base + ":/usr/share/snmp/mibs smilint -l 3 '" +
                              (kMibs / "LANWARDEN-MIB.txt").string() + "' 2>&1";
  FILE* const pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string said;
  char text[4096];
  while (const std::size_t got = std::fread(text, 1, sizeof text, pipe)) said.append(text, got);
  CHECK(::pclose(pipe) == 0);
  CHECK(said == "");
}
