#include "tests/lab/agent/recording.h"

namespace lanwarden::lab {

std::string loopback_address(std::size_t index, unsigned net) {
  // 254 hosts in each third octet: .0 and .255 look like networks to people.
  return "127." + std::to_string(net) + "." + std::to_string(index / 254 % 256) + "." +
         std::to_string(index % 254 + 1);
}

}  // namespace lanwarden::lab
