#include "lib/server/identity.h"

#include <unistd.h>

#include <cstdlib>
#include <initializer_list>

#include "lib/base/process.h"

namespace weir::server {
namespace {

std::string FirstSet(std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  return {};
}

/// By id(1) and not by getpwuid(3), which a binary without shared libraries cannot use for users of a directory service.
std::string SystemUser() {
  const auto said = Run({"id", "-un"});
  if (said.ok() && said->exit == 0 && said->out.size() > 1) return said->out.substr(0, said->out.find('\n'));
  return std::to_string(geteuid());
}

}  // namespace

Identity Identify(const git::Repository& repository, const std::string& variable) {
  Identity who;
  // A variable that the configuration names and nobody set is nobody: falling back would let a stranger be the system's user.
  who.user = !variable.empty() ? FirstSet({variable.c_str()}) : FirstSet({"GL_USERNAME", "GL_USER", "GITEA_PUSHER_NAME", "BB_USER_NAME", "REMOTE_USER"});
  if (who.user.empty() && variable.empty()) who.user = SystemUser();
  who.repository = FirstSet({"GL_PROJECT_PATH", "GL_REPO", "GITEA_REPO_NAME", "BB_REPO_SLUG"});
  if (who.repository.empty()) {
    const std::string& path = repository.work_tree().empty() ? repository.git_dir() : repository.work_tree();
    who.repository = path.substr(path.rfind('/') + 1);
  }
  return who;
}

}  // namespace weir::server
