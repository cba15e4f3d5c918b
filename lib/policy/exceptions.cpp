#include "lib/policy/exceptions.h"

#include <algorithm>

#include "lib/base/text.h"

namespace weir::policy {
namespace {

/// Trivy's older names without a hyphen: ksv017 is ksv-0017, kcv0001 is kcv-0001.
void LengthenTrivyName(std::string& name) {
  for (const std::string_view group : {"ksv", "kcv", "ds"}) {
    const std::string_view digits = std::string_view(name).substr(std::min(name.size(), group.size()));
    if (!name.starts_with(group) || digits.size() < 3 || digits.size() > 5 || digits.find_first_not_of("0123456789") != digits.npos) continue;
    name.insert(group.size(), digits.size() == 3 ? "-0" : "-");
    return;
  }
}

}  // namespace

std::string ComparedName(std::string_view name) {
  std::string out(name);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  if (out.starts_with("avd-")) out.erase(0, 4);
  LengthenTrivyName(out);
  return out;
}

std::string ExceptionRules::Refusal(Severity severity, std::string_view reason, std::string_view until) const {
  if (refuse && severity >= *refuse) return "findings of severity " + std::string(SeverityName(severity)) + " cannot be accepted (suppressions.refuse)";
  if (need_reason && reason.empty()) return "it gives no reason (suppressions.reason: required)";
  if (need_end && until.empty()) return "it has no end (suppressions.until: required)";
  return {};
}

void ExceptionRules::Tighten(const ExceptionRules& other) {
  need_reason |= other.need_reason;
  need_end |= other.need_end;
  if (other.refuse && (!refuse || *other.refuse < *refuse)) refuse = other.refuse;
}

bool IsDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  int part[3] = {0, 0, 0};
  for (size_t i = 0, p = 0; i < 10; ++i) {
    if (i == 4 || i == 7) {
      ++p;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') return false;
    part[p] = part[p] * 10 + (text[i] - '0');
  }
  const auto [year, month, day] = part;
  if (month < 1 || month > 12) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return day >= 1 && day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool NamesPolicy(std::string_view pattern, std::string_view id) { return GlobMatches(ComparedName(pattern), ComparedName(id)); }

bool NamesPolicy(std::string_view pattern, const Image& image, const PolicyRecord& policy) {
  if (NamesPolicy(pattern, image.Text(policy.id))) return true;
  for (size_t i = 0; i < policy.aliases.length; ++i)
    if (NamesPolicy(pattern, image.Text(policy.aliases, i))) return true;
  return false;
}

bool NamesAny(std::string_view pattern, const Library& library) {
  return IsOwnFinding(pattern) || std::ranges::any_of(library.members(), [&](const Library::Member& m) {
           return std::ranges::any_of(m.image->policies(), [&](const PolicyRecord& p) { return NamesPolicy(pattern, *m.image, p); });
         });
}

std::vector<std::string> NearestPolicies(std::string_view name, const Library& library, size_t most) {
  std::vector<std::pair<size_t, std::string_view>> all;
  const std::string word = ComparedName(name.substr(0, 128));
  const auto add = [&](std::string_view id) {
    // A part of an id is nearer than any misspelling.
    const std::string normal = ComparedName(id);
    const size_t distance = !word.empty() && normal.find(word) != std::string::npos ? 1 : EditDistance(word, normal);
    all.emplace_back(distance, id);
  };
  for (const Library::Member& m : library.members())
    for (const PolicyRecord& p : m.image->policies()) {
      add(m.image->Text(p.id));
      // An alias is a number more often than a word: any is near to nothing.
      for (size_t i = 0; i < p.aliases.length; ++i)
        if (const std::string_view alias = m.image->Text(p.aliases, i); EditDistance(word, ComparedName(alias)) * 2 < word.size()) add(alias);
    }
  std::ranges::stable_sort(all, {}, [](const auto& item) { return item.first; });
  std::vector<std::string> out;
  for (size_t i = 0; i < all.size() && i < most; ++i) out.emplace_back(all[i].second);
  return out;
}

bool IsOwnFinding(std::string_view id) {
  static constexpr std::string_view kOwn[] = {"syntax-error", "evaluation-error", "not-read", "waiver-expired"};
  return std::ranges::find(kOwn, id) != std::end(kOwn);
}

}  // namespace weir::policy
