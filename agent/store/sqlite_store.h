// The store in one SQLite file: the first back end.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "agent/store/store.h"

namespace lanwarden::agent {

struct SqliteOptions {
  bool read_only = false;         ///< the file must exist; every mutator fails with kReadOnly
  bool create_directory = false;  ///< for the state directory: make it (0700) when it is not there
  std::chrono::milliseconds busy_timeout{5000};  ///< how long to wait for another process's writing
};

/// Opens, and unless read-only creates and migrates, the store at `path`. Many
/// processes may have it open, one writes at a time (WAL); what a mutator has
/// returned for is on the disk (synchronous=FULL).
/// Fails with kCannotOpen (no such directory, no permission, read-only and not
/// there), kReadOnly (the file or its directory cannot be written), kCorrupt (no
/// database, another program's, damaged), kTooNew, kBusy, kFull.
StoreResult<std::unique_ptr<Store>> open_sqlite_store(const std::filesystem::path& path,
                                                      const SqliteOptions& options);
StoreResult<std::unique_ptr<Store>> open_sqlite_store(const std::filesystem::path& path, bool read_only);

}  // namespace lanwarden::agent
