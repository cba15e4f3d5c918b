// Who pushes, and to what: each Git server tells its hooks in its own variables.
//
//   gitolite GL_USER, GL_REPO · GitLab GL_USERNAME, GL_PROJECT_PATH · Gitea and Forgejo GITEA_PUSHER_NAME, GITEA_REPO_NAME ·
//   Bitbucket Data Center BB_USER_NAME, BB_REPO_SLUG · git http-backend REMOTE_USER · plain ssh: the system's user
#pragma once

#include <string>

#include "lib/git/repository.h"

namespace weir::server {

struct Identity {
  std::string user, repository;
};

/// `variable`: the environment variable to believe; empty: the first of the usual ones that is set, else the name of the
/// process's user. The repository's name falls back to its folder's. Never fails: what cannot be told is a number or a path.
Identity Identify(const git::Repository& repository, const std::string& variable);

}  // namespace weir::server
