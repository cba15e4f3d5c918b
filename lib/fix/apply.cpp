#include "lib/fix/apply.h"

#include <sys/stat.h>

#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/fix/journal.h"
#include "lib/fix/line_diff.h"

namespace weir::fix {
namespace {

// "path TAB fingerprint LF" for every file of the index that is written.
std::string Describe(const std::vector<ChangedFile>& changes) {
  std::string out;
  for (const ChangedFile& c : changes) out += c.path + '\t' + Fingerprint(c.after) + '\n';
  return out;
}

bool IndexIs(const git::Repository& repository, const std::string& described) {
  const auto index = repository.Index();
  bool same = index.ok();
  ForEachLine(described, [&](std::string_view line) {
    const size_t tab = line.rfind('\t');
    if (!same || tab == std::string_view::npos) return;
    const auto blob = (*index)->Read(line.substr(0, tab));
    same = blob.ok() && Fingerprint(blob->text()) == line.substr(tab + 1);
  });
  return same;
}

Status StageUnchanged(git::Repository& repository, const std::vector<ChangedFile>& changes) {
  const auto index = repository.Index();
  if (!index.ok()) return index.status();
  std::vector<git::Repository::StagedFile> files;
  for (const ChangedFile& c : changes) {
    const auto blob = (*index)->Read(c.path);
    if (!blob.ok()) return blob.status();
    if (blob->text() != c.before) return {Code::kIo, c.path + " was staged again in the meantime; nothing was changed here, run weir fix again"};
    files.push_back({c.path, c.after});
  }
  const Status status = repository.Stage(files);
  if (status.ok()) return status;
  return {status.code(), "the index could not be written, so nothing was changed: " + status.message()};
}

// Whether no folder on the way is a symbolic link, which may lead anywhere.
bool StandsIn(const std::string& root, const std::string& path) {
  for (size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    struct stat info;
    if (lstat((root + "/" + path.substr(0, slash)).c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return false;
  }
  return true;
}

}  // namespace

std::string Place::JournalPath() const { return repository != nullptr ? repository->git_dir() + "/weir/fix-journal" : root + "/.weir-fix-journal"; }

Result<Written> Write(const std::vector<ChangedFile>& changes, const Place& place, bool index) {
  Written written;
  std::vector<FileWrite> files;
  for (const ChangedFile& c : changes) {
    const std::string path = place.root + "/" + c.path;
    struct stat info;
    if (lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode) || !StandsIn(place.root, c.path)) {
      written.work_tree_differs.push_back(c.path);
      continue;
    }
    const auto present = ReadFile(path);
    if (!present.ok()) return present.status();
    auto changed = Transfer(c.before, c.after, present->text());
    if (!changed) written.work_tree_differs.push_back(c.path);
    else if (*changed != present->text()) files.push_back({path, std::string(present->text()), std::move(*changed)});
  }
  written.files = files.size();
  Journal journal(place.JournalPath());
  if (index) WEIR_RETURN_IF_ERROR(journal.Write(files, [&] { return StageUnchanged(*place.repository, changes); }, Describe(changes)));
  else WEIR_RETURN_IF_ERROR(journal.Write(files, nullptr, ""));
  return written;
}

Result<std::string> Recover(const Place& place) {
  return Journal(place.JournalPath()).Recover([&](const std::string& described) { return place.repository != nullptr && IndexIs(*place.repository, described); });
}

}  // namespace weir::fix
