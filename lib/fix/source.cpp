#include "lib/fix/source.h"

#include <sys/stat.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <map>
#include <optional>

#include "lib/base/file.h"
#include "lib/base/process.h"
#include "lib/lang/language.h"

namespace weir::fix {
namespace {

Result<std::string> Absolute(const std::string& path) {
  char resolved[PATH_MAX];
  if (realpath(path.c_str(), resolved) == nullptr) return Status(Code::kUsage, "there is no file or folder " + path);
  return std::string(resolved);
}

bool IsInside(const std::string& path, const std::string& folder) { return path == folder || path.starts_with(folder == "/" ? folder : folder + "/"); }

std::string Relative(const std::string& path, const std::string& root) {
  return path == root ? std::string() : path.substr(root == "/" ? 1 : root.size() + 1);
}

// Calls `each` for the parts of a list that git ended with NULs.
template <typename Each>
void ForEachName(std::string_view list, Each each) {
  while (!list.empty()) {
    const size_t end = list.find('\0');
    if (end == std::string_view::npos) return;
    each(std::string(list.substr(0, end)));
    list.remove_prefix(end + 1);
  }
}

// Of a file, to tell its language by.
constexpr size_t kHead = 4096;

// A snapshot that keeps the one below it alive.
struct Layered {
  std::shared_ptr<const git::Snapshot> base;
  std::unique_ptr<git::Snapshot> top;
};

// HEAD, with nothing staged, against the work tree.
Result<git::ChangeSet> WorkTreeChanges(const git::Repository& repository, git::ChangeSet staged) {
  std::map<std::string, std::optional<std::string>, std::less<>> edits;
  git::ChangeSet change;
  change.before = staged.before;
  for (const char* which : {"-m", "-o"}) {
    const auto listed = Run({"git", "ls-files", "-z", which, "--exclude-standard"}, {.input = {}, .directory = repository.work_tree()});
    if (!listed.ok()) return listed.status();
    if (listed->exit != 0) return Status(Code::kIo, "git ls-files failed: " + listed->err);
    const bool tracked = which[1] == 'm';
    ForEachName(listed->out, [&](const std::string& path) {
      git::Change c;
      c.path = c.old_path = path;
      c.old_mode = tracked ? 0100644 : 0;
      bool judged = LanguageOf(path, {}) != nullptr;
      struct stat info;
      const std::string full = repository.work_tree() + "/" + path;
      if (lstat(full.c_str(), &info) != 0) {
        edits[path] = std::nullopt;
      } else if (S_ISREG(info.st_mode)) {
        const auto blob = ReadFile(full);
        if (!blob.ok()) return;
        judged = judged || LanguageOf(path, blob->text().substr(0, kHead)) != nullptr;
        if (!tracked && !judged && path != ".weir.yaml") return;
        edits[path] = std::string(blob->text());
        c.new_mode = 0100644;
      } else {
        return;
      }
      if (judged) change.changes.push_back(std::move(c));
    });
  }
  std::ranges::sort(change.changes, {}, &git::Change::path);
  const auto layered = std::make_shared<Layered>(Layered{staged.after, nullptr});
  layered->top = git::NewOverlaySnapshot(*layered->base, std::move(edits));
  change.after = std::shared_ptr<const git::Snapshot>(layered, layered->top.get());
  return change;
}

}  // namespace

Result<Source> OpenSource(const std::vector<std::string>& paths, bool staged) {
  Source source;
  std::vector<std::string> named;
  for (const std::string& path : paths) {
    WEIR_ASSIGN_OR_RETURN(std::string full, Absolute(path));
    named.push_back(std::move(full));
  }
  auto repository = git::Repository::Open();
  if (repository.ok() && !(*repository)->work_tree().empty()) {
    WEIR_ASSIGN_OR_RETURN(const std::string root, Absolute((*repository)->work_tree()));
    if (std::ranges::all_of(named, [&](const std::string& path) { return IsInside(path, root); })) {
      source.repository = std::move(*repository);
      source.root = root;
    }
  }
  if (source.repository != nullptr) {
    for (const std::string& path : named) source.paths.push_back(Relative(path, source.root));
    WEIR_ASSIGN_OR_RETURN(source.change, source.repository->Staged());
    source.kind = Source::Kind::kIndex;
    if (staged || !source.change.changes.empty()) return source;
    WEIR_ASSIGN_OR_RETURN(source.change, WorkTreeChanges(*source.repository, std::move(source.change)));
    source.kind = Source::Kind::kWorkTree;
    if (!source.change.changes.empty() || named.empty()) return source;
  } else if (staged) {
    return Status(Code::kUsage, "--staged needs a git repository, and there is none here");
  } else {
    WEIR_ASSIGN_OR_RETURN(source.root, Absolute("."));
    for (const std::string& path : named) {
      if (IsInside(path, source.root)) continue;
      // Elsewhere: that folder is the root of all.
      struct stat info;
      if (named.size() > 1) return Status(Code::kUsage, path + " is outside of " + source.root + "; name files and folders of one tree");
      source.root = stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) ? path : path.substr(0, std::max<size_t>(1, path.rfind('/')));
    }
    for (const std::string& path : named) source.paths.push_back(Relative(path, source.root));
  }
  source.kind = Source::Kind::kTree;
  WEIR_ASSIGN_OR_RETURN(std::unique_ptr<git::Snapshot> folder, git::OpenFolderSnapshot(source.root));
  source.change = {};
  source.change.after = std::move(folder);
  return source;
}

}  // namespace weir::fix
