#include "agent/watch/evidence_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "agent/output/time_text.h"
#include "analysis/frame_words.h"

namespace lanwarden::agent {
namespace {

namespace fs = std::filesystem;
using analysis::Finding;

std::string cannot_write(const fs::path& file) {
  return fmt::format("{}: the evidence cannot be written: {}", file.string(), std::strerror(errno));
}

// "2026-01-02T030405Z-001-arp-bogus-responder-000d4bce20cd.pcapng": sorts by time, and is a name everywhere.
std::string file_name(const Finding& finding, std::size_t number) {
  std::string time = rfc3339(finding.time), mac = finding.mac.is_zero() ? "" : "-" + finding.mac.to_string();
  std::erase(time, ':');
  std::erase(mac, ':');
  return fmt::format("{}-{:03}-{}{}.pcapng", time, number, finding.kind, mac);
}

}  // namespace

topology::Result<std::unique_ptr<EvidenceFile>, std::string> EvidenceFile::open(const fs::path& where) {
  std::unique_ptr<EvidenceFile> made(new EvidenceFile(where));
  std::error_code error;
  if (!where.has_filename() || fs::is_directory(where, error)) {
    made->folder_ = true;
    fs::create_directories(where, error);
    if (error)
      return tl::unexpected(
          fmt::format("{}: the folder cannot be made: {}", where.string(), error.message()));
    return made;
  }
  if (auto failed =
          made->begin(where, "Frames that prove what lanwarden found; each says which finding it is of."))
    return tl::unexpected(*failed);
  return made;
}

std::optional<std::string> EvidenceFile::begin(const fs::path& file, std::string_view text) {
  writer_.reset();
  out_ = std::ofstream(file, std::ios::binary | std::ios::trunc);
  if (!out_) return cannot_write(file);
  writer_ = std::make_unique<PcapngWriter>(out_, text);
  out_.flush();
  return out_ ? std::nullopt : std::optional(cannot_write(file));
}

std::optional<std::string> EvidenceFile::add(const Finding& finding, const std::string& finding_json,
                                             std::vector<EvidenceFrame> frames) {
  if (failed_ || frames.empty()) return std::nullopt;
  ++findings_;
  fs::path file = where_;
  comment(frames, finding);
  std::optional<std::string> failure;
  if (folder_) {
    file /= file_name(finding, findings_);
    failure = begin(file, fmt::format("{}: {}\n{}", finding.kind, finding.summary, finding_json));
  }
  if (!failure) {
    for (const EvidenceFrame& frame : frames) writer_->add(frame);
    out_.flush();
    if (!out_) failure = cannot_write(file);
  }
  failed_ = failure.has_value();
  if (!failed_) frames_ += frames.size();
  return failure;
}

void comment(std::vector<EvidenceFrame>& frames, const Finding& finding) {
  std::sort(frames.begin(), frames.end(),
            [](const EvidenceFrame& a, const EvidenceFrame& b) { return a.time < b.time; });
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EvidenceFrame& frame = frames[i];
    analysis::RawFrame raw;
    raw.time = frame.time;
    raw.bytes = frame.bytes;
    raw.wire_length = frame.wire_length;
    raw.link_type = frame.link_type;
    frame.comment = fmt::format("{} ({} of {}): {}", finding.kind, i + 1, frames.size(), finding.summary);
    analysis::Frame decoded;
    if (analysis::DecodeFault fault; analysis::decode_into(raw, decoded, fault))
      frame.comment = analysis::in_words(decoded) + "\n" + frame.comment;
  }
}

}  // namespace lanwarden::agent
