#include "agent/engine/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lanwarden::agent {

EnginePolicy policy_of(const Config& config) {
  EnginePolicy p;
  p.locate = true;
  p.mode = config.isolation.mode;
  p.auto_kinds = config.isolation.auto_kinds;
  p.min_confidence = config.isolation.min_confidence;
  p.kind_confidence = config.isolation.kind_confidence;
  p.duration = config.isolation.duration;
  p.longer = config.isolation.longer;
  p.longest = config.isolation.longest;
  p.rollback = config.isolation.rollback;
  p.way = config.isolation.way;
  p.mark = config.isolation.mark;
  p.close_after = config.incidents.close_after;
  p.who = "lanwarden run";
  return p;
}

bool names_the_victim(std::string_view kind) { return kind == "dad-denied"; }

Decision decide(const EnginePolicy& policy, const std::set<std::string>& kinds, double confidence,
                bool hands_off) {
  if (policy.mode == IsolationMode::kOff) return {Action::kNothing, ""};
  if (policy.mode == IsolationMode::kAsk) return {Action::kAsk, "the mode is \"ask\""};
  if (hands_off) return {Action::kAsk, "a person opened its port before its time"};
  std::optional<double> needed;
  for (const std::string& kind : kinds) {
    const auto& autos = policy.auto_kinds;
    if (autos && std::find(autos->begin(), autos->end(), kind) == autos->end()) continue;
    const auto own = policy.kind_confidence.find(kind);
    const double wanted = own == policy.kind_confidence.end() ? policy.min_confidence : own->second;
    needed = std::min(needed.value_or(wanted), wanted);
  }
  if (!needed) return {Action::kAsk, "isolation.auto_kinds does not name this kind of trouble"};
  if (confidence < *needed)
    return {Action::kAsk,
            fmt::format("confidence {:.2f} is below the {:.2f} that acting without asking needs", confidence,
                        *needed)};
  return {Action::kAct, ""};
}

std::optional<std::chrono::seconds> duration_after(const EnginePolicy& policy, unsigned returns) {
  if (!policy.duration) return std::nullopt;
  const double factor = std::pow(std::max(policy.longer, 1.0), std::min(returns, 64U));
  const double longest = static_cast<double>(std::max(policy.longest, *policy.duration).count());
  return std::chrono::seconds{
      static_cast<std::int64_t>(std::min(static_cast<double>(policy.duration->count()) * factor, longest))};
}

}  // namespace lanwarden::agent
