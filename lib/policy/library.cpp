#include "lib/policy/library.h"

#include <algorithm>
#include <unordered_set>

#include "lib/base/text.h"

namespace weir::policy {

void Library::Add(const Image& image) {
  Member member{&image, {}};
  if (members_.size() > 1) {
    std::unordered_set<std::string_view> known;
    for (const Member& m : members_)
      for (const PolicyRecord& p : m.image->policies()) known.insert(m.image->Text(p.id));
    for (const PolicyRecord& p : image.policies()) member.hidden.push_back(known.contains(image.Text(p.id)));
    if (std::ranges::find(member.hidden, true) == member.hidden.end()) member.hidden.clear();
  }
  members_.push_back(std::move(member));
}

Library::Found Library::Find(std::string_view id) const {
  for (const Member& m : members_)
    if (const PolicyRecord* record = m.image->Find(id)) return {m.image, record};
  return {};
}

std::string_view Library::Nearest(std::string_view id) const {
  std::string_view best;
  size_t distance = SIZE_MAX;
  for (const Member& m : members_)
    for (const PolicyRecord& p : m.image->policies())
      if (const size_t d = EditDistance(id, m.image->Text(p.id)); d < distance) distance = d, best = m.image->Text(p.id);
  return best;
}

bool Library::Mentions(std::string_view language, std::string_view text) const {
  return std::ranges::any_of(members_, [&](const Member& m) {
    return std::ranges::any_of(m.image->rules(), [&](const RuleRecord& rule) {
      const auto in = [&](Ref source) { return m.image->Text(source).find(text) != std::string_view::npos; };
      return m.image->Text(rule.language) == language && (in(rule.when_text) || in(rule.each_text) || in(rule.pass_text));
    });
  });
}

uint64_t Library::Fingerprint() const {
  uint64_t hash = 0;
  for (const Member& m : members_) hash = hash * 0x100000001b3 ^ m.image->Fingerprint();
  return hash;
}

}  // namespace weir::policy
