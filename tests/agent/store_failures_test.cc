// What goes wrong with a database file, and what a person is told.
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>

#include "tests/agent/store_child.h"
#include "tests/agent/store_scratch.h"

using namespace lanwarden;
using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;

namespace {

/// SQL on a file, past the store.
void sql(const std::filesystem::path& file, const std::string& statements) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
  REQUIRE(sqlite3_exec(db, statements.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
}

/// The first column of the first row.
std::string number(const std::filesystem::path& file, const std::string& query) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
  std::string found;
  const auto keep = [](void* to, int, char** values, char**) {
    *static_cast<std::string*>(to) = values[0];
    return 0;
  };
  REQUIRE(sqlite3_exec(db, query.c_str(), keep, &found, nullptr) == SQLITE_OK);
  sqlite3_close(db);
  return found;
}

void journal(Store& store, const std::string& switch_name) {
  Isolation entry;
  entry.switch_name = switch_name;
  REQUIRE(must(store.claim_isolation(entry, {})).answer == IsolationClaim::Answer::kClaimed);
}

std::string describe(const StoreError& e) {
  constexpr const char* kCauses[] = {"cannot-open", "read-only", "full", "busy",
                                     "corrupt",     "too-new",   "other"};
  return std::string(kCauses[static_cast<int>(e.cause)]) + " " + e.message;
}

std::string failure(const std::filesystem::path& file, bool read_only = false) {
  auto store = open_sqlite_store(file, read_only);
  return store ? "no error" : describe(store.error());
}

SwitchSnapshot big_poll(const char* name, unsigned stations, unsigned shift = 0) {
  SwitchSnapshot s = polled_switch(name, at(static_cast<int>(shift)));
  for (unsigned i = 0; i < stations; ++i)
    s.fdb.push_back({MacAddress{0x020000000000U + i}, topology::IfIndex{1 + (i + shift) % 8}, {}, VlanId{1}});
  return s;
}

}  // namespace

TEST_CASE("a directory that is not there is not made, unless asked for") {
  ScratchFolder folder;
  const auto file = folder.path() / "state" / "lanwarden.db";
  const std::string directory = file.parent_path().string();
  CHECK(failure(file) == "cannot-open " + file.string() + ": the directory " + directory +
                             " does not exist: create it, or name another store with --store");
  SqliteOptions options;
  options.create_directory = true;
  CHECK(open_sqlite_store(file, options));
  struct stat status {};
  REQUIRE(::stat(directory.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
}

TEST_CASE("nothing to read yet") {
  ScratchFolder folder;
  CHECK(failure(folder.store(), true) ==
        "cannot-open " + folder.store().string() + ": there is no store yet; try: lanwarden poll");
  std::ofstream(folder.store()).flush();
  CHECK(failure(folder.store(), true) ==
        "cannot-open " + folder.store().string() + ": the store is empty; try: lanwarden poll");
  CHECK(failure(folder.store()) == "no error");  // an empty file is as good as none
}

TEST_CASE("a directory is no store") {
  ScratchFolder folder;
  CHECK(failure(folder.path()) ==
        "cannot-open " + folder.path().string() + ": is a directory, not a store: name a file with --store");
}

TEST_CASE("a file that is no database is left alone") {
  ScratchFolder folder;
  const std::string letter = "Dear administrator,\n" + std::string(5'000, '.');
  std::ofstream(folder.store()) << letter;
  CHECK(failure(folder.store()) ==
        "corrupt " + folder.store().string() +
            ": is not a lanwarden store, and not a database at all: name another file with --store");
  CHECK(failure(folder.store(), true).starts_with("corrupt "));
  std::ifstream in(folder.store());
  CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == letter);
}

TEST_CASE("another program's database is left alone") {
  ScratchFolder folder;
  sql(folder.store(), "CREATE TABLE recipe (name)");
  CHECK(failure(folder.store()) ==
        "corrupt " + folder.store().string() +
            ": a database, but of another program: name another file with --store");
  sql(folder.store(), "DROP TABLE recipe; PRAGMA application_id = 77");
  CHECK(failure(folder.store(), true) ==
        "corrupt " + folder.store().string() +
            ": a database, but of another program: name another file with --store");
}

TEST_CASE("a store of a newer lanwarden is refused, for reading too") {
  ScratchFolder folder;
  REQUIRE(failure(folder.store()) == "no error");
  const std::string known = number(folder.store(), "PRAGMA user_version");
  sql(folder.store(), "PRAGMA user_version = 99");
  CHECK(failure(folder.store()) == "too-new " + folder.store().string() +
                                       ": written by a newer lanwarden (schema 99, this one knows " + known +
                                       "): update this lanwarden, or name another store with --store");
  CHECK(failure(folder.store(), true).starts_with("too-new "));
}

TEST_CASE("a damaged database says so, and does not crash") {
  ScratchFolder folder;
  {
    auto store = must(open_sqlite_store(folder.store(), false));
    const auto poll = big_poll("floor3", 5'000);
    must(store->save_poll({&poll, 1}));
  }
  std::fstream file(folder.store(), std::ios::in | std::ios::out | std::ios::binary);
  for (int page = 2; page < 40; ++page) {
    file.seekp(page * 4096);
    file << std::string(2'000, '\xee');
  }
  file.close();
  const auto store = open_sqlite_store(folder.store(), false);
  if (store) {
    const auto read = (*store)->snapshots();
    REQUIRE_FALSE(read);
    CHECK(read.error().cause == StoreCause::kCorrupt);
    CHECK(read.error().message.find("move it away to begin a new store, or restore a backup") !=
          std::string::npos);
  } else {
    CHECK(store.error().cause == StoreCause::kCorrupt);
  }
}

TEST_CASE("a store opened for reading cannot be written, and can be read") {
  ScratchFolder folder;
  {
    auto store = must(open_sqlite_store(folder.store(), false));
    const auto poll = big_poll("floor3", 10);
    must(store->save_poll({&poll, 1}));
  }
  const auto store = must(open_sqlite_store(folder.store(), true));
  CHECK(must(store->snapshots()).at(0).fdb.size() == 10);
  const auto poll = big_poll("floor3", 11, 1);
  const auto saved = store->save_poll({&poll, 1});
  REQUIRE_FALSE(saved);
  CHECK(describe(saved.error()) ==
        "read-only " + folder.store().string() + ": opened for reading only: nothing can be saved");
}

TEST_CASE("another process that writes for too long is waited for, then named") {
  ScratchFolder folder;
  SqliteOptions options;
  options.busy_timeout = std::chrono::milliseconds{20};
  const auto store = must(open_sqlite_store(folder.store(), options));
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(folder.store().c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  const auto poll = big_poll("floor3", 1);
  const auto saved = store->save_poll({&poll, 1});
  REQUIRE_FALSE(saved);
  CHECK(describe(saved.error()) ==
        "busy " + folder.store().string() +
            ": another process has been writing to it for more than 20 ms: try again when it has ended");
  CHECK(must(store->snapshots()).empty());  // reading goes on
  sqlite3_close(other);
  CHECK(store->save_poll({&poll, 1}));
}

TEST_CASE("where one may not write, one is told; what is there can still be read") {
  ScratchFolder folder;
  {
    auto store = must(open_sqlite_store(folder.store(), false));
    const auto poll = big_poll("floor3", 10);
    must(store->save_poll({&poll, 1}));
  }
  ::chmod(folder.store().c_str(), 0444);
  ::chmod(folder.path().c_str(), 0555);
  const std::string at = folder.store().string();
  const std::string directory = folder.path().string();
  CHECK(as_nobody([&] { return failure(folder.path() / "new.db"); }) ==
        "read-only " + directory + "/new.db: cannot be created in " + directory +
            " (Permission denied): check its permissions, or name another store with --store");
  CHECK(as_nobody([&] { return failure(at); }) ==
        "read-only " + at + ": cannot be written: check the permissions of the file and of " + directory +
            ", or name another store with --store");
  CHECK(as_nobody([&] {
          auto store = open_sqlite_store(at, true);
          if (!store) return describe(store.error());
          auto all = (*store)->snapshots();
          return all ? std::to_string(all->at(0).fdb.size()) + " rows" : describe(all.error());
        }) == "10 rows");
  ::chmod(folder.path().c_str(), 0755);
  ::chmod(folder.store().c_str(), 0000);
  CHECK(as_nobody([&] { return failure(at, true); }).starts_with("cannot-open " + at + ": cannot be opened"));
}

namespace {
/// Fills the disk with a poll; afterwards everything saved before is still there, and nothing of the rest.
std::string fill(const std::filesystem::path& file) {
  auto store = open_sqlite_store(file, false);
  if (!store) return describe(store.error());
  const auto small = big_poll("floor3", 20);
  if (auto r = (*store)->save_poll({&small, 1}); !r) return "small: " + describe(r.error());
  const auto big = big_poll("core", 100'000);
  const auto r = (*store)->save_poll({&big, 1});
  if (r) return "it fitted";
  const auto kept = (*store)->snapshots();
  if (!kept || kept->size() != 1 || kept->at(0).fdb.size() != 20) return "lost what was saved";
  const auto again = big_poll("floor3", 21, 1);
  if (auto s = (*store)->save_poll({&again, 1}); !s) return "cannot save a little: " + describe(s.error());
  return describe(r.error());
}
}  // namespace

TEST_CASE("a full disk loses nothing that was saved, and saves no half") {
  ScratchFolder folder;
  const std::string full = "full " + folder.store().string() +
                           ": the disk is full; nothing of this was saved: free some space, then try again";
  SECTION("a limit on the size of files") {
    CHECK(in_child([&] {
            std::signal(SIGXFSZ, SIG_IGN);
            const rlimit limit{1'000'000, 1'000'000};
            ::setrlimit(RLIMIT_FSIZE, &limit);
            return fill(folder.store());
          }) == full);
  }
  SECTION("a file system without room") {
    const std::string told = in_child([&]() -> std::string {
      if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
          ::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=1m") != 0)
        return "no mounts";
      return fill(folder.store());
    });
    if (told == "no mounts") {
      WARN("SKIPPED: a tiny file system cannot be mounted here");
      return;
    }
    CHECK(told == full);
  }
}

TEST_CASE("killed at any moment of saving, the store opens, and every poll is whole or absent") {
  ScratchFolder folder;
  int last = -1;
  for (int round = 0; round < 12; ++round) {
    // The child tells after each poll that it is saved; it is killed somewhere in a later one.
    kill_after(
        static_cast<unsigned>(1 + round % 3),
        [&](const auto& tell) {
          auto store = must(open_sqlite_store(folder.store(), false));
          for (unsigned n = static_cast<unsigned>(last + 1);; ++n) {
            const std::array polls = {big_poll("core", 2'000, n), big_poll("floor3", 2'000, n)};
            must(store->save_poll(polls));
            journal(*store, std::to_string(n));
            tell(static_cast<int>(n));
          }
        },
        last);
    auto store = must(open_sqlite_store(folder.store(), false));
    const auto all = must(store->snapshots());
    REQUIRE(all.size() == 2);
    REQUIRE(all[0].time == all[1].time);
    const auto n =
        static_cast<unsigned>(std::chrono::duration_cast<std::chrono::minutes>(all[0].time - at(0)).count());
    REQUIRE(static_cast<int>(n) >= last);  // what it told of is there
    REQUIRE(all[0].fdb == big_poll("core", 2'000, n).fdb);
    REQUIRE(all[1].fdb == big_poll("floor3", 2'000, n).fdb);
    REQUIRE(must(store->isolations(false)).size() >= static_cast<std::size_t>(last + 1));
    last = static_cast<int>(n);
    // The journal may lack the entry of a poll that was saved right before the kill.
    while (must(store->isolations(false)).size() < static_cast<std::size_t>(last + 1))
      journal(*store, std::to_string(last));
  }
}

TEST_CASE("the audit trail cannot be rewritten, not even past the store") {
  ScratchFolder folder;
  {
    auto store = must(open_sqlite_store(folder.store(), false));
    AuditEntry entry;
    entry.action = "intend";
    must(store->append_audit(entry));
  }
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(folder.store().c_str(), &db) == SQLITE_OK);
  for (const char* forgery : {"UPDATE audit SET who = 'nobody'", "DELETE FROM audit"}) {
    CHECK(sqlite3_exec(db, forgery, nullptr, nullptr, nullptr) != SQLITE_OK);
    CHECK(std::string(sqlite3_errmsg(db)) == "the audit trail is append-only");
  }
  sqlite3_close(db);
  CHECK(number(folder.store(), "SELECT action FROM audit") == "intend");
}
