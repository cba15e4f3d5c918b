#include "lib/server/identity.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <initializer_list>

namespace weir::server {
namespace {

std::string FirstSet(std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  return {};
}

std::string SystemUser() {
  char buffer[4096];
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(geteuid(), &entry, buffer, sizeof buffer, &found) == 0 && found != nullptr) return found->pw_name;
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
