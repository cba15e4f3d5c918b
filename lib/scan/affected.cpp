#include "lib/scan/affected.h"

#include <vector>

#include "lib/scan/resource_graph.h"

namespace weir::scan {

std::unordered_set<const Resource*> AffectedBy(const Language& language, const std::set<std::string, std::less<>>& files, const DocumentSide& before, const DocumentSide& after) {
  ResourceGraph graph;
  graph.Add(before.document, before.sources, &ResourceGraph::Node::before);
  graph.Add(after.document, after.sources, &ResourceGraph::Node::after);
  const auto& nodes = graph.nodes();

  std::vector<bool> reached(nodes.size()), joins(nodes.size(), true);
  std::vector<size_t> next;
  const auto reach = [&](size_t i) {
    if (!reached[i]) reached[i] = true, next.push_back(i);
  };
  // What the change is made in leads to what is linked to it, whatever it is.
  for (const DocumentSide* side : {&before, &after})
    for (const Resource* r : side->document.resources) {
      const size_t i = graph.NumberOf(r);
      joins[i] = language.Joins(*r);
      if (files.contains(r->block.valid() ? side->sources.path(r->block.file) : std::string()) || nodes[i].before.empty() || nodes[i].after.empty()) reach(i);
    }
  for (const size_t i : next) joins[i] = true;
  while (!next.empty()) {
    const size_t i = next.back();
    next.pop_back();
    if (joins[i])
      for (const size_t other : nodes[i].linked) reach(other);
  }
  std::unordered_set<const Resource*> out;
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (!reached[i]) continue;
    out.insert(nodes[i].before.begin(), nodes[i].before.end());
    out.insert(nodes[i].after.begin(), nodes[i].after.end());
  }
  return out;
}

}  // namespace weir::scan
