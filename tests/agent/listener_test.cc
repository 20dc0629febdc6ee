// The thread that reads frames, and how it ends.
#include "agent/watch/listener.h"

#include <catch2/catch.hpp>
#include <future>

#include "agent/output/time_text.h"

using namespace lanwarden::agent;

namespace {

/// An interface on which nothing is ever heard. The first look waits until the test lets it go on.
class Quiet final : public FrameSource {
 public:
  Quiet(std::string name, std::promise<void>* begun, std::shared_future<void> go_on)
      : name_(std::move(name)), begun_(begun), go_on_(std::move(go_on)) {}
  const std::string& name() const override { return name_; }
  bool live() const override { return true; }
  lanwarden::topology::Result<BatchStatus, CaptureError> next_batch(
      std::vector<lanwarden::analysis::RawFrame>& out, std::chrono::milliseconds) override {
    out.clear();
    if (begun_ != nullptr) std::exchange(begun_, nullptr)->set_value();
    go_on_.wait();
    return BatchStatus::kIdle;
  }
  CaptureStats stats() const override { return {}; }

 private:
  std::string name_;
  std::promise<void>* begun_;
  std::shared_future<void> go_on_;
};

/// Says its frames, once, as of now.
class Speaking final : public FrameSource {
 public:
  Speaking(std::vector<std::vector<std::uint8_t>> frames, lanwarden::topology::Time time)
      : frames_(std::move(frames)), time_(time) {}
  const std::string& name() const override { return name_; }
  bool live() const override { return false; }
  lanwarden::topology::Result<BatchStatus, CaptureError> next_batch(
      std::vector<lanwarden::analysis::RawFrame>& out, std::chrono::milliseconds) override {
    out.clear();
    if (std::exchange(said_, true)) return BatchStatus::kEnd;
    for (const auto& octets : frames_) {
      auto& frame = out.emplace_back();
      frame.time = time_;
      frame.bytes = octets;
      frame.wire_length = static_cast<std::uint32_t>(octets.size());
      frame.number = out.size();
    }
    return BatchStatus::kFrames;
  }
  CaptureStats stats() const override { return {}; }

 private:
  std::string name_ = "eth0";
  std::vector<std::vector<std::uint8_t>> frames_;
  lanwarden::topology::Time time_;
  bool said_ = false;
};

// 10.0.0.5 at 00:14:22:00:00:01 asks for 10.0.0.1.
std::vector<std::uint8_t> question() {
  return {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x14, 0x22, 0, 0, 1, 8, 6, 0, 1, 8, 0,  6, 4, 0,
          1,    0x00, 0x14, 0x22, 0,    0,    1,    10,   0,    0, 5, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1};
}

std::vector<HeardStations> told_of_stations(bool learns, lanwarden::topology::Time time) {
  std::vector<std::unique_ptr<FrameSource>> sources;
  sources.push_back(std::make_unique<Speaking>(std::vector{question(), question()}, time));
  auto queues = make_queues();
  Attention attention;
  std::vector<HeardStations> told;
  const Listener listener(std::move(sources), 0, false, learns, nullptr, *queues, attention);
  for (bool ended = false; !ended;) {
    queues->engine.wait(std::chrono::seconds{10});
    for (Heard& heard : queues->heard.take()) {
      ended = ended || std::holds_alternative<SourceEnded>(heard.what);
      if (auto* stations = std::get_if<HeardStations>(&heard.what)) told.push_back(std::move(*stations));
    }
  }
  return told;
}

}  // namespace

TEST_CASE("what stations tell of themselves is handed over when it is wanted, and of now") {
  const auto told = told_of_stations(true, wall_clock());
  REQUIRE(told.size() == 1);
  REQUIRE(told[0].news.addresses.size() == 1);
  CHECK(told[0].news.addresses[0].ip.to_string() == "10.0.0.5");
  CHECK(told[0].news.addresses[0].mac.to_string() == "00:14:22:00:00:01");
  CHECK(told_of_stations(false, wall_clock()).empty());
  CHECK(told_of_stations(true, wall_clock() - std::chrono::hours(24)).empty());
}

TEST_CASE("a listener that is stopped tells the end of every source, also of one that it never came to") {
  std::promise<void> begun, go_on;
  const std::shared_future<void> gate = go_on.get_future();
  std::vector<std::unique_ptr<FrameSource>> sources;
  sources.push_back(std::make_unique<Quiet>("eth0", &begun, gate));
  sources.push_back(std::make_unique<Quiet>("eth1", nullptr, gate));
  auto queues = make_queues();
  Attention attention;
  std::vector<std::uint32_t> ended;
  {
    Listener listener(std::move(sources), 7, false, false, nullptr, *queues, attention);
    begun.get_future().wait();
    listener.stop();
    go_on.set_value();
  }  // joined
  for (Heard& heard : queues->heard.take())
    if (std::holds_alternative<SourceEnded>(heard.what)) ended.push_back(heard.source);
  CHECK(ended == std::vector<std::uint32_t>{7, 8});
}
