#include "tests/lab/agent/mib_view.h"

#include "tests/lab/agent/ber.h"

namespace lanwarden::lab {

void VarBindSink::reset(std::size_t limit) {
  octets_.clear();
  ends_.clear();
  limit_ = limit;
  overflowed_ = false;
}

bool VarBindSink::add(OidView name, const Value& value) {
  const std::size_t before = octets_.size();
  ber::append_varbind(octets_, name, value);
  if (octets_.size() > limit_) {
    octets_.resize(before);
    overflowed_ = true;
    return false;
  }
  ends_.push_back(octets_.size());
  return true;
}

bool VarBindSink::add_encoded(std::span<const std::uint8_t> varbind) {
  if (varbind.size() > limit_ - octets_.size()) {
    overflowed_ = true;
    return false;
  }
  octets_.insert(octets_.end(), varbind.begin(), varbind.end());
  ends_.push_back(octets_.size());
  return true;
}

SetResult MibView::set(const Asked&, std::span<const Assignment> assignments) {
  return assignments.empty() ? SetResult{} : SetResult{ErrorStatus::kNotWritable, 1};
}

}  // namespace lanwarden::lab
