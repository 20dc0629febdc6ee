#include "agent/locate/fabric_cache.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>

#include "topology/freeze.h"

namespace lanwarden::agent {
namespace {

constexpr std::uint64_t kMagic = 0x6c77'6661'6272'6931;  // "lwfabri1"
/// Larger ones are not worth their place on the disk.
constexpr std::size_t kMostOctets = std::size_t{1} << 30;

/// Another build may infer otherwise, though it lays out its memory alike.
std::uint64_t this_program() {
  struct stat status {};
  if (::stat("/proc/self/exe", &status) != 0) return 0;
  std::uint64_t sum = 0;
  for (const auto part :
       {static_cast<std::uint64_t>(status.st_size), static_cast<std::uint64_t>(status.st_ino),
        static_cast<std::uint64_t>(status.st_mtim.tv_sec),
        static_cast<std::uint64_t>(status.st_mtim.tv_nsec)})
    sum = (sum ^ part) * 0x9e37'79b9'7f4a'7c15;
  return sum;
}

struct Header {
  std::uint64_t magic = kMagic;
  std::uint64_t program = this_program();
  std::uint64_t sum = 0;                           ///< of all that follows the header
  std::uint64_t key = 0, fabric = 0, routers = 0;  ///< sizes
};

/// Finds what a crash or a bad disk left; nobody's forgery.
std::uint64_t checksum(std::string_view octets) {
  std::array<std::uint64_t, 4> lanes{1, 2, 3, 4};
  std::size_t at = 0;
  for (; at + 32 <= octets.size(); at += 32)
    for (std::size_t lane = 0; lane < 4; ++lane) {
      std::uint64_t word = 0;
      std::memcpy(&word, octets.data() + at + 8 * lane, 8);
      lanes[lane] = (lanes[lane] ^ word) * 0x9e37'79b9'7f4a'7c15;
      lanes[lane] ^= lanes[lane] >> 29;
    }
  std::uint64_t sum = octets.size();
  for (; at < octets.size(); ++at) sum = sum * 0x100'0000'01b3 + static_cast<std::uint8_t>(octets[at]);
  for (const std::uint64_t lane : lanes) sum = (sum ^ lane) * 0x9e37'79b9'7f4a'7c15;
  return sum;
}

/// A whole file in memory, read-only.
class Mapped {
 public:
  explicit Mapped(const std::filesystem::path& file) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    struct stat status {};
    if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0) {
      void* const at = ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ,
                              MAP_PRIVATE | MAP_POPULATE, fd, 0);
      if (at != MAP_FAILED)
        octets_ = {static_cast<const char*>(at), static_cast<std::size_t>(status.st_size)};
    }
    ::close(fd);
  }
  ~Mapped() {
    if (!octets_.empty()) ::munmap(const_cast<char*>(octets_.data()), octets_.size());
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  std::string_view octets() const { return octets_; }

 private:
  std::string_view octets_;
};

bool write_all(int fd, std::string_view octets) {
  while (!octets.empty()) {
    const ssize_t n = ::write(fd, octets.data(), octets.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    octets.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

std::optional<FabricCache::Content> FabricCache::read(const std::string& key) const {
  const Mapped mapped(file_);
  std::string_view rest = mapped.octets();
  Header header;
  if (rest.size() < sizeof(header)) return std::nullopt;
  std::memcpy(&header, rest.data(), sizeof(header));
  rest.remove_prefix(sizeof(header));
  const bool sized = header.magic == kMagic && header.program == this_program() &&
                     header.key <= rest.size() && header.fabric <= rest.size() - header.key &&
                     header.routers == rest.size() - header.key - header.fabric;
  if (!sized || rest.substr(0, header.key) != key || checksum(rest) != header.sum) return std::nullopt;
  auto fabric = topology::thaw(rest.substr(header.key, header.fabric));
  auto routers = topology::thaw_snapshots(rest.substr(header.key + header.fabric));
  if (!fabric || !routers) return std::nullopt;
  return Content{std::move(*fabric), std::move(*routers)};
}

bool FabricCache::write(const std::string& key, const topology::Fabric& fabric,
                        const std::vector<topology::SwitchSnapshot>& routers) const {
  const std::string frozen = topology::freeze(fabric), others = topology::freeze_snapshots(routers);
  std::string content;
  content.reserve(key.size() + frozen.size() + others.size());
  content.append(key).append(frozen).append(others);
  if (content.size() > kMostOctets) return false;
  Header header;
  header.sum = checksum(content);
  header.key = key.size();
  header.fabric = frozen.size();
  header.routers = others.size();
  // A name of its own: several processes may write at once, and the last one wins.
  std::string scratch = file_.string() + ".XXXXXX";
  const int fd = ::mkostemp(scratch.data(), O_CLOEXEC);
  if (fd < 0) return false;
  bool good =
      write_all(fd, {reinterpret_cast<const char*>(&header), sizeof(header)}) && write_all(fd, content);
  good = ::close(fd) == 0 && good;
  good = good && ::rename(scratch.c_str(), file_.c_str()) == 0;
  if (!good) ::unlink(scratch.c_str());
  return good;
}

}  // namespace lanwarden::agent
