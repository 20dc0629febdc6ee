// Numbers in a capture file: in the byte order of the machine that wrote it.
#pragma once

#include <cstdint>
#include <cstring>

namespace lanwarden::agent {

inline std::uint16_t swapped(std::uint16_t v) { return __builtin_bswap16(v); }
inline std::uint32_t swapped(std::uint32_t v) { return __builtin_bswap32(v); }
inline std::uint64_t swapped(std::uint64_t v) { return __builtin_bswap64(v); }

/// Reads T at `from`; `swap`: it was written in the other byte order than this machine's.
template <class T>
T number(const std::uint8_t* from, bool swap) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return swap ? swapped(value) : value;
}

}  // namespace lanwarden::agent
