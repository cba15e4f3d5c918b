#include "lib/fix/apply.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>

#include "lib/base/file.h"

namespace weir::fix {
namespace {

using Files = std::map<std::string, std::optional<std::string>, std::less<>>;

std::string Identity(const scan::Finding& f) {
  std::string key = f.policy + '\n' + f.resource + '\n' + f.scope;
  for (const std::string& path : f.blame) (key += '\n') += path;
  return key;
}

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const size_t length = end == std::string_view::npos ? text.size() : end + 1;
    out.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return out;
}

// Where `part` stands in `lines` with `context` lines the same around it; SIZE_MAX where it does not stand exactly once.
size_t FindOnce(const std::vector<std::string_view>& lines, std::span<const std::string_view> part) {
  size_t found = SIZE_MAX;
  for (size_t i = 0; i + part.size() <= lines.size(); ++i) {
    if (!std::equal(part.begin(), part.end(), lines.begin() + long(i))) continue;
    if (found != SIZE_MAX) return SIZE_MAX;
    found = i;
  }
  return found;
}

}  // namespace

std::optional<std::string> Transfer(std::string_view before, std::string_view after, std::string_view other) {
  if (other == before) return std::string(after);
  const auto a = Lines(before), b = Lines(after), c = Lines(other);
  size_t head = 0, tail = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  while (tail < a.size() - head && tail < b.size() - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  // The changed lines with as much around them as makes them stand only once.
  for (size_t context = 3; context <= a.size(); context = context * 2) {
    const size_t from = head - std::min(head, context), to = std::min(a.size(), a.size() - tail + context);
    for (const auto& [first, last] : {std::pair(from, to), std::pair(from, a.size() - tail), std::pair(head, to)}) {
      if (first >= last) continue;
      const size_t at = FindOnce(c, std::span(a).subspan(first, last - first));
      if (at == SIZE_MAX) continue;
      std::string out;
      for (size_t i = 0; i < at; ++i) out += c[i];
      for (size_t i = first; i < b.size() - (a.size() - last); ++i) out += b[i];
      for (size_t i = at + (last - first); i < c.size(); ++i) out += c[i];
      return out;
    }
    if (context > head + tail) break;
  }
  return std::nullopt;
}

Result<Applied> ApplySafe(const scan::Report& report, const git::Snapshot& snapshot, scan::Options& options, git::Repository& repository, bool staged) {
  Applied applied;
  Files files;
  std::vector<std::string> wanted;
  std::map<std::string, std::pair<std::string, std::string>> scopes;
  for (const scan::Finding& f : report.findings)
    if (f.action != scan::Action::kNone) wanted.push_back(Identity(f)), scopes.emplace(f.scope, std::pair(f.language, f.scope));
  // After each fix everything is evaluated again, so that the next one is made for what is there now.
  size_t rounds = wanted.size();
  std::vector<std::string> refused;
  while (rounds-- > 0) {
    const auto overlay = git::NewOverlaySnapshot(snapshot, files);
    bool progress = false;
    for (const auto& [key, scope] : scopes) {
      std::vector<std::string> incomplete;
      for (const scan::Finding& f : scan::ScanScope(*overlay, scope.first, scope.second, options, incomplete)) {
        const std::string identity = Identity(f);
        if (f.verdict != scan::Verdict::kFail || std::ranges::find(wanted, identity) == wanted.end() || std::ranges::find(refused, identity) != refused.end()) continue;
        const auto fix = Propose(f, *overlay, options);
        if (!fix || !fix->safe) {
          refused.push_back(identity);
          continue;
        }
        for (const Edit& e : fix->edits) {
          const auto blob = overlay->Read(e.file, options.config.limits.file_size);
          if (!blob.ok()) return blob.status();
          if (auto text = Apply(blob->text(), e.file, fix->edits)) files[e.file] = std::move(*text);
        }
        refused.push_back(identity);
        ++applied.fixed;
        progress = true;
        break;
      }
      if (progress) break;
    }
    if (!progress) break;
  }
  applied.left_alone = wanted.size() - std::min(wanted.size(), applied.fixed);

  std::vector<git::Repository::StagedFile> index;
  std::vector<std::pair<std::string, std::string>> work_tree;
  for (const auto& [path, text] : files) {
    const auto before = snapshot.Read(path, options.config.limits.file_size);
    if (!before.ok()) return before.status();
    if (staged) index.push_back({path, *text});
    const std::string full = repository.work_tree() + "/" + path;
    struct stat info;
    if (lstat(full.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    const auto present = ReadFile(full, options.config.limits.file_size);
    if (!present.ok()) return present.status();
    if (const auto changed = Transfer(before->text(), *text, present->text())) work_tree.emplace_back(full, *changed);
    else applied.work_tree_differs.push_back(path);
  }
  if (!index.empty()) WEIR_RETURN_IF_ERROR(repository.Stage(index));
  for (const auto& [path, text] : work_tree) {
    struct stat info;
    const uint32_t mode = stat(path.c_str(), &info) == 0 ? uint32_t(info.st_mode & 07777) : 0644;
    WEIR_RETURN_IF_ERROR(WriteFileAtomically(path, text, mode));
  }
  return applied;
}

}  // namespace weir::fix
