// The rules of the house, as functions over file contents, so that the test of
// the rules can show them something wrong.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lanwarden::house {

struct SourceFile {
  std::string path;  ///< relative to the root: "analysis/frame.cc"
  std::string text;
};

/// Every .h, .cc, of the rooms and tests, in path order; build folders left out.
std::vector<SourceFile> source_files(const std::filesystem::path& root);

/// Includes that break an arrow: a room including a room it may not, a product
/// room including tests/, or a wrapped library included outside its adapter.
/// One sentence each: "analysis/x.cc:3 includes snmp/collector.h: analysis may include only topology".
std::vector<std::string> broken_arrows(const std::vector<SourceFile>& files);

/// Sources that no build list mentions, given the text of compile_commands.json.
/// Files below `excepted` folders are built by another preset only.
std::vector<std::string> unbuilt_sources(const std::vector<SourceFile>& files,
                                         std::string_view compile_commands,
                                         const std::vector<std::string>& excepted);

/// Rooms that do not say what belongs in them: no README.md.
std::vector<std::string> rooms_without_readme(const std::filesystem::path& root);

}  // namespace lanwarden::house
