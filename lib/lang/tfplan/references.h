// Which planned resources an expression of a plan's `configuration` refers to. The plan lists the names in each expression; locals are not
// followed, because a plan does not hold them. Internal to lib/lang/tfplan/.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/base/arena.h"
#include "lib/model/document.h"

namespace weir::tfplan {

class PlannedReferences {
 public:
  /// `configuration` may be null. Resources are those of the plan; both outlive this.
  PlannedReferences(const Value* configuration, const std::vector<const Resource*>& resources);

  /// The `expressions` of a resource's or data source's block, or null.
  const Value* ExpressionsOf(const Resource& resource) const;
  /// The resources that the expression (`{"references": […]}`, in the block of `from`) refers to.
  std::vector<Reference> Of(const Value& expression, const Resource& from, Arena& arena) const;

 private:
  struct Place {  // an instance of a module
    std::string path;       // "module.a[\"x\"]"; empty: the root
    std::string_view key;   // of the instance that refers, with its brackets: `["x"]`
  };
  const Value* ModuleAt(std::string_view path) const;
  void Follow(std::string_view name, const Place& place, int depth, Arena& arena, std::vector<Reference>& out) const;
  void FollowAll(const Value* expression, const Place& place, int depth, Arena& arena, std::vector<Reference>& out) const;

  const Value* root_ = nullptr;
  std::unordered_map<std::string, std::vector<const Resource*>> by_block_;  // module's path, a dot, block's name: its instances
  std::unordered_map<std::string_view, const Value*> expressions_;          // of every planned resource, by its declared address
};

}  // namespace weir::tfplan
