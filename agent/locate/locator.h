// Where is this station? Joins the three that know: the collector (now), the
// store (before) and the fabric (which port leads where).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/config/config.h"
#include "agent/locate/fabric_cache.h"
#include "agent/locate/walked.h"
#include "agent/store/store.h"
#include "snmp/collector.h"
#include "topology/fabric.h"
#include "topology/history.h"
#include "topology/inference.h"
#include "topology/locate.h"

namespace lanwarden::agent {

/// How an answer came about: which switches were asked, and which did not answer.
struct Asked {
  std::size_t asked = 0;
  std::size_t answered = 0;
  struct Failed {
    std::string switch_name;
    std::string error;   ///< the contract's short word: "timeout"
    std::string detail;  ///< the sentence for people
  };
  std::vector<Failed> failed;
  bool live = false;
  std::vector<Walked> walks{};  ///< of a poll: one for each switch asked
  bool nothing_answered() const { return asked > 0 && answered == 0; }
};

/// What the store knows of a moment that is over.
struct Then {
  topology::Time time{};
  /// Every interval of the station that held then, the newest first.
  std::vector<Sighting> rows{};
  /// The one of them that is the answer's port.
  std::optional<Sighting> row{};
};

struct Located {
  topology::Location location;
  Asked asked;
  /// What the switches that answered hold of it now; empty when it was not asked live.
  std::vector<topology::MacRow> rows;
  /// From the forwarding tables as they are now; else from the last poll.
  bool live = false;
  std::optional<Then> then{};  ///< of at()
  bool found() const { return location.verdict != topology::Verdict::kUnknown; }
};

/// Not thread-safe. Borrows configuration, store and collector; each may be used
/// by others between calls.
class Locator {
 public:
  /// `collector` may be null: then only stored answers.
  /// `cache`: where the inferred fabric is kept from one process to the next; nullopt: nowhere.
  Locator(const Config& config, Store& store, snmp::Collector* collector,
          std::optional<FabricCache> cache = std::nullopt);

  /// Reads the last snapshots from the store. Call once before anything else.
  StoreResult<void> load();
  /// As load(), but without the forwarding rows where the fabric is in the cache: all that live() and at()
  /// need. stored() reads them when it is called.
  StoreResult<void> load_fabric();
  /// For a process that stays: from now on a poll of some switches infers again only what their tables bear
  /// on. Costs half as much memory again as the fabric.
  void keep_up() { keeps_up_ = true; }
  /// For other processes, when nothing urgent waits: the cache of a large network takes longer than its poll.
  void save_cache();
  /// Switches that are configured but were never polled.
  std::size_t never_polled() const;
  /// Time of the oldest stored snapshot of a configured switch; nullopt when none is stored.
  std::optional<topology::Time> oldest_poll() const;

  /// Walks `which` (all when empty), saves and, once fabric() is asked for, infers anew; after keep_up() at
  /// once, where the polled switches are few.
  /// `walker`: asks in place of this locator's collector; what it serves meanwhile may use this locator.
  StoreResult<Asked> poll(std::span<const topology::SwitchId> which, const snmp::ProgressFn& progress = {},
                          snmp::Collector* walker = nullptr);

  /// Asks this one switch about these stations alone, and saves where it has them.
  StoreResult<void> ask_again(topology::SwitchId sw, std::span<const topology::MacAddress> macs);

  const topology::Fabric& fabric();
  /// Snapshots of the [[router]]s: ARP and ND tables.
  std::span<const topology::SwitchSnapshot> routers() const { return routers_; }

  /// Asks all switches at once. When none of them holds the station any more but
  /// an earlier poll did, the answer is the stored one (`live` false).
  Located live(topology::MacAddress mac);
  /// The same for many stations at once: one answer each, in their order.
  std::vector<Located> live(std::span<const topology::MacAddress> macs);
  Located stored(topology::MacAddress mac);
  /// As it was then: rows, stations on the port and links are those of then, from the store's intervals.
  /// Which port leads where is today's fabric, and the answer's evidence says so; where a link of then
  /// contradicts it, the answer is ambiguous.
  StoreResult<Located> at(topology::MacAddress mac, topology::Time time);

  /// Addresses seen for this station, now or then: routers' tables and what was sniffed.
  std::vector<topology::IpAddress> ips_of(topology::MacAddress mac,
                                          std::optional<topology::Time> at = std::nullopt);
  /// Stations seen with this address, now or then.
  std::vector<topology::MacAddress> macs_of(topology::IpAddress ip,
                                            std::optional<topology::Time> at = std::nullopt);
  /// What the station is called, now or then: each name once, the newest first.
  std::vector<std::string> names_of(topology::MacAddress mac,
                                    std::optional<topology::Time> at = std::nullopt);

 private:
  /// What the store remembers of a station, as of `until`, or of the last poll; nothing when it cannot be
  /// read: the tables of now suffice for an answer.
  std::vector<topology::PastRow> past(topology::MacAddress mac,
                                      std::optional<topology::Time> until = std::nullopt);
  void split(std::vector<topology::SwitchSnapshot> all);
  /// Tells the store which links there are, when they have changed. A store that cannot be written is not
  /// told: nothing that is asked now rests on it.
  void remember_links();
  /// Puts an answer about then right by the stations and links of then.
  void judge_then(Located& located);
  /// What was polled takes its place in the inference. False: it cannot be read back.
  bool follow(std::span<const topology::SwitchId> which);
  /// What stands, or nothing: then the switches are in switches_.
  const topology::Fabric* present() const {
    return inference_ ? &inference_->fabric() : fabric_ ? &*fabric_ : nullptr;
  }
  std::span<const topology::SwitchSnapshot> switches() const {
    return present() != nullptr ? present()->snapshots() : switches_;
  }
  Asked stored_asked() const;
  /// What the cache is valid for; empty: nothing is to be cached.
  std::string cache_key() const;

  const Config& config_;
  Store& store_;
  snmp::Collector* collector_;
  std::size_t switch_count_ = 0;                    ///< [[switch]]es come first in the configuration
  std::vector<topology::SwitchSnapshot> switches_;  ///< until the fabric is made of them
  std::vector<topology::SwitchSnapshot> routers_;
  std::optional<topology::Fabric> fabric_;  ///< or, after keep_up(), inference_
  std::optional<topology::Inference> inference_;
  bool keeps_up_ = false;
  std::string revision_;  ///< the store's, of what was loaded
  bool cache_is_old_ = false;
  std::optional<FabricCache> cache_;
  std::string links_told_;  ///< what remember_links() said last
  topology::Time links_told_at_{};
  std::string key_;            ///< the cache's, for what was loaded
  bool without_rows_ = false;  ///< the fabric is the cache's
};

}  // namespace lanwarden::agent
