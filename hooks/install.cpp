#include <unistd.h>

#include <climits>
#include <cstdio>

#include "hooks/commands.h"
#include "hooks/common.h"
#include "installer/install.h"

namespace weir::hooks {

int Install(bool uninstall) {
  auto repository = git::Repository::Open();
  if (!repository.ok()) return Fail({Code::kUsage, repository.status().message()});
  char self[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", self, sizeof self);
  if (length <= 0) return Fail({Code::kIo, "the path of this program cannot be found"});
  std::string done;
  const Status status = uninstall ? installer::Uninstall(**repository, done) : installer::Install(**repository, std::string(self, size_t(length)), done);
  if (!status.ok()) return Fail(status);
  std::printf("weir: %s\n", done.c_str());
  return 0;
}

}  // namespace weir::hooks
