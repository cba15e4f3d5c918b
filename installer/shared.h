// One folder of weir's scripts for many repositories: all of a user, of a machine, or of a Git server.
//
// A user's and a machine's are named by core.hooksPath in the user's or the system's configuration. A server's is named by a
// conditional include (`includeIf.gitdir:<root>/`), so that it holds for every repository below a root, those that are made later
// too, and for no other. Under all of them each repository's own hooks keep running first.
#pragma once

#include <string>
#include <vector>

#include "installer/config_value.h"
#include "lib/base/result.h"

namespace weir::installer {

/// kGlobal: pre-commit, pre-merge-commit and pre-push of the user's repositories run weir; kSystem: of everybody's.
Result<std::vector<std::string>> InstallFor(ConfigScope scope, const std::string& binary);
Result<std::vector<std::string>> UninstallFor(ConfigScope scope);

/// pre-receive of every repository below the folder `root` runs weir, for the user who runs this (the account of the server) or,
/// with kSystem, for everybody.
Result<std::vector<std::string>> InstallServer(ConfigScope scope, const std::string& root, const std::string& binary);
Result<std::vector<std::string>> UninstallServer(ConfigScope scope, const std::string& root);

/// Bare repositories below `root`, sorted; what lies inside of one is not searched.
std::vector<std::string> RepositoriesBelow(const std::string& root);

/// The folder of weir's scripts that `scope` uses: "hooks" or, for servers, "server-hooks" in weir's folder beside git's configuration.
Result<std::string> SharedFolder(ConfigScope scope, bool server);

}  // namespace weir::installer
