// A table that forgets what was longest unused when it is full. Why: whoever can
// send frames can invent addresses; no detector may grow with what strangers send.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace lanwarden::analysis {

/// Mixes numbers into a hash; for the keys of detectors.
constexpr std::uint64_t mixed(std::uint64_t seed, std::uint64_t value) {
  std::uint64_t x = (seed ^ value) * 0x9e3779b97f4a7c15ULL;
  return x ^ (x >> 32);
}

/// Key has `std::uint64_t hash() const` and ==. At most `capacity` entries. Deterministic.
template <class Key, class Value>
class BoundedTable {
 public:
  explicit BoundedTable(std::size_t capacity) : capacity_(capacity) {}

  /// Null when there is none. Marks the entry as used.
  Value* find(const Key& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    touch(found->second);
    return &nodes_[found->second].value;
  }
  /// The entry, made if there was none (then `second` is true). A reference holds until the next call.
  std::pair<Value&, bool> obtain(const Key& key) {
    if (Value* value = find(key)) return {*value, false};
    std::uint32_t at;
    if (nodes_.size() < capacity_) {
      at = static_cast<std::uint32_t>(nodes_.size());
      nodes_.push_back({});
    } else {
      at = oldest_;
      unlink(at);
      index_.erase(nodes_[at].key);
      nodes_[at].value = Value{};
    }
    nodes_[at].key = key;
    index_.emplace(key, at);
    link_newest(at);
    return {nodes_[at].value, true};
  }
  /// From the longest unused to the newest; must not change the table.
  template <class Visit>
  void for_each(Visit&& visit) {
    for (std::uint32_t at = oldest_; at != kNone; at = nodes_[at].newer)
      visit(nodes_[at].key, nodes_[at].value);
  }
  std::size_t size() const { return index_.size(); }

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffffU;
  struct Node {
    Key key{};
    Value value{};
    std::uint32_t older = kNone, newer = kNone;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept { return static_cast<std::size_t>(key.hash()); }
  };

  void unlink(std::uint32_t at) {
    const Node& node = nodes_[at];
    (node.older == kNone ? oldest_ : nodes_[node.older].newer) = node.newer;
    (node.newer == kNone ? newest_ : nodes_[node.newer].older) = node.older;
  }
  void link_newest(std::uint32_t at) {
    nodes_[at].older = newest_;
    nodes_[at].newer = kNone;
    (newest_ == kNone ? oldest_ : nodes_[newest_].newer) = at;
    newest_ = at;
  }
  void touch(std::uint32_t at) {
    if (at == newest_) return;
    unlink(at);
    link_newest(at);
  }

  std::size_t capacity_;
  std::vector<Node> nodes_;
  std::unordered_map<Key, std::uint32_t, Hash> index_;
  std::uint32_t oldest_ = kNone, newest_ = kNone;
};

}  // namespace lanwarden::analysis
