#include "agent/output/prompt.h"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

namespace lanwarden::agent {
namespace {

std::optional<std::string> answer() {
  std::string text;
  if (!std::getline(std::cin, text)) return std::nullopt;
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Typed characters are not shown while this lives.
class NoEcho {
 public:
  NoEcho() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    on_ = true;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &quiet);
  }
  ~NoEcho() {
    if (!on_) return;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
    std::fputc('\n', stderr);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  termios before_{};
  bool on_ = false;
};

}  // namespace

std::optional<std::string> ask(std::string_view question, std::string_view standard) {
  std::string text(question);
  if (!standard.empty()) text += " [" + std::string(standard) + "]";
  std::fprintf(stderr, "%s: ", text.c_str());
  std::fflush(stderr);
  auto given = answer();
  if (given && given->empty()) given = std::string(standard);
  return given;
}

std::optional<std::string> ask_secret(std::string_view question) {
  const NoEcho quiet;
  return ask(std::string(question) + " (not shown)");
}

}  // namespace lanwarden::agent
