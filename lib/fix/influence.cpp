#include "lib/fix/influence.h"

#include <algorithm>
#include <set>

namespace weir::fix {
namespace {

// Whether nothing that a policy could read differs. Values are shared: what was compared once is not compared again.
class Comparison {
 public:
  bool Same(const Resource& a, const Resource& b) { return a.type == b.type && a.name == b.name && a.module_path == b.module_path && Same(*a.body, *b.body); }

 private:
  bool Same(const Value& a, const Value& b) {
    if (a.kind != b.kind || a.flags != b.flags || (a.structure == nullptr) != (b.structure == nullptr) || !SameReferences(a.provenance, b.provenance)) return false;
    if (a.structure != nullptr && !Same(*a.structure, *b.structure)) return false;
    switch (a.kind) {
      case Kind::kNull: return true;
      case Kind::kBool: return a.boolean == b.boolean;
      case Kind::kNumber: return Compare(a.number, b.number) == 0;
      case Kind::kString: return a.text == b.text;
      case Kind::kUnknown: return !a.has(Value::kPartial) || a.text == b.text;
      default: break;
    }
    if (const auto known = same_.find(&a); known != same_.end() && known->second == &b) return true;
    const bool same = IsSequence(a.kind) ? std::ranges::equal(a.items, b.items, [this](const Value* x, const Value* y) { return Same(*x, *y); })
                                         : std::ranges::equal(a.entries, b.entries, [this](const Entry& x, const Entry& y) { return x.key == y.key && Same(*x.value, *y.value); });
    if (same) same_[&a] = &b;
    return same;
  }

  static bool SameReferences(const Provenance* a, const Provenance* b) {
    const auto of = [](const Provenance* p) { return p != nullptr ? p->references : std::span<const Reference>(); };
    return std::ranges::equal(of(a), of(b), [](const Reference& x, const Reference& y) {
      if (x.attribute != y.attribute || x.any_instance != y.any_instance || (x.target == nullptr) != (y.target == nullptr)) return false;
      return x.target == nullptr || x.target->address == y.target->address;
    });
  }

  std::unordered_map<const Value*, const Value*> same_;
};

}  // namespace

Influence::Influence(const Document& document, const SourceMap& sources, const scan::Questions& questions) {
  graph_.Add(document, sources, &scan::ResourceGraph::Node::before);
  for (const auto& [by, list] : questions)
    for (const Document::Question& q : list)
      if (q.of == nullptr) asked_for_type_[q.type].push_back(graph_.NumberOf(by));
      else if (graph_.NumberOf(q.of) < graph_.nodes().size()) askers_[graph_.NumberOf(q.of)].push_back({graph_.NumberOf(by), q.type});
}

std::vector<Influence::Number> Influence::NumbersOf(const std::vector<const Resource*>& resources) const {
  std::vector<Number> out;
  for (const Resource* r : resources)
    if (const Number n = graph_.NumberOf(r); n < graph_.nodes().size()) out.push_back(n);
  return out;
}

std::vector<Influence::Number> Influence::Reach(const std::vector<Number>& changed) const {
  const auto& nodes = graph_.nodes();
  std::set<Number> out(changed.begin(), changed.end());
  for (const Number c : changed) {
    const auto asks = [&](const Asker& asker, const std::vector<const Resource*>& side) {
      return std::ranges::any_of(side, [&](const Resource* r) { return r->type == asker.type; });
    };
    for (const auto* side : {&nodes[c].before, &nodes[c].after})
      for (const Resource* r : *side)
        if (const auto at = asked_for_type_.find(std::string(r->type)); at != asked_for_type_.end()) out.insert(at->second.begin(), at->second.end());
    for (const Number beside : nodes[c].linked) {
      const auto askers = askers_.find(beside);
      if (askers == askers_.end()) continue;
      for (const Asker& asker : askers->second)
        if (asker.type.empty() || asks(asker, nodes[c].before) || asks(asker, nodes[c].after)) out.insert(asker.by);
    }
  }
  return {out.begin(), out.end()};
}

Resources Influence::Around(const std::vector<const Resource*>& own) const {
  Resources out;
  const auto& nodes = graph_.nodes();
  for (const Number n : Reach(NumbersOf(own))) out.insert(nodes[n].before.begin(), nodes[n].before.end());
  return out;
}

// What changed, and `own`, in parts that are linked through what changed.
std::vector<std::vector<Influence::Number>> Influence::ChangedParts(const std::vector<Number>& own) const {
  const auto& nodes = graph_.nodes();
  Comparison comparison;
  std::vector<bool> changed(nodes.size());
  for (Number n = 0; n < nodes.size(); ++n)
    changed[n] = !std::ranges::equal(nodes[n].before, nodes[n].after, [&](const Resource* a, const Resource* b) { return comparison.Same(*a, *b); });
  for (const Number n : own) changed[n] = true;
  std::vector<std::vector<Number>> parts;
  std::vector<bool> seen(nodes.size());
  for (Number first = 0; first < nodes.size(); ++first) {
    if (!changed[first] || seen[first]) continue;
    std::vector<Number>& part = parts.emplace_back(1, first);
    seen[first] = true;
    for (size_t i = 0; i < part.size(); ++i)
      for (const Number next : nodes[part[i]].linked)
        if (changed[next] && !seen[next]) seen[next] = true, part.push_back(next);
  }
  return parts;
}

std::optional<std::vector<Resources>> Influence::Of(const Document& after, const SourceMap& sources, const std::vector<std::vector<const Resource*>>& own) const {
  Influence both = *this;
  both.graph_.Add(after, sources, &scan::ResourceGraph::Node::after);
  constexpr size_t kNobody = SIZE_MAX;
  std::vector<size_t> owner(both.graph_.nodes().size(), kNobody);
  std::vector<Number> all;
  for (size_t i = 0; i < own.size(); ++i)
    for (const Number n : both.NumbersOf(own[i])) {
      if (owner[n] != kNobody && owner[n] != i) return std::nullopt;
      owner[n] = i;
      all.push_back(n);
    }
  std::vector<std::vector<Number>> changed(own.size());
  for (const std::vector<Number>& part : both.ChangedParts(all)) {
    size_t whose = own.size() == 1 ? 0 : kNobody;
    for (const Number n : part) {
      if (owner[n] == kNobody || owner[n] == whose) continue;
      if (whose != kNobody) return std::nullopt;
      whose = owner[n];
    }
    if (whose == kNobody) return std::nullopt;
    changed[whose].insert(changed[whose].end(), part.begin(), part.end());
  }
  std::vector<Resources> out(own.size());
  std::vector<size_t> told(both.graph_.nodes().size(), kNobody);
  for (size_t i = 0; i < own.size(); ++i)
    for (const Number n : both.Reach(changed[i])) {
      if (told[n] != kNobody) return std::nullopt;
      told[n] = i;
      out[i].insert(both.graph_.nodes()[n].before.begin(), both.graph_.nodes()[n].before.end());
      out[i].insert(both.graph_.nodes()[n].after.begin(), both.graph_.nodes()[n].after.end());
    }
  return out;
}

}  // namespace weir::fix
