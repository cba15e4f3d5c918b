// Ports, the way that each provider writes them: a rule with from_port, to_port and protocol (CloudFormation: FromPort, ToPort, IpProtocol), a range "8000-8080", a number, "*", a
// service's name, or a list of those.
#include <algorithm>

#include "lib/policy/function_groups.h"

namespace weir::policy {
namespace {

using cel::EvalContext;
using cel::Truth;
using cel::Type;
using cel::Value;

struct Range {
  int64_t low = 0, high = -1;  // inclusive; empty where low > high
};
constexpr Range kEvery{0, 65535};

// Names of the IANA registry that policies and rules use.
struct Service {
  std::string_view name;
  int64_t port;
};
constexpr Service kServices[] = {
    {"ftp-data", 20}, {"ftp", 21},   {"ssh", 22},         {"telnet", 23},      {"smtp", 25},       {"domain", 53},    {"dns", 53},
    {"tftp", 69},     {"http", 80},  {"pop3", 110},       {"ntp", 123},        {"netbios-ssn", 139}, {"imap", 143},   {"snmp", 161},
    {"ldap", 389},    {"https", 443}, {"smb", 445},       {"microsoft-ds", 445}, {"ldaps", 636},   {"imaps", 993},    {"pop3s", 995},
    {"mssql", 1433},  {"ms-sql-s", 1433}, {"oracle", 1521}, {"nfs", 2049},     {"docker", 2375},   {"mysql", 3306},   {"rdp", 3389},
    {"ms-wbt-server", 3389}, {"postgresql", 5432}, {"vnc", 5900}, {"winrm", 5985}, {"redis", 6379}, {"kubelet", 10250},
    {"elasticsearch", 9200}, {"memcached", 11211}, {"mongodb", 27017}};

bool ReadPort(std::string_view text, int64_t& out) {
  if (const auto number = AsInt(Value::String(text))) return out = *number, *number >= 0 && *number <= 65535;
  const auto* service = std::ranges::find(kServices, text, &Service::name);
  if (service == std::end(kServices)) return false;
  return out = service->port, true;
}

// "443", "8000-8080", "ssh", "*", "all", "0 - 65535".
bool ReadRange(std::string_view text, Range& out) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text == "*" || text == "all" || text == "ALL" || text == "any" || text == "Any" || text == "-1") return out = kEvery, true;
  int64_t one = 0;
  if (ReadPort(text, one)) return out = {one, one}, true;
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return false;
  std::string_view low = text.substr(0, dash), high = text.substr(dash + 1);
  while (!low.empty() && low.back() == ' ') low.remove_suffix(1);
  while (!high.empty() && high.front() == ' ') high.remove_prefix(1);
  return ReadPort(low, out.low) && ReadPort(high, out.high);
}

Truth Overlap(const Range& a, const Range& b) { return a.low <= b.high && b.low <= a.high ? Truth::kTrue : Truth::kFalse; }

// Security group rules, network ACL entries. Protocol "-1" and "all" is everything; ICMP has types where others have ports.
Truth RuleOverlaps(const Value& rule, const Range& wanted) {
  Value protocol, from, to;
  const bool has_protocol = rule.Find("protocol", protocol) || rule.Find("ip_protocol", protocol) || rule.Find("IpProtocol", protocol);
  const bool protocol_unknown = protocol.is(Type::kUnknown);
  if (has_protocol && !protocol_unknown) {
    if (AsInt(protocol) == -1) return Truth::kTrue;
    if (protocol.is(Type::kString)) {
      if (protocol.text == "all" || protocol.text == "ALL") return Truth::kTrue;
      if (protocol.text.starts_with("icmp")) return Truth::kFalse;
    }
    if (AsInt(protocol) == 1 || AsInt(protocol) == 58) return Truth::kFalse;
  }
  rule.Find("from_port", from) || rule.Find("FromPort", from);
  rule.Find("to_port", to) || rule.Find("ToPort", to);
  if (from.is(Type::kUnknown) && to.is(Type::kUnknown)) return Truth::kUnknown;
  const auto low = AsInt(from), high = AsInt(to);
  // One end is enough where it rules the port out.
  if (from.is(Type::kUnknown)) return high && *high < wanted.low ? Truth::kFalse : Truth::kUnknown;
  if (!low) return Truth::kFalse;
  if (to.is(Type::kUnknown)) return *low > wanted.high ? Truth::kFalse : Truth::kUnknown;
  const Truth inside = Overlap({*low, high.value_or(*low)}, wanted);
  return protocol_unknown ? Truth::kUnknown : inside;
}

// Unknown, or an error, in `failure` where the value is nothing that holds ports.
Truth Overlaps(const Value& ports, const Range& wanted, Value& failure) {
  if (ports.is(Type::kUnknown)) return Truth::kUnknown;
  if (ports.is(Type::kNull)) return Truth::kFalse;
  // A block that occurs once is a list of one, and reads as its element.
  if (ports.is(Type::kMap)) return RuleOverlaps(ports, wanted);
  if (ports.is(Type::kList)) {
    Truth out = Truth::kFalse;
    for (size_t i = 0; i < ports.size(); ++i) {
      const Value element = ports.At(i);
      if (element.is(Type::kList)) {
        failure = Value::Error("a list of ports holds a list");
        return Truth::kUnknown;
      }
      const Truth one = Overlaps(element, wanted, failure);
      if (one == Truth::kTrue || failure.is_failure()) return one;
      if (one == Truth::kUnknown) out = one;
    }
    return out;
  }
  Range range;
  if (const auto number = AsInt(ports)) range = *number == -1 ? kEvery : Range{*number, *number};
  else if (ports.is(Type::kString)) ReadRange(ports.text, range);  // text that is no port opens none
  else {
    failure = Value::Error("no port, range of ports or rule");
    return Truth::kUnknown;
  }
  return Overlap(range, wanted);
}

Value Ask(Args args, bool one) {
  Range wanted;
  if (args[1].is(Type::kUnknown)) return args[1];
  if (args[1].is(Type::kInt)) wanted = {args[1].integer, args[1].integer};
  else if (!args[1].is(Type::kString) || !ReadRange(args[1].text, wanted) || (one && wanted.low != wanted.high))
    return Value::Error(one ? "ports.include() takes a rule and a port" : "ports.overlap() takes a rule and a range of ports");
  Value failure;
  const Truth truth = Overlaps(args[0], wanted, failure);
  if (failure.is_failure()) return failure;
  return truth == Truth::kUnknown ? Value::Unknown(args[0].model) : Value::Bool(truth == Truth::kTrue);
}

Value Include(Args args, EvalContext&) { return Ask(args, true); }
Value OverlapWith(Args args, EvalContext&) { return Ask(args, false); }

constexpr cel::Function kFunctions[] = {
    {"ports.include", 2, 2, false, Include, true, true},
    {"ports.overlap", 2, 2, false, OverlapWith, true, true},
};

}  // namespace

std::span<const cel::Function> PortFunctions() { return kFunctions; }

}  // namespace weir::policy
