// What every language of lib/lang/ offers: it knows its files, knows what must be evaluated when one of them
// changes, and turns that into resources.
//
// A language has no state. A scan is a function of (snapshot, scope): every call may be made from several
// threads at once, as long as each has its own arena, source map and document.
//
//   const Language* terraform = FindLanguage("terraform");
//   std::string cache;  // bytes kept under $GIT_DIR/weir/cache, or empty
//   auto scopes = terraform->ScopesOf(paths, *snapshot, cache);
//   for (const std::string& scope : *scopes) terraform->Evaluate(scope, *snapshot, sources, arena, limits,
//   document);
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/limits.h"
#include "lib/base/result.h"
#include "lib/base/sources.h"
#include "lib/git/snapshot.h"
#include "lib/model/document.h"

namespace weir {

class Language {
 public:
  virtual ~Language() = default;

  /// The folder's name in lib/lang/: "terraform". Equal to Resource::language of everything it declares.
  virtual std::string_view name() const = 0;

  /// Whether the file at `path` is one of this language's, decided from its path where that is enough, else
  /// from `head`, its first bytes (about 4 KiB; empty where the caller has not read it: then only the path
  /// counts).
  virtual bool Claims(std::string_view path, std::string_view head) const = 0;

  /// Whether `Claims` needs the first bytes of the file at `path` to decide. Only such files are read to be recognised; for all
  /// others the path decides.
  virtual bool NeedsHead(std::string_view) const { return false; }

  /// The scopes that must be evaluated because the files at `paths` (all claimed by this language) changed:
  /// sorted, each once. A scope is a path: a directory (Terraform, Helm) or a file (CloudFormation). A file
  /// that was removed belongs to the scopes it would belong to. Ask for both sides of a change: a call that
  /// was removed reaches its module only before.
  ///
  /// `cache` holds what an earlier call for any snapshot of the same repository left there (empty at first;
  /// bytes of any other kind are ignored) and receives what is worth keeping; it is left as it was where
  /// nothing new was learnt.
  virtual Result<std::vector<std::string>> ScopesOf(std::span<const std::string> paths,
                                                    const git::Snapshot& snapshot,
                                                    std::string& cache) const = 0;

  /// Every scope of the snapshot, for a scan of a whole tree: sorted, each once. Together their evaluations
  /// cover every file that the language claims. As it is here: the scopes of all its files.
  virtual Result<std::vector<std::string>> AllScopes(const git::Snapshot& snapshot, std::string& cache) const;

  /// False where AllScopes is something else than the scopes of all files; then a scan of a whole tree asks for it, and else walks the
  /// tree once for all languages.
  virtual bool ScopesByFile() const { return true; }

  /// Whether what policies say of a resource hangs on its own file, and on what refers to it or what it refers to, alone: then a change of one
  /// file of a scope is judged without judging all others of the scope.
  virtual bool JudgesByReferences() const { return false; }
  /// Whether what refers to `resource` bears on one another, too: not where everything refers to it (a Namespace).
  virtual bool Joins(const Resource&) const { return true; }

  /// The part of a resource's block (as it stands in its file) that stays the same when the resource is only renamed.
  virtual std::string_view WithoutName(std::string_view block) const {
    const size_t brace = block.find('{');
    return brace == std::string_view::npos ? block : block.substr(brace);
  }

  /// Evaluates a scope and adds what it declares to `out`. Never fails as a whole: what is wrong with a file
  /// is a diagnostic in `out`, and the rest is there. A scope that does not exist in the snapshot (it was
  /// removed, or is yet to come), or is no longer of this language there, adds nothing. Files that are read are added to `sources` with their path in
  /// the snapshot. Everything in `out` lives in `arena` and `sources`.
  virtual void Evaluate(std::string_view scope, const git::Snapshot& snapshot, SourceMap& sources,
                        Arena& arena, const Limits& limits, Document& out) const = 0;
};

/// Every language that is built in. The objects live for ever.
std::span<const Language* const> Languages();
/// The language of that name, or null.
const Language* FindLanguage(std::string_view name);
/// The first language that claims the file, or null.
const Language* LanguageOf(std::string_view path, std::string_view head);

/// The same for a file of a snapshot, of which the first 4 KiB are read where a language needs them to decide and none knows the
/// path. Null for what is no regular file there.
Result<const Language*> LanguageIn(const git::Snapshot& snapshot, std::string_view path);

/// The files of the snapshot that LanguageIn gives to `languages`, by language, sorted. The tree is walked once.
/// Folders of version control and of installed packages (`.git`, `node_modules`, `.terraform`) are not entered. kLimit where folders are
/// nested deeper than git::kMaxTreeDepth: a part that was not looked at is never passed over.
Result<std::map<const Language*, std::vector<std::string>>> FilesOf(std::span<const Language* const> languages, const git::Snapshot& snapshot);

}  // namespace weir
