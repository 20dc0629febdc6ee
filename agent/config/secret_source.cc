#include "agent/config/secret_source.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <system_error>

namespace lanwarden::agent {
namespace {

constexpr std::size_t kMostBytes = 64 * 1024;
constexpr const char* kForms =
    "write it as text in double quotes, as { env = \"NAME\" } or as { file = \"/path\" }";

tl::unexpected<SecretError> error(std::string text) { return tl::make_unexpected(std::move(text)); }

topology::Result<snmp::Secret, SecretError> from_environment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr) return error("the environment variable " + name + " is not set");
  if (*value == '\0') return error("the environment variable " + name + " is empty");
  return snmp::Secret(value);
}

topology::Result<snmp::Secret, SecretError> from_file(const std::filesystem::path& file) {
  std::error_code ec;
  if (std::filesystem::is_directory(file, ec)) return error("the file " + file.string() + " is a directory");
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) return error("the file " + file.string() + " cannot be read (" + std::strerror(errno) + ")");
  std::string value(kMostBytes + 1, '\0');
  in.read(value.data(), static_cast<std::streamsize>(value.size()));
  value.resize(static_cast<std::size_t>(in.gcount()));
  if (value.size() > kMostBytes)
    return error("the file " + file.string() + " is too long for a secret (64 KiB at most)");
  if (!value.empty() && value.back() == '\n') value.pop_back();
  if (!value.empty() && value.back() == '\r') value.pop_back();
  if (value.empty()) return error("the file " + file.string() + " is empty");
  return snmp::Secret(std::move(value));
}

}  // namespace

topology::Result<snmp::Secret, SecretError> read_secret(const TomlNode& node,
                                                        const std::filesystem::path& directory) {
  if (node.kind == TomlNode::Kind::kText) {
    if (node.text.empty()) return error(std::string("must not be empty; ") + kForms);
    return snmp::Secret(node.text);
  }
  if (node.kind != TomlNode::Kind::kTable)
    return error("must be a secret, not " + std::string(describe(node.kind)) + "; " + kForms);
  if (node.members.size() != 1) return error(std::string("needs exactly one of env and file; ") + kForms);
  const auto& [key, source] = node.members.front();
  if (key != "env" && key != "file") return error("\"" + key + "\" is no source of a secret; " + kForms);
  if (source.kind != TomlNode::Kind::kText || source.text.empty())
    return error(key + " must be " + (key == "env" ? "the name of a variable" : "a path") +
                 " in double quotes; " + kForms);
  return key == "env" ? from_environment(source.text) : from_file(directory / source.text);
}

}  // namespace lanwarden::agent
