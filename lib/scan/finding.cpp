#include "lib/scan/finding.h"

namespace weir::scan {
namespace {

/// Whether an alias is one for this type too: some ids of other tools mean only part of a rule's types.
bool Means(const Finding& f, std::string_view alias) {
  const policy::Ref narrow = f.rule->narrow;
  bool narrowed = false;
  for (size_t i = 0; i < narrow.length; i += 2) {
    if (f.image->Text(narrow, i) != alias) continue;
    if (f.image->Text(narrow, i + 1) == f.type) return true;
    narrowed = true;
  }
  return !narrowed;
}

}  // namespace

std::vector<std::string_view> AliasesOf(const Finding& f) {
  std::vector<std::string_view> out;
  if (f.image == nullptr || f.rule == nullptr) return out;
  const policy::Ref& aliases = f.rule->aliases.length != 0 ? f.rule->aliases : f.image->policies()[f.rule->policy].aliases;
  for (size_t i = 0; i < aliases.length; ++i)
    if (const std::string_view alias = f.image->Text(aliases, i); Means(f, alias)) out.push_back(alias);
  return out;
}

std::vector<std::string> ReachOf(const Finding& f) {
  std::vector<std::string> out;
  if (f.value == nullptr || f.value->provenance == nullptr) return out;
  for (const Hop* hop = f.value->provenance->hops; hop != nullptr && out.size() < 8; hop = hop->next) {
    const char* prefix = hop->kind == Hop::Kind::kVariable || hop->kind == Hop::Kind::kModuleInput ? "var." : hop->kind == Hop::Kind::kLocal ? "local." : hop->kind == Hop::Kind::kModuleOutput ? "module." : "";
    std::string text = hop->name.starts_with(prefix) ? std::string(hop->name) : prefix + std::string(hop->name);
    if (hop->use.valid()) {
      const Position at = f.evaluation->sources.PositionOf(hop->use.file, hop->use.offset);
      text += " (" + f.evaluation->sources.path(hop->use.file) + ":" + std::to_string(at.line) + ")";
    }
    out.push_back(std::move(text));
  }
  return out;
}

}  // namespace weir::scan
