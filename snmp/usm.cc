#include "snmp/usm.h"

#include <net-snmp/net-snmp-config.h>
// The order matters: Net-SNMP's headers need the configuration first.
#include <net-snmp/net-snmp-includes.h>

#include <cstring>
#include <map>
#include <utility>

namespace lanwarden::snmp::usm {
namespace {

struct Algorithm {
  const oid* id = nullptr;
  std::size_t size = 0;
};

Algorithm auth_algorithm(AuthProtocol protocol) {
  const char* name = nullptr;
  switch (protocol) {
    case AuthProtocol::kNone:
      break;
    case AuthProtocol::kMd5:
      name = "MD5";
      break;
    case AuthProtocol::kSha1:
      name = "SHA";
      break;
    case AuthProtocol::kSha224:
      name = "SHA-224";
      break;
    case AuthProtocol::kSha256:
      name = "SHA-256";
      break;
    case AuthProtocol::kSha384:
      name = "SHA-384";
      break;
    case AuthProtocol::kSha512:
      name = "SHA-512";
      break;
  }
  Algorithm found;
  if (name != nullptr)
    if (const int type = usm_lookup_auth_type(name); type > 0) found.id = sc_get_auth_oid(type, &found.size);
  return found;
}

Algorithm privacy_algorithm(PrivProtocol protocol) {
  const char* name = nullptr;
  switch (protocol) {
    case PrivProtocol::kNone:
      break;
    case PrivProtocol::kDes:
      name = "DES";
      break;
    case PrivProtocol::kAes128:
      name = "AES-128";
      break;
    case PrivProtocol::kAes192:
      name = "AES-192";
      break;
    case PrivProtocol::kAes256:
      name = "AES-256";
      break;
  }
  Algorithm found;
  if (name != nullptr)
    if (const int type = usm_lookup_priv_type(name); type > 0) found.id = sc_get_priv_oid(type, &found.size);
  return found;
}

// Keys live as long as a session uses them; the passwords beside them no longer.
struct Derived {
  AuthProtocol auth;
  Secret auth_password;
  PrivProtocol privacy;
  Secret privacy_password;
  std::weak_ptr<const Keys> keys;

  bool is_of(const Credential& c) const {
    return auth == c.auth && privacy == c.privacy && auth_password.reveal() == c.auth_password.reveal() &&
           privacy_password.reveal() == c.privacy_password.reveal();
  }
};
std::vector<Derived>& derived() {
  static std::vector<Derived> keys;
  return keys;
}

using UserKey = std::pair<std::string, std::string>;  // engine id, user
// Never destroyed: Keys that go at exit still look here.
std::map<UserKey, Slot>& slots() {
  static auto* users = new std::map<UserKey, Slot>;
  return *users;
}

bool derive_one(const Algorithm& hash, const std::string& password, std::array<std::uint8_t, 64>& key,
                std::size_t& size) {
  size = key.size();
  return generate_Ku(hash.id, static_cast<u_int>(hash.size), reinterpret_cast<const u_char*>(password.data()),
                     password.size(), key.data(), &size) == SNMPERR_SUCCESS;
}

}  // namespace

Keys::~Keys() {
  for (auto& [user, slot] : slots())
    if (slot.now == this) slot.now = nullptr;
  explicit_bzero(auth.data(), auth.size());
  explicit_bzero(privacy.data(), privacy.size());
}

topology::Result<std::shared_ptr<const Keys>, std::string> derive(const Credential& credential) {
  const std::string who = "credential \"" + credential.name + "\": ";
  auto fail = [&](const char* why) { return tl::unexpected(who + why); };
  std::erase_if(derived(), [](const Derived& d) { return d.keys.expired(); });
  for (const Derived& d : derived())
    if (d.is_of(credential)) return d.keys.lock();

  auto keys = std::make_shared<Keys>();
  if (credential.privacy != PrivProtocol::kNone && credential.auth == AuthProtocol::kNone)
    return fail("SNMPv3 has no privacy without authentication; set auth and auth_password");
  if (credential.auth != AuthProtocol::kNone) {
    const Algorithm hash = auth_algorithm(credential.auth);
    if (hash.id == nullptr) return fail("this Net-SNMP has no such authentication protocol");
    if (credential.auth_password.reveal().size() < 8)
      return fail("auth_password has fewer than the 8 characters that SNMPv3 asks for");
    if (!derive_one(hash, credential.auth_password.reveal(), keys->auth, keys->auth_size))
      return fail("no key could be made from auth_password");
    if (credential.privacy != PrivProtocol::kNone) {
      if (privacy_algorithm(credential.privacy).id == nullptr)
        return fail("this Net-SNMP has no such privacy protocol");
      if (credential.privacy_password.reveal().size() < 8)
        return fail("privacy_password has fewer than the 8 characters that SNMPv3 asks for");
      if (!derive_one(hash, credential.privacy_password.reveal(), keys->privacy, keys->privacy_size))
        return fail("no key could be made from privacy_password");
    }
  }
  derived().push_back(
      {credential.auth, credential.auth_password, credential.privacy, credential.privacy_password, keys});
  return keys;
}

void apply(const Credential& credential, const Keys& keys, void* netsnmp_session) {
  auto& session = *static_cast<::netsnmp_session*>(netsnmp_session);
  session.version = SNMP_VERSION_3;
  session.securityModel = SNMP_SEC_MODEL_USM;
  session.isAuthoritative = SNMP_SESS_NONAUTHORITATIVE;
  // Net-SNMP copies what these point at when the session is opened, and writes to none of it.
  session.securityName = const_cast<char*>(credential.user.c_str());
  session.securityNameLen = credential.user.size();
  session.securityLevel = SNMP_SEC_LEVEL_NOAUTH;
  Algorithm auth{usmNoAuthProtocol, OID_LENGTH(usmNoAuthProtocol)};
  Algorithm privacy{usmNoPrivProtocol, OID_LENGTH(usmNoPrivProtocol)};
  if (credential.auth != AuthProtocol::kNone) {
    session.securityLevel = SNMP_SEC_LEVEL_AUTHNOPRIV;
    auth = auth_algorithm(credential.auth);
    std::memcpy(session.securityAuthKey, keys.auth.data(), keys.auth_size);
    session.securityAuthKeyLen = keys.auth_size;
  }
  if (credential.privacy != PrivProtocol::kNone) {
    session.securityLevel = SNMP_SEC_LEVEL_AUTHPRIV;
    privacy = privacy_algorithm(credential.privacy);
    std::memcpy(session.securityPrivKey, keys.privacy.data(), keys.privacy_size);
    session.securityPrivKeyLen = keys.privacy_size;
  }
  session.securityAuthProto = const_cast<oid*>(auth.id);
  session.securityAuthProtoLen = auth.size;
  session.securityPrivProto = const_cast<oid*>(privacy.id);
  session.securityPrivProtoLen = privacy.size;
}

Slot* slot(std::span<const std::uint8_t> engine, const std::string& user) {
  return &slots()[{std::string(engine.begin(), engine.end()), user}];
}

bool install(const Keys& keys, Slot& slot, const std::string& user, void* netsnmp_session) {
  auto& session = *static_cast<::netsnmp_session*>(netsnmp_session);
  slot.now = nullptr;
  if (usmUser* old = usm_get_user(session.securityEngineID, session.securityEngineIDLen, user.c_str());
      old != nullptr && old->engineIDLen != 0) {
    usm_remove_user(old);
    usm_free_user(old);
  }
  session.flags &= ~static_cast<u_long>(SNMP_FLAGS_USER_CREATED);
  if (usm_create_user_from_session(&session) != SNMPERR_SUCCESS) return false;
  slot.now = &keys;
  return true;
}

// Not free_enginetime(): it forgets every engine of the same hash.
void forget_time(std::span<const std::uint8_t> engine) {
  set_enginetime(engine.data(), static_cast<u_int>(engine.size()), 0, 0, TRUE);
}

}  // namespace lanwarden::snmp::usm
