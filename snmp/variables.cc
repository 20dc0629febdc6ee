// Reading and setting single variables. What is written is decided elsewhere; here it is only carried out.
#include <fmt/format.h>

#include <charconv>

#include "mibs/oid.h"
#include "snmp/collector.h"
#include "snmp/collector_impl.h"

namespace lanwarden::snmp {
namespace {

using mibs::Oid;

std::string hex(std::span<const std::uint8_t> octets) {
  std::string text;
  for (const std::uint8_t o : octets) text += fmt::format("{:02x}", o);
  return text;
}

std::optional<std::vector<std::uint8_t>> octets_of_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::vector<std::uint8_t> octets;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    std::uint8_t octet = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, octet, 16);
    if (error != std::errc{} || end != text.data() + i + 2) return std::nullopt;
    octets.push_back(octet);
  }
  return octets;
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::string> text_of(const mibs::Value& value, char syntax) {
  if (value.is_exception()) return std::nullopt;
  if (syntax == 'x') return hex(value.octets);
  if (syntax == 's') return std::string(value.octets.begin(), value.octets.end());
  if (value.type == mibs::Value::Type::kInteger) return std::to_string(value.integer);
  return std::to_string(value.as_number());
}

std::optional<SetValue> wire_value(const Varbind& v) {
  SetValue out;
  switch (v.variable.syntax) {
    case 'i':
    case 'u': {
      const auto number = number_of(v.value);
      if (!number) return std::nullopt;
      out.syntax = v.variable.syntax == 'i' ? SetValue::Syntax::kInteger : SetValue::Syntax::kUnsigned;
      out.number = *number;
      return out;
    }
    case 'x': {
      auto octets = octets_of_hex(v.value);
      if (!octets) return std::nullopt;
      out.syntax = SetValue::Syntax::kOctets;
      out.octets = std::move(*octets);
      return out;
    }
    case 's':
      out.syntax = SetValue::Syntax::kOctets;
      out.octets.assign(v.value.begin(), v.value.end());
      return out;
    default:
      return std::nullopt;
  }
}

class SetExchange final : public Exchange {
 public:
  SetExchange(std::vector<Oid> names, std::vector<SetValue> values)
      : names_(std::move(names)), values_(std::move(values)) {}
  void question(unsigned, Query& query) override {
    query.kind = Query::Kind::kSet;
    query.names.assign(names_.size(), {});
    for (std::size_t i = 0; i < names_.size(); ++i) query.names[i] = names_[i].view();
    query.values = values_;
  }
  void answer(unsigned, const Answer& answer, TimePoint) override {
    status_ = answer.error_status;
    index_ = answer.error_index;
    over_ = true;
  }
  void failed(const Failure&) override { over_ = true; }
  void expired() override { over_ = true; }
  bool done() const override { return over_; }
  const std::string& context() const override { return context_; }
  int status() const { return status_; }
  unsigned index() const { return index_; }

 private:
  std::vector<Oid> names_;
  std::vector<SetValue> values_;
  std::string context_;
  int status_ = error_status::kGenErr;
  unsigned index_ = 0;
  bool over_ = false;
};

Failure local(std::string detail) { return {Cause::kLocal, std::move(detail)}; }

}  // namespace

std::string_view type_name(char syntax) {
  return syntax == 'i' ? "INTEGER" : syntax == 'u' ? "Unsigned32" : "OCTET STRING";
}

Result<Values, Failure> Collector::read(SwitchId sw, std::span<const Variable> variables) {
  if (sw.value >= impl_->targets.size()) return tl::unexpected(local("no such switch"));
  struct Sink final : VariableSink {
    std::span<const Variable> variables;
    Values values;
    void variable(mibs::RequestId, std::size_t column, mibs::OidView, const mibs::Value& value) override {
      values[column] = text_of(value, variables[column].syntax);
    }
  } sink;
  sink.variables = variables;
  sink.values.resize(variables.size());
  mibs::Request request;
  request.get = true;
  for (const Variable& v : variables) {
    auto oid = Oid::parse(v.oid);
    if (!oid) return tl::unexpected(local("\"" + v.oid + "\" is no OID"));
    request.oids.push_back(std::move(*oid));
  }
  Peer& peer = impl_->reader(sw.value);
  const unsigned per_pdu = peer.credential().version == Version::kV1 ? 1 : 24;
  Get get(std::move(request), {impl_->limits.table_deadline, TimePoint::max(), impl_->limits.table_rows},
          sink, per_pdu);
  peer.add(get, {});
  impl_->engine.run();
  if (peer.failure()) return tl::unexpected(*peer.failure());
  if (const int status = peer.refused_status(); status != 0)
    return tl::unexpected(peer.say(Cause::kAuthorization, error_status_name(status)));
  if (get.ending().completeness != topology::Completeness::kComplete)
    return tl::unexpected(peer.say(Cause::kWrongAnswer, "it answered with " + get.ending().cause));
  return std::move(sink.values);
}

Result<void, Failure> Collector::set(SwitchId sw, std::span<const Varbind> varbinds) {
  if (sw.value >= impl_->targets.size()) return tl::unexpected(local("no such switch"));
  const Target& target = impl_->targets[sw.value];
  if (!target.write)
    return tl::unexpected(
        describe(Cause::kRefused, target, target.read,
                 "it has no write_credential in the configuration, so nothing is ever written to it"));
  std::vector<Oid> names;
  std::vector<SetValue> values;
  for (const Varbind& v : varbinds) {
    auto oid = Oid::parse(v.variable.oid);
    auto value = wire_value(v);
    if (!oid || !value)
      return tl::unexpected(local(
          fmt::format("\"{}\" is no {} for {}", v.value, type_name(v.variable.syntax), v.variable.name)));
    names.push_back(std::move(*oid));
    values.push_back(std::move(*value));
  }
  Peer& peer = impl_->writer(sw.value);
  SetExchange set(std::move(names), std::move(values));
  peer.add(set, {});
  impl_->setting = true;
  impl_->engine.run();
  impl_->setting = false;
  if (peer.failure()) return tl::unexpected(*peer.failure());
  if (const int status = set.status(); status != error_status::kNoError) {
    const bool rights = status == error_status::kNoAccess || status == error_status::kAuthorizationError;
    std::string what = error_status_name(status);
    const std::size_t at = set.index();
    if (at >= 1 && at <= varbinds.size())
      what +=
          fmt::format(" when {} was to become {}", varbinds[at - 1].variable.name, varbinds[at - 1].value);
    else if (!varbinds.empty())
      what += " when " + varbinds.front().variable.name + " was to be written";
    return tl::unexpected(
        peer.say(rights ? Cause::kAuthorization : Cause::kRefused, what + "; nothing was changed"));
  }
  return {};
}

namespace objects {
namespace {
template <class... Index>
Variable instance(const char* column, const char* name, char syntax, Index... index) {
  Variable v{column, name, syntax};
  ((v.oid += "." + std::to_string(index), v.name += "." + std::to_string(index)), ...);
  return v;
}
}  // namespace

Variable sys_uptime() { return instance("1.3.6.1.2.1.1.3", "sysUpTime", 'u', 0); }
Variable if_name(IfIndex p) { return instance("1.3.6.1.2.1.31.1.1.1.1", "ifName", 's', p.value); }
Variable if_descr(IfIndex p) { return instance("1.3.6.1.2.1.2.2.1.2", "ifDescr", 's', p.value); }
Variable if_alias(IfIndex p) { return instance("1.3.6.1.2.1.31.1.1.1.18", "ifAlias", 's', p.value); }
Variable if_admin_status(IfIndex p) { return instance("1.3.6.1.2.1.2.2.1.7", "ifAdminStatus", 'i', p.value); }
Variable if_oper_status(IfIndex p) { return instance("1.3.6.1.2.1.2.2.1.8", "ifOperStatus", 'i', p.value); }
Variable base_port_ifindex(BridgePort p) {
  return instance("1.3.6.1.2.1.17.1.4.1.2", "dot1dBasePortIfIndex", 'i', p.value);
}
Variable pvid(BridgePort p) { return instance("1.3.6.1.2.1.17.7.1.4.5.1.1", "dot1qPvid", 'u', p.value); }
Variable vlan_egress(VlanId v) {
  return instance("1.3.6.1.2.1.17.7.1.4.3.1.2", "dot1qVlanStaticEgressPorts", 'x', v.value);
}
Variable vlan_untagged(VlanId v) {
  return instance("1.3.6.1.2.1.17.7.1.4.3.1.4", "dot1qVlanStaticUntaggedPorts", 'x', v.value);
}
Variable pse_admin_enable(PsePlace p) {
  return instance("1.3.6.1.2.1.105.1.1.1.3", "pethPsePortAdminEnable", 'i', p.group, p.port);
}
Variable pse_detection(PsePlace p) {
  return instance("1.3.6.1.2.1.105.1.1.1.6", "pethPsePortDetectionStatus", 'i', p.group, p.port);
}
Variable cisco_pse_entity(PsePlace p) {
  return instance("1.3.6.1.4.1.9.9.402.1.2.1.11", "cpeExtPsePortEntPhyIndex", 'i', p.group, p.port);
}
Variable ent_physical_name(std::uint32_t index) {
  return instance("1.3.6.1.2.1.47.1.1.1.1.7", "entPhysicalName", 's', index);
}
}  // namespace objects

}  // namespace lanwarden::snmp
