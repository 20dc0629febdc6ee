// What a [[notify]] needs and what is of no use in it, by its type.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/channel_config.h"

namespace lanwarden::agent {

struct ChannelProblem {
  std::string_view key;  ///< empty: of the section as a whole
  std::string text;      ///< never contains a URL or a secret
};

/// `given`: the file has this key; `good`: and its value could be read.
std::vector<ChannelProblem> problems_of(const ChannelConfig& channel,
                                        const std::function<bool(std::string_view)>& given,
                                        const std::function<bool(std::string_view)>& good);

}  // namespace lanwarden::agent
