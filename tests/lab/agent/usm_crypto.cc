#include "tests/lab/agent/usm_crypto.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <memory>

namespace lanwarden::lab {

namespace {

struct AuthKind {
  std::string_view name;
  std::size_t digest;
  const EVP_MD* (*hash)();
};
// In the order of AuthProtocol, without kNone.
constexpr std::array<AuthKind, 6> kAuth{{{"MD5", 12, EVP_md5},
                                         {"SHA", 12, EVP_sha1},
                                         {"SHA-224", 16, EVP_sha224},
                                         {"SHA-256", 24, EVP_sha256},
                                         {"SHA-384", 32, EVP_sha384},
                                         {"SHA-512", 48, EVP_sha512}}};

struct PrivKind {
  std::string_view name;
  std::size_t key;  // octets wanted
  const EVP_CIPHER* (*cipher)();
};
// Single DES is triple DES with one key three times: the former is no longer in
// OpenSSL's default provider.
constexpr std::array<PrivKind, 4> kPriv{{{"DES", 16, EVP_des_ede3_cbc},
                                         {"AES", 16, EVP_aes_128_cfb128},
                                         {"AES-192", 24, EVP_aes_192_cfb128},
                                         {"AES-256", 32, EVP_aes_256_cfb128}}};

const AuthKind& kind(AuthProtocol p) { return kAuth[static_cast<std::size_t>(p) - 1]; }
const PrivKind& kind(PrivProtocol p) { return kPriv[static_cast<std::size_t>(p) - 1]; }

struct Free {
  void operator()(EVP_MD_CTX* c) const { EVP_MD_CTX_free(c); }
  void operator()(EVP_CIPHER_CTX* c) const { EVP_CIPHER_CTX_free(c); }
};

ber::Octets hash(AuthProtocol protocol, std::initializer_list<ber::OctetsView> parts) {
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  ber::Octets out(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  EVP_DigestInit_ex(context.get(), kind(protocol).hash(), nullptr);
  for (const auto part : parts) EVP_DigestUpdate(context.get(), part.data(), part.size());
  EVP_DigestFinal_ex(context.get(), out.data(), &size);
  out.resize(size);
  return out;
}

template <class Table>
std::size_t place_of(const Table& table, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find_if(table, [&](const auto& k) { return k.name == name; }) -
                                  table.begin());
}

// RFC 3414 §8.1.1.1 and RFC 3826 §3.1.2.1.
std::array<std::uint8_t, 16> initial_vector(const PrivacyContext& c) {
  std::array<std::uint8_t, 16> vector{};
  if (c.protocol == PrivProtocol::kDes) {
    for (std::size_t i = 0; i < 8; ++i) vector[i] = c.key[8 + i] ^ c.salt[i];
    return vector;
  }
  for (std::size_t i = 0; i < 4; ++i) {
    vector[i] = static_cast<std::uint8_t>(c.engine_boots >> (24 - 8 * i));
    vector[4 + i] = static_cast<std::uint8_t>(c.engine_time >> (24 - 8 * i));
  }
  std::ranges::copy(c.salt, vector.begin() + 8);
  return vector;
}

ber::Octets crypt(const PrivacyContext& c, ber::OctetsView in, bool encrypting) {
  if (c.key.size() < kind(c.protocol).key) return {};
  ber::Octets key(c.key.begin(), c.key.end());
  if (c.protocol == PrivProtocol::kDes) {
    key.clear();
    for (int i = 0; i < 3; ++i) key.insert(key.end(), c.key.begin(), c.key.begin() + 8);
  }
  const auto vector = initial_vector(c);
  const std::unique_ptr<EVP_CIPHER_CTX, Free> context(EVP_CIPHER_CTX_new());
  ber::Octets out(in.size() + 16);
  int size = 0, last = 0;
  if (EVP_CipherInit_ex(context.get(), kind(c.protocol).cipher(), nullptr, key.data(), vector.data(),
                        encrypting ? 1 : 0) != 1) {
    return {};
  }
  EVP_CIPHER_CTX_set_padding(context.get(), 0);  // the scoped PDU says itself where it ends
  if (EVP_CipherUpdate(context.get(), out.data(), &size, in.data(), static_cast<int>(in.size())) != 1 ||
      EVP_CipherFinal_ex(context.get(), out.data() + size, &last) != 1) {
    return {};
  }
  out.resize(static_cast<std::size_t>(size + last));
  return out;
}

}  // namespace

std::optional<AuthProtocol> parse_auth_protocol(std::string_view text) {
  const std::size_t i = place_of(kAuth, text);
  if (i == kAuth.size()) return std::nullopt;
  return static_cast<AuthProtocol>(i + 1);
}

std::optional<PrivProtocol> parse_priv_protocol(std::string_view text) {
  const std::size_t i = place_of(kPriv, text);
  if (i == kPriv.size()) return std::nullopt;
  return static_cast<PrivProtocol>(i + 1);
}

std::size_t digest_size(AuthProtocol protocol) {
  return protocol == AuthProtocol::kNone ? 0 : kind(protocol).digest;
}

ber::Octets password_to_key(AuthProtocol protocol, std::string_view password) {
  if (protocol == AuthProtocol::kNone || password.empty()) return {};
  ber::Octets megabyte(1U << 20U);
  for (std::size_t i = 0; i < megabyte.size(); ++i) {
    megabyte[i] = static_cast<std::uint8_t>(password[i % password.size()]);
  }
  return hash(protocol, {megabyte});
}

ber::Octets localize_key(AuthProtocol protocol, ber::OctetsView key, ber::OctetsView engine_id) {
  if (protocol == AuthProtocol::kNone || key.empty()) return {};
  return hash(protocol, {key, engine_id, key});
}

ber::Octets privacy_key(AuthProtocol hashed_with, PrivProtocol cipher, ber::OctetsView localized) {
  ber::Octets key(localized.begin(), localized.end());
  if (cipher == PrivProtocol::kNone || key.empty()) return {};
  while (key.size() < kind(cipher).key) {
    const auto more = hash(hashed_with, {key});
    key.insert(key.end(), more.begin(), more.end());
  }
  key.resize(kind(cipher).key);
  return key;
}

ber::Octets digest(AuthProtocol protocol, ber::OctetsView key, ber::OctetsView message) {
  ber::Octets out(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  HMAC(kind(protocol).hash(), key.data(), static_cast<int>(key.size()), message.data(), message.size(),
       out.data(), &size);
  out.resize(std::min<std::size_t>(size, digest_size(protocol)));
  return out;
}

ber::Octets encrypt(const PrivacyContext& context, ber::OctetsView plain) {
  if (context.protocol != PrivProtocol::kDes) return crypt(context, plain, true);
  ber::Octets padded(plain.begin(), plain.end());
  padded.resize((padded.size() + 7) / 8 * 8);
  return crypt(context, padded, true);
}

ber::Octets decrypt(const PrivacyContext& context, ber::OctetsView encrypted) {
  if (context.protocol == PrivProtocol::kDes && encrypted.size() % 8 != 0) return {};
  return crypt(context, encrypted, false);
}

}  // namespace lanwarden::lab
