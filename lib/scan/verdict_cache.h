// What scopes said when they were judged last, so that the side before a push need not be evaluated again: the tip of one push is
// where the next one starts.
//
// An entry holds what the evaluation looked at, by id (reads.h), and the numbers by which its findings are recognised (match.h): no text
// of the repository but paths. It counts where everything is as it was then, and the policies, the configuration and weir itself are
// the same. A scope with a finding that something accepts is not kept: what is accepted today may not be tomorrow.
//
// One file, readable and writable by its owner alone: what others could have written is not believed. What is found broken in it, or
// comes from another version, is as if it were not there, and it may be deleted at any time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "lib/base/keyed_hash.h"
#include "lib/scan/side.h"

namespace weir::scan {

class VerdictCache {
 public:
  /// The file need not be there yet; it is read at the first Begin. `program` names the build of weir.
  VerdictCache(std::string path, std::string program) : path_(std::move(path)), program_(std::move(program)) {}

  /// To be called before everything else, again where the options are others.
  void Begin(const Options& options);
  /// The key of all hashes in it: secret, so that no push can be made to look like an old one.
  const HashKey& hash() const { return hash_; }

  /// Only `keys` and `reads` are filled: whether they hold is for the caller to see. May be called from several threads.
  std::optional<ScopeVerdicts> Find(std::string_view language, std::string_view scope) const;
  /// Leaves out what cannot be kept.
  void Put(std::string_view language, std::string_view scope, const ScopeVerdicts& verdicts);

  /// Writes what was put, and of the rest as much as there is room for; failing to is no error.
  void Save();

 private:
  void Load();

  std::string path_, program_;
  bool loaded_ = false, changed_ = false;
  HashKey hash_{};
  std::string epoch_;                                             // what all entries depend on
  std::string text_;                                              // the file's; `old_` are views of it
  std::unordered_map<std::string_view, std::string_view> old_;    // by language and scope
  std::unordered_map<std::string, std::string> fresh_;
};

}  // namespace weir::scan
