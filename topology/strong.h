// Why this type: a bridge port, an ifIndex, a VLAN id and a filtering database
// id are all small integers, and mixing them up shuts the wrong port. Wrapped,
// one passed for another does not compile.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>

namespace lanwarden::topology {

template <class Tag, class Rep>
struct Strong {
  using rep = Rep;
  Rep value{};

  constexpr Strong() = default;
  constexpr explicit Strong(Rep v) : value(v) {}
  constexpr auto operator<=>(const Strong&) const = default;
};

}  // namespace lanwarden::topology

template <class Tag, class Rep>
struct std::hash<lanwarden::topology::Strong<Tag, Rep>> {
  std::size_t operator()(lanwarden::topology::Strong<Tag, Rep> id) const noexcept {
    return std::hash<Rep>{}(id.value);
  }
};
