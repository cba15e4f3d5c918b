// Who calls a directory, without reading the whole graph: the calls of one commit's tree as bytes that are searched in place.
//
// A hook asks for the callers of one or two directories among thousands. The index of the tree before the change is kept in
// the cache; what the change itself adds or takes away is read from the changed directories alone.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/blob.h"
#include "lib/git/snapshot.h"
#include "lib/lang/terraform/call_graph.h"

namespace weir::terraform {

class CallerIndex {
 public:
  /// Bytes for the tree `root`, to stand in front of the graph's own in the cache.
  static std::string Save(const ObjectId& root, const CallGraph& graph);
  /// Views `cache`; false where it does not begin with an index. `rest` is what follows it.
  bool Open(std::string_view cache, std::string_view& rest);
  const ObjectId& root() const { return root_; }

  /// As CallGraph::RootsOf, for the tree with the configuration in `changed` directories as `snapshot` has it.
  Result<std::vector<std::string>> RootsOf(const std::set<std::string>& dirs, const std::set<std::string>& changed, const git::Snapshot& snapshot) const;

 private:
  ObjectId root_;
  std::string_view calls_;  // "\n" callee "\0" caller "\0", any number of times
};

}  // namespace weir::terraform
