#include "lib/git/renames.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>

#include "lib/base/text.h"
#include "lib/git/paths.h"

namespace weir::git {
namespace {

// Enough for what people move in one commit; beyond it only equal content is found, as git's own limit does.
constexpr size_t kMaxPairs = 2'000;
constexpr uint64_t kMaxBytes = 256u << 10;

bool IsFile(uint32_t mode) { return mode == kModeFile || mode == kModeExecutable; }

std::string_view Extension(std::string_view path) {
  const std::string_view name = FileNameOf(path);
  const size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot);
}

/// The empty blob is in every repository many times: that two files are empty says nothing.
bool IsEmptyBlob(const ObjectId& id) {
  const std::string hex = id.ToHex();
  return hex == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391" ||
         hex == "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813";
}

/// Lines by hash, sorted: what two files share is the intersection.
using Lines = std::vector<size_t>;

class Detector {
 public:
  Detector(const Objects& objects, std::vector<Change>& changes) : objects_(objects), changes_(changes) {
    for (size_t i = 0; i < changes.size(); ++i) {
      if (changes[i].is_removed() && !changes[i].is_added()) removed_.push_back(i);
      if (changes[i].is_added() && !changes[i].is_removed()) added_.push_back(i);
    }
    gone_.resize(changes.size());
  }

  void Run() {
    if (removed_.empty() || added_.empty()) return;
    Exact();
    Inexact();
    size_t kept = 0;
    for (size_t i = 0; i < changes_.size(); ++i) {
      if (gone_[i]) continue;
      if (kept != i) changes_[kept] = std::move(changes_[i]);
      ++kept;
    }
    changes_.resize(kept);
  }

 private:
  bool Open(size_t i) const { return !gone_[i] && !changes_[i].is_renamed(); }

  void Join(size_t from, size_t to) {
    changes_[to].old_path = changes_[from].path;
    changes_[to].old_id = changes_[from].old_id;
    changes_[to].old_mode = changes_[from].old_mode;
    gone_[from] = true;
  }

  void Exact() {
    std::unordered_map<ObjectId, std::vector<size_t>> by_id;
    for (size_t i : removed_)
      if (!IsEmptyBlob(changes_[i].old_id)) by_id[changes_[i].old_id].push_back(i);
    // Two rounds: files that keep their name choose first. A blob that many files share gives each once.
    for (const bool same_name : {true, false}) {
      for (size_t to : added_) {
        const auto found = by_id.find(changes_[to].new_id);
        if (found == by_id.end() || changes_[to].is_renamed()) continue;
        auto& candidates = found->second;
        const auto fits = [&](size_t from) {
          const bool kind = IsFile(changes_[from].old_mode) == IsFile(changes_[to].new_mode);
          return kind && (!same_name || FileNameOf(changes_[from].path) == FileNameOf(changes_[to].path));
        };
        // Bounded: thousands of equal files must not make this quadratic.
        const auto end = candidates.begin() + ptrdiff_t(std::min<size_t>(candidates.size(), 64));
        const auto from = std::find_if(candidates.begin(), end, fits);
        if (from == end) continue;
        Join(*from, to);
        candidates.erase(from);
      }
    }
  }

  const Lines* LinesOf(const ObjectId& id, const std::string& path) {
    const auto [at, fresh] = lines_.try_emplace(id);
    if (fresh) {
      if (const auto blob = objects_.ReadBlob(id, path, kMaxBytes); blob.ok()) {
        Lines lines;
        ForEachLine(blob->text(),
                    [&](std::string_view line) { lines.push_back(std::hash<std::string_view>()(line)); });
        std::sort(lines.begin(), lines.end());
        at->second = std::move(lines);
      }
    }
    return at->second ? &*at->second : nullptr;
  }

  void Inexact() {
    std::map<std::string_view, std::vector<size_t>, std::less<>> by_extension;
    for (size_t i : removed_)
      if (Open(i) && IsFile(changes_[i].old_mode)) by_extension[Extension(changes_[i].path)].push_back(i);
    struct Pair {
      double score;
      size_t from, to;
    };
    std::vector<Pair> pairs;
    size_t looked = 0;
    for (size_t to : added_) {
      if (!Open(to) || !IsFile(changes_[to].new_mode)) continue;
      const auto candidates = by_extension.find(Extension(changes_[to].path));
      if (candidates == by_extension.end()) continue;
      if (looked + candidates->second.size() > kMaxPairs) break;
      looked += candidates->second.size();
      for (size_t from : candidates->second) {
        const Lines* a = LinesOf(changes_[from].old_id, changes_[from].path);
        const Lines* b = LinesOf(changes_[to].new_id, changes_[to].path);
        if (a == nullptr || b == nullptr || a->empty() || b->empty()) continue;
        std::vector<size_t> shared;
        std::set_intersection(a->begin(), a->end(), b->begin(), b->end(), std::back_inserter(shared));
        const double score = double(shared.size()) / double(std::max(a->size(), b->size()));
        if (score >= 0.5) pairs.push_back({score, from, to});
      }
    }
    std::stable_sort(pairs.begin(), pairs.end(),
                     [](const Pair& a, const Pair& b) { return a.score > b.score; });
    for (const Pair& pair : pairs)
      if (Open(pair.from) && Open(pair.to)) Join(pair.from, pair.to);
  }

  const Objects& objects_;
  std::vector<Change>& changes_;
  std::vector<size_t> removed_, added_;
  std::vector<bool> gone_;
  std::unordered_map<ObjectId, std::optional<Lines>> lines_;
};

}  // namespace

void DetectRenames(const Objects& objects, std::vector<Change>& changes) {
  Detector(objects, changes).Run();
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.path < b.path; });
}

}  // namespace weir::git
