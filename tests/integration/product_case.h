// For the cases that need lanwarden itself: once its target exists, a missing program is a failure.
#pragma once

#include <iostream>

#ifdef LANWARDEN_PRODUCT
#define LANWARDEN_NEEDS_PRODUCT() static_cast<void>(0)
#else
#define LANWARDEN_NEEDS_PRODUCT()                                                    \
  do {                                                                               \
    std::cout << "SKIPPED: needs the program lanwarden, which this build has not\n"; \
    WARN("SKIPPED: needs the program lanwarden");                                    \
    return;                                                                          \
  } while (false)
#endif
