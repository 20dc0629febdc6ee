#include "agent/watch/queues.h"

namespace lanwarden::agent {

std::unique_ptr<Queues> make_queues() { return std::make_unique<Queues>(); }

}  // namespace lanwarden::agent
