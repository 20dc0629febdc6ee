// `where --provoke IFACE`: what is known of a silent station, and the interface to ask on.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agent/app.h"
#include "agent/locate/provoke.h"

namespace lanwarden::agent {

class Provoker {
 public:
  /// Opens the interface for sending and for hearing; ends the command with a message when it cannot.
  Provoker(App& app, const std::string& interface);
  /// Makes these stations speak. Notes what it does on standard error.
  std::vector<Provoked> run(std::span<const topology::MacAddress> macs);
  /// The stations that answer for an address which no table and nobody so far has told of. Remembered in the
  /// store.
  std::vector<topology::MacAddress> owners(topology::IpAddress ip);

 private:
  Silent silent(topology::MacAddress mac);

  App& app_;
  std::unique_ptr<FrameSource> ear_;
  std::unique_ptr<Questioner> ask_;
};

}  // namespace lanwarden::agent
