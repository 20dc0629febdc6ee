// Gives up what only opening an interface needs: from then on a hostile frame that
// finds a hole in this program finds no root behind it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "topology/result.h"

namespace lanwarden::agent {

/// Whom a process may go on as.
struct Identity {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string name;
};

/// Whom to go on as, before anything is given up. Who is not root stays who it is (a service with ambient
/// capabilities). Root, in this order: who was named; who called sudo; "nobody", where nothing is to be
/// written; root itself, without its powers. The first that may write all of `written` (files and
/// directories; of one that is not there yet, its directory). `may_write` answers that.
using MayWrite = std::function<bool(const Identity&, const std::filesystem::path&)>;
struct Wanted {
  std::optional<Identity> self;    ///< this process, when it is not root's
  std::optional<Identity> named;   ///< --user
  std::optional<Identity> caller;  ///< SUDO_UID, SUDO_GID
  std::optional<Identity> nobody;
  std::vector<std::filesystem::path> written;
};
/// nullopt: nobody of these may write them, so the powers have to be kept. A sentence why not, when who was
/// named may not write them.
topology::Result<std::optional<Identity>, std::string> choose_identity(const Wanted& wanted,
                                                                       const MayWrite& may_write);

/// `user` from the account database, or a number; nullopt: there is none.
std::optional<Identity> account(const std::string& user);
/// Whom this process runs as; nullopt: as root.
std::optional<Identity> without_root();
/// Who called sudo, from its environment; nullopt: nobody did, or root.
std::optional<Identity> sudo_caller();
/// By the modes and owners of the file system, as the kernel decides for a process without powers (root's
/// too); access control lists are not looked at.
bool may_write(const Identity& who, const std::filesystem::path& path);

/// Goes on as `who`, with CAP_NET_RAW as the only power (an interface that comes back is opened again with
/// it), for good. Before other threads begin: powers are the thread's own. Does nothing for a process that
/// never had any. What went wrong, for people.
topology::Result<void, std::string> drop_privileges(const Identity& who);

/// "listening as anna, with CAP_NET_RAW only"; for -v.
std::string to_string(const Identity& who);

}  // namespace lanwarden::agent
