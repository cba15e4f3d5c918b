#include "lib/scan/finding.h"

namespace weir::scan {

std::vector<std::string_view> AliasesOf(const Finding& f) {
  std::vector<std::string_view> out;
  if (f.image == nullptr || f.rule == nullptr) return out;
  const policy::Ref& aliases = f.rule->aliases.length != 0 ? f.rule->aliases : f.image->policies()[f.rule->policy].aliases;
  for (size_t i = 0; i < aliases.length; ++i) out.push_back(f.image->Text(aliases, i));
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
