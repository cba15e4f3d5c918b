// A team's own policies: found in a snapshot, compiled on first use, kept by content.
//
// Files end in .yaml, .yml or .json and hold documents in weir's form (policies/README.md) or in Checkov's (checkov.h). They are read from the side
// that is judged, as git stores it. What was compiled is kept as one file in a folder of the cache; its key is the ids of the
// files (or their content, where the snapshot has no ids), the built-in library and the version of weir, and it is compared in full. A
// damaged or foreign file there is compiled anew; the folder may be deleted at any time.
//
// An error in one file is the whole result: a policy that a team relies on is never skipped in silence.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/git/snapshot.h"
#include "lib/policy/compile.h"
#include "lib/policy/image.h"

namespace weir::policy {

/// Compiled policies that are not part of the binary. Owns what its image looks at.
class OwnPolicies {
 public:
  OwnPolicies(std::vector<std::byte> bytes, Image image) : bytes_(std::move(bytes)), image_(std::move(image)) {}
  OwnPolicies(const OwnPolicies&) = delete;
  OwnPolicies& operator=(const OwnPolicies&) = delete;
  const Image& image() const { return image_; }

 private:
  std::vector<std::byte> bytes_;
  Image image_;
};

struct CustomSource {
  const git::Snapshot& snapshot;
  std::span<const std::string> paths;  // files and folders; folders with what is below them; "" is the root
  std::string label = {};              // stands before paths in messages: "refs/meta/weir:"
};

/// The policies of `source`; null where there are none. `built_in` may be null: then ids are free. `cache` is a folder, which is made where it is
/// not there; empty: nothing is kept. kUsage with one "file:line:column: what" a line where a policy is wrong or a path names
/// nothing (only kDefaultCustom may be absent), kLimit where there is more than policies may have.
Result<std::shared_ptr<const OwnPolicies>> LoadOwnPolicies(const CustomSource& source, const Image* built_in, const std::string& cache);

/// The policies of a file or folder on the disk, as a command line names it; kUsage where there is none.
Result<std::shared_ptr<const OwnPolicies>> LoadPolicyPath(const std::string& path, const Image* built_in);

/// The policy files of a file or folder on the disk.
Result<std::vector<SourceFile>> ReadPolicyPath(const std::string& path);

/// Whether the path lies in the sources of weir's own library (the folder of which built_in.cpp stands), whose ids are no team's.
bool IsLibrarySource(const std::string& path);

/// The policy files of `source`, sorted by path, as LoadOwnPolicies reads them.
Result<std::vector<SourceFile>> ReadPolicyFiles(const CustomSource& source);

}  // namespace weir::policy
