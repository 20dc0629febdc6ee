#include "analysis/decode/dns.h"

#include <algorithm>

namespace lanwarden::analysis {
namespace {

constexpr std::size_t kLongestName = 255;
constexpr std::uint8_t kPointer = 0xc0;

}  // namespace

DnsReader::DnsReader(Octets message) : message_(message) {
  if (message_.size() < kHeader) return;
  response_ = message_[2] & 0x80;
  opcode_ = (message_[2] >> 3) & 0x0fU;
  response_code_ = message_[3] & 0x0fU;
  questions_ = be16(message_, 4);
  const std::size_t records = std::size_t{be16(message_, 6)} + be16(message_, 8) + be16(message_, 10);
  at_ = kHeader;
  if (questions_ > kMostQuestions) return;
  for (std::size_t i = 0; i < questions_; ++i) {
    if (!skip_name() || message_.size() - at_ < 4) return;
    at_ += 4;
  }
  records_ = std::min(records, kMostRecords);
}

bool DnsReader::skip_name() {
  while (at_ < message_.size()) {
    const std::uint8_t length = message_[at_];
    if ((length & kPointer) == kPointer) {
      at_ += 2;
      return at_ <= message_.size();
    }
    if (length & kPointer) return false;
    at_ += std::size_t{length} + 1;
    if (length == 0) return true;
  }
  return false;
}

std::optional<DnsRecord> DnsReader::next() {
  constexpr std::size_t kFixed = 10;  // type, class, time to live, length
  if (records_ == 0) return std::nullopt;
  --records_;
  DnsRecord record;
  record.name = at_;
  if (!skip_name() || message_.size() - at_ < kFixed) {
    records_ = 0;
    return std::nullopt;
  }
  record.type = be16(message_, at_);
  record.rr_class = be16(message_, at_ + 2) & 0x7fffU;
  record.ttl_s = be32(message_, at_ + 4);
  const std::size_t length = be16(message_, at_ + 8);
  at_ += kFixed;
  if (length > message_.size() - at_) {
    records_ = 0;
    return std::nullopt;
  }
  record.data = at_;
  record.octets = message_.subspan(at_, length);
  at_ += length;
  return record;
}

std::string DnsReader::name_at(std::size_t offset) const {
  std::string name;
  std::size_t part = offset;  // where what is read now began: pointers go before it
  for (std::size_t at = offset; at < message_.size();) {
    const std::uint8_t length = message_[at];
    if (length == 0) return name;
    if ((length & kPointer) == kPointer) {
      if (message_.size() - at < 2) return {};
      const std::size_t to = be16(message_, at) & 0x3fffU;
      if (to >= part) return {};
      at = part = to;
      continue;
    }
    if ((length & kPointer) || length > message_.size() - at - 1) return {};
    if (name.size() + length + 1 > kLongestName) return {};
    if (!name.empty()) name += '.';
    name.append(reinterpret_cast<const char*>(message_.data()) + at + 1, length);
    at += std::size_t{length} + 1;
  }
  return {};
}

}  // namespace lanwarden::analysis
