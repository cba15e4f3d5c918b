// The resources of both sides of a change and what refers to what. A resource is known on either side by its file and address.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "lib/base/sources.h"
#include "lib/model/document.h"

namespace weir::scan {

class ResourceGraph {
 public:
  struct Node {
    std::vector<const Resource*> before, after;
    std::vector<size_t> linked;  // numbers of nodes that it refers to, or that refer to it
  };

  /// Adds a side, `&Node::before` or `&Node::after`. Linear. Its resources must outlive the graph.
  void Add(const Document& document, const SourceMap& sources, std::vector<const Resource*> Node::* side);

  const std::vector<Node>& nodes() const { return nodes_; }
  /// The number of a resource that was added, or nodes().size().
  size_t NumberOf(const Resource* resource) const;

 private:
  std::vector<Node> nodes_;
  std::unordered_map<std::string, size_t> by_key_;
  std::unordered_map<const Resource*, size_t> numbers_;
};

}  // namespace weir::scan
