#include "lib/policy/custom.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "lib/git/paths.h"
#include "lib/policy/config.h"
#include "lib/policy/image_cache.h"

namespace weir::policy {
namespace {

// Far above what people write, and little enough to be compiled while somebody waits.
constexpr uint64_t kMaxFileBytes = 1 << 20, kMaxBytes = 16 << 20;
constexpr size_t kMaxFiles = 4000;
constexpr int kMaxDepth = 16;
constexpr size_t kShownErrors = 20;

bool IsPolicyFile(std::string_view path) { return path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".json"); }

// A policy file before it is read: its path and what it holds, by id where the snapshot has ids.
struct Candidate {
  std::string path;
  ObjectId id;
};

class Finder {
 public:
  explicit Finder(const CustomSource& source) : source_(source) {}

  Result<std::vector<Candidate>> Run() {
    for (const std::string& path : source_.paths) WEIR_RETURN_IF_ERROR(Named(path));
    std::ranges::sort(found_, {}, &Candidate::path);
    found_.erase(std::unique(found_.begin(), found_.end(), [](const Candidate& a, const Candidate& b) { return a.path == b.path; }), found_.end());
    return std::move(found_);
  }

 private:
  Status Named(const std::string& path) {
    const auto entries = source_.snapshot.List(path);
    if (entries.ok()) return Folder(path, *entries, 0);
    if (entries.status().code() != Code::kNotFound) return entries.status();
    // A file's id stands in its folder.
    const auto beside = source_.snapshot.List(git::FolderOf(path));
    const std::string_view name = git::FileNameOf(path);
    if (beside.ok())
      for (const git::DirEntry& e : *beside)
        if (e.name == name && (e.kind == git::EntryKind::kFile || e.kind == git::EntryKind::kExecutable)) return Add(path, e.id);
    if (path == kDefaultCustom) return {};
    return {Code::kUsage, "custom: " + source_.label + path + " is no file or folder that git stores here"};
  }

  Status Folder(const std::string& path, const std::vector<git::DirEntry>& entries, int depth) {
    if (depth > kMaxDepth) return {Code::kLimit, source_.label + path + ": folders of policies are nested deeper than " + std::to_string(kMaxDepth)};
    for (const git::DirEntry& e : entries) {
      const std::string inside = path.empty() ? e.name : path + "/" + e.name;
      if (e.kind == git::EntryKind::kDirectory) {
        WEIR_ASSIGN_OR_RETURN(const auto list, source_.snapshot.List(inside));
        WEIR_RETURN_IF_ERROR(Folder(inside, list, depth + 1));
      } else if ((e.kind == git::EntryKind::kFile || e.kind == git::EntryKind::kExecutable) && IsPolicyFile(inside)) {
        WEIR_RETURN_IF_ERROR(Add(inside, e.id));
      }
    }
    return {};
  }

  Status Add(std::string path, ObjectId id) {
    if (found_.size() == kMaxFiles) return {Code::kLimit, "there are more than " + std::to_string(kMaxFiles) + " files of own policies"};
    found_.push_back({std::move(path), id});
    return {};
  }

  const CustomSource& source_;
  std::vector<Candidate> found_;
};

Result<std::vector<SourceFile>> Read(const CustomSource& source, const std::vector<Candidate>& candidates) {
  std::vector<SourceFile> files;
  uint64_t bytes = 0;
  for (const Candidate& c : candidates) {
    WEIR_ASSIGN_OR_RETURN(const Blob blob, source.snapshot.Read(c.path, kMaxFileBytes));
    if ((bytes += blob.text().size()) > kMaxBytes) return Status(Code::kLimit, "own policies have more than " + std::to_string(kMaxBytes >> 20) + " MiB together");
    files.push_back({source.label + c.path, std::string(blob.text())});
  }
  return files;
}

// All that the compiled form depends on, as text.
std::string KeyOf(const std::vector<Candidate>& candidates, const std::vector<SourceFile>& files, const CustomSource& source, const Image* built_in) {
  std::string key = std::string("weir ") + WEIR_VERSION + " " + std::to_string(built_in != nullptr ? built_in->Fingerprint() : 0) + "\n" + source.label + "\n";
  for (size_t i = 0; i < candidates.size(); ++i) {
    key += candidates[i].path + '\n';
    if (!candidates[i].id.is_null()) key += candidates[i].id.ToHex() + '\n';
    else key += std::to_string(files[i].text.size()) + ':' + files[i].text;
  }
  return key;
}

Status ErrorsOf(const Compiled& compiled) {
  std::string message = "the team's own policies are wrong, so nothing was judged";
  for (size_t i = 0; i < compiled.errors.size() && i < kShownErrors; ++i) message += "\n" + compiled.errors[i].ToString();
  if (compiled.errors.size() > kShownErrors) message += "\nand " + std::to_string(compiled.errors.size() - kShownErrors) + " more";
  return {Code::kUsage, message};
}

}  // namespace

Result<std::vector<SourceFile>> ReadPolicyFiles(const CustomSource& source) {
  WEIR_ASSIGN_OR_RETURN(const auto candidates, Finder(source).Run());
  return Read(source, candidates);
}

namespace {

// Calls `load` with the source that a command line's path means.
template <typename Load>
auto WithPath(std::string path, Load load) -> decltype(load(std::declval<const CustomSource&>())) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return Status(Code::kUsage, path + " is no file or folder of policies");
  const bool folder = S_ISDIR(info.st_mode);
  const size_t slash = path.rfind('/');
  const std::string root = folder ? path : slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const std::vector<std::string> names = {folder ? "" : path.substr(slash == std::string::npos ? 0 : slash + 1)};
  WEIR_ASSIGN_OR_RETURN(const auto snapshot, git::OpenFolderSnapshot(root));
  return load(CustomSource{*snapshot, names, folder ? path + "/" : path.substr(0, path.size() - names[0].size())});
}

}  // namespace

bool IsLibrarySource(const std::string& path) {
  std::error_code error;
  for (auto folder = std::filesystem::canonical(path, error); !error && folder.has_relative_path(); folder = folder.parent_path())
    if (std::filesystem::exists(folder / "built_in.cpp", error)) return true;
  return false;
}

Result<std::vector<SourceFile>> ReadPolicyPath(const std::string& path) {
  return WithPath(path, [](const CustomSource& source) { return ReadPolicyFiles(source); });
}

Result<std::shared_ptr<const OwnPolicies>> LoadPolicyPath(const std::string& path, const Image* built_in) {
  return WithPath(path, [&](const CustomSource& source) -> Result<std::shared_ptr<const OwnPolicies>> {
    auto own = LoadOwnPolicies(source, built_in, "");
    if (own.ok() && *own == nullptr) return Status(Code::kUsage, path + " holds no policies: files that end in .yaml, .yml or .json");
    return own;
  });
}

Result<std::shared_ptr<const OwnPolicies>> LoadOwnPolicies(const CustomSource& source, const Image* built_in, const std::string& cache) {
  WEIR_ASSIGN_OR_RETURN(const auto candidates, Finder(source).Run());
  if (candidates.empty()) return std::shared_ptr<const OwnPolicies>();
  std::vector<SourceFile> files;
  const bool by_id = std::ranges::none_of(candidates, [](const Candidate& c) { return c.id.is_null(); });
  if (!by_id) {
    WEIR_ASSIGN_OR_RETURN(files, Read(source, candidates));
  }
  const ImageCache kept(cache, KeyOf(candidates, files, source, built_in));
  if (auto bytes = kept.Load(); !bytes.empty())
    if (auto image = Image::Open(bytes, false); image.ok()) return std::make_shared<const OwnPolicies>(std::move(bytes), *image);
  if (by_id) {
    WEIR_ASSIGN_OR_RETURN(files, Read(source, candidates));
  }
  Compiled compiled = Compile(files, {.built_in = built_in, .examples = false});
  if (!compiled.errors.empty()) return ErrorsOf(compiled);
  kept.Save(compiled.image);
  WEIR_ASSIGN_OR_RETURN(Image image, Image::Open(compiled.image, true));
  return std::make_shared<const OwnPolicies>(std::move(compiled.image), std::move(image));
}

}  // namespace weir::policy
