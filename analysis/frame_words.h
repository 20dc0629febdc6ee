// A frame in one sentence, for whoever opens the evidence and does not read octets.
#pragma once

#include <string>

#include "analysis/frame.h"

namespace lanwarden::analysis {

/// "00:0d:4b:ce:20:cd answers 00:0c:29:00:00:50: 10.0.0.7 is at 00:0d:4b:ce:20:cd". What the frame itself
/// says, no judgement. Printable ASCII.
std::string in_words(const Frame& frame);

}  // namespace lanwarden::analysis
