#include "agent/output/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace lanwarden::agent {
namespace {

bool write_whole(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return ::fsync(fd) == 0;
}

}  // namespace

std::optional<std::string> write_atomically(const std::filesystem::path& file, std::string_view text) {
  std::error_code no_link;
  const std::filesystem::path real = std::filesystem::canonical(file, no_link);
  const std::filesystem::path target = no_link ? file : real;
  std::string beside = target.string() + ".XXXXXX";
  const auto failed = [&](std::string_view what) {
    return file.string() + ": cannot be written: " + std::string(what) + "; nothing was changed";
  };
  const int fd = ::mkostemp(beside.data(), O_CLOEXEC);
  if (fd < 0) return failed(std::strerror(errno));
  struct stat before {};
  const bool existed = ::stat(target.c_str(), &before) == 0;
  int error = 0;
  if (existed && ::fchmod(fd, before.st_mode & 07777) != 0) error = errno;
  // Another's file edited by root stays theirs; who may not give it away owns it already, or the directory.
  if (existed && error == 0 && ::fchown(fd, before.st_uid, before.st_gid) != 0 && errno != EPERM)
    error = errno;
  if (error == 0 && !write_whole(fd, text)) error = errno;
  if (::close(fd) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(beside.c_str(), target.c_str()) != 0) error = errno;
  if (error == 0) return std::nullopt;
  ::unlink(beside.c_str());
  return failed(std::strerror(error));
}

}  // namespace lanwarden::agent
