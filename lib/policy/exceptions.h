// What exceptions (suppressions and waivers) must have to count, and policy names as people write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/policy/library.h"

namespace weir::policy {

/// `suppressions:` of a configuration. The stricter of two wins, part by part.
struct ExceptionRules {
  bool need_reason = false;          // reason: required
  bool need_end = false;             // until: required
  std::optional<Severity> refuse;    // findings of this severity and above cannot be accepted

  /// Why an exception may not count for a finding of `severity`; empty: it may.
  std::string Refusal(Severity severity, std::string_view reason, std::string_view until) const;
  void Tighten(const ExceptionRules& other);
};

/// True for a day of the calendar written 2027-01-31.
bool IsDate(std::string_view text);

/// A name as it is compared: in lower case, without "avd-", and Trivy's KSV017 as ksv-0017.
std::string ComparedName(std::string_view name);

/// True where `pattern` (in any case, with or without "AVD-", "*" for anything) names `id`.
bool NamesPolicy(std::string_view pattern, std::string_view id);
/// The same for a policy's id or one of its aliases.
bool NamesPolicy(std::string_view pattern, const Image& image, const PolicyRecord& policy);
/// Whether any policy of `library` is named.
bool NamesAny(std::string_view pattern, const Library& library);

/// The ids or aliases that are written most alike, at most `most`, best first.
std::vector<std::string> NearestPolicies(std::string_view name, const Library& library, size_t most = 1);

/// Findings that are weir's own: "syntax-error", "evaluation-error", "not-read", "waiver-expired".
bool IsOwnFinding(std::string_view id);

}  // namespace weir::policy
