// What an archive consists of: for each kind of row how it is read, written and checked. One more table of
// the schema is one more entry.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace lanwarden::agent::sqlite {

struct ArchiveField {
  enum class Type {
    kText,    ///< any octets
    kNumber,  ///< signed, 64 bits
    kTime,    ///< RFC 3339, to the nanosecond
    kMac,
    kIp,      ///< 4 or 16 octets
    kOctets,  ///< hexadecimal
    kJson,    ///< a document of ours, as it is stored
    kStatus,  ///< FdbStatus
    kSwitch,  ///< a name; in the tables an id. Optional: 0
    kPort,    ///< a name on the switch named before; in the tables an id. Optional: 0
  };
  const char* key;
  Type type;
  bool optional = false;
  bool (*valid)(std::string_view) = nullptr;  ///< of a text
};

struct ArchiveSection {
  const char* kind;
  const char* select;  ///< its columns are the fields, in their order
  const char* insert;  ///< field n is ?n, from 1
  std::vector<ArchiveField> fields;
};

std::span<const ArchiveSection> archive_sections();

}  // namespace lanwarden::agent::sqlite
