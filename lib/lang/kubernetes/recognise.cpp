#include "lib/lang/kubernetes/recognise.h"

#include <algorithm>

#include "lib/base/text.h"

namespace weir::kubernetes {
namespace {

constexpr size_t kHead = 4096;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Whether `key` is a key of a document: at a line's beginning in YAML, in quotes or behind a brace or comma in JSON.
bool HasKey(std::string_view head, std::string_view key, bool flow) {
  for (size_t at = head.find(key); at != std::string_view::npos; at = head.find(key, at + 1)) {
    const char before = at == 0 ? '\n' : head[at - 1];
    std::string_view after = head.substr(at + key.size());
    const bool quoted = before == '"' || before == '\'';
    if (quoted && !after.empty() && after[0] == before) after.remove_prefix(1);
    else if (quoted || !(before == '\n' || before == '\xBF' || (flow && (IsBlank(before) || before == '{' || before == ',')))) continue;
    // Of a quoted key in YAML what stands before the quote tells whether it is an outermost one.
    if (quoted && !flow && at >= 2 && head[at - 2] != '\n' && head[at - 2] != '\xBF') continue;
    const size_t colon = after.find_first_not_of(" \t");
    if (colon != std::string_view::npos && after[colon] == ':') return true;
  }
  return false;
}

/// A licence or a description fills all that was read.
bool IsAllComment(std::string_view head) {
  bool all = true;
  ForEachLine(head, [&](std::string_view line) {
    const size_t first = line.find_first_not_of(" \t\xEF\xBB\xBF");
    all = all && (first == std::string_view::npos || line[first] == '#' || line.starts_with("---"));
  });
  return all;
}

}  // namespace

bool MayBeManifest(std::string_view path) { return path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".json"); }

bool LooksLikeManifest(std::string_view head) {
  const size_t first = head.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  const bool flow = first != std::string_view::npos && head[first] == '{' && !head.substr(first).starts_with("{{");
  const bool version = HasKey(head, "apiVersion", flow), kind = HasKey(head, "kind", flow);
  if (version && kind) return true;
  // Long data or annotations between the two.
  return head.size() >= kHead && (version || IsAllComment(head));
}

bool IsObject(const yaml::Node& node) {
  const auto text = [&](std::string_view key) {
    const yaml::Node* value = node.Find(key);
    return value != nullptr && value->kind == yaml::Kind::kScalar && !value->text.empty();
  };
  return node.kind == yaml::Kind::kMapping && text("apiVersion") && text("kind");
}

}  // namespace weir::kubernetes
