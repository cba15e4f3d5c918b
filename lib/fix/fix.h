// Fixes: a policy's structural edits as byte edits, offered only where they were proven.
//
// Propose() renders the rule's edits at the finding's resource, applies them in memory, evaluates the scope again, and keeps
// the result only where the finding is gone, no other finding has come and the files still parse.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/git/snapshot.h"
#include "lib/scan/scan.h"

namespace weir::fix {

/// Replaces bytes [start, end) of a file by `text`.
struct Edit {
  std::string file;
  uint32_t start = 0, end = 0;
  std::string text;
};

struct Fix {
  bool safe = false;   // verified, and nothing for a person to choose
  std::string reason;  // of a suggestion: what a person must choose
  std::vector<Edit> edits;  // sorted by file and start, without overlap
};

/// The verified fix of a failing finding of `snapshot`'s side, or nothing where the rule has none or it does not verify.
std::optional<Fix> Propose(const scan::Finding& finding, const git::Snapshot& snapshot, const scan::Options& options);

/// `text` with the edits of `file` applied; nothing where one is out of bounds or two overlap.
std::optional<std::string> Apply(std::string_view text, std::string_view file, const std::vector<Edit>& edits);

}  // namespace weir::fix
