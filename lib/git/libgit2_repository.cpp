// Repositories through libgit2: objects, references, configuration. Comparing is done by weir's own walks.
#include <git2.h>

#include <cstdlib>
#include <cstring>
#include <mutex>
#include <unordered_map>

#include "lib/git/config.h"
#include "lib/git/paths.h"
#include "lib/git/repository_base.h"

#if defined(__SANITIZE_ADDRESS__)
#define WEIR_LEAK_CHECK
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WEIR_LEAK_CHECK
#endif
#endif
#ifdef WEIR_LEAK_CHECK
// libgit2 1.5 forgets PCRE2's match data where a pattern does not match; it is not ours to free.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:pcre2_\n"; }
extern "C" const char* __lsan_default_options();
extern "C" const char* __lsan_default_options() { return "print_suppressions=0"; }
#endif

namespace weir::git {
namespace {

template <typename T, void (*Free)(T*)>
struct Freer {
  void operator()(T* object) const { Free(object); }
};
using RepositoryHandle = std::unique_ptr<git_repository, Freer<git_repository, git_repository_free>>;
using OdbHandle = std::unique_ptr<git_odb, Freer<git_odb, git_odb_free>>;
using ObjectHandle = std::unique_ptr<git_object, Freer<git_object, git_object_free>>;
using CommitHandle = std::unique_ptr<git_commit, Freer<git_commit, git_commit_free>>;
using WalkHandle = std::unique_ptr<git_revwalk, Freer<git_revwalk, git_revwalk_free>>;
using BlobHandle = std::unique_ptr<git_blob, Freer<git_blob, git_blob_free>>;

std::string LastError() {
  const git_error* error = git_error_last();
  return error != nullptr && error->message != nullptr ? error->message : "unknown error";
}

ObjectId FromOid(const git_oid& oid) {
  ObjectId id;
  std::memcpy(id.bytes.data(), oid.id, 20);
  return id;
}
git_oid ToOid(const ObjectId& id) {
  git_oid oid{};
  std::memcpy(oid.id, id.bytes.data(), 20);
  return oid;
}

/// The open repository, shared by the objects of snapshots that outlive the Repository. libgit2's objects are
/// not made for several threads at once: every call that uses `repository` holds the mutex.
struct Handle {
  RepositoryHandle repository;
  std::string git_dir;
  mutable std::mutex mutex;

  /// An object database of the caller's own until it gives it back: each thread reads by itself. The first one is the repository's.
  OdbHandle TakeOdb() const {
    {
      const std::lock_guard lock(odb_mutex_);
      if (!odbs_.empty()) {
        OdbHandle odb = std::move(odbs_.back());
        odbs_.pop_back();
        return odb;
      }
    }
    git_repository* again = nullptr;
    git_odb* odb = nullptr;
    // The environment names where the objects of a push wait (GIT_OBJECT_DIRECTORY).
    if (git_repository_open_ext(&again, std::getenv("GIT_DIR") != nullptr ? nullptr : git_dir.c_str(), GIT_REPOSITORY_OPEN_FROM_ENV, nullptr) != 0) return nullptr;
    const RepositoryHandle held(again);
    return git_repository_odb(&odb, again) == 0 ? OdbHandle(odb) : nullptr;
  }
  void GiveBack(OdbHandle odb) const {
    const std::lock_guard lock(odb_mutex_);
    odbs_.push_back(std::move(odb));
  }

 private:
  mutable std::mutex odb_mutex_;
  mutable std::vector<OdbHandle> odbs_;
};

/// An object database while one call reads.
class Odb {
 public:
  explicit Odb(const Handle& handle) : handle_(handle), odb_(handle.TakeOdb()) {}
  ~Odb() {
    if (odb_ != nullptr) handle_.GiveBack(std::move(odb_));
  }
  Odb(const Odb&) = delete;
  git_odb* get() const { return odb_.get(); }

 private:
  const Handle& handle_;
  OdbHandle odb_;
};

/// What was read last, by id: a scan asks for a file to recognise it, to find what uses it, and to evaluate it, on both sides.
class RecentBlobs {
 public:
  std::optional<Blob> Find(const ObjectId& id) const {
    const std::lock_guard lock(mutex_);
    const auto at = blobs_.find(id);
    return at != blobs_.end() ? std::optional(at->second) : std::nullopt;
  }
  void Add(const ObjectId& id, const Blob& blob) const {
    if (blob.text().size() > kLargest) return;
    const std::lock_guard lock(mutex_);
    if ((bytes_ += blob.text().size()) > kMost) blobs_.clear(), bytes_ = blob.text().size();
    blobs_.emplace(id, blob);
  }

 private:
  static constexpr size_t kLargest = 256u << 10, kMost = 32u << 20;
  mutable std::mutex mutex_;
  mutable std::unordered_map<ObjectId, Blob> blobs_;
  mutable size_t bytes_ = 0;
};

class Libgit2Objects final : public Objects {
 public:
  explicit Libgit2Objects(std::shared_ptr<const Handle> handle) : handle_(std::move(handle)) {}

  Result<Blob> ReadTree(const ObjectId& id) const override {
    const Odb odb(*handle_);
    return Read(odb.get(), id, GIT_OBJECT_TREE, "tree", "");
  }

  Result<Blob> ReadBlob(const ObjectId& id, std::string_view path, uint64_t max_bytes) const override {
    if (const auto known = recent_.Find(id)) return known->text().size() > max_bytes ? Result<Blob>(TooLarge(path, max_bytes)) : Result<Blob>(*known);
    const Odb odb(*handle_);
    const git_oid oid = ToOid(id);
    size_t size = 0;
    git_object_t type;
    if (odb.get() == nullptr || git_odb_read_header(&size, &type, odb.get(), &oid) != 0) return Missing(id, path);
    if (type == GIT_OBJECT_BLOB && size > max_bytes) return TooLarge(path, max_bytes);
    auto blob = Read(odb.get(), id, GIT_OBJECT_BLOB, "blob", path);
    if (blob.ok()) recent_.Add(id, *blob);
    return blob;
  }

 private:
  static Status Missing(const ObjectId& id, std::string_view path) {
    const std::string of = path.empty() ? "" : " (" + std::string(path) + ")";
    return {Code::kInvalid, "object " + id.ToHex() + of + " cannot be read: " + LastError() + "; git fsck tells what else is broken, git fetch may bring it back"};
  }

  Result<Blob> Read(git_odb* odb, const ObjectId& id, git_object_t type, const char* kind, std::string_view path) const {
    const git_oid oid = ToOid(id);
    git_odb_object* object = nullptr;
    if (odb == nullptr || git_odb_read(&object, odb, &oid) != 0) return Missing(id, path);
    // Freeing counts references atomically; the content is the object's own.
    const std::shared_ptr<const void> owner(object, [](const void* held) {
      git_odb_object_free(static_cast<git_odb_object*>(const_cast<void*>(held)));
    });
    if (git_odb_object_type(object) != type)
      return {Code::kInvalid, "object " + id.ToHex() + " is no " + kind};
    return Blob(owner, {static_cast<const char*>(git_odb_object_data(object)), git_odb_object_size(object)});
  }

  std::shared_ptr<const Handle> handle_;
  RecentBlobs recent_;
};

class Libgit2Repository final : public RepositoryBase {
 public:
  Libgit2Repository(Places where, std::shared_ptr<const Handle> handle)
      : RepositoryBase(where, std::make_shared<Libgit2Objects>(handle),
                       std::make_shared<Git>(where.git_dir, where.work_tree, where.index)),
        handle_(std::move(handle)),
        config_(where.git_dir, where.common_dir) {}

  Result<ObjectId> Resolve(std::string_view revision) const override {
    const std::lock_guard lock(handle_->mutex);
    git_object* found = nullptr;
    const int error = git_revparse_single(&found, repository(), std::string(revision).c_str());
    const ObjectHandle object(found);
    if (error != 0)
      return {Code::kNotFound, "there is no revision '" + std::string(revision) + "': " + LastError()};
    return FromOid(*git_object_id(found));
  }

  std::optional<std::string> Config(std::string_view key) const override { return config_.Get(key); }

  std::string HooksDir() const override {
    const auto path = config_.GetPath("core.hookspath");
    if (!path || path->empty()) return common_dir() + "/hooks";
    // Relative paths start where hooks are run.
    return Absolute(*path, work_tree().empty() ? git_dir() : work_tree());
  }

  std::optional<CommitLabel> Introduced(const RefUpdate& range, std::string_view path,
                                        uint32_t line) const override;
  Result<std::vector<Commit>> NewCommits(std::span<const RefUpdate> updates, size_t most) const override;

 protected:
  Result<ObjectId> HeadTree() const override {
    git_oid head;
    {
      const std::lock_guard lock(handle_->mutex);
      const int unborn = git_repository_head_unborn(repository());
      if (unborn == 1) return ObjectId{};
      if (unborn < 0 || git_reference_name_to_id(&head, repository(), "HEAD") != 0)
        return {Code::kInvalid, "HEAD of " + git_dir() + " cannot be read: " + LastError()};
    }
    return TreeOf(FromOid(head));
  }

  Result<ObjectId> TreeOf(const ObjectId& id) const override {
    const std::lock_guard lock(handle_->mutex);
    const git_oid oid = ToOid(id);
    git_object *object = nullptr, *tree = nullptr;
    int error = git_object_lookup(&object, repository(), &oid, GIT_OBJECT_ANY);
    const ObjectHandle held(object);
    if (error == 0) error = git_object_peel(&tree, object, GIT_OBJECT_TREE);
    const ObjectHandle held_tree(tree);
    if (error != 0)
      return {error == GIT_EPEEL || error == GIT_EINVALIDSPEC ? Code::kNotFound : Code::kInvalid,
              "object " + id.ToHex() + " does not lead to a tree: " + LastError() + "; git fsck tells more"};
    return FromOid(*git_object_id(tree));
  }

  bool Has(const ObjectId& id) const override {
    const Odb odb(*handle_);
    const git_oid oid = ToOid(id);
    return odb.get() != nullptr && git_odb_exists(odb.get(), &oid) == 1;
  }

  Result<ObjectId> Shared(const ObjectId& tip, const std::string& ref) const override {
    const std::lock_guard lock(handle_->mutex);
    std::vector<git_oid> commits;
    const auto add_commit = [&](const git_oid& oid) {
      git_object *object = nullptr, *commit = nullptr;
      if (git_object_lookup(&object, repository(), &oid, GIT_OBJECT_ANY) != 0) return false;
      const ObjectHandle held(object);
      if (git_object_peel(&commit, object, GIT_OBJECT_COMMIT) != 0) return false;
      commits.push_back(*git_object_id(commit));
      git_object_free(commit);
      return true;
    };
    if (!add_commit(ToOid(tip))) return ObjectId{};  // a tag of a tree shares no history
    git_reference_iterator* iterator = nullptr;
    if (git_reference_iterator_new(&iterator, repository()) != 0)
      return {Code::kInvalid, "the references of " + git_dir() + " cannot be read: " + LastError()};
    const char* name = nullptr;
    while (git_reference_next_name(&name, iterator) == 0) {
      git_oid oid;
      if (CountsAsShared(name, ref) && git_reference_name_to_id(&oid, repository(), name) == 0)
        add_commit(oid);
    }
    git_reference_iterator_free(iterator);
    if (commits.size() < 2) return ObjectId{};
    git_oid base;
    const int error = git_merge_base_many(&base, repository(), commits.size(), commits.data());
    if (error == GIT_ENOTFOUND) return ObjectId{};
    if (error != 0) return {Code::kInvalid, "the history of " + ref + " cannot be read: " + LastError()};
    return FromOid(base);
  }

 private:
  git_repository* repository() const { return handle_->repository.get(); }

  std::shared_ptr<const Handle> handle_;
  ConfigReader config_;
};

Result<std::vector<Repository::Commit>> Libgit2Repository::NewCommits(std::span<const RefUpdate> updates,
                                                                      size_t most) const {
  const std::lock_guard lock(handle_->mutex);
  const auto failed = [&] { return Status(Code::kInvalid, "the history of a push cannot be read: " + LastError()); };
  git_revwalk* walk = nullptr;
  if (git_revwalk_new(&walk, repository()) != 0) return failed();
  const WalkHandle held(walk);
  git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL | GIT_SORT_REVERSE);
  // A tag is followed to its commit; one of a tree or a blob brings no commit.
  const auto commit_of = [&](const ObjectId& id) -> std::optional<git_oid> {
    const git_oid oid = ToOid(id);
    git_object *object = nullptr, *commit = nullptr;
    if (git_object_lookup(&object, repository(), &oid, GIT_OBJECT_ANY) != 0) return std::nullopt;
    const ObjectHandle held_object(object);
    if (git_object_peel(&commit, object, GIT_OBJECT_COMMIT) != 0) return std::nullopt;
    const ObjectHandle held_commit(commit);
    return *git_object_id(commit);
  };
  bool any = false;
  for (const RefUpdate& update : updates) {
    if (update.new_id.is_null()) continue;
    if (const auto tip = commit_of(update.new_id)) {
      if (git_revwalk_push(walk, &*tip) != 0) return failed();
      any = true;
    }
    // What a client knows of the other side's reference, which need not be one of its own.
    if (!update.old_id.is_null())
      if (const auto old = commit_of(update.old_id); old && git_revwalk_hide(walk, &*old) != 0) return failed();
  }
  std::vector<Commit> commits;
  if (!any) return commits;
  if (git_revwalk_hide_glob(walk, CountsAsShared("refs/heads/any", "") ? "refs/*" : "refs/remotes/*") != 0)
    return failed();
  git_oid next;
  int error;
  while ((error = git_revwalk_next(&next, walk)) == 0) {
    if (commits.size() == most)
      return {Code::kLimit, "the push brings more than " + std::to_string(most) + " commits"};
    git_commit* raw = nullptr;
    if (git_commit_lookup(&raw, repository(), &next) != 0) return failed();
    const CommitHandle commit(raw);
    Commit& out = commits.emplace_back();
    out.id = FromOid(next);
    for (unsigned i = 0; i < git_commit_parentcount(raw); ++i) out.parents.push_back(FromOid(*git_commit_parent_id(raw, i)));
    const char* summary = git_commit_summary(raw);
    if (summary != nullptr) out.subject = summary;
  }
  if (error != GIT_ITEROVER) return failed();
  return commits;
}

/// Follows a line to the side before a diff: hunks above it move it, a hunk that holds it is where it came
/// from.
struct LineTrace {
  int64_t line;       // in the new file, from 1
  int64_t shift = 0;  // what hunks above it added
  bool changed = false;
};

int TraceHunk(const git_diff_delta*, const git_diff_hunk* hunk, void* payload) {
  LineTrace& trace = *static_cast<LineTrace*>(payload);
  if (hunk->new_lines > 0 && trace.line >= hunk->new_start && trace.line < hunk->new_start + hunk->new_lines)
    trace.changed = true;
  const int64_t first_below = hunk->new_lines > 0 ? hunk->new_start : hunk->new_start + 1;
  if (trace.line >= first_below) trace.shift += hunk->new_lines - hunk->old_lines;
  return 0;
}

std::optional<Repository::CommitLabel> Libgit2Repository::Introduced(const RefUpdate& range,
                                                                     std::string_view path,
                                                                     uint32_t line) const {
  constexpr int kMaxCommits = 200;  // beyond it the answer is not worth its price
  constexpr size_t kMaxBytes = 1u << 20;
  const std::lock_guard lock(handle_->mutex);
  const git_oid stop = ToOid(range.old_id), tip = ToOid(range.new_id);
  git_object *object = nullptr, *peeled = nullptr;
  if (git_object_lookup(&object, repository(), &tip, GIT_OBJECT_ANY) != 0) return std::nullopt;
  const ObjectHandle held(object);
  if (git_object_peel(&peeled, object, GIT_OBJECT_COMMIT) != 0) return std::nullopt;
  CommitHandle commit(reinterpret_cast<git_commit*>(peeled));
  const auto label = [&] {
    const char* summary = git_commit_summary(commit.get());
    return CommitLabel{FromOid(*git_commit_id(commit.get())).ToHex().substr(0, 7),
                       summary != nullptr ? summary : ""};
  };
  // Folders are the same in most commits, and for most findings: the trees that were read for one are not read again.
  const auto blob_at = [&](const git_commit* of) {
    const auto id = SnapshotOf(FromOid(*git_commit_tree_id(of)))->FileId(path);
    return id && !id->is_null() ? ToOid(*id) : git_oid{};
  };
  git_oid now = blob_at(commit.get());
  if (git_oid_is_zero(&now)) return std::nullopt;
  int64_t at = line;
  for (int i = 0; i < kMaxCommits; ++i) {
    if (git_oid_equal(git_commit_id(commit.get()), &stop) != 0) return std::nullopt;
    git_commit* parent = nullptr;
    if (git_commit_parentcount(commit.get()) == 0) return label();
    if (git_commit_parent(&parent, commit.get(), 0) != 0) return std::nullopt;
    CommitHandle held_parent(parent);
    const git_oid before = blob_at(parent);
    if (git_oid_is_zero(&before)) return label();
    if (git_oid_equal(&before, &now) == 0) {
      git_blob *old_blob = nullptr, *new_blob = nullptr;
      if (git_blob_lookup(&old_blob, repository(), &before) != 0) return std::nullopt;
      const BlobHandle held_old(old_blob);
      if (git_blob_lookup(&new_blob, repository(), &now) != 0) return std::nullopt;
      const BlobHandle held_new(new_blob);
      if (size_t(git_blob_rawsize(old_blob)) > kMaxBytes || size_t(git_blob_rawsize(new_blob)) > kMaxBytes)
        return std::nullopt;
      git_diff_options options;
      git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
      options.context_lines = 0;
      options.flags |= GIT_DIFF_FORCE_TEXT;
      LineTrace trace{at};
      if (git_diff_blobs(old_blob, nullptr, new_blob, nullptr, &options, nullptr, nullptr, TraceHunk, nullptr,
                         &trace) != 0)
        return std::nullopt;
      if (trace.changed) return label();
      at -= trace.shift;
      now = before;
    }
    commit = std::move(held_parent);
  }
  return std::nullopt;
}

std::string WithoutSlash(const char* path) {
  std::string text = path != nullptr ? path : "";
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

bool IsThere(const std::string& path) {
  git_buf found = GIT_BUF_INIT;
  const bool there = git_repository_discover(&found, path.c_str(), 0, nullptr) == 0;
  git_buf_dispose(&found);
  return there;
}

}  // namespace

Result<std::unique_ptr<Repository>> OpenByLibgit2(const std::string& path) {
  static const int initialised = git_libgit2_init();
  if (initialised < 0) return {Code::kUnsupported, "libgit2 cannot be started: " + LastError()};
  // As git itself: what a pack holds was hashed when it came, and zlib tells what has decayed since.
  static const int unverified = git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
  (void)unverified;
  const bool from_environment = std::getenv("GIT_DIR") != nullptr;
#if LIBGIT2_VER_MAJOR > 1 || LIBGIT2_VER_MINOR >= 5
  // Where GIT_DIR is set, git itself trusts the repository and does not ask who owns it. Older versions never ask.
  static const bool trusted = from_environment && git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0) == 0;
  (void)trusted;
#endif
  git_repository* repository = nullptr;
  const int error = git_repository_open_ext(&repository, from_environment ? nullptr : path.c_str(),
                                            GIT_REPOSITORY_OPEN_FROM_ENV, nullptr);
  auto handle = std::make_shared<Handle>();
  handle->repository.reset(repository);
  if (error != 0) {
    // A repository that somebody else owns is "not found" too; git says what to do about that, or trusts it by `git -c`.
    const Code code = error == GIT_ENOTFOUND && (from_environment || !IsThere(path)) ? Code::kNotFound : Code::kUnsupported;
    return {code, "there is no Git repository at " + Absolute(path) + ": " + LastError()};
  }
  git_odb* odb = nullptr;
  if (git_repository_odb(&odb, repository) != 0)
    return {Code::kUnsupported, "the objects of " + path + " cannot be read: " + LastError()};
  handle->GiveBack(OdbHandle(odb));
  handle->git_dir = git_repository_path(repository);

  Places places;
  places.git_dir = WithoutSlash(git_repository_path(repository));
  places.common_dir = WithoutSlash(git_repository_commondir(repository));
  places.work_tree = WithoutSlash(git_repository_workdir(repository));
  const char* index = std::getenv("GIT_INDEX_FILE");
  places.index = index != nullptr && *index != '\0' ? Absolute(index) : places.git_dir + "/index";
  return std::unique_ptr<Repository>(
      std::make_unique<Libgit2Repository>(std::move(places), std::move(handle)));
}

}  // namespace weir::git
