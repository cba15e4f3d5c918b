// What every kind of repository does alike: comparing, snapshots and staging, over what libgit2 or git itself
// reads.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/git/plumbing.h"
#include "lib/git/repository.h"
#include "lib/git/tree.h"

namespace weir::git {

/// Where a repository is: absolute paths without a trailing '/'.
struct Places {
  std::string git_dir, common_dir, work_tree;  // no work tree: bare
  std::string index;                           // the file; GIT_INDEX_FILE where it is set
  uint8_t id_size = 20;
};

class RepositoryBase : public Repository {
 public:
  Result<ChangeSet> Staged() const override;
  Result<ChangeSet> Between(std::string_view before, std::string_view after) const override;
  Result<ChangeSet> SinceFork(std::string_view before, std::string_view after) const override;
  Result<ChangeSet> Pushed(const RefUpdate& update) const override;
  Result<ChangeSet> ChangedBy(const Commit& commit) const override;
  Result<std::shared_ptr<const Snapshot>> Tree(std::string_view revision) const override;
  Result<std::shared_ptr<const Snapshot>> Index() const override;
  Status Stage(const std::vector<StagedFile>& files) override;
  const std::string& git_dir() const override { return places_.git_dir; }
  const std::string& common_dir() const override { return places_.common_dir; }
  const std::string& work_tree() const override { return places_.work_tree; }

 protected:
  RepositoryBase(Places places, std::shared_ptr<const Objects> objects, std::shared_ptr<const Git> git);

  /// Tree of the commit that HEAD names; the null id on an unborn branch.
  virtual Result<ObjectId> HeadTree() const = 0;
  /// Tree of a commit, tag or tree. kInvalid where the object is missing, kNotFound where it leads to none (a blob, a tag of one).
  virtual Result<ObjectId> TreeOf(const ObjectId& id) const = 0;
  /// True where the object is there.
  virtual bool Has(const ObjectId& id) const = 0;
  /// The newest commit that `tip` shares with what the server's other references reach, without `ref`; null:
  /// none.
  virtual Result<ObjectId> Shared(const ObjectId& tip, const std::string& ref) const = 0;
  /// On a server (bare, or objects in quarantine) every reference is known to others; in a clone only what
  /// was fetched is.
  bool CountsAsShared(std::string_view ref, std::string_view updated) const;

  const Git& git() const { return *git_; }
  const Places& places() const { return places_; }
  std::shared_ptr<const Snapshot> SnapshotOf(const ObjectId& tree) const {
    return NewTreeSnapshot(reader_, tree);
  }

 private:
  Result<ObjectId> TreeNamed(std::string_view revision) const;
  Result<ChangeSet> Compare(const ObjectId& before, const ObjectId& after) const;
  Result<std::shared_ptr<const IndexEntries>> Entries() const;

  Places places_;
  std::shared_ptr<const Objects> objects_;
  std::shared_ptr<const TreeReader> reader_;
  std::shared_ptr<const Git> git_;
};

/// Where libgit2 can read the repository. kNotFound where there is none, kUnsupported where only git can read
/// it.
Result<std::unique_ptr<Repository>> OpenByLibgit2(const std::string& path);

/// `path` relative to `base` made absolute, without "." and "..", without a trailing '/'.
std::string Absolute(const std::string& path, const std::string& base = "");

}  // namespace weir::git
