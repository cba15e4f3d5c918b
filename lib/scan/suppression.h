// Comments, annotations and metadata that accept a finding: weir's own, and those of the tools that a team may have used before
// (docs/configuration.md says what each form reaches; suppression_grammar.h how it is written).
//
// A suppression that cannot be read, has expired or is not allowed hides nothing. A pattern never reaches weir's own findings
// ("syntax-error"): they are accepted by name or not at all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/policy/exceptions.h"
#include "lib/scan/finding.h"

namespace weir::scan {

/// What became of one suppression, for people who ask.
struct SuppressionState {
  enum class Kind : uint8_t { kHolds, kNotAllowed, kExpired, kUnused, kUnknownPolicy, kInvalid } kind = Kind::kUnused;
  std::string file;
  uint32_t line = 0;
  std::string text, note;  // as written; one sentence
  size_t findings = 0;     // that it accepts
};
std::string_view SuppressionKindName(SuppressionState::Kind kind);

struct SuppressOptions {
  std::string_view today;                                // YYYY-MM-DD: what expired before does not count
  const policy::ExceptionRules* rules = nullptr;         // null: everything is allowed
  const policy::Library* library = nullptr;                  // for unknown ids; null: they are not told
  std::vector<SuppressionState>* states = nullptr;       // null: nobody asks
};

/// Turns findings that something in `evaluation` accepts into kSuppressed; all of them come from it. Where one matches but is not allowed,
/// Finding::refused says why.
void Suppress(const Evaluation& evaluation, std::vector<Finding>& findings, const SuppressOptions& options);

}  // namespace weir::scan
