#include "agent/output/room.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace lanwarden::agent {
namespace {

constexpr std::array<std::string_view, 16> kWords = {"room",   "rm",     "office", "raum",   "zimmer", "zi",
                                                     "büro",   "buero",  "salle",  "bureau", "sala",   "aula",
                                                     "stanza", "lokaal", "kamer",  "r"};

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }
bool is_word(char c) {
  const auto u = static_cast<unsigned char>(c);
  return std::isalnum(u) != 0 || u >= 0x80;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string room_in(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (!is_word(text[at])) {
      ++at;
      continue;
    }
    // The letters of a word, then what follows it: "Raum-214", "R214", "Rm. 2.14b".
    std::size_t end = at;
    while (end < text.size() && is_word(text[end]) && !is_digit(text[end])) ++end;
    std::string word(text.substr(at, end - at));
    std::transform(word.begin(), word.end(), word.begin(), lower);
    std::size_t number = end;
    while (number < text.size() && std::string_view(" .:#-_").find(text[number]) != std::string_view::npos)
      ++number;
    const bool known = std::find(kWords.begin(), kWords.end(), word) != kWords.end();
    if (known && number - end <= 2 && number < text.size() && is_digit(text[number])) {
      std::size_t last = number;
      while (last < text.size() &&
             (is_word(text[last]) || ((text[last] == '.' || text[last] == '-' || text[last] == '/') &&
                                      last + 1 < text.size() && is_digit(text[last + 1]))))
        ++last;
      return std::string(text.substr(at, last - at));
    }
    at = std::max(end, at + 1);
    while (at < text.size() && is_word(text[at])) ++at;  // the rest of this word begins none
  }
  return {};
}

}  // namespace lanwarden::agent
