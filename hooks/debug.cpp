#include <cstdio>

#include "hooks/commands.h"
#include "hooks/common.h"
#include "lib/base/file.h"
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
  return Fail({Code::kUsage, "weir debug takes: syntax FILE…, or resources DIR"});
}

}  // namespace weir::hooks
