// The ARP that a LAN repeats all day long: a station asks, as it always does, for an address that others ask
// for, too, and who has that address answers. It tells no detector anything new, and on a quiet LAN nearly
// all ARP is like that; so it is told apart once for all of them.
//
// Routine is a question that is broadcast by the very station it names as its sender, when
//  - that station alone has spoken from that address for kExamined, and all that was heard of it and of the
//    address asked for were such questions and their answers: no probe, no announcement, no other claimant,
//    no DHCP;
//  - it last spoke from it between an eighth of a second and ten minutes ago: what is said more often may
//    belong to a flood, a sweep or a loop;
//  - it asked for that address before, or enough others did to show that it is asked for by many.
// Routine is the first answer to such a question within a second, to the station that asked, from the station
// whose own questions from that address are routine: so none answers more often than it is asked.
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
  FrameRef last_question, last_answer;           ///< from it; each when there were any
  std::uint8_t questions = 0, answers = 0;       ///< from it; 255 is that many or more
  Time asked{};                                  ///< when it was last asked for; zero: never
  std::array<MacAddress, kMostAskers> askers{};  ///< the first ones ever to ask for it
  std::uint8_t asker_count = 0;

  bool is_used() const { return questions > 0 || answers > 0; }
  /// When and in which frame the user last spoke from it; when is_used().
  const FrameRef& last_spoken() const {
    return questions == 0 || (answers > 0 && last_answer.time > last_question.time) ? last_answer
                                                                                    : last_question;
  }
};

/// ARP as nearly all of it is: a question that is broadcast by the station it names as its sender, or the
/// answer of such a station, sent to the one that asked. Read straight from the octets, for a tenth of what
/// decoding the frame costs.
struct PlainArp {
  Lan lan;
  FrameRef frame;
  MacAddress station;      ///< Ethernet source and ARP sender
  MacAddress asker;        ///< of an answer: whom it is sent to; zero in a question
  std::uint32_t from = 0;  ///< the address it speaks from
  std::uint32_t to = 0;    ///< the address it asks for, or answers to: another one

  bool is_answer() const { return !asker.is_zero(); }
};
/// Fills `arp` and gives true when `raw` is such a frame; else leaves it unspecified. Whatever is read here,
/// decode_into() reads alike; it knows more link types and kinds of hardware.
bool read_plain(const RawFrame& raw, PlainArp& arp);

/// Routine frames of one LAN in their order, none older than the one before.
struct RoutineRun {
  Lan lan;
  std::span<const PlainArp> questions;
  std::span<const FrameRef> all;  ///< the answers among them
  std::size_t answers() const { return all.size() - questions.size(); }
};

/// Bounds: 16,384 addresses.
class ArpRoutine {
 public:
  /// Where the two addresses of a frame are looked up.
  struct Places {
    std::uint64_t from = 0, to = 0;
  };
  static Places places_of(const PlainArp& arp) {
    const std::uint64_t lan = arp.lan.hash();
    return {mixed(lan, arp.from), mixed(lan, arp.to)};
  }
  /// What passes() will need begins to come into the cache, in two stages (BoundedTable::fetch).
  [[gnu::always_inline]] void fetch(const Places& places, Fetch stage) const {
    addresses_.fetch(places.from, stage);
    addresses_.fetch(places.to, stage);
  }
  /// Is it routine? Then it is taken note of.
  bool passes(const PlainArp& arp, const Places& places) {
    return arp.is_answer() ? answer_passes(arp, places) : question_passes(arp, places);
  }

  struct PassedBy {
    std::array<RoutineArp, 2> of;
    std::size_t size = 0;
  };
  /// Takes note of a frame that is not routine, and gives what its addresses were passed by with.
  PassedBy examine(const Frame& frame, const Arp& arp);
  PassedBy examine(const Frame& frame, const Dhcp& dhcp);

  /// When and in which frame a station last asked something routine in this LAN; a time of zero when it did
  /// not. Looks at every address: for what is seldom asked.
  FrameRef last_heard(const Lan& lan, MacAddress station) const;

 private:
  struct Address {
    // What a routine question needs comes first: with the key it fills a cache line.
    MacAddress user;
    Time last{};                    // when it spoke from it, its routine answers aside
    Time settled{};                 // since when its questions are routine; zero: they are not
    std::uint64_t last_passed = 0;  // frame number of its last routine question
    Time asked{};
    std::uint32_t awaits = 0;                 // the address its last routine question is for, until answered
    std::uint8_t questions = 0, answers = 0;  // from it, passed by; 255 is that many or more
    bool asked_settled = false;               // questions for it are routine
    std::uint8_t asker_count = 0;
    Time last_answer{};
    std::uint64_t last_answer_number = 0;
    Time since{}, examined_until{};
    std::array<MacAddress, RoutineArp::kMostAskers> askers{};

    void add_asker(MacAddress asker);
    bool is_known(MacAddress asker) const;
  };

  bool question_passes(const PlainArp& question, const Places& places);
  bool answer_passes(const PlainArp& answer, const Places& places);
  bool is_settled(const Address& address, MacAddress user) {
    return address.settled != Time{} && address.user == user && address.settled >= rest_of(user);
  }
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
