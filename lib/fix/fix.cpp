#include "lib/fix/fix.h"

#include <algorithm>
#include <map>
#include <set>

#include "lib/fix/hcl_editor.h"
#include "lib/syntax/hcl/parser.h"

namespace weir::fix {
namespace {

using scan::Finding;

std::vector<std::string> SplitPath(std::string_view path, const Finding& finding) {
  std::vector<std::string> keys;
  if (path == "blamed") return finding.blamed_keys;
  if (path == "it") return finding.element_keys;
  if (path.starts_with("it.")) {
    keys = finding.element_keys;
    path.remove_prefix(3);
  }
  while (!path.empty()) {
    const size_t end = path.find_first_of(".[", 1);
    std::string_view key = path.substr(0, end);
    path.remove_prefix(key.size());
    if (key[0] == '.') key.remove_prefix(1);
    if (!key.empty()) keys.emplace_back(key);
    if (path.starts_with(".")) path.remove_prefix(1);
  }
  return keys;
}

const weir::Value* ValueAt(const weir::Value* v, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    if (v == nullptr) return nullptr;
    if (key[0] == '[') {
      const size_t i = size_t(std::strtoul(key.c_str() + 1, nullptr, 10));
      v = IsSequence(v->kind) && i < v->items.size() ? v->items[i] : nullptr;
    } else {
      if (v->has(weir::Value::kBlockList) && v->items.size() == 1) v = v->items[0];
      v = v->Get(key);
    }
  }
  return v;
}

const hcl::Block* BlockAt(const hcl::Body& body, uint32_t offset) {
  for (const hcl::Block* b : body.blocks)
    if (b->span.offset == offset) return b;
  return nullptr;
}

std::string Key(const Finding& f) {
  std::string key = f.policy + '\n' + f.resource;
  for (const std::string& path : f.blame) (key += '\n') += path;
  return key;
}

// One way to make the rule's edits: in the resource itself, or where the value comes from.
bool Build(const Finding& finding, const rapidjson::Document& fix, bool at_origin, std::vector<Edit>& edits) {
  const SourceMap& sources = finding.evaluation->sources;
  Arena arena;
  const std::string_view source = sources.text(finding.block.file);
  const hcl::Tree tree = hcl::Parse(source, finding.block.file, arena);
  const hcl::Block* block = BlockAt(*tree.root, finding.block.offset);
  if (block == nullptr) return false;
  const bool expanded = finding.in->address != finding.in->declared && finding.in->address.ends_with("]");
  const std::string self = std::string(finding.in->type) + "." + std::string(finding.in->name);
  HclEditor editor(source, sources.path(finding.block.file), *block, self, edits);
  for (const auto& edit : fix["edits"].GetArray()) {
    const std::string_view op = edit["op"].GetString();
    if (op == "add_resource") {
      if (expanded || !finding.in->module_path.empty() || !editor.AddResource(edit["value"], finding.in->name)) return false;
      continue;
    }
    const std::vector<std::string> path = SplitPath(edit["path"].GetString(), finding);
    const std::string_view named = edit["path"].GetString();
    if (op == "set" && named == "blamed" && path.empty() && finding.span.valid() && finding.span != finding.in->header) {
      // The value stands in another resource, which the policy reached by related().
      if (sources.path(finding.span.file).ends_with(".json")) return false;
      edits.push_back({sources.path(finding.span.file), finding.span.offset, finding.span.end(), editor.Render(edit["value"], "")});
      continue;
    }
    if (path.empty()) return false;
    bool done = false;
    if (op == "set") {
      const weir::Value* present = ValueAt(finding.in->body, path);
      if (at_origin && present != nullptr && present->origin.valid() && !finding.block.Contains(present->origin)) {
        if (sources.path(present->origin.file).ends_with(".json")) return false;
        edits.push_back({sources.path(present->origin.file), present->origin.offset, present->origin.end(), editor.Render(edit["value"], "")});
        done = true;
      } else {
        done = editor.Set(path, edit["value"]);
      }
    } else if (op == "remove") {
      done = ValueAt(finding.in->body, path) == nullptr || editor.Remove(path);
    } else if (op == "append") {
      done = editor.Append(path, edit["value"]);
    } else if (op == "replace") {
      done = editor.Replace(path, edit["value"]);
    } else if (op == "add_block") {
      done = editor.AddBlock(path, edit["value"]);
    }
    if (!done) return false;
  }
  std::ranges::stable_sort(edits, {}, [](const Edit& e) { return std::tuple(e.file, e.start, e.end); });
  return !edits.empty();
}

// Applied in memory and evaluated again: the finding is gone and no other has come.
bool Verifies(const Finding& finding, const std::vector<Edit>& edits, const git::Snapshot& snapshot, const scan::Options& options) {
  std::map<std::string, std::optional<std::string>, std::less<>> files;
  for (const Edit& e : edits) {
    if (files.contains(e.file)) continue;
    const auto blob = snapshot.Read(e.file, options.config.limits.file_size);
    if (!blob.ok()) return false;
    auto text = Apply(blob->text(), e.file, edits);
    if (!text) return false;
    files.emplace(e.file, std::move(*text));
  }
  const auto overlay = git::NewOverlaySnapshot(snapshot, std::move(files));
  std::vector<std::string> incomplete;
  std::set<std::string> before;
  for (const Finding& f : scan::ScanScope(snapshot, finding.language, finding.scope, options, incomplete)) before.insert(Key(f));
  if (!incomplete.empty()) return false;
  const std::string gone = Key(finding);
  for (const Finding& f : scan::ScanScope(*overlay, finding.language, finding.scope, options, incomplete)) {
    if (f.verdict != scan::Verdict::kFail) continue;
    // A shorter list has its other findings at other places: a finding of the same policy on the same resource is no new one.
    const bool same = f.policy == finding.policy && f.resource == finding.resource;
    if (Key(f) == gone || (!same && !before.contains(Key(f)))) return false;
  }
  return incomplete.empty();
}

}  // namespace

std::optional<std::string> Apply(std::string_view text, std::string_view file, const std::vector<Edit>& edits) {
  std::string out;
  size_t at = 0;
  for (const Edit& e : edits) {
    if (e.file != file) continue;
    if (e.start < at || e.end < e.start || e.end > text.size()) return std::nullopt;
    out += text.substr(at, e.start - at);
    out += e.text;
    at = e.end;
  }
  return out += text.substr(at);
}

std::optional<Fix> Propose(const Finding& finding, const git::Snapshot& snapshot, const scan::Options& options) {
  if (finding.rule == nullptr || finding.in == nullptr || finding.rule->fix.length == 0 || finding.verdict != scan::Verdict::kFail) return std::nullopt;
  if (!finding.block.valid() || finding.evaluation->sources.path(finding.block.file).ends_with(".json")) return std::nullopt;
  const std::string_view json = finding.image->Text(finding.rule->fix);
  rapidjson::Document document;
  document.Parse(json.data(), json.size());
  if (document.HasParseError() || !document.HasMember("edits")) return std::nullopt;
  Fix fix;
  fix.safe = !document["suggest"].GetBool();
  fix.reason = document["reason"].GetString();
  // Where the value is defined first; where that does not verify, the attribute itself.
  for (const bool at_origin : {true, false}) {
    fix.edits.clear();
    if (Build(finding, document, at_origin, fix.edits) && Verifies(finding, fix.edits, snapshot, options)) return fix;
  }
  return std::nullopt;
}

}  // namespace weir::fix
