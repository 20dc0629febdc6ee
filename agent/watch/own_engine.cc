#include "agent/watch/own_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "agent/output/atomic_file.h"

namespace lanwarden::agent {
namespace {

constexpr std::uint32_t kMostBoots = 0x7fff'fffe;  // RFC 3414 §2.2.2: the next one is latched

/// Two lines: "engine 0x80001f88…" and "boots 7".
bool read(const std::string& text, snmp::OwnEngine& engine) {
  std::istringstream in(text);
  std::string engine_word, id, boots_word;
  std::uint64_t boots = 0;
  if (!(in >> engine_word >> id >> boots_word >> boots) || engine_word != "engine" || boots_word != "boots")
    return false;
  if (!id.starts_with("0x") || id.size() % 2 != 0 || id.size() < 2 + 2 * 5 || id.size() > 2 + 2 * 32)
    return false;
  for (std::size_t i = 2; i < id.size(); i += 2) {
    std::uint8_t octet = 0;
    const char* const end = id.data() + i + 2;
    if (std::from_chars(id.data() + i, end, octet, 16).ptr != end) return false;
    engine.id.push_back(octet);
  }
  engine.boots = static_cast<std::uint32_t>(std::min<std::uint64_t>(boots, kMostBoots));
  return boots > 0;
}

}  // namespace

std::string engine_id_text(const snmp::OwnEngine& engine) {
  return fmt::format("0x{:02x}", fmt::join(engine.id, ""));
}

topology::Result<snmp::OwnEngine, std::string> next_start(const std::filesystem::path& file) {
  snmp::OwnEngine engine;
  std::error_code error;
  const bool there = std::filesystem::exists(file, error);
  if (error) return tl::unexpected(file.string() + ": " + error.message());
  if (there) {
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    if (!in) return tl::unexpected(file.string() + ": cannot be read");
    if (!read(text.str(), engine))
      return tl::unexpected(
          file.string() +
          ": holds no engine id and boots; remove it to become a new engine, which receivers of "
          "SNMPv3 traps have to be told");
  }
  if (!there || engine.boots >= kMostBoots)
    engine = {snmp::random_engine_id(), 1};
  else
    ++engine.boots;
  if (auto failed =
          write_atomically(file, fmt::format("engine {}\nboots {}\n", engine_id_text(engine), engine.boots)))
    return tl::unexpected(*failed);
  return engine;
}

}  // namespace lanwarden::agent
