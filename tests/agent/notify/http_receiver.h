// A web server of the test's own, on loopback. Its one .cc is the only test that includes cpp-httplib.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lanwarden::agent::testing {

struct Posted {
  std::string path, body;
  std::map<std::string, std::string> headers;
};

class HttpReceiver {
 public:
  /// `tls`: with a certificate that it has made and signed itself, for localhost.
  explicit HttpReceiver(bool tls = false);
  ~HttpReceiver();

  /// What it answers: one status after the other, the last for ever. 0: it hangs up; -1: it says nothing,
  /// until the test is over.
  void answers(std::vector<int> statuses);
  /// With every answer.
  void with_header(std::string name, std::string value);
  std::string url(const std::string& path = "/hook") const;
  /// Its certificate as PEM.
  std::string certificate() const;
  std::vector<Posted> taken() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lanwarden::agent::testing
