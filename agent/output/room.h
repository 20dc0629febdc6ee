// The room, where an administrator has written it down.
#pragma once

#include <string>
#include <string_view>

namespace lanwarden::agent {

/// "room 214" out of "Printer, Room 214 (Mrs Miller)", "R. 2.14" out of "R. 2.14 dose 3": a word that means a
/// room, in the languages switches are labelled in, and the number behind it. Empty when the text has none.
std::string room_in(std::string_view text);

}  // namespace lanwarden::agent
