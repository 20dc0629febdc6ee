// Tells a wrong privacy password from a switch that is not there.
#pragma once

#include <array>
#include <string>

#include "snmp/exchange.h"

namespace lanwarden::snmp {

// Agents that cannot decrypt a request mostly say nothing (the RFC's report is rare), which
// looks like a dead switch. The same user without privacy gets an answer then, if only a refusal.
class PrivacyProbe final : public Exchange {
 public:
  void question(unsigned, Query& query) override {
    query.kind = Query::Kind::kGet;
    query.names = {kSysUpTime};
    query.without_privacy = true;
  }
  void answer(unsigned, const Answer&, TimePoint) override { over_ = answered_ = true; }
  void failed(const Failure&) override { over_ = true; }
  void expired() override { over_ = true; }
  bool done() const override { return over_; }
  const std::string& context() const override { return context_; }
  bool answered() const { return answered_; }

 private:
  static constexpr std::array<std::uint32_t, 9> kSysUpTime{1, 3, 6, 1, 2, 1, 1, 3, 0};
  std::string context_;
  bool over_ = false, answered_ = false;
};

}  // namespace lanwarden::snmp
