// Results instead of exceptions: pure code never throws on input.
#pragma once

#include <cstddef>
#include <string>
#include <tl/expected.hpp>

namespace lanwarden::topology {

template <class T, class E>
using Result = tl::expected<T, E>;

/// Why bytes or text could not be read, and where.
struct ParseError {
  std::string cause;       ///< for people, without the offending input's secrets
  std::size_t offset = 0;  ///< octets or characters from the beginning
  bool operator==(const ParseError&) const = default;
};

}  // namespace lanwarden::topology
