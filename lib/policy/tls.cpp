// The oldest version of TLS that a named policy or setting lets a client speak.
//
// Amazon: Elastic Load Balancing (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html),
// CloudFront (…/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html), API Gateway, OpenSearch.
// Azure: TLS1_2, 1.2, Application Gateway's AppGwSslPolicy…. Google: TLS_1_2 and the profiles of SSL policies.
#include <algorithm>

#include "lib/policy/function_groups.h"
#include "lib/policy/image.h"

namespace weir::policy {
namespace {

using cel::EvalContext;
using cel::Type;
using cel::Value;

struct Named {
  std::string_view pattern;
  double version;
};
// The first that matches. SSL 3.0, older than every TLS, is 0.3.
constexpr Named kNamed[] = {
    {"ELBSecurityPolicy-TLS13-1-3-*", 1.3},
    {"ELBSecurityPolicy-TLS13-1-2-*", 1.2},
    {"ELBSecurityPolicy-TLS13-1-1-*", 1.1},
    {"ELBSecurityPolicy-TLS13-1-0-*", 1.0},
    {"ELBSecurityPolicy-TLS-1-2-*", 1.2},
    {"ELBSecurityPolicy-TLS-1-1-*", 1.1},
    {"ELBSecurityPolicy-TLS-1-0-*", 1.0},
    {"ELBSecurityPolicy-FS-1-2-*", 1.2},
    {"ELBSecurityPolicy-FS-1-1-*", 1.1},
    {"ELBSecurityPolicy-FS-2018-06", 1.0},
    {"ELBSecurityPolicy-2011-08", 0.3},
    {"ELBSecurityPolicy-2014-01", 0.3},
    {"ELBSecurityPolicy-201*", 1.0},
    {"Policy-Min-TLS-1-2-*", 1.2},
    {"Policy-Min-TLS-1-0-*", 1.0},
    {"SecurityPolicy_TLS13_1_3_*", 1.3},
    {"SecurityPolicy_TLS13_1_2_*", 1.2},
    {"AppGwSslPolicy20150501", 1.0},
    {"AppGwSslPolicy20170401", 1.1},
    {"AppGwSslPolicy20170401S", 1.2},
    {"AppGwSslPolicy2022*", 1.2},
    {"SSLv3", 0.3},
    {"SSLv3_*", 0.3},
    {"COMPATIBLE", 1.0},
    {"MODERN", 1.0},
    {"RESTRICTED", 1.2},
    {"FIPS_202205", 1.2},
};

// TLS1_2, TLS_1_2, TLSv1.2_2021, TLSv1, Tls12, TLS10, 1.2, and no more.
std::optional<double> ReadVersion(std::string_view text) {
  const auto skip = [&](std::string_view what) {
    if (!text.starts_with(what)) return false;
    text.remove_prefix(what.size());
    return true;
  };
  const bool named = skip("TLSv") || skip("TLS_") || skip("TLS") || skip("tls") || skip("Tls");
  skip(" ");
  if (!skip("1")) return std::nullopt;
  const bool separated = skip("_") || skip(".");
  if (text.empty() && !separated) return named ? std::optional(1.0) : std::nullopt;
  // TLSv1_2016 is a CloudFront policy of a year, not version 1.2.
  if (separated && text.size() == 4 && text.starts_with("20")) return 1.0;
  if (text.empty() || text[0] < '0' || text[0] > '3' || (!named && !separated)) return std::nullopt;
  const double minor = text[0] - '0';
  text.remove_prefix(1);
  if (!text.empty() && !(text.size() == 5 && text.starts_with("_20"))) return std::nullopt;
  return 1.0 + minor / 10;
}

Value MinimumVersion(Args args, EvalContext&) {
  if (args[0].is(Type::kDouble) && args[0].real >= 1.0 && args[0].real <= 1.3) return args[0];
  if (!args[0].is(Type::kString)) return Value::Error("tls.minimumVersion() takes the name of a policy or a version");
  const std::string_view name = args[0].text;
  if (name.size() > 100) return Value::Error("no TLS policy that is known");
  for (const Named& n : kNamed)
    if (GlobMatches(n.pattern, name)) return Value::Double(n.version);
  const auto version = ReadVersion(name);
  return version ? Value::Double(*version) : Value::Error("no TLS policy that is known");
}

constexpr cel::Function kFunctions[] = {{"tls.minimumVersion", 1, 1, false, MinimumVersion}};

}  // namespace

std::span<const cel::Function> TlsFunctions() { return kFunctions; }

}  // namespace weir::policy
