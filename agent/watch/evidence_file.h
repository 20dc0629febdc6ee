// `--evidence`: the frames that prove a finding, as pcapng that opens in Wireshark with its comments.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/capture/evidence_frame.h"
#include "agent/capture/pcapng_writer.h"
#include "analysis/finding.h"
#include "topology/result.h"

namespace lanwarden::agent {

/// One file for all findings, or a folder with a file for each. One thread.
class EvidenceFile {
 public:
  /// `where`: a folder that is there, or ends with "/" (it is made then); else a file, which is begun anew.
  /// Fails with a sentence for people.
  static topology::Result<std::unique_ptr<EvidenceFile>, std::string> open(
      const std::filesystem::path& where);

  /// Writes the frames and flushes: what a crash leaves can be read. `finding_json`: the finding as
  /// `watch --json` prints it, for the comment. A sentence when it could not be written, once.
  std::optional<std::string> add(const analysis::Finding& finding, const std::string& finding_json,
                                 std::vector<EvidenceFrame> frames);

  const std::filesystem::path& where() const { return where_; }
  std::size_t frames() const { return frames_; }

 private:
  explicit EvidenceFile(std::filesystem::path where) : where_(std::move(where)) {}
  std::optional<std::string> begin(const std::filesystem::path& file, std::string_view comment);

  std::filesystem::path where_;
  bool folder_ = false, failed_ = false;
  std::size_t findings_ = 0, frames_ = 0;
  std::ofstream out_;
  std::unique_ptr<PcapngWriter> writer_;
};

/// What is written on each frame: what it says, and of which finding it is which.
void comment(std::vector<EvidenceFrame>& frames, const analysis::Finding& finding);

}  // namespace lanwarden::agent
