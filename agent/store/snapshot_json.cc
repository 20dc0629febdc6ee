#include "agent/store/snapshot_json.h"

#include "agent/store/json_archive.h"
#include "topology/snapshot_fields.h"

namespace lanwarden::agent {

using namespace json;      // NOLINT: this file is about nothing but documents
using namespace topology;  // NOLINT: and their nouns

std::string snapshot_document(const SwitchSnapshot& snapshot) { return dump(write(snapshot)); }

std::string tables_document(const SwitchSnapshot& snapshot) {
  Json out = Json::array();
  for (const TableState& s : snapshot.tables) {
    Json state = Json::array();
    if (s.completeness != Completeness::kNotAsked) state = {write(s.completeness), s.rows};
    if (!s.cause.empty() && !state.empty()) state.push_back(write(s.cause));
    out.push_back(std::move(state));
  }
  return dump(out);
}

std::string text_list(const std::vector<std::string>& texts) { return dump(write(texts)); }

Result<void, DocumentError> read_snapshot_document(std::string_view json, SwitchSnapshot& into) {
  return parse(json, [&](const Json& j, Trouble& t) { read(j, into, t); });
}

Result<void, DocumentError> read_tables_document(std::string_view json, SwitchSnapshot& into) {
  return parse(json, [&](const Json& j, Trouble& t) {
    if (!j.is_array() || j.size() > kTableCount) return t.at("not a list of tables");
    for (std::size_t i = 0; i < j.size(); ++i) {
      const Json& state = j[i];
      if (state.is_array() && state.empty()) continue;
      if (!state.is_array() || state.size() < 2) return t.at("not the state of a table");
      read(state[0], into.tables[i].completeness, t);
      read(state[1], into.tables[i].rows, t);
      if (state.size() > 2) read(state[2], into.tables[i].cause, t);
    }
  });
}

Result<std::vector<std::string>, DocumentError> read_text_list(std::string_view json) {
  std::vector<std::string> texts;
  if (auto r = parse(json, [&](const Json& j, Trouble& t) { read(j, texts, t); }); !r)
    return tl::make_unexpected(r.error());
  return texts;
}

std::uint64_t document_hash(std::string_view json) {
  std::uint64_t h = 0xcbf29ce484222325U;
  for (const char c : json) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return h;
}

}  // namespace lanwarden::agent
