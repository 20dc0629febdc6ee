#include "agent/watch/queues.h"

namespace lanwarden::agent {

std::unique_ptr<Queues> make_queues() { return std::make_unique<Queues>(); }
std::shared_ptr<NotificationDesk> make_desk() { return std::make_shared<NotificationDesk>(); }

}  // namespace lanwarden::agent
