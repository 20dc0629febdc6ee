// Times as people write them and as scripts read them.
#include "agent/output/time_text.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>

using namespace lanwarden::agent;
using lanwarden::topology::Time;
using namespace std::chrono_literals;

namespace {

/// 2026-01-02 03:04:05 UTC
const Time kNow{std::chrono::seconds{1767323045}};

/// The local zone is Berlin's for a while: one hour ahead of UTC in winter, two in summer.
class InBerlin {
 public:
  InBerlin() {
    if (const char* zone = std::getenv("TZ")) before_ = zone, had_ = true;
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
  }
  ~InBerlin() {
    if (had_)
      setenv("TZ", before_.c_str(), 1);
    else
      unsetenv("TZ");
    tzset();
  }
  InBerlin(const InBerlin&) = delete;
  InBerlin& operator=(const InBerlin&) = delete;

 private:
  std::string before_;
  bool had_ = false;
};

std::string read(std::string_view text) {
  const auto time = parse_time(text, kNow);
  return time ? rfc3339(*time) : "none";
}

}  // namespace

TEST_CASE("scripts get RFC 3339 in UTC") {
  CHECK(rfc3339(kNow) == "2026-01-02T03:04:05Z");
  CHECK(rfc3339(kNow + 7ms, true) == "2026-01-02T03:04:05.007Z");
  CHECK(rfc3339(Time{-1ns}, true) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("people get their own time") {
  const InBerlin zone;
  CHECK(local_time(kNow) == "2026-01-02 04:04:05");
}

TEST_CASE("how long ago is said in the unit one would use") {
  CHECK(ago(kNow - 2s, kNow) == "just now");
  CHECK(ago(kNow - 40s, kNow) == "40 s ago");
  CHECK(ago(kNow - 5min, kNow) == "5 min ago");
  CHECK(ago(kNow - 3h, kNow) == "3 h ago");
  CHECK(ago(kNow - 72h, kNow) == "3 days ago");
}

TEST_CASE("RFC 3339 is read with any offset and any fraction") {
  CHECK(read("2026-01-02T03:04:05Z") == "2026-01-02T03:04:05Z");
  CHECK(read("2026-01-02T05:04:05+02:00") == "2026-01-02T03:04:05Z");
  CHECK(read("2026-01-01t21:34:05-05:30") == "2026-01-02T03:04:05Z");
  CHECK(parse_time("2026-01-02T03:04:05.25Z", kNow) == kNow + 250ms);
}

TEST_CASE("a date without a zone is local") {
  const InBerlin zone;
  CHECK(read("2026-01-02 14:00") == "2026-01-02T13:00:00Z");
  CHECK(read("2026-07-02 14:00:30") == "2026-07-02T12:00:30Z");
}

TEST_CASE("yesterday, today and a time of day are local") {
  const InBerlin zone;
  CHECK(read("yesterday 14:00") == "2026-01-01T13:00:00Z");
  CHECK(read("yesterday") == "2025-12-31T23:00:00Z");
  CHECK(read("today 9:30") == "2026-01-02T08:30:00Z");
  CHECK(read("14:00:05") == "2026-01-02T13:00:05Z");
}

TEST_CASE("so long ago, with or without a space") {
  CHECK(read("2h ago") == "2026-01-02T01:04:05Z");
  CHECK(read("90 s ago") == "2026-01-02T03:02:35Z");
  CHECK(read("3d ago") == "2025-12-30T03:04:05Z");
  CHECK(parse_time("now", kNow) == kNow);
  CHECK(parse_time("5 minutes ago", kNow) == kNow - 5min);
  CHECK(parse_time("1 hour ago", kNow) == kNow - 1h);
  CHECK(parse_time("2 days ago", kNow) == kNow - 48h);  // as ago() writes it
  CHECK(parse_time("40 s ago", kNow) == kNow - 40s);
  CHECK(parse_time("2026-01-02", kNow) == parse_time("2026-01-02 00:00", kNow));
  CHECK_FALSE(parse_time("2026-01-02x", kNow));
  CHECK_FALSE(parse_time("2026-13-02", kNow));
}

TEST_CASE("what is no time is not guessed at") {
  for (const char* text :
       {"", "soon", "ago", "x ago", "25:00", "14:60", "14:00 tomorrow", "2026-13-01T00:00:00Z",
        "2026-01-02T03:04:05Zulu", "2026-01-02T03:04:05+2", "2026-1-", "yesterday noon", "14"}) {
    INFO(text);
    CHECK(read(text) == "none");
  }
}
