#include "agent/output/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

namespace lanwarden::agent {
namespace {

std::string_view code(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kBold:
      return "\x1b[1m";
    case Style::kDim:
      return "\x1b[2m";
    case Style::kRed:
      return "\x1b[1;31m";
    case Style::kYellow:
      return "\x1b[33m";
    case Style::kGreen:
      return "\x1b[32m";
    case Style::kCyan:
      return "\x1b[36m";
  }
  return "";
}

std::size_t shown_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      while (i < text.size() && text[i] != 'm') ++i;
    } else if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U) {
      ++width;
    }
  }
  return width;
}

}  // namespace

void Console::configure(ColorMode color, int verbosity, bool json) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool wanted =
      (no_color == nullptr || *no_color == 0) && (term == nullptr || std::string_view(term) != "dumb");
  const auto decide = [&](int fd) {
    return color == ColorMode::kAlways || (color == ColorMode::kAuto && wanted && isatty(fd) != 0);
  };
  out_color_ = decide(STDOUT_FILENO) && !json;
  err_color_ = decide(STDERR_FILENO);
  verbosity_ = verbosity;
  json_ = json;
}

bool Console::stdout_is_terminal() const { return isatty(STDOUT_FILENO) != 0; }
bool Console::stdin_is_terminal() const { return isatty(STDIN_FILENO) != 0; }

std::size_t Console::width() const {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

std::string Console::paint_for(bool on, Style style, std::string_view text) const {
  if (!on || style == Style::kPlain || text.empty()) return std::string(text);
  return std::string(code(style)) + std::string(text) + "\x1b[0m";
}

void Console::line(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (progress_shown_) std::fputs("\r\x1b[K", stderr), progress_shown_ = false;
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

void Console::to_stderr(Style style, std::string_view prefix, std::string_view text) {
  const std::lock_guard lock(mutex_);
  std::string whole = progress_shown_ ? "\r\x1b[K" : "";
  progress_shown_ = false;
  whole += paint_for(err_color_, style, prefix);
  whole += text;
  whole += '\n';
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}

void Console::note(std::string_view text) {
  if (verbosity_ >= 0) to_stderr(Style::kPlain, "", text);
}
void Console::warn(std::string_view text) { to_stderr(Style::kYellow, "warning: ", text); }
void Console::error(std::string_view text) { to_stderr(Style::kRed, "lanwarden: ", text); }
void Console::detail(std::string_view text) {
  if (verbosity_ >= 1) to_stderr(Style::kDim, "  ", text);
}

void Console::progress(std::string_view text) {
  if (verbosity_ < 0 || isatty(STDERR_FILENO) == 0) return;
  const std::lock_guard lock(mutex_);
  const std::string whole = "\r\x1b[K" + std::string(text);
  std::fwrite(whole.data(), 1, whole.size(), stderr);
  std::fflush(stderr);
  progress_shown_ = true;
}

void Console::end_progress() {
  const std::lock_guard lock(mutex_);
  if (progress_shown_) std::fputs("\r\x1b[K", stderr);
  progress_shown_ = false;
}

bool Console::confirm(std::string_view question) {
  if (!stdin_is_terminal()) return false;
  end_progress();
  std::fprintf(stderr, "%.*s [y/N] ", static_cast<int>(question.size()), question.data());
  std::fflush(stderr);
  std::string answer;
  if (!std::getline(std::cin, answer)) return false;
  return answer == "y" || answer == "Y" || answer == "yes";
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  if (width == 0) return std::string(text);
  std::string out;
  // What stands before the first word is the first line's own indent.
  std::size_t at = std::min(text.find_first_not_of(' '), text.size());
  std::string line(text.substr(0, at));
  bool empty = true;
  std::string_view gap;  // columns within a line keep their distance
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (!empty && shown_width(line) + gap.size() + shown_width(word) > width) {
      out += line + '\n';
      line.assign(indent, ' ');
      empty = true;
    }
    if (!empty) line += gap;
    line += word;
    empty = false;
    at = std::min(text.find_first_not_of(' ', end), text.size());
    gap = text.substr(end, at - end);
  }
  return out + line;
}

std::string TextTable::render(const Console& console) const {
  return render(console, console.stdout_is_terminal() ? console.width() : 0);
}

std::string TextTable::render(const Console& console, std::size_t width) const {
  std::vector<std::size_t> widths(header_.size(), 0);
  const auto measure = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size() && i < widths.size(); ++i)
      widths[i] = std::max(widths[i], shown_width(cells[i]));
  };
  measure(header_);
  for (const auto& cells : rows_) measure(cells);

  std::vector<bool> gone(header_.size(), false);
  const auto whole = [&] {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < widths.size(); ++i)
      if (!gone[i]) sum += widths[i] + (sum == 0 ? 0 : 2);
    return sum;
  };
  for (const std::size_t column : can_go_)
    if (width > 0 && whole() > width && column < gone.size()) gone[column] = true;

  std::string text;
  const auto append = [&](const std::vector<std::string>& cells, bool header) {
    std::string one;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (gone[i]) continue;
      one += cells[i];
      if (i + 1 < cells.size()) one.append(widths[i] - shown_width(cells[i]) + 2, ' ');
    }
    while (!one.empty() && one.back() == ' ') one.pop_back();
    if (!text.empty()) text += '\n';
    text += header ? console.paint(Style::kBold, one) : one;
  };
  append(header_, true);
  for (const auto& cells : rows_) append(cells, false);
  return text;
}

}  // namespace lanwarden::agent
