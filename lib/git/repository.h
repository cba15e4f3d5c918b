// A Git repository, as far as a scan needs it: the index, trees, blobs, references and configuration, through libgit2 where it can
// read the repository, through weir's own index reader for speed, and through git's plumbing where neither can.
//
// Nothing here reads the work tree. A Repository may be used from several threads once it is open.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/blob.h"
#include "lib/base/result.h"
#include "lib/git/change_set.h"

namespace weir::git {

class Repository {
 public:
  /// Opens the repository that contains `path`, as git itself would: GIT_DIR, GIT_INDEX_FILE, GIT_OBJECT_DIRECTORY,
  /// GIT_ALTERNATE_OBJECT_DIRECTORIES, GIT_QUARANTINE_PATH and their like are honoured, so that objects of a push that are
  /// still in quarantine are seen. kNotFound where there is no repository.
  static Result<std::unique_ptr<Repository>> Open(const std::string& path = ".");
  virtual ~Repository() = default;

  /// HEAD (or an empty tree on an unborn branch) against the index that git would commit (GIT_INDEX_FILE).
  virtual Result<ChangeSet> Staged() const = 0;
  /// Two commits, tags or trees by id or name ("main~2", "" for the empty tree).
  virtual Result<ChangeSet> Between(std::string_view before, std::string_view after) const = 0;
  /// The same from where the two last agreed: their merge base ("A...B"). kNotFound where they share nothing.
  virtual Result<ChangeSet> SinceFork(std::string_view before, std::string_view after) const = 0;
  /// One reference of a push: old tip to new tip; a created reference against the merge base with what other
  /// references reach (the empty tree where nothing is shared); a deleted one gives no changes; a tag its commit.
  virtual Result<ChangeSet> Pushed(const RefUpdate& update) const = 0;

  /// Commits that the updates bring and that no other reference reaches, oldest first. kLimit beyond `most`.
  struct Commit {
    ObjectId id;
    std::vector<ObjectId> parents;
    std::string subject;
  };
  virtual Result<std::vector<Commit>> NewCommits(std::span<const RefUpdate> updates, size_t most) const = 0;
  /// What one commit changes: against its parent; a merge by the paths that differ from all of its parents.
  virtual Result<ChangeSet> ChangedBy(const Commit& commit) const = 0;

  /// Snapshot of a tree-ish by id or name.
  virtual Result<std::shared_ptr<const Snapshot>> Tree(std::string_view revision) const = 0;
  /// Snapshot of the index.
  virtual Result<std::shared_ptr<const Snapshot>> Index() const = 0;
  virtual Result<ObjectId> Resolve(std::string_view revision) const = 0;
  /// The newest commit in before..after (first parent) that changed line `line` of `path`, as an abbreviated id and its subject;
  /// nothing where it cannot be told cheaply.
  struct CommitLabel { std::string id, subject; };
  virtual std::optional<CommitLabel> Introduced(const RefUpdate& range, std::string_view path, uint32_t line) const = 0;

  /// A configuration value with git's own precedence ("weir.block"), or nothing.
  virtual std::optional<std::string> Config(std::string_view key) const = 0;
  /// Absolute paths, without a trailing '/'. The work tree is empty for a bare repository.
  virtual const std::string& git_dir() const = 0;
  virtual const std::string& common_dir() const = 0;
  virtual const std::string& work_tree() const = 0;
  /// Where git looks for hooks (core.hooksPath, or hooks/ in the common directory).
  virtual std::string HooksDir() const = 0;

  /// Writes `files` into the index as new blobs, keeping modes and every other entry, atomically with git's own lock.
  /// kIo where index.lock exists, naming it.
  struct StagedFile { std::string path, content; };
  virtual Status Stage(const std::vector<StagedFile>& files) = 0;
};

/// Reads pre-receive's standard input: "<old> SP <new> SP <ref> LF" a line. kInvalid names the line.
Result<std::vector<RefUpdate>> ParseRefUpdates(std::string_view text);
/// Reads pre-push's: "<local ref> SP <local id> SP <remote ref> SP <remote id> LF" a line.
Result<std::vector<RefUpdate>> ParsePushLines(std::string_view text);
/// GIT_PUSH_OPTION_COUNT and GIT_PUSH_OPTION_<n>.
std::vector<std::string> PushOptions();

}  // namespace weir::git
