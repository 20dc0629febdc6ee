// The terminal: results on standard output, everything else on standard error.
#pragma once

#include <fmt/core.h>

#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace lanwarden::agent {

enum class ColorMode { kAuto, kAlways, kNever };
enum class Style { kPlain, kBold, kDim, kRed, kYellow, kGreen, kCyan };

/// One per process. Lines are written whole; safe to use from several threads.
class Console {
 public:
  void configure(ColorMode color, int verbosity, bool json);
  bool json() const { return json_; }
  /// From now on as with --json.
  void print_json() { json_ = true, out_color_ = false; }
  int verbosity() const { return verbosity_; }  ///< -1 quiet, 0 normal, 1 verbose
  bool stdout_is_terminal() const;
  bool stdin_is_terminal() const;
  /// Columns of the terminal on standard output; 80 when it is none.
  std::size_t width() const;

  /// Text in a style, for standard output; unchanged when colour is off.
  std::string paint(Style style, std::string_view text) const { return paint_for(out_color_, style, text); }

  /// A result. Flushed line by line: scripts read along.
  void line(std::string_view text);
  /// To standard error: what a person should know; not with -q.
  void note(std::string_view text);
  /// To standard error, "warning: …"; also with -q.
  void warn(std::string_view text);
  /// To standard error, "lanwarden: …".
  void error(std::string_view text);
  /// Only with -v.
  void detail(std::string_view text);

  /// A progress line on standard error that overwrites itself; only on a terminal, not with -q.
  void progress(std::string_view text);
  void end_progress();

  /// Asks on the terminal; false when there is none or the answer is not yes.
  bool confirm(std::string_view question);

 private:
  std::string paint_for(bool on, Style style, std::string_view text) const;
  void to_stderr(Style style, std::string_view prefix, std::string_view text);

  bool json_ = false, out_color_ = false, err_color_ = false, progress_shown_ = false;
  int verbosity_ = 0;
  std::mutex mutex_;
};

/// Breaks `text` at spaces into lines of at most `width` characters (a longer word
/// stays whole); every line after the first begins with `indent` spaces. 0: no limit.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

/// Left-aligned columns two spaces apart; the last is not padded. Widths count
/// characters, not the octets of colour codes and UTF-8.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header) : header_(std::move(header)) {}
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }
  /// Columns (by place) a narrow terminal can do without, the first to go first.
  void can_go(std::vector<std::size_t> columns) { can_go_ = std::move(columns); }
  /// Lines without a final newline, the header in bold; on a terminal without the
  /// columns that can go and do not fit.
  std::string render(const Console& console) const;
  /// The same for so many columns of text; 0: as wide as it is.
  std::string render(const Console& console, std::size_t width) const;

 private:
  std::vector<std::size_t> can_go_;
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace lanwarden::agent
