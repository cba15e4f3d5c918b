// Git's own commands, for repositories that libgit2 or weir's index reader cannot read: split and sparse
// indexes, SHA-256 ids, the reftable format. Slower by the start of a process a question, never wrong about
// git's own formats.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/git/change_set.h"
#include "lib/git/index_reader.h"
#include "lib/git/repository.h"
#include "lib/git/tree.h"

namespace weir::git {

/// Runs git on one repository whatever the current folder and the environment say.
class Git {
 public:
  /// Absolute paths; `work_tree` is empty for a bare repository, `index` empty for the repository's own.
  Git(std::string git_dir, std::string work_tree, std::string index)
      : git_dir_(std::move(git_dir)), work_tree_(std::move(work_tree)), index_(std::move(index)) {}

  /// What git printed. kInvalid with git's own words where it fails.
  Result<std::string> Out(std::vector<std::string> args, std::string_view input = {}) const;

 private:
  std::string git_dir_, work_tree_, index_;
};

/// The index against a tree, by `git diff-index`.
Status StagedByGit(const Git& git, const ObjectId& tree, uint8_t id_size, std::vector<Change>& changes);
/// The index, by `git ls-files`.
Result<std::shared_ptr<const IndexEntries>> IndexByGit(const Git& git);
/// The object database, by `git cat-file`.
std::shared_ptr<const Objects> ObjectsByGit(std::shared_ptr<const Git> git);

/// Reads the output of git's raw diffs with -z and full ids.
Status ParseRawDiff(std::string_view text, std::vector<Change>& changes);
/// An id of 40 or 64 hexadecimal digits, or the null id.
ObjectId ParseId(std::string_view hex);

/// A repository that only git itself can read. kNotFound where git finds none.
Result<std::unique_ptr<Repository>> OpenByGit(const std::string& path);

}  // namespace weir::git
