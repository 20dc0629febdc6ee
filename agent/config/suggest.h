// What a wrong word was probably meant to be, as the end of a sentence.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/config/config.h"

namespace lanwarden::agent {

/// "; did you mean floor3?", or nothing when none of `known` is near.
std::string perhaps(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace lanwarden::agent
