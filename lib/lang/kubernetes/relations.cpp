#include "lib/lang/kubernetes/relations.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "lib/lang/kubernetes/pod.h"

namespace weir::kubernetes {
namespace {

// Selectors that mean everything, in a folder of a thousand objects of each kind, are a million.
constexpr size_t kMostComparisons = 1'000'000;

using Keys = std::vector<std::string_view>;
using Targets = std::vector<const Resource*>;

std::string_view TextOf(const Value* v) { return v != nullptr && v->kind == Kind::kString ? v->text : std::string_view(); }

std::string_view NamespaceOf(const Value* metadata) {
  const std::string_view space = TextOf(Below(metadata, "namespace"));
  return space.empty() ? "default" : space;
}

/// Names that stand at a path, and the kind of what they name.
struct NameLink {
  std::string_view of;    // the kind that it stands in
  std::string_view path;  // "spec.tls.secretName"; lists are gone through
  std::string_view to;
};
constexpr NameLink kNames[] = {
    {"ServiceAccount", "secrets.name", "Secret"},
    {"ServiceAccount", "imagePullSecrets.name", "Secret"},
    {"StatefulSet", "spec.serviceName", "Service"},
    {"Ingress", "spec.tls.secretName", "Secret"},
    {"Ingress", "spec.defaultBackend.service.name", "Service"},
    {"Ingress", "spec.rules.http.paths.backend.service.name", "Service"},
    {"Ingress", "spec.rules.http.paths.backend.serviceName", "Service"},
};
/// Of a pod, whatever kind it is described in.
constexpr NameLink kNamesOfPod[] = {
    {"", "serviceAccountName", "ServiceAccount"},
    {"", "serviceAccount", "ServiceAccount"},
    {"", "imagePullSecrets.name", "Secret"},
    {"", "volumes.secret.secretName", "Secret"},
    {"", "volumes.configMap.name", "ConfigMap"},
    {"", "volumes.persistentVolumeClaim.claimName", "PersistentVolumeClaim"},
    {"", "volumes.projected.sources.secret.name", "Secret"},
    {"", "volumes.projected.sources.configMap.name", "ConfigMap"},
    {"", "containers.env.valueFrom.secretKeyRef.name", "Secret"},
    {"", "containers.env.valueFrom.configMapKeyRef.name", "ConfigMap"},
    {"", "containers.envFrom.secretRef.name", "Secret"},
    {"", "containers.envFrom.configMapRef.name", "ConfigMap"},
    {"", "initContainers.env.valueFrom.secretKeyRef.name", "Secret"},
    {"", "initContainers.env.valueFrom.configMapKeyRef.name", "ConfigMap"},
    {"", "initContainers.envFrom.secretRef.name", "Secret"},
    {"", "initContainers.envFrom.configMapRef.name", "ConfigMap"},
};

/// "tls.secretName" below `way`.
Keys KeysOf(Keys way, std::string_view path) {
  for (size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    way.push_back(path.substr(0, dot));
    path.remove_prefix(dot + 1);
  }
  way.push_back(path);
  return way;
}

bool IsClusterWide(std::string_view kind) { return kind == "ClusterRole" || kind == "ClusterRoleBinding" || kind == "Namespace"; }

class Relations {
 public:
  Relations(std::span<Resource* const> objects, Arena& arena) : objects_(objects), arena_(arena) {}

  /// False where there was more to compare than is bearable.
  bool Run() {
    for (size_t i = 0; i < objects_.size(); ++i) Know(i);
    for (Resource* object : objects_) {
      const std::string_view space = NamespaceOf(Below(object->body, "metadata"));
      Named(*object, space);
      Selected(*object, space);
      if (comparisons_ > kMostComparisons) return false;
    }
    return true;
  }

 private:
  struct Workload {
    const Resource* object;
    std::string_view space;
    const Value* labels;  // of its pods; null: none
  };

  static std::string NameKey(std::string_view kind, std::string_view space, std::string_view name) {
    return std::string(kind) + '\n' + std::string(IsClusterWide(kind) ? "" : space) + '\n' + std::string(name);
  }
  static std::string LabelKey(std::string_view space, std::string_view key, std::string_view value) { return std::string(space) + '\n' + std::string(key) + '\n' + std::string(value); }

  void Know(size_t i) {
    const Resource& object = *objects_[i];
    const std::string_view space = NamespaceOf(Below(object.body, "metadata"));
    by_name_[NameKey(object.type, space, object.name)].push_back(&object);
    const Value* pod = PodTemplateOf(*object.body);
    if (pod == nullptr) return;
    const Value* labels = Below(Below(pod, "metadata"), "labels");
    workloads_.push_back({&object, space, labels});
    by_space_[space].push_back(workloads_.size() - 1);
    if (labels == nullptr || !IsMapping(labels->kind)) {
      if (labels != nullptr && labels->is_unknown()) in_doubt_.push_back(workloads_.size() - 1);
      return;
    }
    if (ContainsUnknown(*labels)) return in_doubt_.push_back(workloads_.size() - 1);
    for (const Entry& e : labels->entries)
      if (e.value->kind == Kind::kString) by_label_[LabelKey(space, e.key, e.value->text)].push_back(workloads_.size() - 1);
  }

  // ---- By name.

  void Named(Resource& object, std::string_view space) {
    const auto link = [&](Keys keys, std::string_view kind) {
      Rewrite(object, keys, [&](const Value& v) { return WithReferences(v, Find(kind, space, TextOf(&v))); });
    };
    if (TextOf(Below(Below(object.body, "metadata"), "namespace")) != "") link({"metadata", "namespace"}, "Namespace");
    for (const NameLink& n : kNames)
      if (n.of == object.type) link(KeysOf({}, n.path), n.to);
    if (const Value* pod = PodTemplateOf(*object.body)) {
      const Keys way = WayToSpec(*object.body, pod);
      for (const NameLink& n : kNamesOfPod) link(KeysOf(way, n.path), n.to);
    }
    // What is named with its kind, and perhaps its namespace.
    const auto link_any = [&](std::string_view path) {
      Rewrite(object, KeysOf({}, path), [&](const Value& v) {
        const std::string_view of_it = TextOf(Below(&v, "namespace"));
        return WithReferences(v, Find(TextOf(Below(&v, "kind")), of_it.empty() ? space : of_it, TextOf(Below(&v, "name"))));
      });
    };
    if (object.type == "RoleBinding" || object.type == "ClusterRoleBinding") {
      link_any("roleRef");
      link_any("subjects");
    }
    if (object.type == "HorizontalPodAutoscaler") link_any("spec.scaleTargetRef");
  }

  Targets Find(std::string_view kind, std::string_view space, std::string_view name) const {
    if (kind.empty() || name.empty()) return {};
    const auto at = by_name_.find(NameKey(kind, space, name));
    return at == by_name_.end() ? Targets() : at->second;
  }

  static Keys WayToSpec(const Value& body, const Value* pod) {
    if (pod == &body) return {"spec"};
    if (pod == Below(&body, "template")) return {"template", "spec"};
    if (pod == Below(Below(&body, "spec"), "template")) return {"spec", "template", "spec"};
    return {"spec", "jobTemplate", "spec", "template", "spec"};
  }

  // ---- By labels.

  void Selected(Resource& object, std::string_view space) {
    const auto link = [&](std::string_view key, bool plain) {
      Rewrite(object, {"spec", key}, [&](const Value& v) { return WithReferences(v, Matching(v, space, plain)); });
    };
    if (object.type == "Service") link("selector", true);
    if (object.type == "NetworkPolicy") link("podSelector", false);
    if (object.type == "PodDisruptionBudget") link("selector", false);
  }

  /// The workloads that a selector means: `plain` is a mapping of labels of which there must be one.
  Targets Matching(const Value& selector, std::string_view space, bool plain) {
    Targets out;
    const Value* labels = plain ? &selector : Below(&selector, "matchLabels");
    const Value* expressions = plain ? nullptr : Below(&selector, "matchExpressions");
    if (labels != nullptr && (!IsMapping(labels->kind) || labels->entries.empty())) labels = nullptr;
    if (plain && labels == nullptr) return out;
    const auto add = [&](size_t i) {
      const Workload& w = workloads_[i];
      comparisons_ += 1 + (labels != nullptr ? labels->entries.size() : 0);
      if (w.space == space && comparisons_ <= kMostComparisons && Matches(w, labels, expressions)) out.push_back(w.object);
    };
    // One label narrows it down.
    const Entry* known = nullptr;
    if (labels != nullptr)
      for (const Entry& e : labels->entries)
        if (e.value->kind == Kind::kString) known = &e;
    if (known != nullptr) {
      if (const auto at = by_label_.find(LabelKey(space, known->key, known->value->text)); at != by_label_.end())
        for (const size_t i : at->second) add(i);
      for (const size_t i : in_doubt_) add(i);
    } else if (const auto at = by_space_.find(space); at != by_space_.end()) {
      for (const size_t i : at->second) add(i);
    }
    return out;
  }

  static bool Matches(const Workload& w, const Value* labels, const Value* expressions) {
    if (w.labels != nullptr && w.labels->is_unknown()) return true;
    const auto label = [&](std::string_view key) { return w.labels != nullptr && IsMapping(w.labels->kind) ? w.labels->Get(key) : nullptr; };
    const auto same = [](const Value& a, const Value& b) { return a.is_unknown() || b.is_unknown() || Equal(a, b); };
    if (labels != nullptr)
      for (const Entry& e : labels->entries) {
        const Value* own = label(e.key);
        if (own == nullptr || !same(*own, *e.value)) return false;
      }
    if (expressions == nullptr || !IsSequence(expressions->kind)) return true;
    return std::ranges::all_of(expressions->items, [&](const Value* e) {
      const std::string_view op = TextOf(Below(e, "operator"));
      const Value* own = label(TextOf(Below(e, "key")));
      const Value* values = Below(e, "values");
      const bool listed = own != nullptr && values != nullptr && IsSequence(values->kind) && std::ranges::any_of(values->items, [&](const Value* v) { return same(*own, *v); });
      if (op == "In") return listed;
      if (op == "NotIn") return !listed;
      if (op == "Exists") return own != nullptr;
      return op != "DoesNotExist" || own == nullptr;
    });
  }

  // ---- New bodies.

  template <typename Link>
  void Rewrite(Resource& object, const Keys& keys, Link link) {
    object.body = Rewritten(*object.body, keys, link);
  }

  /// `v` with what stands at the keys replaced by what `link` makes of it; the same value where that is nothing new.
  template <typename Link>
  const Value* Rewritten(const Value& v, std::span<const std::string_view> keys, Link& link) {
    if (IsSequence(v.kind)) {
      std::vector<const Value*> items(v.items.begin(), v.items.end());
      bool changed = false;
      for (const Value*& item : items) {
        const Value* now = Rewritten(*item, keys, link);
        changed = changed || now != item;
        item = now;
      }
      if (!changed) return &v;
      Value* out = arena_.New<Value>(v);
      out->items = arena_.Copy(items);
      return out;
    }
    if (keys.empty()) return link(v);
    const Entry* entry = IsMapping(v.kind) ? v.Find(keys[0]) : nullptr;
    const Value* now = entry != nullptr ? Rewritten(*entry->value, keys.subspan(1), link) : nullptr;
    if (now == nullptr || now == entry->value) return &v;
    std::vector<Entry> entries(v.entries.begin(), v.entries.end());
    entries[size_t(entry - v.entries.data())].value = now;
    Value* out = arena_.New<Value>(v);
    out->entries = arena_.Copy(entries);
    return out;
  }

  const Value* WithReferences(const Value& v, const Targets& targets) {
    if (targets.empty()) return &v;
    const auto references = arena_.NewArray<Reference>(targets.size());
    for (size_t i = 0; i < references.size(); ++i) references[i] = {targets[i], "", false};
    auto* provenance = arena_.New<Provenance>();
    if (v.provenance != nullptr) *provenance = *v.provenance;
    provenance->references = references;
    Value* out = arena_.New<Value>(v);
    out->provenance = provenance;
    return out;
  }

  std::span<Resource* const> objects_;
  Arena& arena_;
  std::vector<Workload> workloads_;
  std::unordered_map<std::string, Targets> by_name_;
  std::unordered_map<std::string, std::vector<size_t>> by_label_;
  std::unordered_map<std::string_view, std::vector<size_t>> by_space_;
  std::vector<size_t> in_doubt_;  // workloads whose labels are not all known
  size_t comparisons_ = 0;
};

}  // namespace

void Relate(std::span<Resource* const> objects, Arena& arena, Document& out) {
  if (objects.size() < 2 || Relations(objects, arena).Run()) return;
  out.diagnostics.push_back({Diagnostic::Kind::kLimit, objects[0]->header, "The selectors of this folder mean more than can be followed", "Spread its manifests over folders, or exclude it in .weir.yaml."});
}

}  // namespace weir::kubernetes
