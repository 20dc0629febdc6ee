// What the readers of recordings share.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tests/lab/agent/recording.h"

namespace lanwarden::lab {

/// Numbers from 1; line ends of either kind are cut off.
void for_each_line(std::string_view text, const std::function<void(std::size_t, std::string_view)>& visit);
std::string_view trim(std::string_view text);
/// "001f", "00 1F", "0:1f": octets. nullopt when it is anything else.
std::optional<std::string> read_hex(std::string_view text);
/// "10.0.0.1"
std::optional<Value> read_ip(std::string_view text);
/// INTEGER, Counter32, Gauge32, TimeTicks, Counter64 from decimal text, within
/// their ranges. An INTEGER up to 2^32-1 is taken as what it overflowed to.
std::optional<Value> read_number(Tag tag, std::string_view text);
/// Can a name be written in BER? (First sub-identifier 0..2, at least two of them.)
bool encodable(OidView name);
/// Counts it in file.rows.
void add_row(Table& table, OidView name, const Value& value, LoadedFile& file);

}  // namespace lanwarden::lab
