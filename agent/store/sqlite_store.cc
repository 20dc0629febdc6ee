#include "agent/store/sqlite_store.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <type_traits>

#include "agent/store/archive.h"
#include "agent/store/notice_log.h"
#include "agent/store/sqlite_archive.h"
#include "agent/store/sqlite_notices.h"
#include "agent/store/sqlite_tables.h"
#include "agent/store/sqlite_wiring.h"
#include "agent/store/wiring_log.h"

namespace lanwarden::agent {
namespace {

using sqlite::StoreException;

std::string seconds(std::chrono::milliseconds time) {
  const auto ms = time.count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

/// SQLite's failures in our closed set, in words that say what to do next.
StoreError explain(const std::filesystem::path& path, const SqliteOptions& options,
                   const SQLite::Exception& e, int system_errno) {
  const std::string at = path.string() + ": ";
  const auto full = [&] {
    return StoreError{StoreCause::kFull,
                      at + "the disk is full; nothing of this was saved: free some space, then try again"};
  };
  switch (e.getErrorCode()) {
    case SQLITE_FULL:
      return full();
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {StoreCause::kBusy, at + "another process has been writing to it for more than " +
                                     seconds(options.busy_timeout) + ": try again when it has ended"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
      if (options.read_only)
        return {StoreCause::kReadOnly, at + "opened for reading only: nothing can be saved"};
      return {StoreCause::kReadOnly, at + "cannot be written: check the permissions of the file and of " +
                                         path.parent_path().string() +
                                         ", or name another store with --store"};
    case SQLITE_NOTADB:
      return {StoreCause::kCorrupt,
              at + "is not a lanwarden store, and not a database at all: name another file with --store"};
    case SQLITE_CORRUPT:
      return {StoreCause::kCorrupt,
              at + "is damaged (" + e.what() + "): move it away to begin a new store, or restore a backup"};
    case SQLITE_CANTOPEN:
      return {StoreCause::kCannotOpen,
              at + "cannot be opened" +
                  (system_errno != 0 ? std::string(" (") + std::strerror(system_errno) + ")" : "") +
                  ": check the permissions of the file and of " + path.parent_path().string() +
                  ", or name another store with --store"};
    case SQLITE_IOERR:
      if (system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG) return full();
      return {StoreCause::kOther,
              at + "cannot be read or written" +
                  (system_errno != 0 ? std::string(" (") + std::strerror(system_errno) + ")" : "") +
                  ": is the disk healthy?"};
    default:
      return {StoreCause::kOther, at + e.what()};
  }
}

class SqliteStore final : public Store, public NoticeLog, public WiringLog, public Archive {
 public:
  SqliteStore(std::filesystem::path path, SqliteOptions options, std::unique_ptr<SQLite::Database> db)
      : path_(std::move(path)), options_(options), db_(std::move(db)) {}

  StoreResult<SavedPoll> save_poll(std::span<const SwitchSnapshot> snapshots) override {
    return write([&] { return sqlite::save_poll(*db_, snapshots); });
  }
  StoreResult<void> save_rows(const SwitchSnapshot& sw, std::span<const topology::FdbEntry> rows,
                              Time now) override {
    return write([&] { sqlite::save_rows(*db_, sw, rows, now); });
  }
  StoreResult<std::vector<SwitchSnapshot>> snapshots() override {
    return read([&] { return sqlite::snapshots(*db_, nullptr); });
  }
  StoreResult<std::vector<SwitchSnapshot>> snapshots(std::span<const std::string> names) override {
    return read([&] { return sqlite::snapshots(*db_, &names); });
  }
  StoreResult<std::string> revision() override {
    return read([&] { return sqlite::revision(*db_); });
  }
  StoreResult<std::vector<Sighting>> sightings(const MacPattern& pattern, std::optional<Time> at,
                                               std::size_t limit) override {
    return read([&] { return sqlite::sightings(*db_, pattern, at, limit); });
  }
  StoreResult<std::vector<Sighting>> history(MacAddress mac, Time since, std::size_t limit) override {
    return read([&] { return sqlite::history(*db_, mac, since, limit); });
  }
  StoreResult<std::vector<MacAddress>> stations(const MacPattern& pattern, std::size_t limit) override {
    return read([&] { return sqlite::stations(*db_, pattern, limit); });
  }
  StoreResult<Forgotten> forget(const Retention& retention) override {
    return write([&] { return sqlite::forget(*db_, retention); });
  }
  StoreResult<void> save_bindings(std::span<const IpBinding> bindings) override {
    return write([&] { sqlite::save_bindings(*db_, bindings); });
  }
  StoreResult<std::vector<IpBinding>> bindings(IpAddress ip) override {
    return read([&] { return sqlite::bindings(*db_, ip); });
  }
  StoreResult<std::vector<IpBinding>> bindings(MacAddress mac) override {
    return read([&] { return sqlite::bindings(*db_, mac); });
  }
  StoreResult<std::vector<IpBinding>> unnamed_addresses(NameSource source, Time named_since, Time seen_since,
                                                        std::size_t limit) override {
    return read([&] { return sqlite::unnamed_addresses(*db_, source, named_since, seen_since, limit); });
  }
  StoreResult<std::vector<IpBinding>> address_history(MacAddress mac) override {
    return read([&] { return sqlite::address_history(*db_, mac); });
  }
  StoreResult<std::vector<IpBinding>> address_history(IpAddress ip) override {
    return read([&] { return sqlite::address_history(*db_, ip); });
  }
  StoreResult<void> save_names(std::span<const NameBinding> names) override {
    return write([&] { sqlite::save_names(*db_, names); });
  }
  StoreResult<std::vector<NameBinding>> names(MacAddress mac) override {
    return read([&] { return sqlite::names(*db_, mac); });
  }
  StoreResult<std::vector<MacAddress>> stations_named(std::string_view name, std::size_t limit) override {
    return read([&] { return sqlite::stations_named(*db_, name, limit); });
  }
  StoreResult<void> save_links(std::span<const LinkInterval> links, std::span<const std::string> unsure,
                               Time now) override {
    return write([&] { sqlite::save_links(*db_, links, unsure, now); });
  }
  StoreResult<std::vector<LinkInterval>> links(const std::string& switch_name) override {
    return read([&] { return sqlite::links(*db_, switch_name); });
  }
  StoreResult<std::vector<SwitchEvent>> switch_events(const std::string& switch_name, Time since,
                                                      std::size_t limit) override {
    return read([&] { return sqlite::switch_events(*db_, switch_name, since, limit); });
  }
  StoreResult<std::vector<Sighting>> port_history(const std::string& switch_name, const std::string& port,
                                                  Time since, std::size_t limit) override {
    return read([&] { return sqlite::port_history(*db_, switch_name, port, since, limit); });
  }
  StoreResult<std::size_t> stations_on(const std::string& switch_name, const std::string& port,
                                       Time at) override {
    return read([&] { return sqlite::stations_on(*db_, switch_name, port, at); });
  }
  StoreResult<std::optional<Time>> oldest_sighting() override {
    return read([&] { return sqlite::oldest_sighting(*db_); });
  }
  StoreResult<std::int64_t> open_incident(const Incident& incident) override {
    return write([&] { return sqlite::open_incident(*db_, incident); });
  }
  StoreResult<std::optional<Incident>> find_open_incident(std::string_view kind, MacAddress mac) override {
    return read([&] { return sqlite::find_open_incident(*db_, kind, mac); });
  }
  StoreResult<void> append_event(std::int64_t incident, const IncidentEvent& event,
                                 const std::string& switch_name, const std::string& port) override {
    return write([&] { sqlite::append_event(*db_, incident, event, switch_name, port); });
  }
  StoreResult<void> worsen_incident(std::int64_t incident, const std::string& kind,
                                    const std::string& severity, const std::string& summary) override {
    return write([&] { sqlite::worsen_incident(*db_, incident, kind, severity, summary); });
  }
  StoreResult<std::vector<Incident>> incidents(bool with_events, bool open_only) override {
    return read([&] { return sqlite::incidents(*db_, with_events, open_only); });
  }
  StoreResult<std::size_t> add_evidence(std::int64_t incident,
                                        std::span<const EvidenceFrame> frames) override {
    return write([&] { return sqlite::add_evidence(*db_, incident, frames); });
  }
  StoreResult<std::vector<EvidenceFrame>> evidence(std::int64_t incident) override {
    return read([&] { return sqlite::evidence(*db_, incident); });
  }
  StoreResult<std::optional<Incident>> incident(std::int64_t id) override {
    return read([&] { return sqlite::incident(*db_, id); });
  }
  StoreResult<std::size_t> export_lines(const std::vector<std::string>& kinds,
                                        const LineSink& sink) override {
    return read([&] { return sqlite::export_lines(*db_, kinds, sink); });
  }
  StoreResult<std::size_t> import_lines(const LineSource& source) override {
    return write([&] { return sqlite::import_lines(*db_, source); });
  }
  StoreResult<void> backup(const std::filesystem::path& file) override {
    return guarded([&] { sqlite::backup(*db_, file); });
  }
  StoreResult<void> add_notices(std::span<const Notice> notices) override {
    return write([&] {
      for (const Notice& notice : notices) sqlite::add_notice(*db_, notice);
    });
  }
  StoreResult<std::int64_t> add_notice(const Notice& notice) override {
    return write([&] { return sqlite::add_notice(*db_, notice); });
  }
  StoreResult<std::vector<Notice>> notices(std::int64_t after, std::size_t limit) override {
    return read([&] { return sqlite::notices(*db_, after, limit); });
  }
  StoreResult<std::int64_t> newest_notice() override {
    return read([&] { return sqlite::newest_notice(*db_); });
  }
  StoreResult<std::string> notice_origin() override {
    return read([&] { return sqlite::notice_origin(*db_); });
  }
  StoreResult<std::vector<NoticeCursor>> notice_cursors() override {
    return read([&] { return sqlite::notice_cursors(*db_); });
  }
  StoreResult<void> save_notice_cursor(const NoticeCursor& cursor) override {
    return write([&] { sqlite::save_notice_cursor(*db_, cursor); });
  }
  StoreResult<void> forget_notice_cursor(const std::string& channel) override {
    return write([&] { sqlite::forget_notice_cursor(*db_, channel); });
  }
  StoreResult<IsolationClaim> claim_isolation(const Isolation& isolation, const IsolationLimits& limits,
                                              std::span<const AuditEntry> audit) override {
    return write([&] { return sqlite::claim_isolation(*db_, isolation, limits, audit); });
  }
  StoreResult<bool> update_isolation(Isolation& isolation, std::span<const AuditEntry> audit) override {
    Isolation updated = isolation;
    auto done = write([&] { return sqlite::update_isolation(*db_, updated, audit); });
    if (done && *done) isolation.revision = updated.revision;
    return done;
  }
  StoreResult<std::vector<Isolation>> isolations(bool open_only) override {
    return read([&] { return sqlite::isolations(*db_, open_only); });
  }
  StoreResult<std::optional<Isolation>> isolation(std::int64_t id) override {
    return read([&] { return sqlite::isolation(*db_, id); });
  }
  StoreResult<IsolationCounts> count_isolations(Time since) override {
    return read([&] { return sqlite::count_isolations(*db_, since); });
  }
  StoreResult<void> append_audit(const AuditEntry& entry) override {
    return write([&] { sqlite::append_audit(*db_, entry); });
  }
  StoreResult<std::vector<AuditEntry>> audit(const AuditFilter& filter) override {
    return read([&] { return sqlite::audit(*db_, filter); });
  }
  StoreResult<KeptWiring> wiring(std::optional<Time> at) override {
    return read([&] { return sqlite::wiring(*db_, at); });
  }
  StoreResult<std::optional<Time>> wiring_begins() override {
    return read([&] { return sqlite::wiring_begins(*db_); });
  }
  StoreResult<bool> save_wiring(std::span<const WiringItem> items, Time now, std::int64_t revision) override {
    return write([&] { return sqlite::save_wiring(*db_, items, now, revision); });
  }
  StoreResult<std::int64_t> add_audit(const AuditRecord& audit) override {
    return write([&] { return sqlite::add_audit(*db_, audit); });
  }
  StoreResult<std::vector<AuditRecord>> audits(std::size_t limit) override {
    return read([&] { return sqlite::audits(*db_, limit); });
  }
  StoreResult<void> acknowledge(const Acknowledgement& acknowledgement) override {
    return write([&] { sqlite::acknowledge(*db_, acknowledgement); });
  }
  StoreResult<bool> withdraw_acknowledgement(const std::string& fingerprint) override {
    return write([&] { return sqlite::withdraw_acknowledgement(*db_, fingerprint); });
  }
  StoreResult<std::vector<Acknowledgement>> acknowledgements() override {
    return read([&] { return sqlite::acknowledgements(*db_); });
  }

 private:
  /// Exceptions end here.
  template <class F>
  auto guarded(F&& f) -> StoreResult<std::invoke_result_t<F>> {
    system_errno_ = errno = 0;
    try {
      if constexpr (std::is_void_v<std::invoke_result_t<F>>) {
        f();
        return {};
      } else {
        return f();
      }
    } catch (const StoreException& e) {
      return tl::make_unexpected(e.error());
    } catch (const SQLite::Exception& e) {
      return tl::make_unexpected(explain(path_, options_, e, system_errno_));
    } catch (const std::exception& e) {
      return tl::make_unexpected(StoreError{StoreCause::kOther, path_.string() + ": " + e.what()});
    }
  }
  /// One transaction; the write lock is taken first, so that waiting for another
  /// process never ends in a dead lock half-way.
  template <class F>
  auto write(F&& f) -> StoreResult<std::invoke_result_t<F>> {
    return guarded([&] {
      SQLite::Transaction transaction(*db_, SQLite::TransactionBehavior::IMMEDIATE);
      try {
        if constexpr (std::is_void_v<std::invoke_result_t<F>>) {
          f();
          transaction.commit();
        } else {
          auto result = f();
          transaction.commit();
          return result;
        }
      } catch (const SQLite::Exception&) {
        // Before rolling back forgets it. SQLite does not note the errno of a failed commit.
        system_errno_ = sqlite3_system_errno(db_->getHandle());
        if (system_errno_ == 0) system_errno_ = errno;
        throw;
      }
    });
  }
  /// One view of the database, whatever others write meanwhile.
  template <class F>
  auto read(F&& f) -> StoreResult<std::invoke_result_t<F>> {
    return guarded([&] {
      SQLite::Transaction view(*db_, SQLite::TransactionBehavior::DEFERRED);
      auto result = f();
      view.commit();
      return result;
    });
  }

  std::filesystem::path path_;
  SqliteOptions options_;
  std::unique_ptr<SQLite::Database> db_;
  int system_errno_ = 0;  ///< of the last failure, for its message
};

tl::unexpected<StoreError> error(StoreCause cause, std::string message) {
  return tl::make_unexpected(StoreError{cause, std::move(message)});
}

/// What SQLite would only call "unable to open database file".
StoreResult<void> prepare(const std::filesystem::path& path, const SqliteOptions& options) {
  std::error_code ec;
  const std::filesystem::path directory = path.parent_path();
  const std::string at = path.string() + ": ";
  if (!directory.empty() && !std::filesystem::is_directory(directory, ec)) {
    if (options.read_only)
      return error(StoreCause::kCannotOpen, at + "there is no store yet; try: lanwarden poll");
    if (!options.create_directory)
      return error(StoreCause::kCannotOpen,
                   at + "the directory " + directory.string() +
                       " does not exist: create it, or name another store with --store");
    std::filesystem::create_directories(directory, ec);
    if (ec)
      return error(StoreCause::kCannotOpen, at + "the directory " + directory.string() + " cannot be made (" +
                                                ec.message() + "): name another store with --store");
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, ec);
  }
  if (std::filesystem::is_directory(path, ec))
    return error(StoreCause::kCannotOpen, at + "is a directory, not a store: name a file with --store");
  if (!std::filesystem::exists(path, ec)) {
    if (options.read_only)
      return error(StoreCause::kCannotOpen, at + "there is no store yet; try: lanwarden poll");
    const std::string place = directory.empty() ? "." : directory.string();
    if (::access(place.c_str(), W_OK | X_OK) != 0)
      return error(StoreCause::kReadOnly, at + "cannot be created in " + place + " (" + std::strerror(errno) +
                                              "): check its permissions, or name another store with --store");
  }
  return {};
}

/// A clean store in a directory that cannot be written: SQLite wants to make its
/// shared memory there, unless it is told that nobody writes.
std::string immutable_uri(const std::filesystem::path& path) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(path).string()) {
    if (c == '%' || c == '?' || c == '#') {
      constexpr const char* kHex = "0123456789abcdef";
      uri += {'%', kHex[(c >> 4) & 0xf], kHex[c & 0xf]};
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

std::unique_ptr<SQLite::Database> open_database(const std::filesystem::path& path,
                                                const SqliteOptions& options) {
  const int busy = static_cast<int>(options.busy_timeout.count());
  if (!options.read_only) {
    auto db =
        std::make_unique<SQLite::Database>(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, busy);
    sqlite::recognise(*db);  // before anything is written into another program's file
    db->exec("PRAGMA foreign_keys = ON");
    // FULL: what a mutator returned for survives a power cut. The journal of
    // isolations rests on it, and a poll is one transaction: it costs one fsync.
    db->exec("PRAGMA synchronous = FULL");
    db->exec("PRAGMA cache_size = -65536");
    SQLite::Transaction transaction(*db, SQLite::TransactionBehavior::IMMEDIATE);
    sqlite::migrate(*db);
    transaction.commit();
    db->exec("PRAGMA journal_mode = WAL");
    db->exec("PRAGMA journal_size_limit = 67108864");
    return db;
  }
  std::unique_ptr<SQLite::Database> db;
  int version = 0;
  try {
    db = std::make_unique<SQLite::Database>(path.string(), SQLite::OPEN_READONLY, busy);
    version = sqlite::recognise(*db);
  } catch (const SQLite::Exception& e) {
    std::error_code ec;
    const auto log_size = std::filesystem::file_size(path.string() + "-wal", ec);
    const bool no_shared_memory = e.getErrorCode() == SQLITE_CANTOPEN || e.getErrorCode() == SQLITE_READONLY;
    if (!no_shared_memory || (!ec && log_size > 0)) throw;
    db = std::make_unique<SQLite::Database>(immutable_uri(path), SQLite::OPEN_READONLY | SQLite::OPEN_URI,
                                            busy);
    version = sqlite::recognise(*db);
  }
  if (version == 0)
    throw StoreException(
        {StoreCause::kCannotOpen, path.string() + ": the store is empty; try: lanwarden poll"});
  if (version < sqlite::newest_schema())
    throw StoreException(
        {StoreCause::kReadOnly, path.string() + ": written by an older lanwarden, and must be brought up to "
                                                "date before it can be read; try: lanwarden poll"});
  return db;
}

}  // namespace

StoreResult<std::unique_ptr<Store>> open_sqlite_store(const std::filesystem::path& path,
                                                      const SqliteOptions& options) {
  if (auto ready = prepare(path, options); !ready) return tl::make_unexpected(ready.error());
  errno = 0;
  try {
    auto db = open_database(path, options);
    return std::make_unique<SqliteStore>(path, options, std::move(db));
  } catch (const StoreException& e) {
    return tl::make_unexpected(e.error());
  } catch (const SQLite::Exception& e) {
    return tl::make_unexpected(explain(path, options, e, errno));
  } catch (const std::exception& e) {
    return error(StoreCause::kOther, path.string() + ": " + e.what());
  }
}

StoreResult<std::unique_ptr<Store>> open_sqlite_store(const std::filesystem::path& path, bool read_only) {
  SqliteOptions options;
  options.read_only = read_only;
  return open_sqlite_store(path, options);
}

Archive& archive(Store& store) { return dynamic_cast<Archive&>(store); }

NoticeLog& notice_log(Store& store) { return dynamic_cast<NoticeLog&>(store); }
WiringLog& wiring_log(Store& store) { return dynamic_cast<WiringLog&>(store); }

}  // namespace lanwarden::agent
