// A folder for one test's store, gone when the test ends.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "agent/store/sqlite_store.h"
#include "tests/agent/store_contract.h"

namespace lanwarden::agent::testing {

class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "lanwarden-store-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path store() const { return path_ / "lanwarden.db"; }

 private:
  std::filesystem::path path_;
};

class SqliteWorkshop final : public StoreWorkshop {
 public:
  std::unique_ptr<Store> open() override { return must(open_sqlite_store(folder_.store(), false)); }

 private:
  ScratchFolder folder_;
};

}  // namespace lanwarden::agent::testing
