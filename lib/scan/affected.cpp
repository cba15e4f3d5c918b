#include "lib/scan/affected.h"

#include <unordered_map>
#include <utility>
#include <vector>

namespace weir::scan {
namespace {

// An object of either side, known by its file and address.
struct Node {
  std::vector<const Resource*> resources;
  std::vector<size_t> linked;
  unsigned sides = 0;
  bool seed = false, joins = true, reached = false;
};

class Graph {
 public:
  Graph(const Language& language, const std::set<std::string, std::less<>>& files) : language_(language), files_(files) {}

  void Add(const DocumentSide& side, unsigned bit) {
    std::unordered_map<const Resource*, size_t> numbers;
    for (const Resource* r : side.document.resources) {
      const std::string path = r->block.valid() ? side.sources.path(r->block.file) : std::string();
      const auto [at, fresh] = by_key_.try_emplace(path + '\n' + std::string(r->address), nodes_.size());
      if (fresh) nodes_.emplace_back();
      Node& node = nodes_[at->second];
      node.resources.push_back(r);
      node.sides |= bit;
      node.seed = node.seed || files_.contains(path);
      node.joins = language_.Joins(*r);
      numbers.emplace(r, at->second);
    }
    std::vector<Reference> found;
    for (const Resource* r : side.document.resources) {
      found.clear();
      CollectReferences(*r->body, found);
      for (const Reference& reference : found)
        if (const auto at = numbers.find(reference.target); at != numbers.end()) {
          nodes_[numbers[r]].linked.push_back(at->second);
          nodes_[at->second].linked.push_back(numbers[r]);
        }
    }
  }

  std::unordered_set<const Resource*> Reached() {
    std::vector<size_t> next;
    const auto reach = [&](size_t i) {
      if (std::exchange(nodes_[i].reached, true)) return;
      next.push_back(i);
    };
    for (size_t i = 0; i < nodes_.size(); ++i)
      if (nodes_[i].seed || nodes_[i].sides != 3) reach(i);
    while (!next.empty()) {
      const size_t i = next.back();
      next.pop_back();
      if (nodes_[i].joins || nodes_[i].seed || nodes_[i].sides != 3)
        for (const size_t other : nodes_[i].linked) reach(other);
    }
    std::unordered_set<const Resource*> out;
    for (const Node& node : nodes_)
      if (node.reached) out.insert(node.resources.begin(), node.resources.end());
    return out;
  }

 private:
  const Language& language_;
  const std::set<std::string, std::less<>>& files_;
  std::vector<Node> nodes_;
  std::unordered_map<std::string, size_t> by_key_;
};

}  // namespace

std::unordered_set<const Resource*> AffectedBy(const Language& language, const std::set<std::string, std::less<>>& files, const DocumentSide& before, const DocumentSide& after) {
  Graph graph(language, files);
  graph.Add(before, 1);
  graph.Add(after, 2);
  return graph.Reached();
}

}  // namespace weir::scan
