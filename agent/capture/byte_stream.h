// Octets from a file or a pipe, in large reads, as they arrive: never waiting
// for a buffer to fill while a live writer has already said enough.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace lanwarden::agent {

class ByteStream {
 public:
  enum class Fill : std::uint8_t { kMore, kIdle /*nothing within the wait*/, kEnd, kError /*errno tells*/ };

  /// Takes the descriptor over, and closes it unless it is standard input.
  explicit ByteStream(int descriptor);
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  /// What is buffered and not consumed. Valid until fill() or skip().
  std::span<const std::uint8_t> peek() const { return {buffer_.data() + begin_, end_ - begin_}; }
  /// `count` <= peek().size(). Leaves the octets where they are until the next fill().
  void consume(std::size_t count) { begin_ += count; }
  /// Forgets the next `count` octets, also those that have not arrived yet.
  void skip(std::uint64_t count);
  /// Reads once, as much as there is; makes room for `want` octets in one piece.
  /// A pipe: waits at most `wait`; a negative `wait` is for ever.
  Fill fill(std::size_t want, std::chrono::milliseconds wait);
  /// Octets are still owed to skip().
  bool skipping() const { return to_skip_ > 0; }

 private:
  int descriptor_;
  bool waits_;  ///< not a plain file
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  std::uint64_t to_skip_ = 0;
};

}  // namespace lanwarden::agent
