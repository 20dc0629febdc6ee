#include "tests/mibs/recordings.h"

#include <cstdlib>

#include "tests/lab/agent/recording.h"

namespace lanwarden::mibs::testing {
namespace {

Datum datum_of(const lab::Value& value) {
  Datum d;
  switch (value.tag) {
    case lab::Tag::kInteger:
      d.type = Value::Type::kInteger;
      d.integer = value.integer;
      break;
    case lab::Tag::kCounter32:
    case lab::Tag::kGauge32:
    case lab::Tag::kTimeTicks:
    case lab::Tag::kCounter64:
      d.type = Value::Type::kUnsigned;
      d.number = value.number;
      break;
    case lab::Tag::kOctets:
    case lab::Tag::kIpAddress:
    case lab::Tag::kOpaque:
      d.type = Value::Type::kOctets;
      d.octets = value.octets;
      break;
    case lab::Tag::kOid:
      d.type = Value::Type::kOid;
      d.oid = Oid{OidView{value.oid}};
      break;
    default:
      break;
  }
  return d;
}

}  // namespace

std::optional<std::filesystem::path> recordings_folder() {
  const char* const shared = std::getenv("LANWARDEN_SHARED");
  const std::filesystem::path folder =
      (shared != nullptr ? std::filesystem::path(shared)
                         : std::filesystem::path(LANWARDEN_SOURCE_DIR) / "../shared") /
      "walks";
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) return std::nullopt;
  return folder;
}

std::vector<RecordedAgent> recorded_agents(const std::filesystem::path& folder) {
  std::vector<RecordedAgent> agents;
  const auto recordings = lab::load_recordings(folder);
  if (!recordings) return agents;
  for (const lab::Recording& recording : *recordings) {
    RecordedAgent r;
    r.name = recording.name;
    for (const std::string& context : recording.view->contexts()) {
      auto& variables = r.agent.contexts[context];
      recording.view->find_table(context)->for_each([&](lab::OidView name, const lab::Value& value) {
        variables.emplace(Oid{OidView{name}}, datum_of(value));
      });
    }
    agents.push_back(std::move(r));
  }
  return agents;
}

}  // namespace lanwarden::mibs::testing
