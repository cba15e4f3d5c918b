#include "lib/scan/resource_graph.h"

#include <string_view>

namespace weir::scan {

size_t ResourceGraph::NumberOf(const Resource* resource) const {
  const auto at = numbers_.find(resource);
  return at != numbers_.end() ? at->second : nodes_.size();
}

void ResourceGraph::Add(const Document& document, const SourceMap& sources, std::vector<const Resource*> Node::* side) {
  std::unordered_map<std::string_view, std::vector<size_t>> instances;
  for (const Resource* r : document.resources) {
    const std::string path = r->block.valid() ? sources.path(r->block.file) : std::string();
    const auto [at, fresh] = by_key_.try_emplace(path + '\n' + std::string(r->address), nodes_.size());
    if (fresh) nodes_.emplace_back();
    (nodes_[at->second].*side).push_back(r);
    numbers_.emplace(r, at->second);
    instances[r->declared].push_back(at->second);
  }
  const auto link = [this](size_t a, size_t b) {
    nodes_[a].linked.push_back(b);
    nodes_[b].linked.push_back(a);
  };
  std::vector<Reference> found;
  for (const Resource* r : document.resources) {
    found.clear();
    CollectReferences(*r->body, found);
    const size_t by = NumberOf(r);
    for (const Reference& reference : found) {
      const size_t target = NumberOf(reference.target);
      if (target == nodes_.size()) continue;
      link(by, target);
      if (reference.any_instance)
        for (const size_t other : instances[reference.target->declared]) link(by, other);
    }
  }
}

}  // namespace weir::scan
