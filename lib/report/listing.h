// Tables for people, and the policy library as one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/policy/image.h"

namespace weir::report {

/// Rows of equally many cells, aligned; the last column is cut where a row would be wider than `width`. Cells are made safe for terminals.
std::string Table(const std::vector<std::vector<std::string>>& rows, unsigned width);

/// `text` in lines of at most `width` columns, each behind `indent` spaces. Words longer than a line stay whole.
std::string Wrapped(std::string_view text, unsigned width, unsigned indent);

/// A policy of one of the images in use.
struct Listed {
  const policy::Image* image;
  const policy::PolicyRecord* policy;
  bool own = false;  // a team's, not weir's
};

/// What `weir policies list` was asked for; empty: any.
struct PolicyFilter {
  std::vector<std::string> severities = {}, providers = {}, frameworks = {}, categories = {}, languages = {};
  bool own = false;

  bool Takes(const Listed& listed) const;
  /// kUsage with the nearest right word where one of the words is none that any of `policies` has (languages and severities: none there is).
  Status Check(const std::vector<Listed>& policies) const;
};

/// Sorted by severity, then id.
std::string PolicyTable(std::vector<Listed> policies, unsigned width);
/// An array of objects, with everything that a policy says of itself but its examples.
std::string PolicyJson(const std::vector<Listed>& policies);

/// The languages that a policy's rules speak of, and its provider: the id's first word.
std::vector<std::string_view> LanguagesOf(const Listed& listed);
std::string_view ProviderOf(const Listed& listed);
/// As its makers write it: "github_actions" is "GitHub Actions".
std::string_view LanguageTitle(std::string_view language);

}  // namespace weir::report
