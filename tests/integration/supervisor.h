// Whatever becomes of the work, its LANs are removed: the work runs in a child, and the parent only waits.
#pragma once

namespace lanwarden::integration {

/// Forks. The child gets the return value of `work` as its exit code; SIGINT and SIGTERM to the parent
/// reach it as SIGTERM. When the child has ended, in whatever way, its LANs are removed.
/// Returns the child's exit code, 128 + signal when it was killed.
int supervised(int (*work)(int argc, char** argv), int argc, char** argv);

}  // namespace lanwarden::integration
