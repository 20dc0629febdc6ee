// A story for detectors: frames said one after the other, and what was found.
#pragma once

#include <string_view>
#include <vector>

#include "analysis/detector.h"
#include "tests/analysis/frame_builder.h"

namespace lanwarden::test {

class Story {
 public:
  explicit Story(std::uint16_t vlan = 0) : vlan_(vlan) {}

  /// Who was here before, sorted. Before the first frame.
  void know(std::vector<topology::MacAddress> stations);
  /// Any frame, `seconds` after the beginning.
  void frame(double seconds, const Octets& octets);
  /// RFC 5227 probe; the target hardware address as the prober's system writes it.
  void probe(double seconds, topology::MacAddress host, std::string_view address,
             topology::MacAddress target = {});
  void announce(double seconds, topology::MacAddress host, std::string_view address);
  /// "Who has `address`? tell `from`", broadcast.
  void request(double seconds, topology::MacAddress host, std::string_view from, std::string_view address);
  /// `host` says to `to` (which asked as `to_address`) that `address` is at `sender`.
  void reply(double seconds, topology::MacAddress host, std::string_view address, topology::MacAddress to,
             std::string_view to_address = "0.0.0.0", topology::MacAddress sender = {});
  void quiet_until(double seconds);
  /// The capture ends.
  const std::vector<analysis::Finding>& end();

  const std::vector<analysis::Finding>& found() const { return found_; }
  std::vector<analysis::Finding> found(std::string_view kind) const;
  std::uint64_t frames() const { return number_; }

 private:
  std::uint16_t vlan_;
  analysis::Ear ear_;
  std::uint64_t number_ = 0;
  std::vector<analysis::Finding> found_;
};

/// The value of that name; the test fails when there is none or of another type.
template <class T>
T evidence(const analysis::Finding& finding, std::string_view name) {
  for (const auto& [key, value] : finding.evidence)
    if (key == name) return std::get<T>(value);
  throw std::out_of_range("no evidence " + std::string(name));
}
bool has_evidence(const analysis::Finding& finding, std::string_view name);

}  // namespace lanwarden::test
