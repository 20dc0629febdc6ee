// What every store back end promises about incidents and the frames that prove them.
#include <catch2/catch.hpp>

#include "tests/agent/store_contract.h"

namespace lanwarden::agent::testing {
namespace {

constexpr const char* kClock = "00:0d:4b:ce:20:cd";

Incident clock_incident() {
  Incident i;
  i.kind = "ip-conflict";
  i.severity = "warning";
  i.mac = mac(kClock);
  i.summary = "uses an address of another";
  i.opened = i.updated = at(0);
  return i;
}

EvidenceFrame frame(std::uint64_t number, std::size_t octets = 60) {
  EvidenceFrame f;
  f.time = at(static_cast<int>(number));
  f.number = number;
  f.interface = "eth0";
  f.bytes.assign(octets, static_cast<std::uint8_t>(number));
  f.wire_length = 1514;
  f.link_type = analysis::LinkType::kLinuxSll;
  f.comment = "it says \xe2\x80\x9cmine\xe2\x80\x9d";
  return f;
}

void any_kind(StoreWorkshop& w) {
  const auto store = w.open();
  const auto first = must(store->open_incident(clock_incident()));
  CHECK(must(store->find_open_incident("", mac(kClock)))->id == first);
  CHECK_FALSE(must(store->find_open_incident("", mac("00:00:00:00:00:01"))));
  must(store->append_event(first, {at(1), IncidentState::kClosed, "quiet", ""}));
  CHECK_FALSE(must(store->find_open_incident("", mac(kClock))));
}

void worsens(StoreWorkshop& w) {
  const auto store = w.open();
  const auto id = must(store->open_incident(clock_incident()));
  must(store->worsen_incident(id, "arp-bogus-responder", "critical", "answers every probe"));
  const auto found = must(w.open()->incident(id));
  CHECK(found->kind == "arp-bogus-responder");
  CHECK(found->severity == "critical");
  CHECK(found->summary == "answers every probe");
  CHECK(found->opened == at(0));
  CHECK_FALSE(store->worsen_incident(99, "x", "critical", ""));
}

void open_only(StoreWorkshop& w) {
  const auto store = w.open();
  const auto closed = must(store->open_incident(clock_incident()));
  const auto open = must(store->open_incident(clock_incident()));
  must(store->append_event(closed, {at(1), IncidentState::kClosed, "quiet", ""}));
  const auto all = must(store->incidents(false, true));
  REQUIRE(all.size() == 1);
  CHECK(all[0].id == open);
  CHECK(must(store->incidents(false)).size() == 2);
}

void frames_kept(StoreWorkshop& w) {
  const auto store = w.open();
  const auto id = must(store->open_incident(clock_incident()));
  const auto other = must(store->open_incident(clock_incident()));
  const std::vector<EvidenceFrame> frames = {frame(2), frame(1, 0), frame(3, 5)};
  CHECK(must(store->add_evidence(id, frames)) == 3);
  CHECK(must(store->add_evidence(id, std::span(frames).first(1))) == 0);  // it has that one
  CHECK(must(store->add_evidence(other, std::span(frames).first(1))) == 1);
  const auto kept = must(w.open()->evidence(id));
  REQUIRE(kept.size() == 3);
  CHECK(kept[0].number == 1);  // by time
  CHECK(kept[0].bytes.empty());
  CHECK(kept[1].bytes == frames[0].bytes);
  CHECK(kept[1].time == frames[0].time);
  CHECK(kept[1].interface == "eth0");
  CHECK(kept[1].wire_length == 1514);
  CHECK(kept[1].link_type == analysis::LinkType::kLinuxSll);
  CHECK(kept[1].comment == frames[0].comment);
  CHECK(must(store->evidence(99)).empty());
}

void frames_bounded(StoreWorkshop& w) {
  const auto store = w.open();
  const auto by_number = must(store->open_incident(clock_incident()));
  const auto by_size = must(store->open_incident(clock_incident()));
  for (std::uint64_t n = 0; n < 3 * kMostEvidenceFrames; n += 10) {
    std::vector<EvidenceFrame> ten;
    for (std::uint64_t i = 1; i <= 10; ++i) ten.push_back(frame(n + i));
    must(store->add_evidence(by_number, ten));
    for (EvidenceFrame& f : ten) f.bytes.resize(9000);
    must(store->add_evidence(by_size, ten));
  }
  const auto many = must(store->evidence(by_number));
  CHECK(many.size() == kMostEvidenceFrames);
  CHECK(many.front().number == 1);  // the first ones prove it
  std::size_t octets = 0;
  for (const EvidenceFrame& f : must(store->evidence(by_size))) octets += f.bytes.size();
  CHECK(octets <= kMostEvidenceOctets);
  CHECK(octets > kMostEvidenceOctets / 2);
}

constexpr ContractCase kCases[] = {
    {"an incident is found by its culprit, whatever kind of trouble it is", any_kind},
    {"a worse finding gives an incident its name", worsens},
    {"incidents that are not over are listed alone", open_only},
    {"frames are kept with their incident as they were captured, each once", frames_kept},
    {"the frames of one incident cannot fill the disk", frames_bounded},
};

}  // namespace

std::span<const ContractCase> incident_contract() { return kCases; }

}  // namespace lanwarden::agent::testing
