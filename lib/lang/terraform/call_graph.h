// Which module directories of a snapshot call which others by a local path ("./x", "../y").
//
// What a directory says is kept by its tree id: source paths as they are written, and its folders with their
// ids. So a graph is made again for another snapshot by reading only the directories whose tree has changed,
// and the kept part can be stored between runs. A file is parsed only where its text holds a module call at
// all.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lib/base/blob.h"
#include "lib/base/limits.h"
#include "lib/base/result.h"
#include "lib/git/snapshot.h"

namespace weir::terraform {

class CallGraph {
 public:
  /// Reads what `snapshot` calls. Directories that were loaded or read before are not read again.
  Status Read(const git::Snapshot& snapshot, const Limits& limits);

  /// The directories that one directory calls. Sorted.
  static Result<std::vector<std::string>> CallsOf(const git::Snapshot& snapshot, const std::string& dir, const Limits& limits);

  /// Directories with configuration files.
  const std::map<std::string, std::vector<std::string>, std::less<>>& calls() const { return calls_; }
  /// `dir`, and those from which calls lead to it and that nobody calls. Sorted.
  std::vector<std::string> RootsOf(std::string_view dir) const;
  /// The fewest directories whose calls reach every directory with configuration. Sorted.
  std::vector<std::string> Roots() const;

  /// Bytes of what is known by tree id; Load ignores bytes that Save did not make.
  std::string Save() const;
  void Load(std::string_view bytes);
  /// True where Read learnt what Load had not brought.
  bool changed() const { return changed_; }

 private:
  struct Directory {
    bool has_config = false;
    std::vector<std::string> sources;
    std::vector<std::pair<std::string, ObjectId>> folders;
  };

  static Result<Directory> ReadDirectory(const git::Snapshot& snapshot, const std::string& dir,
                                         const Limits& limits);
  static std::vector<std::string> Targets(const Directory& directory, const std::string& dir);

  std::unordered_map<ObjectId, Directory> known_;
  std::map<std::string, std::vector<std::string>, std::less<>> calls_;  // directory → directories, sorted
  std::map<std::string, std::vector<std::string>, std::less<>> callers_;
  bool changed_ = false;
};

}  // namespace weir::terraform
