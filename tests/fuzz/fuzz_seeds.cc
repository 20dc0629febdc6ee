// fuzz_seeds CAPTURES OUT: writes the first frames of each capture as seeds for fuzz_decode.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "agent/capture/frame_source.h"

namespace fs = std::filesystem;
using namespace lanwarden;
using analysis::LinkType;

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: fuzz_seeds CAPTURES OUT\n";
    return 2;
  }
  constexpr std::size_t kFramesPerFile = 20;
  static constexpr LinkType kTypes[] = {LinkType::kEthernet, LinkType::kLinuxSll, LinkType::kLinuxSll2,
                                        LinkType::kIeee80211, LinkType::kIeee80211Radiotap};
  std::size_t written = 0;
  for (const auto& entry : fs::recursive_directory_iterator(argv[1])) {
    if (!entry.is_regular_file()) continue;
    auto source = agent::open_file(entry.path().string(), 0);
    if (!source) continue;
    std::vector<analysis::RawFrame> batch;
    const auto status = (*source)->next_batch(batch, std::chrono::milliseconds(0));
    if (!status || *status != agent::BatchStatus::kFrames) continue;
    for (std::size_t i = 0; i < std::min(batch.size(), kFramesPerFile); ++i) {
      std::ofstream out(fs::path(argv[2]) / ("seed" + std::to_string(written++)), std::ios::binary);
      const auto type =
          std::find(std::begin(kTypes), std::end(kTypes), batch[i].link_type) - std::begin(kTypes);
      out.put(static_cast<char>(type));
      out.write(reinterpret_cast<const char*>(batch[i].bytes.data()),
                static_cast<std::streamsize>(batch[i].bytes.size()));
    }
  }
  std::cout << written << " seeds\n";
  return written > 0 ? 0 : 1;
}
