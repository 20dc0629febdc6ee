// What real agents do wrong, as switches. The names are those of QUIRKS.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/lab/agent/mib_view.h"
#include "topology/result.h"

namespace lanwarden::lab {

struct Faults {
  using Duration = std::chrono::nanoseconds;

  // The way there and back. A request and its answer are one event here: lost
  // is lost in either direction.
  Duration delay{0};       ///< delay=20ms: every answer is that late
  Duration jitter{0};      ///< jitter=5ms: and up to this much more, uniformly
  double loss = 0;         ///< loss=0.1
  double duplication = 0;  ///< dup=0.05: sent twice
  double rate =
      0;  ///< rate=200 answers a second, the rest is dropped, as a control plane policer does; 0: no limit
  std::optional<Duration> late_duplicate;   ///< duplicate-answers=2s: every answer again, that much later
  std::optional<std::string> other_source;  ///< other-source-address[=127.9.9.9]: who the answers come from
  bool dead = false;                        ///< dead: nothing at all

  // slow-agent=300ms..3s: the time one PDU takes, one after the other.
  Duration service_min{0}, service_max{0};
  struct SlowColumn {
    Oid column;
    Duration time;
  };
  std::vector<SlowColumn> slow_columns;  ///< slow-column=OID:20s: PDUs that name it take that long

  // get-bulk-too-big=5 or max-reps=5: what happens above so many repetitions …
  std::size_t max_repetitions = 0;  ///< 0: no limit
  enum class TooBig : std::uint8_t {
    kError,      ///< toobig=error: tooBig
    kSilence,    ///< toobig=silence
    kTruncated,  ///< toobig=truncated: a PDU cut in the middle, its lengths as if whole
    kShort,      ///< toobig=short: only so many repetitions, as RFC 3416 allows
  };
  TooBig too_big = TooBig::kError;
  std::size_t max_message = 0;  ///< max-size=1472: no longer answers than this; 0: the agent's own limit

  enum class NoBulk : std::uint8_t { kOff, kV1Only, kGenErr };
  NoBulk no_bulk = NoBulk::kOff;  ///< no-get-bulk=v1 (v2c gets silence) | generr

  // What the tables show (faulty_view.h). Without OIDs: the forwarding tables.
  struct Trip {
    std::size_t row = 3;     ///< after so many rows …
    std::vector<Oid> below;  ///< … of any of these columns
  };
  std::optional<Trip> not_increasing;  ///< oid-not-increasing[=ROW[:OID]]: then the column begins again
  std::vector<Oid> endless;            ///< endless-table[=OID]: rows below it for ever
  struct Partial {
    double fraction = 0.5;
    Duration until{0};  ///< since the first request for it
    std::vector<Oid> below;
  };
  std::optional<Partial> partial;        ///< partial-then-complete=0.3:30s[:OID]: only so much of it at first
  std::optional<Duration> reboot_every;  ///< counter-restart=60s: sysUpTime goes back

  bool set_ignored = false;                ///< set-ignored: noError, and nothing changes
  std::optional<ErrorStatus> set_refused;  ///< set-refused=noAccess

  enum class UnknownContext : std::uint8_t { kSilence, kDefault /* nexus-repeats-contexts */ };
  UnknownContext unknown_context = UnknownContext::kSilence;  ///< wrong-context=silence|default

  /// "delay=20ms,loss=0.1,max-reps=5,toobig=silence,set-ignored"; empty: none.
  /// Unknown names, bad values: an error with the place and what would be right.
  static topology::Result<Faults, topology::ParseError> parse(std::string_view text);
  /// One line per switch of the language above, for --help.
  static std::string help();

  bool touch_view() const { return not_increasing || !endless.empty() || partial; }
};

/// "noAccess" and so on, as RFC 3416 spells them.
std::string_view to_text(ErrorStatus status);
std::optional<ErrorStatus> parse_error_status(std::string_view text);

}  // namespace lanwarden::lab
