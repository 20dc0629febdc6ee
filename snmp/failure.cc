#include "snmp/failure.h"

namespace lanwarden::snmp {

std::string_view to_string(Version version) {
  switch (version) {
    case Version::kV1:
      return "SNMPv1";
    case Version::kV2c:
      return "SNMPv2c";
    case Version::kV3:
      return "SNMPv3";
  }
  return "SNMP";
}

std::string_view to_string(Cause cause) {
  switch (cause) {
    case Cause::kTimeout:
      return "timeout";
    case Cause::kUnreachable:
      return "unreachable";
    case Cause::kBadAddress:
      return "bad-address";
    case Cause::kUnknownUser:
      return "unknown-user";
    case Cause::kWrongDigest:
      return "wrong-digest";
    case Cause::kDecryption:
      return "decryption-error";
    case Cause::kNotInTimeWindow:
      return "not-in-time-window";
    case Cause::kUnsupportedSecurity:
      return "unsupported-security-level";
    case Cause::kAuthorization:
      return "authorization-error";
    case Cause::kRefused:
      return "refused";
    case Cause::kWrongAnswer:
      return "wrong-answer";
    case Cause::kLocal:
      return "local-error";
  }
  return "local-error";
}

namespace {
std::string advice(const Target& target) { return "; try: lanwarden check " + target.name; }
}  // namespace

Failure without_advice(Failure failure, const Target& target) {
  const std::string whole = advice(target);
  // After a question only its second half follows: "…, and is the port right? try: …".
  for (const std::string& tail : {whole, whole.substr(1)})
    if (failure.detail.ends_with(tail)) failure.detail.resize(failure.detail.size() - tail.size());
  return failure;
}

Failure describe(Cause cause, const Target& target, const Credential& credential, const std::string& what) {
  const std::string named = "credential \"" + credential.name + "\"";
  const std::string user = "user \"" + credential.user + "\"";
  const std::string check = advice(target);
  std::string said;
  switch (cause) {
    case Cause::kTimeout: {
      const unsigned tries = target.retries + 1;
      said = "no answer to " + std::string(to_string(credential.version)) + " in " + std::to_string(tries) +
             (tries == 1 ? " try" : " tries");
      if (!what.empty()) said += " (" + what + ")";
      said += credential.version == Version::kV3 ? "; does SNMPv3 run there, and may this host ask?"
                                                 : "; is " + named + " right there, and may this host ask?";
      said += check.substr(1);
      break;
    }
    case Cause::kUnreachable:
      said = (what.empty() ? "unreachable" : what) +
             "; is the switch up, is SNMP on there, and is the port right?" + check.substr(1);
      break;
    case Cause::kBadAddress:
      said = (what.empty() ? "the address cannot be used" : what) +
             "; put an address or a known host name into the configuration";
      break;
    case Cause::kUnknownUser:
      said = user + " of " + named + " is not known there; create it on the switch, or correct user";
      break;
    case Cause::kWrongDigest:
      said = "the authentication of " + user + " does not match; correct auth or auth_password of " + named;
      break;
    case Cause::kDecryption:
      said = "it cannot decrypt what " + user + " sends; correct privacy or privacy_password of " + named;
      break;
    case Cause::kNotInTimeWindow:
      said =
          "it says again and again that the time is wrong (notInTimeWindow); its SNMP engine may restart all "
          "the "
          "time, or another device has the same engine id";
      break;
    case Cause::kUnsupportedSecurity:
      said = user + " may not be used there at the security level of " + named +
             "; compare auth and privacy with what the switch has for this user";
      break;
    case Cause::kAuthorization:
      said = named + " is known, but may not do this (" + (what.empty() ? "authorizationError" : what) +
             "); widen its view on the switch";
      break;
    case Cause::kRefused:
      said = "it refused" + (what.empty() ? std::string() : ": " + what);
      break;
    case Cause::kWrongAnswer:
      said = what.empty() ? "it answered with something else than was asked" : what;
      break;
    case Cause::kLocal:
      said = what.empty() ? "this host cannot ask" : what;
      break;
  }
  return {cause, target.name + " (" + target.address + "): " + said};
}

}  // namespace lanwarden::snmp
