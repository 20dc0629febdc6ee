#include "agent/vendor/vendor_names.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <mutex>

#include "agent/vendor/registry_csv.h"

namespace lanwarden::agent {
namespace {

constexpr std::array<unsigned, 3> kLengths = {36, 28, 24};  // longest first: an MA-S lies inside an MA-L

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool contains_ignoring_case(std::string_view text, std::string_view lowered) {
  return std::search(text.begin(), text.end(), lowered.begin(), lowered.end(),
                     [](char a, char b) { return lower(a) == b; }) != text.end();
}

std::optional<std::string> slurp(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) return std::nullopt;
  const std::streamoff size = in.tellg();
  if (size < 0) return std::nullopt;
  std::string text(static_cast<std::size_t>(size), '\0');
  in.seekg(0);
  in.read(text.data(), size);
  if (in.gcount() != size) return std::nullopt;
  return text;
}

}  // namespace

topology::MacPattern VendorPrefix::pattern() const {
  std::string digits;
  for (unsigned shift = 44; digits.size() < bits / 4; shift -= 4)
    digits.push_back("0123456789abcdef"[(value >> shift) & 0xfU]);
  return *topology::MacPattern::parse(digits + "*");
}

struct VendorNames::Registry {
  // The files stay in memory as they are; names are views into them, and only
  // names that needed unquoting are kept besides.
  std::vector<std::string> texts;
  CsvArena arena;
  std::array<std::vector<VendorPrefix>, kLengths.size()> by_length;  ///< each sorted by value, unique
  std::optional<std::string> warning;
};

struct VendorNames::Lazy {
  std::once_flag once;
  Registry registry;
};

VendorNames::VendorNames(std::filesystem::path directory)
    : directory_(std::move(directory)), lazy_(std::make_unique<Lazy>()) {}
VendorNames::~VendorNames() = default;

const VendorNames::Registry& VendorNames::registry() const {
  std::call_once(lazy_->once, [this] {
    Registry& r = lazy_->registry;
    constexpr std::array<const char*, 3> kFiles = {"oui36.csv", "mam.csv", "oui.csv"};
    std::string missing;
    r.texts.reserve(kFiles.size());  // views point into the strings: none may move
    for (std::size_t i = 0; i < kFiles.size(); ++i) {
      auto text = slurp(directory_ / kFiles[i]);
      if (!text) {
        missing += (missing.empty() ? "" : ", ") + (directory_ / kFiles[i]).string();
        continue;
      }
      r.texts.push_back(std::move(*text));
      for (const RegistryRow& row : read_registry(r.texts.back(), r.arena)) {
        if (row.digits * 4 != kLengths[i]) continue;
        r.by_length[i].push_back({row.assignment << (48 - kLengths[i]), kLengths[i], row.name});
      }
    }
    for (auto& prefixes : r.by_length) {
      // A few old blocks stand twice in the registry: the first line names the holder.
      const auto by_value = [](const VendorPrefix& a, const VendorPrefix& b) { return a.value < b.value; };
      std::stable_sort(prefixes.begin(), prefixes.end(), by_value);
      prefixes.erase(
          std::unique(prefixes.begin(), prefixes.end(),
                      [](const VendorPrefix& a, const VendorPrefix& b) { return a.value == b.value; }),
          prefixes.end());
    }
    if (!missing.empty())
      r.warning = "vendor names are missing: cannot read " + missing + "; try: apt-get install ieee-data";
  });
  return lazy_->registry;
}

std::string_view VendorNames::lookup(topology::MacAddress mac) const {
  if (mac.is_group() || mac.is_local()) return {};
  const Registry& r = registry();
  for (std::size_t i = 0; i < kLengths.size(); ++i) {
    const unsigned shift = 48 - kLengths[i];
    const std::uint64_t wanted = (mac.bits() >> shift) << shift;
    const auto& prefixes = r.by_length[i];
    const auto it = std::lower_bound(prefixes.begin(), prefixes.end(), wanted,
                                     [](const VendorPrefix& p, std::uint64_t v) { return p.value < v; });
    if (it == prefixes.end() || it->value != wanted) continue;
    // The authority itself holds the blocks it cuts into smaller ones: it made no device.
    if (it->name == "IEEE Registration Authority") return {};
    return it->name;
  }
  return {};
}

std::vector<VendorPrefix> VendorNames::find(std::string_view text) const {
  std::vector<VendorPrefix> found;
  if (text.empty()) return found;
  std::string wanted(text);
  std::transform(wanted.begin(), wanted.end(), wanted.begin(), lower);
  for (const auto& prefixes : registry().by_length)
    for (const VendorPrefix& p : prefixes)
      if (contains_ignoring_case(p.name, wanted)) found.push_back(p);
  std::sort(found.begin(), found.end(), [](const VendorPrefix& a, const VendorPrefix& b) {
    return a.value != b.value ? a.value < b.value : a.bits < b.bits;
  });
  return found;
}

std::size_t VendorNames::size() const {
  std::size_t n = 0;
  for (const auto& prefixes : registry().by_length) n += prefixes.size();
  return n;
}

std::optional<std::string> VendorNames::warning() const { return registry().warning; }

}  // namespace lanwarden::agent
