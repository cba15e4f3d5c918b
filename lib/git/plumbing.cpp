#include "lib/git/plumbing.h"

#include <algorithm>
#include <charconv>

#include "lib/base/process.h"
#include "lib/git/paths.h"

namespace weir::git {
namespace {

constexpr char kEmptyTreeSha1[] = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
constexpr char kEmptyTreeSha256[] = "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321";

/// Removes and returns what stands before `end`; everything where `end` is absent.
std::string_view TakeUntil(std::string_view& text, char end) {
  const size_t at = text.find(end);
  const std::string_view taken = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return taken;
}

uint32_t ParseMode(std::string_view octal) {
  uint32_t mode = 0;
  std::from_chars(octal.data(), octal.data() + octal.size(), mode, 8);
  return mode == 0 ? 0 : CanonicalMode(mode);
}

class PlumbingObjects final : public Objects {
 public:
  explicit PlumbingObjects(std::shared_ptr<const Git> git) : git_(std::move(git)) {}

  Result<Blob> ReadTree(const ObjectId& id) const override {
    WEIR_ASSIGN_OR_RETURN(std::string text, git_->Out({"cat-file", "tree", id.ToHex()}));
    return Blob(std::move(text));
  }

  Result<Blob> ReadBlob(const ObjectId& id, std::string_view path, uint64_t max_bytes) const override {
    WEIR_ASSIGN_OR_RETURN(const std::string size_text, git_->Out({"cat-file", "-s", id.ToHex()}));
    uint64_t size = 0;
    std::from_chars(size_text.data(), size_text.data() + size_text.size(), size);
    if (size > max_bytes) return TooLarge(path, max_bytes);
    WEIR_ASSIGN_OR_RETURN(std::string text, git_->Out({"cat-file", "blob", id.ToHex()}));
    return Blob(std::move(text));
  }

 private:
  std::shared_ptr<const Git> git_;
};

}  // namespace

Result<std::string> Git::Out(std::vector<std::string> args, std::string_view input) const {
  args.insert(args.begin(), {"git", "--literal-pathspecs", "--no-optional-locks"});
  ProcessOptions options{.input = input, .directory = work_tree_};
  if (!git_dir_.empty()) options.environment.emplace_back("GIT_DIR", git_dir_);
  if (!work_tree_.empty()) options.environment.emplace_back("GIT_WORK_TREE", work_tree_);
  if (!index_.empty()) options.environment.emplace_back("GIT_INDEX_FILE", index_);
  // An object that a partial clone has left on its server must not start a download.
  options.environment.emplace_back("GIT_NO_LAZY_FETCH", "1");
  options.environment.emplace_back("GIT_ALLOW_PROTOCOL", "none");
  options.environment.emplace_back("LC_ALL", "C");
  WEIR_ASSIGN_OR_RETURN(ProcessResult result, Run(args, options));
  if (result.exit != 0) {
    while (!result.err.empty() && result.err.back() == '\n') result.err.pop_back();
    return {Code::kInvalid, "git " + args[3] + " failed: " + result.err};
  }
  return std::move(result.out);
}

ObjectId ParseId(std::string_view hex) {
  ObjectId id;
  if (hex.size() != 40 && hex.size() != 64) return id;
  id.size = uint8_t(hex.size() / 2);
  for (size_t i = 0; i < id.size; ++i) {
    const auto read = std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, id.bytes[i], 16);
    if (read.ptr != hex.data() + 2 * i + 2) return {};
  }
  // Null ids compare equal whatever the repository's hash.
  return id.is_null() ? ObjectId{} : id;
}

Status ParseRawDiff(std::string_view text, std::vector<Change>& changes) {
  while (!text.empty()) {
    std::string_view head = TakeUntil(text, '\0');
    const std::string_view path = TakeUntil(text, '\0');
    if (head.empty() || head[0] != ':' || path.empty())
      return {Code::kInvalid, "git printed a difference that cannot be read"};
    head.remove_prefix(1);
    Change change;
    change.old_mode = ParseMode(TakeUntil(head, ' '));
    change.new_mode = ParseMode(TakeUntil(head, ' '));
    change.old_id = ParseId(TakeUntil(head, ' '));
    change.new_id = ParseId(TakeUntil(head, ' '));
    change.path = change.old_path = std::string(path);
    // A conflict may come with a second line for the same path; the first says it all.
    if (change.old_mode == 0 && change.new_mode == 0) continue;
    if (!changes.empty() && changes.back().path == change.path) continue;
    changes.push_back(std::move(change));
  }
  return {};
}

Status StagedByGit(const Git& git, const ObjectId& tree, uint8_t id_size, std::vector<Change>& changes) {
  const std::string against = !tree.is_null() ? tree.ToHex()
                              : id_size == 32 ? kEmptyTreeSha256
                                              : kEmptyTreeSha1;
  WEIR_ASSIGN_OR_RETURN(
      const std::string raw,
      git.Out({"diff", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff",
               "--no-relative", "--no-color", "--ignore-submodules=none", "-O/dev/null", against, "--"}));
  return ParseRawDiff(raw, changes);
}

Result<std::shared_ptr<const IndexEntries>> IndexByGit(const Git& git) {
  WEIR_ASSIGN_OR_RETURN(const std::string listed, git.Out({"ls-files", "-s", "-z", "--full-name"}));
  std::string_view text = listed;
  std::vector<OwnedIndexEntry> entries;
  while (!text.empty()) {
    std::string_view line = TakeUntil(text, '\0');
    OwnedIndexEntry entry;
    entry.entry.mode = ParseMode(TakeUntil(line, ' '));
    entry.entry.id = ParseId(TakeUntil(line, ' '));
    const std::string_view stage = TakeUntil(line, '\t');
    entry.entry.stage = uint8_t(stage.empty() ? 0 : stage[0] - '0');
    entry.name = std::string(line);
    entries.push_back(std::move(entry));
  }
  return NewIndexEntries(std::move(entries));
}

std::shared_ptr<const Objects> ObjectsByGit(std::shared_ptr<const Git> git) {
  return std::make_shared<PlumbingObjects>(std::move(git));
}

}  // namespace weir::git
