// How the pages look that lanwarden writes: on a screen, and on paper.
#pragma once

#include <string_view>

namespace lanwarden::agent {

std::string_view page_style();  ///< CSS

}  // namespace lanwarden::agent
