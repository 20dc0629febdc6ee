#include "agent/watch/frame_ring.h"

#include <catch2/catch.hpp>

#include "agent/output/log.h"

using namespace lanwarden::agent;
using lanwarden::analysis::RawFrame;

namespace {

RawFrame numbered(std::uint64_t number, const std::vector<std::uint8_t>& octets) {
  RawFrame raw;
  raw.number = number;
  raw.bytes = octets;
  raw.wire_length = 1514;
  return raw;
}

}  // namespace

TEST_CASE("frames are found by number, with holes between them") {
  FrameRing ring;
  CHECK_FALSE(ring.find(1));
  for (std::uint64_t n = 3; n < 100; n += 3) ring.add(numbered(n, {static_cast<std::uint8_t>(n), 2}));
  REQUIRE(ring.find(33));
  CHECK(ring.find(33)->bytes == std::vector<std::uint8_t>{33, 2});
  CHECK(ring.find(33)->wire_length == 1514);
  for (const std::uint64_t missing : {0U, 2U, 34U, 100U}) CHECK_FALSE(ring.find(missing));
  ring.clear();
  CHECK_FALSE(ring.find(33));
}

TEST_CASE("the oldest frames make room, long ones are cut") {
  FrameRing ring;
  const std::vector<std::uint8_t> big(9000, 7);
  const std::uint64_t last = FrameRing::kFrames * 2 + 5;
  for (std::uint64_t n = 1; n <= last; ++n) ring.add(numbered(n, big));
  CHECK_FALSE(ring.find(last - FrameRing::kFrames));
  REQUIRE(ring.find(last - FrameRing::kFrames + 1));
  REQUIRE(ring.find(last));
  CHECK(ring.find(last)->bytes.size() == FrameRing::kOctets);
}

TEST_CASE("a line of the log cannot be forged by a name from the network") {
  CHECK(logfmt("finding", {{"kind", "arp-sweep"}, {"name", ""}, {"summary", "two words"}}) ==
        "finding kind=arp-sweep summary=\"two words\"");
  CHECK(logfmt("x", {{"name", "a\"b\\c\nd=e"}}) == "x name=\"a\\\"b\\\\c d=e\"");
  CHECK(logfmt("x", {{"name", "\x1b[31m"}}) == "x name=\" [31m\"");
}
