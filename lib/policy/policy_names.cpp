#include "lib/policy/policy_names.h"

#include "lib/policy/exceptions.h"

namespace weir::policy {

void PolicyNames::Index() {
  for (const Library::Member& m : library_.members())
    for (const PolicyRecord& p : m.image->policies()) {
      const std::string_view id = m.image->Text(p.id);
      ids_.emplace(ComparedName(id), id);
      for (size_t i = 0; i < p.aliases.length; ++i) ids_.emplace(ComparedName(m.image->Text(p.aliases, i)), id);
    }
}

std::vector<std::string_view> PolicyNames::Named(std::string_view name) {
  if (ids_.empty()) Index();
  std::vector<std::string_view> out;
  const std::string compared = ComparedName(name);
  if (IsPattern(name)) {
    for (const auto& [known, id] : ids_)
      if (GlobMatches(compared, known)) out.push_back(id);
  } else {
    for (auto [at, end] = ids_.equal_range(compared); at != end; ++at) out.push_back(at->second);
  }
  return out;
}

}  // namespace weir::policy
