#include "agent/commands/manual.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "agent/config/example.h"
#include "agent/config/options.h"
#include "agent/output/help_text.h"
#include "agent/output/man_page.h"

namespace lanwarden::agent {
namespace {

std::string term(const OptionWords& w) { return w.names + (w.value.empty() ? "" : " " + w.value); }

/// The registry's sentence begins a man page's DESCRIPTION, too.
std::string sentence(std::string_view summary) {
  std::string text(summary);
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  if (!text.ends_with('?') && !text.ends_with('.')) text += '.';
  return text;
}

void put_options(ManPage& page, const CLI::App& cli, bool global) {
  for (const OptionWords& w : option_words(cli))
    if (!w.argument && w.global == global)
      page.entry(term(w), sentence(w.description) + (w.required ? " Required." : ""));
}

void put_arguments(ManPage& page, const CLI::App& cli) {
  bool first = true;
  for (const OptionWords& w : option_words(cli)) {
    if (!w.argument) continue;
    if (first) page.heading("ARGUMENTS");
    first = false;
    page.entry(usage_word(w), sentence(w.description));
  }
}

/// What --help says below the options.
void put_help(ManPage& page, const HelpText& help) {
  bool examples = false;
  for (const HelpText::Block& b : help.blocks) {
    if (b.text == "examples:") {
      page.heading("EXAMPLES");
      examples = true;
    } else if (b.verbatim) {
      page.verbatim(b.text);
    } else {
      if (examples) page.heading("NOTES");
      examples = false;
      page.paragraph(b.text);
    }
  }
  if (help.exits.empty()) return;
  page.heading("EXIT STATUS");
  for (const auto& [code, words] : help.exits) page.entry(std::string(1, code), sentence(words));
}

std::string command_page(const CommandLine& line, const CommandLine::Command& c, std::string_view version) {
  ManPage page("lanwarden-" + std::string(c.spec->name), '1', c.spec->summary, version);
  page.heading("SYNOPSIS")
      .paragraph("`" + usage_line(*c.cli, "lanwarden " + std::string(c.spec->name)) + "`");
  for (const CLI::App* sub : c.cli->get_subcommands([](const CLI::App*) { return true; }))
    page.paragraph("`" + usage_line(*sub, "lanwarden " + std::string(c.spec->name) + " " + sub->get_name()) +
                   "`");
  page.heading("DESCRIPTION").paragraph(sentence(c.spec->summary));
  const HelpText help = read_help(c.spec->help);
  HelpText before, after;
  bool examples = false;
  for (const HelpText::Block& b : help.blocks) {
    examples = examples || b.text == "examples:";
    (examples ? after : before).blocks.push_back(b);
  }
  after.exits = help.exits;
  put_help(page, before);
  put_arguments(page, *c.cli);
  page.heading("OPTIONS");
  put_options(page, *c.cli, false);
  for (const CLI::App* sub : c.cli->get_subcommands([](const CLI::App*) { return true; })) {
    page.subheading(sub->get_name()).paragraph(sentence(sub->get_description()));
    put_options(page, *sub, false);
  }
  page.paragraph("And those of every command, which `lanwarden`(1) describes:");
  std::string all;
  for (const OptionWords& w : option_words(line.cli))
    if (w.global) all += (all.empty() ? "`" : ", `") + term(w) + "`";
  page.paragraph(all + ".");
  put_help(page, after);
  page.heading("SEE ALSO").paragraph("`lanwarden`(1), `lanwarden.toml`(5)");
  return page.text();
}

std::string main_page(const CommandLine& line, std::string_view version) {
  ManPage page("lanwarden", '1', "finds the device that hurts a network, and takes it off", version);
  page.heading("SYNOPSIS").paragraph("`lanwarden [OPTIONS] COMMAND ...`");
  page.heading("DESCRIPTION")
      .paragraph(
          "Notices on the wire what hurts a LAN, asks every switch where that station is, works out the one "
          "edge "
          "port from the topology, and, when allowed, shuts that port, proves that the trouble ended, and "
          "keeps "
          "the evidence. Results go to standard output, everything else to standard error.")
      .heading("COMMANDS");
  std::string others;
  for (const auto& c : line.commands) {
    if (is_hidden(c.spec->name)) continue;
    page.entry("lanwarden " + std::string(c.spec->name), sentence(c.spec->summary));
    others += ", `lanwarden-" + std::string(c.spec->name) + "`(1)";
  }
  page.heading("OPTIONS").paragraph("They may stand before or after the command.");
  put_options(page, line.cli, true);
  put_options(page, line.cli, false);
  page.heading("FILES")
      .entry("./lanwarden.toml, $XDG_CONFIG_HOME/lanwarden/lanwarden.toml, /etc/lanwarden/lanwarden.toml",
             "The configuration: the first that is there, unless `-c` names one. See `lanwarden.toml`(5).")
      .entry(
          "/var/lib/lanwarden/lanwarden.db",
          "The store of root and of the service; of others "
          "$XDG_STATE_HOME/lanwarden/lanwarden.db. `store` in the configuration or `--store` name another.");
  page.heading("ENVIRONMENT").entry("NO_COLOR", "When set, nothing is coloured.");
  page.heading("EXIT STATUS")
      .entry("0", "Done, or found.")
      .entry("1", "Nothing was found; or something is wrong, where that was the question.")
      .entry("2", "Wrong usage or configuration.")
      .entry("3", "The network did not answer, or refused.")
      .entry("4", "Refused by a guard rail, or not confirmed.")
      .paragraph("Each command's page says what they mean there.");
  page.heading("SEE ALSO").paragraph("`lanwarden.toml`(5)" + others);
  return page.text();
}

std::string configuration_page(std::string_view version) {
  ManPage page("lanwarden.toml", '5', "configuration of lanwarden", version);
  page.heading("DESCRIPTION")
      .paragraph(
          "TOML. Unknown keys, wrong types and impossible values are errors that name file, line and key. "
          "Durations are written `250ms`, `90s`, `15m`, `2h`, `3d`, `1h30m`. A secret is text, or better "
          "`{ env = \"NAME\" }` or `{ file = \"/path\" }`. `lanwarden init` writes one; `lanwarden check` "
          "says "
          "what to mend.");
  for (const SectionInfo& s : sections()) {
    const std::string name(s.name);
    page.heading(name.empty() ? "THE TOP" : s.many ? "[[" + name + "]]" : "[" + name + "]");
    page.paragraph(std::string(s.help) + (s.many ? " Any number of them." : ""));
    for (const Option& o : options()) {
      if ((o.sections & s.section) == 0) continue;
      std::string text = std::string(o.help) + " Value: " + allowed_values(o) + ".";
      if (o.required) text += " Required.";
      if (!o.standard.empty()) text += " Default: " + std::string(o.standard) + ".";
      page.entry(o.key, text);
    }
  }
  page.heading("EXAMPLES").verbatim(config_example());
  page.heading("SEE ALSO").paragraph("`lanwarden`(1), `lanwarden-init`(1), `lanwarden-check`(1)");
  return page.text();
}

}  // namespace

std::map<std::string, std::string> manual_pages(const CommandLine& line, std::string_view version) {
  std::map<std::string, std::string> pages;
  pages["lanwarden.1"] = main_page(line, version);
  pages["lanwarden.toml.5"] = configuration_page(version);
  for (const auto& c : line.commands)
    if (!is_hidden(c.spec->name))
      pages["lanwarden-" + std::string(c.spec->name) + ".1"] = command_page(line, c, version);
  return pages;
}

CommandBody define_manual(CLI::App& cli) {
  auto folder = std::make_shared<std::string>();
  cli.add_option("DIR", *folder, "where the pages are written")->required();
  return [folder](App& app) {
    GlobalOptions options;
    std::error_code error;
    std::filesystem::create_directories(*folder, error);
    for (const auto& [name, text] : manual_pages(*make_command_line(options, app.version), app.version)) {
      std::ofstream out(*folder + "/" + name, std::ios::binary);
      if (!(out << text).flush())
        app.fail(kUsage, *folder + "/" + name + " cannot be written: " + std::strerror(errno));
    }
    return kOk;
  };
}

}  // namespace lanwarden::agent
