#include <cstdio>
#include <iostream>
#include <string>

#include "hooks/commands.h"
#include "hooks/common.h"
#include "lib/base/file.h"
#include "lib/cel/debug.h"
#include "lib/fix/debug.h"
#include "lib/git/debug.h"
#include "lib/lang/terraform/debug_eval.h"
#include "lib/lang/terraform/debug_resources.h"
#include "lib/syntax/hcl/dump.h"

namespace weir::hooks {

int Debug(const std::string& what, const std::vector<std::string>& arguments) {
  if (what == "resources" && arguments.size() == 1) {
    auto snapshot = git::OpenFolderSnapshot(arguments[0]);
    if (!snapshot.ok()) return Fail(snapshot.status());
    const auto json = terraform::DebugResources(**snapshot, "");
    if (!json.ok()) return Fail(json.status());
    std::puts(json->c_str());
    return 0;
  }
  if (what == "syntax") {
    for (const std::string& path : arguments) {
      const auto blob = ReadFile(path);
      if (!blob.ok()) return Fail(blob.status());
      std::puts(hcl::DumpSyntax(blob->text(), path).c_str());
    }
    return 0;
  }
  if (what == "print") {
    for (const std::string& path : arguments) {
      const auto blob = ReadFile(path);
      if (!blob.ok()) return Fail(blob.status());
      const std::string out = hcl::PrintBack(blob->text());
      std::fwrite(out.data(), 1, out.size(), stdout);
    }
    return 0;
  }
  if (what == "changes" && (arguments.empty() || arguments.size() == 2)) {
    auto repository = git::Repository::Open();
    if (!repository.ok()) return Fail(repository.status());
    const auto set = arguments.empty() ? (*repository)->Staged() : (*repository)->Between(arguments[0], arguments[1]);
    if (!set.ok()) return Fail(set.status());
    const std::string out = git::DebugChanges(*set);
    std::fwrite(out.data(), 1, out.size(), stdout);
    return 0;
  }
  if (what == "fixes" && !arguments.empty()) {
    for (const std::string& folder : arguments) {
      auto snapshot = git::OpenFolderSnapshot(folder);
      if (!snapshot.ok()) return Fail(snapshot.status());
      auto options = MakeOptions(**snapshot, nullptr);
      if (!options.ok()) return Fail(options.status());
      const std::string out = fix::DebugFixes(**snapshot, *options);
      std::fwrite(out.data(), 1, out.size(), stdout);
    }
    return 0;
  }
  if (what == "eval" && arguments.empty()) {
    auto snapshot = git::OpenFolderSnapshot(".");
    if (!snapshot.ok()) return Fail(snapshot.status());
    for (std::string line; std::getline(std::cin, line);) std::puts(terraform::DebugEval(line, **snapshot).c_str());
    return 0;
  }
  if (what == "cel" && arguments.empty()) {
    for (std::string line; std::getline(std::cin, line);) std::puts(cel::DebugLine(line).c_str());
    return 0;
  }
  return Fail({Code::kUsage, "weir debug takes: syntax FILE…, print FILE…, resources DIR, fixes DIR…, changes [REVISION REVISION], or eval or cel with lines on standard input"});
}

}  // namespace weir::hooks
