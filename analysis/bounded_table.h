// A table that forgets what is least used when it is full. Why: whoever can
// send frames can invent addresses; no detector may grow with what strangers send.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace lanwarden::analysis {

/// Mixes numbers into a hash; for the keys of detectors.
constexpr std::uint64_t mixed(std::uint64_t seed, std::uint64_t value) {
  std::uint64_t x = (seed ^ value) * 0x9e3779b97f4a7c15ULL;
  return x ^ (x >> 32);
}

/// The stages in which memory is brought into the cache before it is needed: what says where an entry is, and
/// some time later the entry.
enum class Fetch : std::uint8_t { kSlots, kEntries };

/// Key has `std::uint64_t hash() const` and ==. At most `capacity` entries. When it is full,
/// an entry goes that was not used since the last round ("second chance"): what is seen once
/// goes before what is seen again. Deterministic.
///
/// `Alignment` of an entry: 64, a cache line, where the first octets of Value suffice for most look-ups.
template <class Key, class Value, std::size_t Alignment = alignof(std::max_align_t)>
class BoundedTable {
 public:
  explicit BoundedTable(std::size_t capacity) : capacity_(capacity) {}

  /// Null when there is none. Marks the entry as used.
  Value* find(const Key& key) { return find(key, key.hash()); }
  /// With the key's hash, where it is known already.
  Value* find(const Key& key, std::uint64_t hash) {
    if (nodes_.empty()) return nullptr;
    const std::uint32_t at = slots_[slot_of(key, hash)].node;
    if (at == kNone) return nullptr;
    Node& node = nodes_[at];
    node.used = true;
    return &node.value;
  }
  /// The entry, made if there was none (then `second` is true). A reference holds until the next call.
  std::pair<Value&, bool> obtain(const Key& key) {
    const std::uint64_t hash = key.hash();
    if (nodes_.size() * 4 >= slots_.size() && nodes_.size() < capacity_) grow();
    std::size_t slot = slot_of(key, hash);
    if (slots_[slot].node != kNone) {
      Node& node = nodes_[slots_[slot].node];
      node.used = true;
      return {node.value, false};
    }
    std::uint32_t at = 0;
    if (nodes_.size() < capacity_) {
      at = static_cast<std::uint32_t>(nodes_.size());
      nodes_.push_back({key, false, Value{}});
    } else {
      at = least_used();
      erase_slot(slot_of(nodes_[at].key, nodes_[at].key.hash()));
      nodes_[at] = {key, false, Value{}};
      slot = slot_of(key, hash);
    }
    slots_[slot] = {tag_of(hash), at};
    return {nodes_[at].value, true};
  }
  /// Every entry, in an order that depends on what was put in only; must not change the table.
  template <class Visit>
  void for_each(Visit&& visit) {
    for (Node& node : nodes_) visit(std::as_const(node.key), node.value);
  }
  /// Begins to bring into the cache what a look-up of the key with this hash will need, and the first `lines`
  /// cache lines of the entry: first the one stage, later the other, then the look-up. Changes nothing else.
  /// Inlined by force: a function that does nothing but prefetch is pure to g++ 12, which then leaves out the
  /// calls.
  [[gnu::always_inline]] void fetch(std::uint64_t hash, Fetch stage, std::size_t lines = 1) const {
    if (slots_.empty()) return;
    const Slot& slot = slots_[hash & (slots_.size() - 1)];
    if (stage == Fetch::kSlots) {
      __builtin_prefetch(&slot);
    } else if (slot.node != kNone) {
      const auto* entry = reinterpret_cast<const char*>(&nodes_[slot.node]);
      for (std::size_t line = 0; line < lines; ++line) __builtin_prefetch(entry + line * kCacheLine);
    }
  }
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const Node& node : nodes_) visit(node.key, node.value);
  }
  std::size_t size() const { return nodes_.size(); }

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffffU;
  static constexpr std::size_t kCacheLine = 64;
  /// Most that is not looked for is told by its tag, without a look at its node, which is seldom in the
  /// cache.
  struct Slot {
    std::uint32_t tag = 0, node = kNone;
  };
  struct alignas(Alignment) Node {
    Key key{};
    bool used = false;
    Value value{};
  };

  // Open addressing: where the key is, or the empty slot where it would be.
  std::size_t slot_of(const Key& key, std::uint64_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = static_cast<std::size_t>(hash) & mask;
    for (const std::uint32_t tag = tag_of(hash); slots_[slot].node != kNone; slot = (slot + 1) & mask)
      if (slots_[slot].tag == tag && nodes_[slots_[slot].node].key == key) break;
    return slot;
  }
  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  // Moves back what would no longer be found past the gap.
  void erase_slot(std::size_t gap) {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = (gap + 1) & mask; slots_[slot].node != kNone; slot = (slot + 1) & mask) {
      const std::size_t home = static_cast<std::size_t>(nodes_[slots_[slot].node].key.hash()) & mask;
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
      slots_[gap] = slots_[slot];
      gap = slot;
    }
    slots_[gap] = {};
  }
  void grow() {
    slots_.assign(slots_.empty() ? 16 : slots_.size() * 2, Slot{});
    const std::size_t mask = slots_.size() - 1;
    for (std::uint32_t at = 0; at < nodes_.size(); ++at) {
      const std::uint64_t hash = nodes_[at].key.hash();
      std::size_t slot = static_cast<std::size_t>(hash) & mask;
      while (slots_[slot].node != kNone) slot = (slot + 1) & mask;
      slots_[slot] = {tag_of(hash), at};
    }
  }
  std::uint32_t least_used() {
    while (nodes_[hand_].used) {
      nodes_[hand_].used = false;
      hand_ = (hand_ + 1) % nodes_.size();
    }
    const auto at = static_cast<std::uint32_t>(hand_);
    hand_ = (hand_ + 1) % nodes_.size();
    return at;
  }

  std::size_t capacity_;
  std::vector<Node> nodes_;
  // A power of two, at most a quarter full: a look-up that has to go on costs more than the memory.
  std::vector<Slot> slots_;
  std::size_t hand_ = 0;
};

}  // namespace lanwarden::analysis
