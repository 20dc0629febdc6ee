// The whole memory as lines of text that another store can read, and a copy of it while it is in use.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/store/store_error.h"

namespace lanwarden::agent {

class Store;

/// Part of every back end: archive(store). Not kept in an archive: what is to be told to whom (notice_log.h),
/// which is of one installation.
class Archive {
 public:
  /// False: enough, stop. That ends the export without an error.
  using LineSink = std::function<bool(std::string_view json)>;
  /// The next line, without its end; false after the last one.
  using LineSource = std::function<bool(std::string& json)>;

  virtual ~Archive() = default;
  /// Every row of these kinds, or (empty) of all, as JSON Lines in one view of the memory, after a line that
  /// says what this is. The same memory gives the same octets. Returns how many rows.
  virtual StoreResult<std::size_t> export_lines(const std::vector<std::string>& kinds,
                                                const LineSink& sink) = 0;
  /// Reads what export_lines wrote, of all kinds, into an empty memory: all of it, or (on an error, which
  /// names line and cause) nothing. Nobody is told of the incidents in it. Returns how many rows.
  virtual StoreResult<std::size_t> import_lines(const LineSource& source) = 0;
  /// A copy of the memory as it is now, in a file of its own, checked; others may write meanwhile. The file
  /// must not be there. On an error nothing is left of it.
  virtual StoreResult<void> backup(const std::filesystem::path& file) = 0;
};

Archive& archive(Store& store);

/// The kinds of rows, in the order of the export.
std::vector<std::string> archive_kinds();
/// The fields of a kind, in their order; empty for an unknown kind.
std::vector<std::string> archive_fields(std::string_view kind);

}  // namespace lanwarden::agent
