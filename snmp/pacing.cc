#include "snmp/pacing.h"

#include <algorithm>

namespace lanwarden::snmp {
namespace {

constexpr Micros kLeastWait = std::chrono::milliseconds(100);
constexpr Micros kMostWait = std::chrono::seconds(8);
constexpr Micros kQuick = std::chrono::milliseconds(50);
constexpr unsigned kMostPatience = 256;

}  // namespace

void RoundTrip::add(Micros sample) {
  sample = std::max(sample, Micros(1));
  if (!known_) {
    smoothed_ = least_ = sample;
    deviation_ = sample / 2;
    known_ = true;
    return;
  }
  least_ = std::min(least_, sample);
  deviation_ = (deviation_ * 3 + std::chrono::abs(smoothed_ - sample)) / 4;
  smoothed_ = (smoothed_ * 7 + sample) / 8;
}

Micros RoundTrip::wait(unsigned try_number) const {
  const Micros base = std::max(smoothed_ + std::max(deviation_ * 4, Micros(10'000)), kLeastWait);
  const Micros most = std::max(kMostWait, base);
  return std::min(base * (1U << std::min(try_number, 10U)), most);
}

void Window::answered(Micros took, Micros least) {
  if (took <= std::max(2 * least, kQuick)) {
    size_ = std::min<double>(limit_, size_ + 1 / size_);
  } else if (took > 8 * least && took > 10 * kQuick) {
    // Answers that queue up behind each other: a control plane at its limit.
    size_ = std::max(1.0, size_ - 1 / size_);
  }
  size_ = std::min<double>(size_, limit_);
}

void Window::silence() {
  size_ = std::max(1.0, size_ / 2);
  hurt_ = true;
}

void Window::open() {
  if (!hurt_) size_ = limit_;
}

void BulkSize::remember(unsigned variables, unsigned failed_at) {
  if (variables == 0) return;
  size_ = std::clamp(variables, 1U, kMost);
  failed_at_ = failed_at;
  needed_ = failed_at == 0 ? 1 : 16;
}

void BulkSize::filled() {
  ++filled_;
  if (failed_at_ != 0 && size_ >= failed_at_) {
    // It was loss, not size.
    failed_at_ = 0;
    needed_ = 1;
  }
  if (filled_ >= needed_ && size_ < kMost) {
    size_ = std::min(size_ * 2, kMost);
    filled_ = 0;
  }
}

void BulkSize::fall(unsigned failed, unsigned to, unsigned least_patience) {
  const bool again = failed_at_ != 0 && failed >= failed_at_;
  needed_ = std::clamp(again ? needed_ * 2 : needed_, least_patience, kMostPatience);
  failed_at_ = failed_at_ == 0 ? failed : std::min(failed_at_, failed);
  size_ = std::max(1U, std::min(size_, to));
  filled_ = 0;
}

void BulkSize::too_big(unsigned asked) { fall(asked, asked / 2, 16); }
void BulkSize::silence(unsigned asked, unsigned then_worked) { fall(asked, then_worked, 2); }
void BulkSize::truncated(unsigned asked, unsigned came) { fall(asked, came, 64); }

}  // namespace lanwarden::snmp
