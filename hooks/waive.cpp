#include <algorithm>
#include <cstdio>

#include "hooks/commands.h"
#include "hooks/common.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/policy/exceptions.h"

namespace weir::hooks {

int Waive(policy::Waiver waiver) {
  auto repository = git::Repository::Open();
  if (!repository.ok()) return Fail({Code::kUsage, repository.status().message()});
  if ((*repository)->work_tree().empty()) return Fail({Code::kUsage, "a waiver is written into .weir.yaml of a work tree; this repository is bare"});
  if (waiver.owner.empty()) waiver.owner = (*repository)->Config("user.email").value_or("");
  if (waiver.owner.empty()) return Fail({Code::kUsage, "who answers for it? --owner, or git config user.email"});
  if (!policy::IsDate(waiver.until)) return Fail({Code::kUsage, "--until is a day: 2027-01-31, not '" + waiver.until + "'"});
  if (waiver.ExpiredOn(Today())) return Fail({Code::kUsage, "--until " + waiver.until + " is over already"});

  const std::string path = (*repository)->work_tree() + "/.weir.yaml";
  const auto file = ReadFile(path, 1 << 20);
  if (!file.ok() && file.status().code() != Code::kNotFound) return Fail(file.status());
  const std::string before(file.ok() ? file->text() : std::string_view());
  const auto after = policy::WithWaiver(before, waiver);
  if (!after.ok()) return Fail(after.status());
  // Read as a whole: a name that no policy has, or a file that was wrong before, is told and nothing is written.
  const auto options = OptionsHere();
  if (!options.ok()) return Fail(options.status());
  const auto config = policy::ParseConfig(".weir.yaml", *after, options->library());
  if (!config.ok()) return Fail(config.status());
  const auto written = std::ranges::find_if((*config).waivers, [&](const policy::Waiver& w) { return w.policies == waiver.policies && w.until == waiver.until && w.reason == waiver.reason; });
  if (written == (*config).waivers.end()) return Fail({Code::kUsage, ".weir.yaml does not read as one document of YAML; a waiver that is added at its end would not count"});
  if (const Status status = WriteFileAtomically(path, *after); !status.ok()) return Fail(status);
  std::printf("weir: %s is waived until %s (.weir.yaml:%u). git add .weir.yaml\n", TerminalSafe(waiver.policies.front()).c_str(), waiver.until.c_str(), written->line);
  return 0;
}

}  // namespace weir::hooks
