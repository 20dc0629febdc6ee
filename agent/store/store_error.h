// How the memory fails: a closed set, with a sentence for people.
#pragma once

#include <cstdint>
#include <string>

#include "topology/result.h"

namespace lanwarden::agent {

enum class StoreCause : std::uint8_t {
  kCannotOpen,  ///< no such directory, no permission
  kReadOnly,    ///< opened, but cannot be written
  kFull,        ///< the disk is full
  kBusy,        ///< another process holds it for too long
  kCorrupt,     ///< not a database, or a damaged one
  kTooNew,      ///< written by a newer lanwarden
  kOther,
};
struct StoreError {
  StoreCause cause;
  std::string message;  ///< for people: path, what happened, what to try
};
template <class T>
using StoreResult = topology::Result<T, StoreError>;

}  // namespace lanwarden::agent
