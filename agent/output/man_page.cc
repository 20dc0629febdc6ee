#include "agent/output/man_page.h"

#include <algorithm>

namespace lanwarden::agent {
namespace {

/// Text as roff takes it literally; with `bold`, backticks switch the bold face.
std::string roff(std::string_view text, bool bold) {
  std::string out;
  bool in_code = false;
  for (const char c : text) {
    if (c == '`' && bold) {
      in_code = !in_code;
      out += in_code ? "\\fB" : "\\fR";
    } else if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";  // a minus, as options have it: it can be copied from the page
    } else {
      out += c;
    }
  }
  return out;
}

/// A line must not begin with what roff takes for a request.
std::string line(std::string_view text, bool bold) {
  const std::string made = roff(text, bold);
  return (made.starts_with('.') || made.starts_with('\'') ? "\\&" : "") + made + "\n";
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : roff(text, false)) out += c == '"' ? std::string("\\(dq") : std::string(1, c);
  return out + "\"";
}

}  // namespace

ManPage::ManPage(std::string_view name, char section, std::string_view summary, std::string_view version) {
  std::string title(name);
  std::transform(title.begin(), title.end(), title.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  out_ = ".TH " + quoted(title) + " " + section + " \"\" " + quoted("lanwarden " + std::string(version)) +
         " \"lanwarden\"\n.SH NAME\n" + roff(name, false) + " \\- " + roff(summary, false) + "\n";
}

ManPage& ManPage::heading(std::string_view title) {
  out_ += ".SH " + quoted(title) + "\n";
  return *this;
}

ManPage& ManPage::subheading(std::string_view title) {
  out_ += ".SS " + quoted(title) + "\n";
  return *this;
}

ManPage& ManPage::paragraph(std::string_view text) {
  out_ += ".PP\n" + line(text, true);
  return *this;
}

ManPage& ManPage::verbatim(std::string_view lines) {
  out_ += ".PP\n.RS 4\n.nf\n";
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    out_ += line(lines.substr(0, end), false);
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  out_ += ".fi\n.RE\n";
  return *this;
}

ManPage& ManPage::entry(std::string_view term, std::string_view text) {
  out_ += ".TP\n\\fB" + roff(term, false) + "\\fR\n" + line(text, true);
  return *this;
}

}  // namespace lanwarden::agent
