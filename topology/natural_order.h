// The order in which people expect names: floor2 before floor10.
#pragma once

#include <cstring>
#include <string>

namespace lanwarden::topology {

/// For std::sort. As `ls -v` does it (glibc's strverscmp); names that it holds for equal by their octets.
inline bool natural_less(const std::string& a, const std::string& b) {
  const int order = strverscmp(a.c_str(), b.c_str());
  return order != 0 ? order < 0 : a < b;
}

}  // namespace lanwarden::topology
