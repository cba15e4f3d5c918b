// What a change of a scope bears on: the resources that say something else now, and those whose verdicts asked about them. So a proof judges
// these alone, and several changes that bear on nothing in common are proven by one evaluation, each as if it were made by itself.
//
// A verdict hangs on its resource and on what it asked of others (Document::asked); both sides of the change are one graph,
// in which a resource is known by its file and address. Internal to lib/fix/.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "lib/base/sources.h"
#include "lib/model/document.h"
#include "lib/scan/judge.h"
#include "lib/scan/resource_graph.h"

namespace weir::fix {

using Resources = std::unordered_set<const Resource*>;

class Influence {
 public:
  Influence() = default;
  /// The side before, with what its verdicts asked. Both must outlive this.
  Influence(const Document& document, const SourceMap& sources, const scan::Questions& questions);

  /// What a change of these resources of the side before can bear on, as far as that side tells.
  Resources Around(const std::vector<const Resource*>& own) const;

  /// The other side. For each of several changes, of which `own` are the resources (of the side before) that it was made in: what it bears
  /// on, of both sides. All that changed belongs to the only one; nothing where several cannot be told apart. Linear.
  std::optional<std::vector<Resources>> Of(const Document& after, const SourceMap& sources, const std::vector<std::vector<const Resource*>>& own) const;

 private:
  using Number = size_t;
  // Who asked about what is linked to a node.
  struct Asker {
    Number by;
    std::string type;  // of what is linked; empty: all
  };

  // `changed`, and what asked about something beside it.
  std::vector<Number> Reach(const std::vector<Number>& changed) const;
  std::vector<std::vector<Number>> ChangedParts(const std::vector<Number>& own) const;
  std::vector<Number> NumbersOf(const std::vector<const Resource*>& resources) const;

  scan::ResourceGraph graph_;
  std::unordered_map<Number, std::vector<Asker>> askers_;
  std::unordered_map<std::string, std::vector<Number>> asked_for_type_;  // who asked for all resources of a type
};

}  // namespace weir::fix
