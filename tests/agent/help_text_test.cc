// The help as written in the registry, for a terminal of any width and as a man page.
#include "agent/output/help_text.h"

#include <catch2/catch.hpp>

#include "agent/commands/manual.h"
#include "agent/config/options.h"
#include "agent/output/man_page.h"

using namespace lanwarden::agent;

namespace {

constexpr std::string_view kHelp =
    "Looks again, and asks\nbefore it acts.\n\n"
    "examples:\n"
    "  lanwarden isolate 7              the culprit of incident 7\n"
    "  lanwarden isolate floor3 A1\n\n"
    "exit: 0 done, in 2 steps, 2 usage\nor configuration; 3 no answer";

std::size_t widest(const std::string& text) {
  std::size_t most = 0, from = 0;
  while (from < text.size()) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    most = std::max(most, end - from);
    from = end + 1;
  }
  return most;
}

}  // namespace

TEST_CASE("paragraphs flow, examples stay lines, and exit codes are told apart from numbers") {
  const HelpText help = read_help(kHelp);
  REQUIRE(help.blocks.size() == 3);
  CHECK(help.blocks[0].text == "Looks again, and asks before it acts.");
  CHECK(help.blocks[1].text == "examples:");
  CHECK(help.blocks[2].verbatim);
  CHECK(help.blocks[2].text ==
        "lanwarden isolate 7              the culprit of incident 7\nlanwarden isolate floor3 A1");
  CHECK(help.exits == std::vector<std::pair<char, std::string>>{
                          {'0', "done, in 2 steps"}, {'2', "usage or configuration"}, {'3', "no answer"}});
}

TEST_CASE("on a narrow terminal an example's explanation goes below it") {
  CHECK(help_for_terminal(read_help(kHelp), 40) ==
        "Looks again, and asks before it acts.\n\n"
        "examples:\n"
        "  lanwarden isolate 7\n"
        "      the culprit of incident 7\n"
        "  lanwarden isolate floor3 A1\n\n"
        "exit codes:\n"
        "  0 done, in 2 steps\n"
        "  2 usage or configuration\n"
        "  3 no answer");
  CHECK(help_for_terminal(read_help(kHelp), 100).find("isolate 7              the culprit") !=
        std::string::npos);
}

TEST_CASE("every command says what its exit codes are, and its help fits 80 columns where it can be broken") {
  for (const CommandSpec& spec : command_registry()) {
    if (is_hidden(spec.name)) continue;
    INFO(spec.name);
    const HelpText help = read_help(spec.help);
    CHECK(help.exits.size() >= 2);
    CHECK(help.exits.front().first == '0');
    for (const auto& block : help.blocks)
      if (!block.verbatim) {
        HelpText one;
        one.blocks = {block};
        CHECK(widest(help_for_terminal(one, 80)) <= 80);
      }
  }
}

TEST_CASE("text is never a request to roff, and a minus can be copied") {
  const std::string page =
      ManPage("x", '1', "does", "1").paragraph("'quoted' first").verbatim(".dot\na\\b --json").text();
  CHECK(page.find("\n\\&'quoted' first\n") != std::string::npos);
  CHECK(page.find("\n\\&.dot\na\\eb \\-\\-json\n") != std::string::npos);
}

TEST_CASE("there is a page for every command, and each option of each is on it") {
  GlobalOptions options;
  const auto line = make_command_line(options, "1.2.3");
  const auto pages = manual_pages(*line, "1.2.3");
  CHECK(pages.at("lanwarden.1").find("lanwarden 1.2.3") != std::string::npos);
  for (const auto& c : line->commands) {
    if (is_hidden(c.spec->name)) continue;
    INFO(c.spec->name);
    const std::string& page = pages.at("lanwarden-" + std::string(c.spec->name) + ".1");
    CHECK(page.find(".SH \"EXIT STATUS\"") != std::string::npos);
    for (const OptionWords& w : option_words(*c.cli)) {
      std::string roff;
      for (const char letter : w.names) roff += letter == '-' ? std::string("\\-") : std::string(1, letter);
      INFO(w.names);
      CHECK(page.find(roff) != std::string::npos);
    }
    CHECK(pages.at("lanwarden.1").find("lanwarden " + std::string(c.spec->name)) != std::string::npos);
  }
}

TEST_CASE("the configuration's page has every option") {
  GlobalOptions options;
  const std::string page = manual_pages(*make_command_line(options, ""), "").at("lanwarden.toml.5");
  for (const Option& o : lanwarden::agent::options()) {
    INFO(o.key);
    CHECK(page.find("\\fB" + std::string(o.key) + "\\fR") != std::string::npos);
  }
}

TEST_CASE("a wrong command or option suggests the right one") {
  GlobalOptions options;
  const auto line = make_command_line(options, "");
  const char* command[] = {"lanwarden", "wehre", "ce:20:cd"};
  CHECK(wrong_usage(*line, 3, command, "") == "no command \"wehre\"; did you mean where?");
  const char* option[] = {"lanwarden", "fdb", "--vlna=3"};
  CHECK_THROWS(line->cli.parse(3, option));
  CHECK(wrong_usage(*line, 3, option, "?") == "no option \"--vlna\"; did you mean --vlan?");
}
