// The ARP that a LAN repeats all day long: a station asks, as it always does, for an address that others ask
// for, too. It tells no detector anything new, and on a quiet LAN nearly all ARP is like that; so it is told
// apart once for all of them.
//
// Routine is a question that is broadcast by the very station it names as its sender, when
//  - that station alone has spoken from that address for kExamined, and all that was heard of it and of the
//    address asked for were such questions and their answers: no probe, no announcement, no other claimant,
//    no DHCP;
//  - it last spoke from it between an eighth of a second and ten minutes ago: what is said more often may
//    belong to a flood, a sweep or a loop;
//  - it asked for that address before, or enough others did to show that it is asked for by many.
// Whatever else is heard of a station or an address opens both to examination again. Before such a frame the
// detectors learn what was passed by (RoutineArp), so that none of them knows less than if it had seen all.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "analysis/detectors/keys.h"

namespace lanwarden::analysis {

/// What was passed by of one address since its last frame that was examined.
struct RoutineArp {
  static constexpr std::size_t kMostAskers = 4;

  AddressKey address;
  MacAddress user;                               ///< who spoke from it; when `spoken` > 0
  Time since{};                                  ///< since when it was the only one to do so
  FrameRef last;                                 ///< the last time
  std::uint32_t spoken = 0;                      ///< questions from it
  Time asked{};                                  ///< when it was last asked for; zero: never
  std::array<MacAddress, kMostAskers> askers{};  ///< the first ones ever to ask for it
  std::uint8_t asker_count = 0;
};

/// A question as nearly all ARP is: broadcast, by the station that it names as its sender. Read straight from
/// the octets, for a tenth of what decoding the frame costs.
struct ArpQuestion {
  Lan lan;
  FrameRef frame;
  MacAddress station;      ///< Ethernet source and ARP sender
  std::uint32_t from = 0;  ///< the address it speaks from
  std::uint32_t to = 0;    ///< the address it asks for, another one
};
/// Fills `question` and gives true when `raw` is one; else leaves it unspecified. Whatever is read here,
/// decode_into() reads alike; it knows more link types and kinds of hardware.
bool read_question(const RawFrame& raw, ArpQuestion& question);

/// Bounds: 16,384 addresses.
class ArpRoutine {
 public:
  /// The frames that come next: what they will need begins to come into the cache. Changes nothing else.
  void expect(std::span<const RawFrame> coming) const;
  /// Is it routine? Then it is taken note of.
  bool passes(const ArpQuestion& question);

  struct PassedBy {
    std::array<RoutineArp, 2> of;
    std::size_t size = 0;
  };
  /// Takes note of a frame that is not routine, and gives what its addresses were passed by with.
  PassedBy examine(const Frame& frame, const Arp& arp);
  PassedBy examine(const Frame& frame, const Dhcp& dhcp);

  /// When and in which frame a station last said something routine in this LAN; a time of zero when it did
  /// not. Looks at every address: for what is seldom asked.
  FrameRef last_heard(const Lan& lan, MacAddress station) const;

 private:
  struct Address {
    // What a routine question needs comes first: with the key it fills a cache line.
    MacAddress user;
    Time last{};                    // when it spoke from it
    Time settled{};                 // since when its questions are routine; zero: they are not
    std::uint64_t last_passed = 0;  // frame number
    Time asked{};
    std::uint32_t spoken = 0;    // passed by
    bool asked_settled = false;  // questions for it are routine
    std::uint8_t asker_count = 0;
    Time since{}, examined_until{};
    std::array<MacAddress, RoutineArp::kMostAskers> askers{};

    void add_asker(MacAddress asker);
    bool is_known(MacAddress asker) const;
  };

  Address& obtain(const AddressKey& key, Time now);
  void restless(MacAddress station, Time now);
  Time& rest_of(MacAddress station);
  static void open(Address& address, Time now);
  static void tell(const AddressKey& key, Address& address, std::uint32_t source, PassedBy& passed);

  BoundedTable<AddressKey, Address, 64> addresses_{16'384};
  // Of stations, by a few bits of the address: until when they are examined. Two that share a place are
  // both examined, which costs a little time and no more.
  std::array<Time, 1024> restless_{};
};

}  // namespace lanwarden::analysis
