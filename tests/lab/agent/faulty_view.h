// The faults that are in what the tables show: a view before another view.
#pragma once

#include <memory>
#include <optional>

#include "tests/lab/agent/faults.h"
#include "tests/lab/agent/mib_view.h"

namespace lanwarden::lab {

/// oid-not-increasing, endless-table and partial-then-complete of `faults`.
class FaultyView : public MibView {
 public:
  FaultyView(std::shared_ptr<MibView> base, const Faults& faults);

  bool has_context(std::string_view context) const override { return base_->has_context(context); }
  void get(const Asked& asked, OidView name, VarBindSink& out) override;
  void next(const Asked& asked, OidView after, std::size_t count, VarBindSink& out) override;
  SetResult set(const Asked& asked, std::span<const Assignment> assignments) override {
    return base_->set(asked, assignments);
  }
  void reboot(std::chrono::nanoseconds now) override { base_->reboot(now); }

 private:
  struct Row {
    Oid name;
    std::vector<std::uint8_t> varbind;
  };
  bool hidden(const Asked& asked, OidView name);
  std::optional<Row> base_next(const Asked& asked, OidView after);
  std::optional<Row> step(const Asked& asked, OidView after);

  std::shared_ptr<MibView> base_;
  Faults faults_;
  std::optional<std::chrono::nanoseconds> first_asked_;  // for partial-then-complete
};

}  // namespace lanwarden::lab
