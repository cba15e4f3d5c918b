#include <cstdio>
#include <map>

#include "hooks/commands.h"
#include "hooks/common.h"
#include "lib/fix/apply.h"

namespace weir::hooks {

int Fix(bool apply, bool staged) {
  auto repository = git::Repository::Open();
  if (!repository.ok()) return Fail(repository.status());
  auto change = (*repository)->Staged();
  if (!change.ok()) return Fail(change.status());
  auto options = MakeOptions(*change->after, repository->get());
  if (!options.ok()) return Fail(options.status());
  const scan::Report report = scan::ScanChange(*change, *options);
  if (!apply) {
    report::TextOptions text = TerminalOptions(false);
    text.all = true;
    const report::Fixes fixes = ProposeFixes(report, *change->after, *options, SIZE_MAX);
    std::fputs(report::Text(report, fixes, text).c_str(), stdout);
    size_t safe = 0;
    for (const auto& [i, fix] : fixes) safe += fix.safe;
    if (safe > 0) std::printf("weir: %zu safe; weir fix --apply --staged applies %s\n", safe, safe == 1 ? "it" : "them");
    else if (fixes.empty()) std::puts("weir: nothing to fix in what is staged");
    return 0;
  }
  const auto applied = fix::ApplySafe(report, *change->after, *options, **repository, staged);
  if (!applied.ok()) return Fail(applied.status());
  std::printf("weir: %zu fixed%s.", applied->fixed, staged ? " and staged" : "");
  if (applied->left_alone > 0) std::printf(" %zu left for a person to choose: weir fix shows them.", applied->left_alone);
  for (const std::string& path : applied->work_tree_differs) std::printf("\n  the work tree's %s differs there and was left alone", path.c_str());
  std::puts("");
  return 0;
}

}  // namespace weir::hooks
