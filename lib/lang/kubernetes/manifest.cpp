#include "lib/lang/kubernetes/manifest.h"

#include <algorithm>

#include "lib/lang/kubernetes/recognise.h"
#include "lib/lang/kubernetes/relations.h"
#include "lib/lang/kubernetes/unread.h"
#include "lib/lang/yaml_value.h"

namespace weir::kubernetes {
namespace {

using yaml::Node;

constexpr size_t kMostObjects = 50'000;
constexpr int kDeepestList = 8;
constexpr int kDeepestValue = 200;

/// Kinds that policies speak of by name, and that other API groups have too.
constexpr std::string_view kOwnKinds[] = {"ClusterRole", "ClusterRoleBinding", "ConfigMap", "CronJob", "DaemonSet", "Deployment", "Ingress", "Job", "Namespace", "NetworkPolicy", "Pod",
                                          "PodDisruptionBudget", "PodSecurityPolicy", "ReplicaSet", "Role", "RoleBinding", "Secret", "Service", "ServiceAccount", "StatefulSet"};

/// "" of the core group, else what stands before the slash.
std::string_view GroupOf(std::string_view api_version) {
  const size_t slash = api_version.find('/');
  return slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
}

bool IsKubernetesOwn(std::string_view group) {
  return group.find('.') == std::string_view::npos || group.ends_with(".k8s.io") || group.ends_with(".openshift.io");
}

std::string_view TextOf(const Node* node, std::string_view key) {
  const Node* value = node != nullptr ? node->Find(key) : nullptr;
  return value != nullptr && value->kind == yaml::Kind::kScalar ? value->text : std::string_view();
}

/// The pair that says of what kind an object is: what is absent in it is shown there.
Span HeaderOf(const Node& node) {
  const yaml::Pair* kind = node.FindPair("kind");
  if (kind == nullptr) return node.pairs().empty() ? node.span : node.pairs()[0].key->span;
  return Cover(kind->key->span, kind->value->span);
}

}  // namespace

void ManifestReader::Read(const std::string& path, const Blob& blob) {
  has_placeholders_ = blob.text().find("{{") != std::string_view::npos;
  if (in_chart_ && has_placeholders_) return;
  const size_t told = out_.diagnostics.size();
  const yaml::Tree* tree = ParseYaml(path, blob, sources_, arena_, limits_, out_);
  if (!tree->ok())
    if (const auto placeholder = FindPlaceholder(tree->source)) {
      const auto from = out_.diagnostics.begin() + ptrdiff_t(told);
      out_.diagnostics.erase(std::remove_if(from, out_.diagnostics.end(), [](const Diagnostic& d) { return d.kind == Diagnostic::Kind::kSyntax; }), out_.diagnostics.end());
      if (++templates_ == 1) first_template_ = {tree->file, uint32_t(*placeholder), 2};
    }
  for (const yaml::Document& document : tree->documents)
    if (document.root != nullptr) Objects(document.root->Resolved(), {}, 0);
}

void ManifestReader::Finish() {
  if (templates_ > 0) {
    const std::string what = templates_ == 1 ? "This file is a template that cannot be read before it is filled in" : "This file and " + std::to_string(templates_ - 1) + " more of the folder are templates that cannot be read before they are filled in";
    out_.diagnostics.push_back({Diagnostic::Kind::kUnread, first_template_, arena_.Copy(what), "What cannot be read in it is not judged."});
  }
  Relate(objects_, arena_, out_);
  out_.resources.insert(out_.resources.end(), objects_.begin(), objects_.end());
}

void ManifestReader::Objects(const Node& node, std::string_view kind_of_item, int depth) {
  if (node.kind != yaml::Kind::kMapping || too_many_) return;
  const std::string_view kind = IsObject(node) ? TextOf(&node, "kind") : kind_of_item;
  if (kind.empty()) return;
  const Node* items = kind.ends_with("List") ? node.Find("items") : nullptr;
  if (items == nullptr || items->kind != yaml::Kind::kSequence || depth >= kDeepestList) return Declare(node, kind);
  for (const Node* item : items->items()) Objects(item->Resolved(), kind.substr(0, kind.size() - 4), depth + 1);
}

void ManifestReader::Declare(const Node& node, std::string_view kind) {
  if (objects_.size() >= kMostObjects) {
    too_many_ = true;
    out_.diagnostics.push_back({Diagnostic::Kind::kLimit, HeaderOf(node), "The manifests of this folder hold more than 50000 objects", "Split it, or exclude it in .weir.yaml."});
    return;
  }
  const Node* metadata = node.Find("metadata");
  const std::string_view group = GroupOf(TextOf(&node, "apiVersion"));
  std::string_view name = TextOf(metadata, "name"), space = TextOf(metadata, "namespace");
  if (name.empty()) name = TextOf(metadata, "generateName");
  const bool foreign = !IsKubernetesOwn(group) && std::ranges::find(kOwnKinds, kind) != std::end(kOwnKinds);
  auto* r = arena_.New<Resource>();
  r->language = "kubernetes";
  r->type = foreign ? arena_.Copy(std::string(kind) + "." + std::string(group)) : kind;
  r->name = name;
  r->address = r->declared = arena_.Copy(std::string(kind) + "." + std::string(space.empty() ? "default" : space) + "." + std::string(name.empty() ? "(no name)" : name));
  r->block = node.span;
  r->header = HeaderOf(node);
  const Value* body = ValueOf(node, YamlSchema::kYaml11, arena_, r->header);
  r->body = has_placeholders_ ? WithoutPlaceholders(*body, 0) : body;
  objects_.push_back(r);
}

// `image: "web:{{ tag }}"` is unknown behind "web:"; `image: {{ image }}` is a mapping to YAML.
const Value* ManifestReader::WithoutPlaceholders(const Value& v, int depth) const {
  if (depth > kDeepestValue) return &v;
  if (v.kind == Kind::kString) {
    const size_t at = v.text.find("{{");
    if (at == std::string_view::npos) return &v;
    Value* out = NewUnknown(arena_, v.origin);
    if (at > 0) {
      out->flags |= Value::kPartial;
      out->text = v.text.substr(0, at);
    }
    return out;
  }
  if (IsSequence(v.kind)) {
    const auto items = arena_.NewArray<const Value*>(v.items.size());
    for (size_t i = 0; i < items.size(); ++i) items[i] = WithoutPlaceholders(*v.items[i], depth + 1);
    return NewSequence(arena_, v.kind, items, v.origin);
  }
  if (!IsMapping(v.kind)) return &v;
  if (v.origin.valid() && sources_.text(v.origin).starts_with("{{")) return NewUnknown(arena_, v.origin);
  const auto entries = arena_.NewArray<Entry>(v.entries.size());
  for (size_t i = 0; i < entries.size(); ++i) entries[i] = {v.entries[i].key, WithoutPlaceholders(*v.entries[i].value, depth + 1), v.entries[i].key_span};
  Value* out = NewMapping(arena_, v.kind, entries, v.origin);
  out->flags = v.flags;
  return out;
}

}  // namespace weir::kubernetes
