// Files replaced together: all of them or none, whatever happens in between.
//
// Order of a write: a journal that names what will be made; the new files, complete and flushed, beside the old ones; a line in the
// journal that they are; `commit` (the index); the renames; the journal is removed. What a process that was killed left is finished
// or undone by the next Recover(): before that line the new files are removed; after it, if the index has its new state (or was not
// part of it), the renames are made, else the new files are removed. A file that a person changed in the meantime is never touched.
//
// The journal is held with a lock while a process writes, so two of them never mix.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lib/base/result.h"

namespace weir::fix {

/// A file on disk that is to hold `after` instead of `before`.
struct FileWrite {
  std::string path;  // absolute
  std::string before, after;
};

class Journal {
 public:
  /// `path`: where the journal is kept, in a folder that only this repository's weir uses; made when needed.
  explicit Journal(std::string path) : path_(std::move(path)) {}

  /// Replaces the files. `commit`, where given, is called once everything is prepared and before the first file is replaced; if it
  /// fails, nothing is. `index_after` describes what it does, in any words; empty where there is no `commit`.
  /// Errors (read-only, a full disk, a file that is no longer `before`) leave everything as it was, and name file and remedy.
  Status Write(const std::vector<FileWrite>& files, const std::function<Status()>& commit, const std::string& index_after);

  /// Ends what an interrupted Write left: what was done about it as a sentence, empty where there was nothing. `committed` tells
  /// whether what its `index_after` described has happened.
  Result<std::string> Recover(const std::function<bool(const std::string& index_after)>& committed);

 private:
  std::string path_;
};

/// Text that tells contents apart.
std::string Fingerprint(std::string_view content);

}  // namespace weir::fix
