// What this machine is called, for those who are told.
#pragma once

#include <unistd.h>

#include <string>

namespace lanwarden::agent {

inline std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 && name[0] != '\0' ? name : "localhost";
}

}  // namespace lanwarden::agent
