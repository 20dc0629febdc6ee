// HTML from texts that strangers wrote: escaping, and nothing else that could let them out.
#pragma once

#include <string>
#include <string_view>

namespace lanwarden::agent {

/// Valid UTF-8: what is not becomes U+FFFD; control and text-direction characters (which could make a name
/// read as another) become U+FFFD, too; tabs and line ends become spaces.
std::string mended(std::string_view text);

/// mended(), and safe as HTML text and within a quoted attribute.
std::string html(std::string_view text);

/// mended(), and safe within double quotes of the Graphviz language.
std::string dot_text(std::string_view text);

}  // namespace lanwarden::agent
