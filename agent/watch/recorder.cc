#include "agent/watch/recorder.h"

#include <fmt/format.h>

#include "agent/output/time_text.h"

namespace lanwarden::agent {
namespace {

constexpr std::size_t kMostTogether = 256;
constexpr std::size_t kMuchWaits = 100;

}  // namespace

void Recorder::add(Entry entry) {
  if (waiting_.size() < kMostWaiting)
    waiting_.push_back(std::move(entry));
  else
    ++lost_;
}

void Recorder::open(CaseId id, Incident incident) { add({id, std::move(incident)}); }

void Recorder::step(CaseId id, IncidentEvent event, std::string switch_name, std::string port) {
  add({id, Step{std::move(event), std::move(switch_name), std::move(port)}});
}

void Recorder::worsen(const WorsenCommand& command) { add({command.id, command}); }

void Recorder::evidence(CaseId id, std::vector<EvidenceFrame> frames) {
  if (!frames.empty()) add({id, std::move(frames)});
}

void Recorder::notice(Notice notice) { add({0, std::move(notice)}); }

void Recorder::stations(analysis::AcquaintanceNews news) {
  if (waiting_.size() < kMuchWaits) add({0, std::make_unique<analysis::AcquaintanceNews>(std::move(news))});
}

void Recorder::bind(CaseId id, std::int64_t incident) {
  incident_of_[id] = incident;
  case_of_[incident] = id;
}

std::optional<std::int64_t> Recorder::incident_of(CaseId id) const {
  const auto it = incident_of_.find(id);
  return it == incident_of_.end() ? std::nullopt : std::optional(it->second);
}

CaseId Recorder::case_of(std::int64_t incident) const {
  const auto it = case_of_.find(incident);
  return it == case_of_.end() ? 0 : it->second;
}

StoreResult<void> Recorder::write(const Entry& entry) {
  if (const auto* incident = std::get_if<Incident>(&entry.what)) {
    // Another process may have begun it already.
    const bool station =
        !incident->mac.is_zero() && !incident->mac.is_group() && !names_the_victim(incident->kind);
    auto known = store_->find_open_incident(station ? std::string_view() : std::string_view(incident->kind),
                                            incident->mac);
    if (!known) return tl::make_unexpected(known.error());
    // Where this station is the victim of another is another story.
    if (*known && (!station || !names_the_victim((*known)->kind))) {
      bind(entry.id, (*known)->id);
      return {};
    }
    auto opened = store_->open_incident(*incident);
    if (!opened) return tl::make_unexpected(opened.error());
    bind(entry.id, *opened);
    return {};
  }
  if (const auto* news = std::get_if<std::unique_ptr<analysis::AcquaintanceNews>>(&entry.what))
    return write(**news);
  const auto incident = incident_of(entry.id);
  if (!incident) return {};  // its opening found no room to wait: counted then
  if (const auto* step = std::get_if<Step>(&entry.what))
    return store_->append_event(*incident, step->event, step->switch_name, step->port);
  if (const auto* worse = std::get_if<WorsenCommand>(&entry.what))
    return store_->worsen_incident(*incident, worse->kind, worse->severity, worse->summary);
  auto kept = store_->add_evidence(*incident, std::get<std::vector<EvidenceFrame>>(entry.what));
  if (!kept) return tl::make_unexpected(kept.error());
  return {};
}

StoreResult<void> Recorder::write(const analysis::AcquaintanceNews& news) {
  std::vector<IpBinding> bindings;
  for (const auto& address : news.addresses) {
    IpBinding& b = bindings.emplace_back();
    b.ip = address.ip;
    b.mac = address.mac;
    b.last_seen = address.heard;
    b.source = "sniffed";
  }
  if (auto saved = store_->save_bindings(bindings); !saved) return saved;
  std::vector<NameBinding> names;
  for (const auto& name : news.names) {
    const auto source = name_source(analysis::to_string(name.heard.source));
    if (!source) continue;
    NameBinding& n = names.emplace_back();
    n.mac = name.heard.mac;
    n.name = name.heard.name;
    n.source = *source;
    n.last_seen = name.time;
  }
  return store_->save_names(names);
}

std::optional<StoreError> Recorder::flush() {
  while (!waiting_.empty()) {
    // When an uplink goes, hundreds of switches fall silent in one moment: one transaction, not one each.
    std::vector<Notice> together;
    for (const Entry& entry : waiting_) {
      const auto* notice = std::get_if<Notice>(&entry.what);
      if (notice == nullptr || together.size() == kMostTogether) break;
      together.push_back(*notice);
    }
    if (!together.empty()) {
      if (auto added = notice_log(*store_).add_notices(together); !added) return added.error();
      waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(together.size()));
      written_ += together.size();
      continue;
    }
    if (auto written = write(waiting_.front()); !written) return written.error();
    waiting_.pop_front();
    ++written_;
  }
  return std::nullopt;
}

std::size_t Recorder::take_lost() { return std::exchange(lost_, 0); }

std::vector<std::string> Recorder::unwritten() const {
  std::vector<std::string> lines;
  for (const Entry& entry : waiting_) {
    const auto incident = incident_of(entry.id);
    const std::string about = incident ? fmt::format("incident {}", *incident) : "a new incident";
    if (const auto* opened = std::get_if<Incident>(&entry.what))
      lines.push_back(fmt::format("{}: {} {} of {}: {}", rfc3339(opened->opened), opened->severity,
                                  opened->kind, opened->mac.to_string(), opened->summary));
    else if (const auto* step = std::get_if<Step>(&entry.what))
      lines.push_back(fmt::format("{}: {}: {}: {}", rfc3339(step->event.time), about,
                                  to_string(step->event.state), step->event.text));
    else if (const auto* frames = std::get_if<std::vector<EvidenceFrame>>(&entry.what))
      lines.push_back(fmt::format("{}: {} frames of evidence", about, frames->size()));
    else if (const auto* notice = std::get_if<Notice>(&entry.what))
      lines.push_back(fmt::format("{}: {}: {}", rfc3339(notice->time), notice->event, notice->text));
  }
  return lines;
}

}  // namespace lanwarden::agent
