// A page of the manual in man(7)'s macros, from words that are written elsewhere:
// the registry's help and the table of options.
#pragma once

#include <string>
#include <string_view>

namespace lanwarden::agent {

class ManPage {
 public:
  /// `version` stands in the footer; no date, so that the same source makes the same page.
  ManPage(std::string_view name, char section, std::string_view summary, std::string_view version);
  ManPage& heading(std::string_view title);     ///< .SH
  ManPage& subheading(std::string_view title);  ///< .SS
  /// Flowing text; `x` between backticks is bold, as are names that a caller marks so.
  ManPage& paragraph(std::string_view text);
  ManPage& verbatim(std::string_view lines);
  /// A term and what it means.
  ManPage& entry(std::string_view term, std::string_view text);
  std::string text() const { return out_; }

 private:
  std::string out_;
};

}  // namespace lanwarden::agent
