// What `lanwarden status` says of the audits.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "topology/time.h"

namespace lanwarden::agent {

struct AuditState {
  std::optional<topology::Time> last, next;  ///< nullopt: never; as soon as every switch has been asked
  std::size_t fresh = 0, standing = 0;       ///< findings of the last one
  std::string error;                         ///< why the one after that failed
};

}  // namespace lanwarden::agent
