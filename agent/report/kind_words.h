// What each kind of finding means, for those who did not build the detectors: the one who is woken up, the
// manufacturer who is sent the report, and the reader of agent/doc/detectors.md.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lanwarden::agent {

struct KindWords {
  std::string_view kind;
  std::string_view title;     ///< "A device claims addresses that are not its own"
  std::string_view meaning;   ///< what it does to the network; a sentence or two
  std::string_view standard;  ///< what it goes against, with its source; may be empty
  std::string_view severity;  ///< which, and from when on
  std::string_view evidence;  ///< fields of the finding's evidence, and what they say
  std::string_view weighed;   ///< what looks like it and is not: what the detector weighs; may be empty
  std::string_view remedy;    ///< what to do about it
};

/// Every kind there is, in the order of the contract.
std::span<const KindWords> all_kind_words();
/// A kind nobody has words for gets its name as title.
KindWords kind_words(std::string_view kind);
/// agent/doc/detectors.md.
std::string detectors_markdown();

}  // namespace lanwarden::agent
