#include "snmp/target.h"

#include <cstring>

namespace lanwarden::snmp {

// The whole capacity: a short string that was moved from leaves its characters behind in place.
Secret::~Secret() {
  value_.resize(value_.capacity());
  explicit_bzero(value_.data(), value_.size());
}

}  // namespace lanwarden::snmp
