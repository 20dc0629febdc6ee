// Files that were cut off, overwritten or turned over: a sentence, never a crash, never an invented row.
#include <array>
#include <catch2/catch.hpp>
#include <fstream>

#include "tests/agent/store_scratch.h"

using namespace lanwarden;
using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;

namespace {

constexpr std::size_t kPage = 4096;

std::string whole_store(const ScratchFolder& folder) {
  {
    const auto store = must(open_sqlite_store(folder.store(), false));
    for (int minute : {0, 10}) {
      SwitchSnapshot s = polled_switch("floor3", at(minute));
      for (unsigned i = 0; i < 3'000; ++i)
        s.fdb.push_back({MacAddress{0x020000000000U + i},
                         topology::IfIndex{1 + (i + static_cast<unsigned>(minute)) % 8},
                         {},
                         VlanId{1}});
      must(store->save_poll({&s, 1}));
    }
    Incident i;
    i.severity = "critical";
    i.mac = mac("00:0d:4b:ce:20:cd");
    i.events.push_back({at(1), IncidentState::kOpen, "found", "{}"});
    must(store->open_incident(i));
  }
  std::ifstream in(folder.store(), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void put(const ScratchFolder& folder, const std::string& octets) {
  std::filesystem::remove(folder.store().string() + "-wal");
  std::filesystem::remove(folder.store().string() + "-shm");
  std::ofstream(folder.store(), std::ios::binary | std::ios::trunc) << octets;
}

/// Opens and asks for everything. What was wrong, in words; empty: nothing was noticed.
std::string trouble(const ScratchFolder& folder, bool read_only) {
  const auto store = open_sqlite_store(folder.store(), read_only);
  std::string words;
  const auto note = [&](const auto& result) {
    if (!result && words.empty()) {
      words = result.error().message;
      // "other" is a document whose text is not what was written.
      CHECK((result.error().cause == StoreCause::kCorrupt || result.error().cause == StoreCause::kTooNew ||
             result.error().cause == StoreCause::kCannotOpen ||
             result.error().cause == StoreCause::kReadOnly || result.error().cause == StoreCause::kOther));
      CHECK(words.find(folder.store().string()) != std::string::npos);
    }
  };
  if (!store) {
    note(store);
    return words;
  }
  note((*store)->snapshots());
  note((*store)->history(MacAddress{0x020000000007U}, Time{}, 100));
  note((*store)->stations(pattern("*"), 10'000));
  note((*store)->port_history("floor3", "A1", Time{}, 10'000));
  note((*store)->incidents(true));
  if (!read_only) {
    SwitchSnapshot s = polled_switch("floor3", at(20));
    note((*store)->save_poll({&s, 1}));
  }
  return words;
}

}  // namespace

TEST_CASE("a file that is cut off anywhere says that it is damaged") {
  ScratchFolder folder;
  const std::string whole = whole_store(folder);
  REQUIRE(whole.size() > 50 * kPage);
  for (const std::size_t kept :
       {whole.size() / 2, 10 * kPage, 2 * kPage, kPage, kPage + 7, std::size_t{600}}) {
    INFO(kept << " octets are left");
    put(folder, whole.substr(0, kept));
    CHECK(trouble(folder, true).find("damaged") != std::string::npos);
    put(folder, whole.substr(0, kept));
    CHECK(trouble(folder, false).find("damaged") != std::string::npos);
  }
}

TEST_CASE("a header that is not one says that this is no database") {
  ScratchFolder folder;
  std::string whole = whole_store(folder);
  whole.replace(0, 16, "Dear colleagues,");
  put(folder, whole);
  for (const bool read_only : {true, false})
    CHECK(trouble(folder, read_only).find("is not a lanwarden store, and not a database at all") !=
          std::string::npos);
}

TEST_CASE("whichever page is overwritten, one is told or it mattered to nobody") {
  ScratchFolder folder;
  const std::string whole = whole_store(folder);
  std::size_t noticed = 0, pages = 0;
  for (std::size_t page = 1; page < whole.size() / kPage; page += 1 + page / 16) {
    std::string damaged = whole;
    for (std::size_t i = 0; i < kPage; ++i)
      damaged[page * kPage + i] = static_cast<char>(0xa5 ^ (i * 31 + page));
    put(folder, damaged);
    INFO("page " << page);
    ++pages;
    noticed += !trouble(folder, page % 2 == 0).empty();
  }
  CHECK(pages > 20);
  CHECK(noticed * 2 > pages);  // the rest are pages that these questions do not touch
}
