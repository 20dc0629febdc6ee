// Small texts of the command line.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lanwarden::lab {

/// "250ms", "90s", "2h", "3d"; nullopt when it is no duration above zero.
std::optional<std::chrono::nanoseconds> parse_time_span(std::string_view text);

/// A CLI11 validator's answer: empty when the text is a duration.
std::string check_time_span(const std::string& text);

}  // namespace lanwarden::lab
