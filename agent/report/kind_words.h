// What each kind of finding means, for those who did not build the detectors: the one who is woken up, and
// the manufacturer who is sent the report.
#pragma once

#include <string_view>

namespace lanwarden::agent {

struct KindWords {
  std::string_view kind;
  std::string_view title;     ///< "A device claims addresses that are not its own"
  std::string_view meaning;   ///< what it does to the network; a sentence or two
  std::string_view standard;  ///< what it goes against, with its source; may be empty
};

/// A kind nobody has words for gets its name as title.
KindWords kind_words(std::string_view kind);

}  // namespace lanwarden::agent
