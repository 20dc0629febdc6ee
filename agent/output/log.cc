#include "agent/output/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "agent/output/time_text.h"
#include "agent/output/views.h"

namespace lanwarden::agent {
namespace {

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDetail:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

std::string_view word_of(LogLevel level) {
  constexpr std::string_view kWords[] = {"detail", "info", "warning", "error"};
  return kWords[static_cast<std::size_t>(level)];
}

/// syslog(3)'s priorities.
char priority_of(LogLevel level) {
  constexpr char kPriorities[] = {'7', '6', '4', '3'};
  return kPriorities[static_cast<std::size_t>(level)];
}

std::string value_text(const std::string& value) {
  const std::string clean = printable(value);
  if (clean.find_first_of(" =\"\\") == std::string::npos) return clean;
  std::string quoted = "\"";
  for (const char c : clean) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

LogFormat log_format(bool json) {
  if (json) return LogFormat::kJson;
  // systemd.exec(5): JOURNAL_STREAM is "device:inode" of the stream it connected; somebody may have
  // redirected standard error since.
  const char* const stream = std::getenv("JOURNAL_STREAM");
  struct stat status {};
  if (stream != nullptr && ::fstat(2, &status) == 0 &&
      std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) == stream)
    return LogFormat::kJournal;
  return LogFormat::kText;
}

std::string logfmt(std::string_view event, LogFields fields) {
  std::string text(event);
  for (const auto& [key, value] : fields)
    if (!value.empty()) text.append(" ").append(key).append("=").append(value_text(value));
  return text;
}

struct Log::Impl {
  LogFormat format;
  spdlog::logger logger;
};

Log::Log(LogFormat format, LogLevel least) {
  spdlog::sink_ptr sink;
  if (format == LogFormat::kJson)
    sink = std::make_shared<spdlog::sinks::stdout_sink_mt>();
  else
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  sink->set_pattern(format == LogFormat::kText ? "%Y-%m-%d %H:%M:%S.%e %v" : "%v");
  impl_ = std::make_unique<Impl>(Impl{format, spdlog::logger("lanwarden", sink)});
  impl_->logger.set_level(level_of(least));
  impl_->logger.flush_on(spdlog::level::debug);
}
Log::~Log() = default;
Log::Log(Log&&) noexcept = default;
Log& Log::operator=(Log&&) noexcept = default;

void Log::write(LogLevel level, std::string_view event, LogFields fields) {
  std::string line;
  switch (impl_->format) {
    case LogFormat::kText:
      line = std::string(word_of(level)) + " " + logfmt(event, fields);
      break;
    case LogFormat::kJournal:
      line = std::string("<") + priority_of(level) + ">" + logfmt(event, fields);
      break;
    case LogFormat::kJson: {
      Json json;
      json["time"] = rfc3339(wall_clock(), true);
      json["level"] = word_of(level);
      json["event"] = event;
      for (const auto& [key, value] : fields)
        if (!value.empty()) json[std::string(key)] = value;
      line = dump(json);
      break;
    }
  }
  impl_->logger.log(level_of(level), spdlog::string_view_t(line));
}

}  // namespace lanwarden::agent
