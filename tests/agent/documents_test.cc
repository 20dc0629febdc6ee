// What stands in agent/doc is what the program says of itself.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "agent/config/example.h"
#include "agent/config/options.h"
#include "agent/report/kind_words.h"
#include "analysis/kinds.h"

using namespace lanwarden::agent;

namespace {

std::string document(const std::string& name) {
  std::ifstream in(std::string(LANWARDEN_SOURCE_DIR) + "/agent/doc/" + name);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Lines of the example that are options, without their "#".
std::vector<std::string> option_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("#") && !line.starts_with("# ")) line.erase(0, 1);
    if (line.find(" = ") != std::string::npos && !line.starts_with("#")) lines.push_back(line);
  }
  return lines;
}

}  // namespace

TEST_CASE("configuration.md is `lanwarden config --reference`, to the letter") {
  CHECK(document("configuration.md") == config_reference_markdown());
}

TEST_CASE("detectors.md is `lanwarden kinds --markdown`, to the letter") {
  CHECK(document("detectors.md") == detectors_markdown());
}

TEST_CASE("every kind of finding has its words, and what to do") {
  for (const std::string_view kind : lanwarden::analysis::kKinds) {
    INFO(kind);
    const KindWords w = kind_words(kind);
    CHECK(w.title != kind);
    CHECK_FALSE(w.meaning.empty());
    CHECK_FALSE(w.severity.empty());
    CHECK_FALSE(w.evidence.empty());
    CHECK_FALSE(w.remedy.empty());
  }
  CHECK(all_kind_words().size() == std::size(lanwarden::analysis::kKinds));
}

TEST_CASE("the example has each option once in each of its sections") {
  std::size_t expected = 0;
  for (const SectionInfo& s : sections())
    for (const Option& o : options()) expected += (o.sections & s.section) != 0;
  CHECK(option_lines(config_example()).size() == expected);
}

TEST_CASE("what is chosen is said, in its section, and quotes do no harm") {
  const std::string text = config_example({{{"switch", "name"}, toml_text("a \"b\"\\c\n")}});
  CHECK(text.find("\n[[switch]]\n") != std::string::npos);
  CHECK(text.find("\nname = \"a \\\"b\\\"\\\\c\\u000a\"\n") != std::string::npos);
  CHECK(text.find("\n#[[router]]\n") != std::string::npos);
  CHECK(text.find("\n#address = \"10.0.3.2\"\n") != std::string::npos);
}
