#include "lib/policy/functions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include <re2/re2.h>

#include "lib/policy/iam.h"
#include "lib/policy/image.h"

namespace weir::policy {
namespace {

using cel::EvalContext;
using cel::MapEntry;
using cel::Type;
using cel::Value;
using Args = std::span<const Value>;

const Host& HostOf(const EvalContext& context) { return *static_cast<const Host*>(context.host); }

Value Bodies(const std::vector<const Resource*>& resources, EvalContext& context) {
  auto items = context.arena.NewArray<Value>(resources.size());
  for (size_t i = 0; i < resources.size(); ++i) items[i] = Value::FromModel(resources[i]->body);
  return Value::List(items);
}

Value Related(Args args, EvalContext& context) {
  if (!args[0].is(Type::kString) || !args[1].is(Type::kString)) return Value::Error("related() takes a type and an attribute");
  if (context.host == nullptr) return Value::List({});
  const Host& host = HostOf(context);
  return Bodies(host.document->Related(*host.resource, args[0].text, args[1].text), context);
}

Value References(Args args, EvalContext& context) {
  if (!args[0].is(Type::kString)) return Value::Error("references() takes an attribute");
  if (context.host == nullptr) return Value::List({});
  const Host& host = HostOf(context);
  return Bodies(host.document->References(*host.resource, args[0].text), context);
}

// An address range: 16 bytes (IPv4 in the last four) and the length of its prefix, counted from the address's own start.
struct Cidr {
  std::array<uint8_t, 16> address{};
  int prefix = 0;
  bool v6 = false;
};

bool ParseV4(std::string_view text, uint8_t* out) {
  for (int i = 0; i < 4; ++i) {
    unsigned part = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), part);
    if (r.ec != std::errc() || part > 255) return false;
    out[i] = uint8_t(part);
    text.remove_prefix(size_t(r.ptr - text.data()));
    if (i < 3) {
      if (text.empty() || text[0] != '.') return false;
      text.remove_prefix(1);
    }
  }
  return text.empty();
}

bool ParseV6(std::string_view text, uint8_t* out) {
  std::array<uint16_t, 8> head{}, tail{};
  size_t heads = 0, tails = 0;
  bool gap = false;
  if (text.starts_with("::")) {
    gap = true;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    unsigned part = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), part, 16);
    if (r.ec != std::errc() || part > 0xFFFF || heads + tails >= 8) return false;
    (gap ? tail[tails++] : head[heads++]) = uint16_t(part);
    text.remove_prefix(size_t(r.ptr - text.data()));
    if (text.empty()) break;
    if (text[0] != ':') return false;
    text.remove_prefix(1);
    if (!text.empty() && text[0] == ':') {
      if (gap) return false;
      gap = true;
      text.remove_prefix(1);
    } else if (text.empty()) {
      return false;
    }
  }
  if (!gap && heads != 8) return false;
  for (size_t i = 0; i < tails; ++i) head[8 - tails + i] = tail[i];
  for (size_t i = 0; i < 8; ++i) out[2 * i] = uint8_t(head[i] >> 8), out[2 * i + 1] = uint8_t(head[i]);
  return true;
}

std::optional<Cidr> ParseCidr(const Value& v) {
  if (!v.is(Type::kString)) return std::nullopt;
  const size_t slash = v.text.find('/');
  Cidr cidr;
  const std::string_view address = v.text.substr(0, slash);
  cidr.v6 = address.find(':') != std::string_view::npos;
  if (cidr.v6 ? !ParseV6(address, cidr.address.data()) : !ParseV4(address, cidr.address.data())) return std::nullopt;
  cidr.prefix = cidr.v6 ? 128 : 32;
  if (slash == std::string_view::npos) return cidr;
  const std::string_view length = v.text.substr(slash + 1);
  const int most = cidr.prefix;
  const auto r = std::from_chars(length.data(), length.data() + length.size(), cidr.prefix);
  if (r.ec != std::errc() || r.ptr != length.data() + length.size() || cidr.prefix < 0 || cidr.prefix > most) return std::nullopt;
  return cidr;
}

Value CidrIsPublic(Args args, EvalContext&) {
  const auto cidr = ParseCidr(args[0]);
  return Value::Bool(cidr && cidr->prefix < (cidr->v6 ? 16 : 8));
}

Value CidrContains(Args args, EvalContext&) {
  const auto outer = ParseCidr(args[0]), inner = ParseCidr(args[1]);
  if (!outer || !inner || outer->v6 != inner->v6 || inner->prefix < outer->prefix) return Value::Bool(false);
  for (int bit = 0; bit < outer->prefix; ++bit)
    if (((outer->address[size_t(bit / 8)] ^ inner->address[size_t(bit / 8)]) >> (7 - bit % 8)) & 1) return Value::Bool(false);
  return Value::Bool(true);
}

std::optional<int64_t> AsInt(const Value& v) {
  if (v.is(Type::kInt)) return v.integer;
  int64_t out = 0;
  if (v.is(Type::kString) && std::from_chars(v.text.data(), v.text.data() + v.text.size(), out).ptr == v.text.data() + v.text.size() && !v.text.empty()) return out;
  return std::nullopt;
}

// Security group rules, network ACL entries: from_port, to_port and protocol ("-1" and "all": everything).
Value PortsInclude(Args args, EvalContext&) {
  const auto port = AsInt(args[1]);
  if (!port) return Value::Error("ports.include() takes a rule and a port");
  Value protocol, from, to;
  const bool has_protocol = args[0].Find("protocol", protocol) || args[0].Find("ip_protocol", protocol);
  if (protocol.is(Type::kUnknown)) return protocol;
  if (has_protocol) {
    if (const auto number = AsInt(protocol); number && *number == -1) return Value::Bool(true);
    if (protocol.is(Type::kString)) {
      if (protocol.text == "all" || protocol.text == "ALL") return Value::Bool(true);
      if (protocol.text.starts_with("icmp") || protocol.text == "1" || protocol.text == "58") return Value::Bool(false);
    }
  }
  args[0].Find("from_port", from);
  args[0].Find("to_port", to);
  if (from.is(Type::kUnknown)) return from;
  if (to.is(Type::kUnknown)) return to;
  const auto low = AsInt(from), high = AsInt(to);
  if (!low) return Value::Bool(false);
  return Value::Bool(*low <= *port && *port <= high.value_or(*low));
}

Value SemverAtLeast(Args args, EvalContext& context) {
  const auto parts = [&](const Value& v) {
    std::array<int64_t, 3> out{};
    std::string_view text;
    std::string number;
    if (v.is(Type::kString)) text = v.text;
    else if (v.is(Type::kInt)) number = std::to_string(v.integer), text = number;
    else if (v.is(Type::kDouble)) number = weir::Number::FromDouble(v.real, context.arena).ToString(), text = number;
    if (text.starts_with("v")) text.remove_prefix(1);
    for (int64_t& part : out) {
      const auto r = std::from_chars(text.data(), text.data() + text.size(), part);
      if (r.ec != std::errc()) break;
      text.remove_prefix(size_t(r.ptr - text.data()));
      if (!text.empty() && text[0] == '.') text.remove_prefix(1);
    }
    return out;
  };
  (void)context;
  if (args[0].is(Type::kNull)) return Value::Bool(false);
  return Value::Bool(parts(args[0]) >= parts(args[1]));
}

Value ArnParse(Args args, EvalContext& context) {
  if (!args[0].is(Type::kString) || !args[0].text.starts_with("arn:")) return Value::SoftNull();
  static constexpr std::string_view kParts[] = {"", "partition", "service", "region", "account", "resource"};
  auto fields = context.arena.NewArray<MapEntry>(5);
  std::string_view rest = args[0].text;
  for (size_t i = 0; i < 6; ++i) {
    const size_t colon = i < 5 ? rest.find(':') : std::string_view::npos;
    if (i > 0) fields[i - 1] = {kParts[i], Value::String(rest.substr(0, colon))};
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
  }
  return Value::Map(fields);
}

struct Detector {
  std::string_view kind;
  const char* pattern;
};
constexpr Detector kDetectors[] = {
    {"aws-access-key", R"(\b((?:AKIA|ASIA)[0-9A-Z]{16})\b)"},
    {"aws-secret-key", R"((?i)aws_?secret_?(?:access_?)?key["']?\s*[:=]\s*["']?([A-Za-z0-9/+=]{40}))"},
    {"private-key", R"((-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----))"},
    {"github-token", R"(\b(gh[pousr]_[A-Za-z0-9]{36})\b)"},
    {"slack-token", R"(\b(xox[baprs]-[A-Za-z0-9-]{20,}))"},
    {"gitlab-token", R"(\b(glpat-[A-Za-z0-9_-]{20})\b)"},
};

Value SecretFind(Args args, EvalContext& context) {
  if (!args[0].is(Type::kString)) return Value::List({});
  static const auto* compiled = [] {
    auto* out = new std::vector<std::unique_ptr<RE2>>;
    for (const Detector& d : kDetectors) out->push_back(std::make_unique<RE2>(d.pattern));
    return out;
  }();
  std::vector<Value> found;
  for (size_t i = 0; i < compiled->size(); ++i) {
    re2::StringPiece rest(args[0].text.data(), args[0].text.size()), secret;
    while (RE2::FindAndConsume(&rest, *(*compiled)[i], &secret) && found.size() < 100) {
      const std::string_view text(secret.data(), secret.size());
      // Documentation's own placeholders are no secrets.
      if (text.find("EXAMPLE") != std::string_view::npos) continue;
      auto fields = context.arena.NewArray<MapEntry>(2);
      fields[0] = {"kind", Value::String(kDetectors[i].kind)};
      fields[1] = {"text", Value::String(text)};
      Value map = Value::Map(fields);
      found.push_back(map);
    }
  }
  return Value::List(context.arena.Copy(found));
}

// An action of a statement covers `action` where one of its patterns matches, whatever the case of its letters.
Value IamMatches(Args args, EvalContext& context) {
  if (!args[1].is(Type::kString)) return Value::Error("iam.matches() takes patterns and an action");
  const auto lower = [](std::string_view s) {
    std::string out(s);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
    return out;
  };
  const std::string action = lower(args[1].text);
  const Value& patterns = args[0];
  (void)context;
  if (patterns.is(Type::kString)) return Value::Bool(GlobMatches(lower(patterns.text), action));
  bool unknown = false;
  for (size_t i = 0; i < patterns.size(); ++i) {
    const Value pattern = patterns.At(i);
    if (pattern.is(Type::kString) && GlobMatches(lower(pattern.text), action)) return Value::Bool(true);
    unknown |= pattern.is(Type::kUnknown);
  }
  return unknown ? Value::Unknown() : Value::Bool(false);
}

constexpr cel::Function kFunctions[] = {
    {"related", 2, 2, false, Related},
    {"references", 1, 1, false, References},
    {"iam.statements", 1, 1, false, IamStatements, true},
    {"iam.matches", 2, 2, false, IamMatches, true},
    {"cidr.isPublic", 1, 1, false, CidrIsPublic, true},
    {"cidr.contains", 2, 2, false, CidrContains, true},
    {"ports.include", 2, 2, false, PortsInclude, true},
    {"semver.atLeast", 2, 2, false, SemverAtLeast, true},
    {"arn.parse", 1, 1, false, ArnParse, true},
    {"secret.find", 1, 1, false, SecretFind, true},
};

}  // namespace

const cel::FunctionTable& PolicyFunctions() {
  static const auto* table = new cel::FunctionTable(kFunctions);
  return *table;
}

const cel::Environment& PolicyEnvironment() {
  static const auto* environment = new cel::Environment{{"self", "it", "meta"}, &PolicyFunctions()};
  return *environment;
}

}  // namespace weir::policy
