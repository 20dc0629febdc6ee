#include "snmp/decode.h"

#include <net-snmp/net-snmp-config.h>
// The order matters: Net-SNMP's headers need the configuration first.
#include <net-snmp/net-snmp-includes.h>

#include <cstring>
#include <string>
#include <vector>

namespace lanwarden::snmp {
namespace {

/// Used again and again: a poll decodes millions of variables.
struct Memory {
  std::vector<Binding> bindings;
  std::vector<std::uint32_t> ids;
};
Memory& memory() {
  static thread_local Memory one;
  return one;
}

}  // namespace

std::string error_status_name(int status) {
  static constexpr const char* kNames[] = {"noError",
                                           "tooBig",
                                           "noSuchName",
                                           "badValue",
                                           "readOnly",
                                           "genErr",
                                           "noAccess",
                                           "wrongType",
                                           "wrongLength",
                                           "wrongEncoding",
                                           "wrongValue",
                                           "noCreation",
                                           "inconsistentValue",
                                           "resourceUnavailable",
                                           "commitFailed",
                                           "undoFailed",
                                           "authorizationError",
                                           "notWritable",
                                           "inconsistentName"};
  if (status >= 0 && static_cast<std::size_t>(status) < std::size(kNames)) return kNames[status];
  return "error " + std::to_string(status);
}

Report report_of(const snmp_pdu& pdu) {
  // usmStats 1.3.6.1.6.3.15.1.1.N.0, snmpUnknownContexts 1.3.6.1.6.3.12.1.5.0
  static constexpr oid kUsmStats[] = {1, 3, 6, 1, 6, 3, 15, 1, 1};
  static constexpr oid kUnknownContexts[] = {1, 3, 6, 1, 6, 3, 12, 1, 5};
  const netsnmp_variable_list* var = pdu.variables;
  if (var == nullptr) return Report::kOther;
  if (var->name_length > OID_LENGTH(kUsmStats) && std::memcmp(var->name, kUsmStats, sizeof(kUsmStats)) == 0) {
    switch (var->name[OID_LENGTH(kUsmStats)]) {
      case 1:
        return Report::kUnsupportedSecurityLevel;
      case 2:
        return Report::kNotInTimeWindow;
      case 3:
        return Report::kUnknownUser;
      case 4:
        return Report::kUnknownEngine;
      case 5:
        return Report::kWrongDigest;
      case 6:
        return Report::kDecryption;
      default:
        return Report::kOther;
    }
  }
  if (var->name_length >= OID_LENGTH(kUnknownContexts) &&
      std::memcmp(var->name, kUnknownContexts, sizeof(kUnknownContexts)) == 0)
    return Report::kUnknownContext;
  return Report::kOther;
}

std::span<const Binding> bindings_of(const snmp_pdu& pdu) {
  auto& [bindings, ids] = memory();
  bindings.clear();
  std::size_t needed = 0;
  for (const auto* v = pdu.variables; v != nullptr; v = v->next_variable)
    needed += v->name_length + (v->type == ASN_OBJECT_ID ? v->val_len / sizeof(oid) : 0);
  if (ids.size() < needed) ids.resize(needed);
  std::uint32_t* next = ids.data();
  auto copy = [&next](const oid* from, std::size_t count) {
    const mibs::OidView view(next, count);
    for (std::size_t i = 0; i < count; ++i) *next++ = static_cast<std::uint32_t>(from[i]);
    return view;
  };
  for (const auto* v = pdu.variables; v != nullptr; v = v->next_variable) {
    Binding& b = bindings.emplace_back();
    b.name = copy(v->name, v->name_length);
    using Type = mibs::Value::Type;
    b.value.tag = v->type;
    switch (v->type) {
      case ASN_INTEGER:
        b.value.type = Type::kInteger;
        b.value.integer = *v->val.integer;
        break;
      case ASN_COUNTER:
      case ASN_GAUGE:
      case ASN_TIMETICKS:
      case ASN_UINTEGER:
        b.value.type = Type::kUnsigned;
        b.value.number = static_cast<std::uint32_t>(*v->val.integer);
        break;
      case ASN_COUNTER64:
        b.value.type = Type::kUnsigned;
        b.value.number = (static_cast<std::uint64_t>(v->val.counter64->high) << 32) |
                         static_cast<std::uint32_t>(v->val.counter64->low);
        break;
      case ASN_OCTET_STR:
      case ASN_BIT_STR:
      case ASN_OPAQUE:
      case ASN_IPADDRESS:
        b.value.type = Type::kOctets;
        b.value.octets = {v->val.string, v->val_len};
        break;
      case ASN_OBJECT_ID:
        b.value.type = Type::kOid;
        b.value.oid = copy(v->val.objid, v->val_len / sizeof(oid));
        break;
      case SNMP_NOSUCHOBJECT:
        b.value.type = Type::kNoSuchObject;
        break;
      case SNMP_NOSUCHINSTANCE:
        b.value.type = Type::kNoSuchInstance;
        break;
      case SNMP_ENDOFMIBVIEW:
        b.value.type = Type::kEndOfMibView;
        break;
      default:
        b.value.type = Type::kNull;
        break;
    }
  }
  return bindings;
}

}  // namespace lanwarden::snmp
