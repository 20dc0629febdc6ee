#include "snmp/partition.h"

#include <algorithm>

namespace lanwarden::snmp {
namespace {

/// Fewer rows than this are not worth a chain of their own.
constexpr std::uint32_t kLeastRows = 192;
constexpr std::uint32_t kMostCuts = 15;

}  // namespace

void RowSample::add(mibs::OidView index) {
  ++rows_;
  if (--until_next_ != 0) return;
  until_next_ = stride_;
  names_.emplace_back(index);
  if (names_.size() < kMost) return;
  for (std::size_t i = 1; i < names_.size(); i += 2) names_[i / 2] = std::move(names_[i]);
  names_.resize(names_.size() / 2);
  until_next_ = stride_ *= 2;
}

std::vector<Segment> Partitions::segments(const std::string& table, const std::string& context,
                                          unsigned most) const {
  std::vector<Segment> out(1);
  const auto known = known_.find({table, context});
  if (known == known_.end() || known->second.in_one_piece || most < 2) return out;
  const auto& cuts = known->second.cuts;
  const std::size_t parts = std::min<std::size_t>({most, cuts.size() + 1, known->second.rows / kLeastRows});
  for (std::size_t part = 1; part < parts; ++part) {
    const mibs::Oid& cut = cuts[part * (cuts.size() + 1) / parts - 1];
    out.back().upto = cut;
    out.push_back({cut, {}});
  }
  return out;
}

void Partitions::learn(const std::string& table, const std::string& context,
                       const std::vector<const RowSample*>& samples) {
  Known& known = known_[{table, context}];
  // Good cuts stay: what is stored of them then stays the same, too.
  std::uint64_t all = 0, most = 0;
  for (const RowSample* const sample : samples)
    all += sample->rows(), most = std::max<std::uint64_t>(most, sample->rows());
  if (samples.size() > 1 && most * samples.size() * 2 <= all * 3 && all * 2 >= known.rows &&
      all <= std::uint64_t{known.rows} * 2)
    return;
  known.rows = 0;
  std::vector<std::pair<std::uint32_t, const mibs::Oid*>> at;  // row number, name
  for (const RowSample* const sample : samples) {
    for (std::size_t i = 0; i < sample->names().size(); ++i)
      at.emplace_back(known.rows + sample->stride() * static_cast<std::uint32_t>(i + 1), &sample->names()[i]);
    known.rows += sample->rows();
  }
  const std::uint32_t cuts = std::min(kMostCuts, known.rows / kLeastRows);
  std::vector<mibs::Oid> chosen;
  for (std::uint32_t n = 1; n <= cuts; ++n) {
    const std::uint64_t row = std::uint64_t{known.rows} * n / (cuts + 1);
    const auto nearest = std::lower_bound(at.begin(), at.end(), row,
                                          [](const auto& a, std::uint64_t r) { return a.first < r; });
    if (nearest != at.end() && (chosen.empty() || chosen.back() < *nearest->second))
      chosen.push_back(*nearest->second);
  }
  known.cuts = std::move(chosen);
}

void Partitions::forget(const std::string& table, const std::string& context) {
  const auto known = known_.find({table, context});
  if (known != known_.end() && !known->second.in_one_piece) known_.erase(known);
}

void Partitions::never(const std::string& table, const std::string& context) {
  known_[{table, context}] = {0, {}, true};
}

std::vector<Partitions::Cuts> Partitions::cuts() const {
  std::vector<Cuts> out;
  for (const auto& [key, known] : known_) {
    if (known.cuts.empty() && !known.in_one_piece) continue;
    Cuts& cuts = out.emplace_back();
    cuts.table = key.first;
    cuts.context = key.second;
    cuts.rows = known.rows;
    for (const mibs::Oid& cut : known.cuts) cuts.indexes.emplace_back(cut.view().begin(), cut.view().end());
  }
  return out;
}

void Partitions::remember(const std::vector<Cuts>& all) {
  for (const Cuts& cuts : all) {
    Known& known = known_[{cuts.table, cuts.context}];
    known.rows = cuts.rows;
    known.in_one_piece = cuts.indexes.empty();
    known.cuts.clear();
    // What comes from a store is not trusted to be in order: parts would overlap, or rows fall between them.
    for (const auto& index : cuts.indexes) {
      mibs::Oid cut{mibs::OidView(index)};
      if (known.cuts.empty() || known.cuts.back() < cut) known.cuts.push_back(std::move(cut));
    }
  }
}

}  // namespace lanwarden::snmp
