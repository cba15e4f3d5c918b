#include "lib/lang/terraform/files.h"

#include <algorithm>

#include "lib/lang/terraform/module.h"

namespace weir::terraform {
namespace {

constexpr uint32_t kMaxFolderDepth = 64;

class SnapshotFiles final : public FileReader {
 public:
  SnapshotFiles(const git::Snapshot& snapshot, std::string_view root, Arena& arena, const Limits& limits)
      : snapshot_(snapshot), root_(root), arena_(arena), limits_(limits) {}

  Result<std::string_view> Read(std::string_view path) const override {
    std::string full;
    if (path.starts_with('/') || !JoinPath(root_, path, full))
      return Status(Code::kNotFound, "the path leads out of what is scanned");
    WEIR_ASSIGN_OR_RETURN(const Blob blob, snapshot_.Read(full, limits_.file_size));
    return arena_.Copy(blob.text());
  }

  Result<std::vector<std::string>> ListRecursively(std::string_view dir) const override {
    std::string full;
    if (dir.starts_with('/') || !JoinPath(root_, dir, full))
      return Status(Code::kNotFound, "the path leads out of what is scanned");
    std::vector<std::string> out;
    WEIR_RETURN_IF_ERROR(Walk(full, "", 0, out));
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  Status Walk(const std::string& dir, const std::string& prefix, uint32_t depth,
              std::vector<std::string>& out) const {
    WEIR_ASSIGN_OR_RETURN(const auto entries, snapshot_.List(dir));
    for (const git::DirEntry& entry : entries) {
      if (out.size() > limits_.instances) return Status(Code::kLimit, "the folder holds too many files");
      if (entry.kind == git::EntryKind::kDirectory) {
        if (depth < kMaxFolderDepth)
          WEIR_RETURN_IF_ERROR(Walk(dir.empty() ? entry.name : dir + "/" + entry.name,
                                    prefix + entry.name + "/", depth + 1, out));
      } else if (entry.kind != git::EntryKind::kSubmodule && entry.kind != git::EntryKind::kSymlink) {
        out.push_back(prefix + entry.name);
      }
    }
    return {};
  }

  const git::Snapshot& snapshot_;
  std::string root_;
  Arena& arena_;
  const Limits& limits_;
};

}  // namespace

std::unique_ptr<FileReader> NewSnapshotFiles(const git::Snapshot& snapshot, std::string_view root, Arena& arena, const Limits& limits) {
  return std::make_unique<SnapshotFiles>(snapshot, root, arena, limits);
}

}  // namespace weir::terraform
