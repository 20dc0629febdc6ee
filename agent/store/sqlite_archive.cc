#include "agent/store/sqlite_archive.h"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "agent/store/archive_sections.h"
#include "agent/store/archive_time.h"
#include "agent/store/sqlite_tables.h"
#include "agent/store/sqlite_value.h"

namespace lanwarden::agent {
namespace sqlite {
namespace {

/// The name of a field in a line, where "kind" is that of the row.
const char* key_of(const ArchiveField& field) {
  return std::string_view(field.key) == "kind" ? "of_kind" : field.key;
}

}  // namespace
}  // namespace sqlite

std::vector<std::string> archive_kinds() {
  std::vector<std::string> kinds;
  for (const auto& s : sqlite::archive_sections()) kinds.emplace_back(s.kind);
  return kinds;
}

std::vector<std::string> archive_fields(std::string_view kind) {
  std::vector<std::string> fields;
  for (const auto& s : sqlite::archive_sections())
    if (s.kind == kind)
      for (const auto& f : s.fields) fields.emplace_back(sqlite::key_of(f));
  return fields;
}

namespace sqlite {
namespace {

using Json = nlohmann::ordered_json;
using Type = ArchiveField::Type;
constexpr const char* kWhatThisIs = "lanwarden-memory";
constexpr int kFormat = 1;

std::string hex_of(std::string_view octets) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : octets) {
    const auto u = static_cast<unsigned char>(c);
    text += {kDigits[u >> 4], kDigits[u & 0xf]};
  }
  return text;
}

std::optional<std::string> octets_of(std::string_view hex) {
  const auto digit = [](char c) -> int {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string octets;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit(hex[i]), low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    octets += static_cast<char>(high * 16 + low);
  }
  return octets;
}

std::string_view octets(const SQLite::Column& c) {
  return {static_cast<const char*>(c.getBlob()), static_cast<std::size_t>(c.getBytes())};
}

/// A text that is not UTF-8 keeps its octets: {"hex": "…"}.
Json text_json(const SQLite::Column& c) {
  const std::string text(octets(c));
  try {
    static_cast<void>(Json(text).dump());
    return text;
  } catch (const Json::exception&) {
    return Json{{"hex", hex_of(text)}};
  }
}

std::string ip_text(std::string_view o) {
  const auto* u = reinterpret_cast<const std::uint8_t*>(o.data());
  return (o.size() == 4 ? IpAddress::v4(std::span<const std::uint8_t, 4>(u, 4))
                        : IpAddress::v6(std::span<const std::uint8_t, 16>(u, 16)))
      .to_string();
}

Json value_json(const ArchiveField& field, const SQLite::Column& c) {
  switch (field.type) {
    case Type::kText:
    case Type::kSwitch:
    case Type::kPort:
      return text_json(c);
    case Type::kNumber:
      return c.getInt64();
    case Type::kTime:
      return archive_time(time_of(c));
    case Type::kMac:
      return mac_of(c).to_string();
    case Type::kIp:
      return ip_text(octets(c));
    case Type::kOctets:
      return hex_of(octets(c));
    case Type::kJson: {
      Json document = Json::parse(octets(c), nullptr, false);
      // One that would not come back as it is, is kept as a text.
      if (!document.is_discarded() && !document.is_string() && document.dump() == octets(c)) return document;
      return text_json(c);
    }
    case Type::kStatus:
      return topology::to_string(static_cast<topology::FdbStatus>(std::clamp(c.getInt(), 0, 3)));
  }
  return {};
}

/// One import: what has been introduced, and where it is.
class Importer {
 public:
  explicit Importer(SQLite::Database& db) : db_(db) {}

  void line(const std::string& text) {
    ++line_;
    if (text.find_first_not_of(" \t\r") == std::string::npos) return;
    const Json j = Json::parse(text, nullptr, false);
    if (!j.is_object()) wrong(j.is_discarded() ? "not JSON, or cut off" : "not an object");
    const auto kind = j.find("kind");
    if (kind == j.end() || !kind->is_string()) wrong("it has no \"kind\"");
    if (!begun_) {
      begin(j);
      return;
    }
    const ArchiveSection* section = nullptr;
    for (const ArchiveSection& s : archive_sections())
      if (kind->get_ref<const std::string&>() == s.kind) section = &s;
    if (section == nullptr)
      wrong("kind \"" + kind->get<std::string>() + "\" is not known: was it written by a newer lanwarden?");
    row(*section, j);
  }

  std::size_t end() {
    if (!begun_) wrong("there is nothing in it");
    return rows_;
  }

 private:
  void begin(const Json& j) {
    const auto format = j.find("format");
    if (j["kind"] != kWhatThisIs || format == j.end() || !format->is_number_integer())
      wrong("an export begins with {\"kind\":\"lanwarden-memory\",\"format\":1}; this is none");
    if (*format != kFormat)
      wrong("format " + format->dump() + " is not known: was it written by a newer lanwarden?");
    begun_ = true;
  }

  void row(const ArchiveSection& section, const Json& j) {
    SQLite::Statement& insert = statement(section);
    switch_ = 0;
    std::size_t used = 1;  // its kind
    for (std::size_t i = 0; i < section.fields.size(); ++i) {
      const ArchiveField& field = section.fields[i];
      const auto it = j.find(key_of(field));
      if (it == j.end()) {
        if (!field.optional) wrong(std::string("it has no \"") + key_of(field) + "\"");
        field.type == Type::kSwitch || field.type == Type::kPort
            ? insert.bind(static_cast<int>(i) + 1, std::int64_t{0})
            : insert.bind(static_cast<int>(i) + 1);
        continue;
      }
      ++used;
      bind(insert, static_cast<int>(i) + 1, field, *it);
    }
    if (used != j.size()) {
      for (const auto& [key, value] : j.items())
        if (key != "kind" && std::none_of(section.fields.begin(), section.fields.end(),
                                          [&k = key](const ArchiveField& f) { return k == key_of(f); }))
          wrong("\"" + key + "\" is not known: was it written by a newer lanwarden?");
    }
    try {
      insert.exec();
      insert.reset();
    } catch (const SQLite::Exception& e) {
      if (e.getErrorCode() == 19 /* SQLITE_CONSTRAINT */)
        wrong("it does not fit what stands before it (" + std::string(e.what()) + ")");
      throw;
    }
    ++rows_;
    if (std::string_view(section.kind) == "switch")
      switches_[text(j["name"], "name")] = db_.getLastInsertRowid();
    if (std::string_view(section.kind) == "port")
      ports_[{switch_, text(j["name"], "name")}] = db_.getLastInsertRowid();
  }

  void bind(SQLite::Statement& insert, int at, const ArchiveField& field, const Json& value) {
    const char* key = key_of(field);
    switch (field.type) {
      case Type::kText: {
        const std::string t = text(value, key);
        if (field.valid != nullptr && !field.valid(t)) wrong_field(key, "\"" + t + "\" is none of its words");
        insert.bind(at, t);
        return;
      }
      case Type::kNumber:
        if (!value.is_number_integer() ||
            (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX}))
          wrong_field(key, "not a whole number of 64 bits");
        insert.bind(at, value.get<std::int64_t>());
        return;
      case Type::kTime: {
        const auto time = parse_archive_time(text(value, key));
        if (!time) wrong_field(key, "not a time like 2026-01-02T03:04:05.000000000Z");
        insert.bind(at, column_of(*time));
        return;
      }
      case Type::kMac: {
        const auto mac = MacAddress::parse(text(value, key));
        if (!mac) wrong_field(key, "not a MAC address");
        insert.bind(at, column_of(*mac));
        return;
      }
      case Type::kIp: {
        const auto ip = IpAddress::parse(text(value, key));
        if (!ip) wrong_field(key, "not an IP address");
        const auto o = ip->octets();
        insert.bind(at, o.data(), static_cast<int>(o.size()));
        return;
      }
      case Type::kOctets: {
        const auto o = octets_of(text(value, key));
        if (!o) wrong_field(key, "not hexadecimal");
        insert.bind(at, o->data(), static_cast<int>(o->size()));
        return;
      }
      case Type::kJson:
        insert.bind(at, value.is_string() || value.contains("hex") ? text(value, key) : value.dump());
        return;
      case Type::kStatus: {
        const std::string word = text(value, key);
        for (int i = 0; i < 4; ++i)
          if (topology::to_string(static_cast<topology::FdbStatus>(i)) == word) {
            insert.bind(at, i);
            return;
          }
        wrong_field(key, "\"" + word + "\" is none of its words");
      }
      case Type::kSwitch: {
        const auto it = switches_.find(text(value, key));
        if (it == switches_.end()) wrong_field(key, "no line of kind switch before it has this name");
        switch_ = it->second;
        insert.bind(at, switch_);
        return;
      }
      case Type::kPort: {
        const auto it = ports_.find({switch_, text(value, key)});
        if (it == ports_.end()) wrong_field(key, "no line of kind port before it has this name");
        insert.bind(at, it->second);
        return;
      }
    }
  }

  std::string text(const Json& value, const char* key) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_object() && value.size() == 1 && value.contains("hex") && value["hex"].is_string())
      if (auto o = octets_of(value["hex"].get_ref<const std::string&>())) return *o;
    wrong_field(key, "not a text");
  }

  SQLite::Statement& statement(const ArchiveSection& section) {
    auto& s = statements_[&section];
    if (!s) s = std::make_unique<SQLite::Statement>(db_, section.insert);
    return *s;
  }

  [[noreturn]] void wrong_field(const char* key, const std::string& why) {
    wrong(std::string("\"") + key + "\": " + why);
  }
  [[noreturn]] void wrong(const std::string& why) {
    throw StoreException(
        {StoreCause::kOther, "line " + std::to_string(line_) + ": " + why + "; nothing was imported"});
  }

  SQLite::Database& db_;
  std::map<std::string, std::int64_t> switches_;
  std::map<std::pair<std::int64_t, std::string>, std::int64_t> ports_;
  std::map<const ArchiveSection*, std::unique_ptr<SQLite::Statement>> statements_;
  std::int64_t switch_ = 0;
  std::size_t line_ = 0, rows_ = 0;
  bool begun_ = false;
};

bool holds_something(SQLite::Database& db) {
  return std::any_of(archive_sections().begin(), archive_sections().end(), [&](const ArchiveSection& s) {
    SQLite::Statement any(db, s.select);
    return any.executeStep();
  });
}

}  // namespace

std::size_t export_lines(SQLite::Database& db, const std::vector<std::string>& kinds,
                         const Archive::LineSink& sink) {
  if (!sink(Json{{"kind", kWhatThisIs}, {"format", kFormat}}.dump())) return 0;
  std::size_t rows = 0;
  for (const ArchiveSection& section : archive_sections()) {
    if (!kinds.empty() && std::find(kinds.begin(), kinds.end(), section.kind) == kinds.end()) continue;
    SQLite::Statement select(db, section.select);
    while (select.executeStep()) {
      Json j;
      j["kind"] = section.kind;
      for (std::size_t i = 0; i < section.fields.size(); ++i) {
        const auto column = select.getColumn(static_cast<int>(i));
        if (!column.isNull()) j[key_of(section.fields[i])] = value_json(section.fields[i], column);
      }
      ++rows;
      if (!sink(j.dump())) return rows;
    }
  }
  return rows;
}

std::size_t import_lines(SQLite::Database& db, const Archive::LineSource& source) {
  if (holds_something(db))
    throw StoreException(
        {StoreCause::kOther, db.getFilename() +
                                 ": has a memory already, and two cannot be made one: name a new file "
                                 "with --store"});
  const std::int64_t told = db.execAndGet("SELECT coalesce(max(id), 0) FROM notice").getInt64();
  Importer importer(db);
  for (std::string line; source(line);) importer.line(line);
  const std::size_t rows = importer.end();
  // The steps of old incidents are no news.
  db.exec("DELETE FROM notice WHERE id > " + std::to_string(told));
  return rows;
}

void backup(SQLite::Database& db, const std::filesystem::path& file) {
  try {
    SQLite::Database copy(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    {
      SQLite::Backup all(copy, db);
      if (all.executeStep(-1) != 101 /* SQLITE_DONE */)
        throw StoreException({StoreCause::kBusy, db.getFilename() + ": another process holds it: try again"});
    }
    copy.exec("PRAGMA journal_mode = DELETE");  // one file, that can be moved
    const std::string verdict = copy.execAndGet("PRAGMA integrity_check(1)").getString();
    if (verdict != "ok")
      throw StoreException({StoreCause::kCorrupt, db.getFilename() + ": is damaged (" + verdict +
                                                      "): no copy was kept; export what can still be read"});
  } catch (...) {
    std::error_code ignored;
    for (const char* ending : {"", "-journal", "-wal", "-shm"})
      std::filesystem::remove(file.string() + ending, ignored);
    throw;
  }
}

}  // namespace sqlite
}  // namespace lanwarden::agent
