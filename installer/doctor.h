// What runs when, from where, and what is broken: a repository's hooks as git sees them.
#pragma once

#include <string>
#include <vector>

#include "installer/config_value.h"
#include "lib/base/result.h"
#include "lib/git/repository.h"

namespace weir::installer {

struct Remark {
  enum class Kind : uint8_t { kOk, kNote, kBad } kind = Kind::kOk;
  std::string text;
  std::string remedy = {};  // what to do; empty where there is nothing to do
};

/// The hooks that git runs here, in their order, and what keeps weir from being one of them. `binary` is this program.
/// Nothing is changed.
std::vector<Remark> Examine(const git::Repository& repository, const std::string& binary);
/// Mends what Examine() calls bad, as far as weir may: its own scripts, their order, their place.
Status Mend(const git::Repository& repository, const std::string& binary);

/// The repositories below a server's root that do not run weir, and why.
std::vector<Remark> ExamineServer(ConfigScope scope, const std::string& root, const std::string& binary);

}  // namespace weir::installer
