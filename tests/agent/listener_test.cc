// The thread that reads frames, and how it ends.
#include "agent/watch/listener.h"

#include <catch2/catch.hpp>
#include <future>

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

}  // namespace

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
    Listener listener(std::move(sources), 7, false, nullptr, *queues, attention);
    begun.get_future().wait();
    listener.stop();
    go_on.set_value();
  }  // joined
  for (Heard& heard : queues->heard.take())
    if (std::holds_alternative<SourceEnded>(heard.what)) ended.push_back(heard.source);
  CHECK(ended == std::vector<std::uint32_t>{7, 8});
}
