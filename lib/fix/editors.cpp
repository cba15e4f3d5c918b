// Which editor a file has, and what all editors share.
#include <algorithm>
#include <charconv>

#include "lib/base/arena.h"
#include "lib/fix/dockerfile_editor.h"
#include "lib/fix/editor.h"
#include "lib/fix/hcl_editor.h"
#include "lib/fix/json_editor.h"
#include "lib/fix/workflow_editor.h"
#include "lib/fix/yaml_editor.h"

namespace weir::fix {
namespace {

struct Format {
  bool (*claims)(std::string_view path);
  std::unique_ptr<Editor> (*make)(EditedText& text, Target target);
  bool (*is_well_formed)(std::string_view text);
};

bool IsJson(std::string_view path) { return path.ends_with(".json"); }
bool IsHcl(std::string_view path) { return path.ends_with(".tf") || path.ends_with(".tofu") || path.ends_with(".tfvars") || path.ends_with(".hcl"); }

// The first that claims a path counts.
constexpr Format kFormats[] = {
    {IsJson, NewJsonEditor, IsWellFormedJson},
    {IsHcl, NewHclEditor, IsWellFormedHcl},
    {IsDockerfile, NewDockerfileEditor, IsWellFormedDockerfile},
    {IsWorkflow, NewWorkflowEditor, IsWellFormedYaml},
    {IsYaml, NewYamlEditor, IsWellFormedYaml},
};

const Format* FormatOf(std::string_view path) {
  const auto at = std::ranges::find_if(kFormats, [&](const Format& f) { return f.claims(path); });
  return at == std::end(kFormats) ? nullptr : at;
}

}  // namespace

std::unique_ptr<Editor> NewEditor(std::string_view path, EditedText& text, Target target) {
  const Format* format = FormatOf(path);
  return format == nullptr ? nullptr : format->make(text, std::move(target));
}

bool IsWellFormed(std::string_view path, std::string_view text) {
  const Format* format = FormatOf(path);
  return format == nullptr || format->is_well_formed(text);
}

namespace {

// A body's path as the file has it: what a CloudFormation resource is made of stands under its Properties.
Path InFile(const Path& path, const Target& target) {
  constexpr std::string_view kBesideProperties[] = {"Metadata", "DeletionPolicy", "UpdateReplacePolicy", "DependsOn"};
  if (target.language != "cloudformation" || target.kind != Target::Kind::kResource || path.empty()) return path;
  if (std::ranges::find(kBesideProperties, path[0]) != std::end(kBesideProperties)) return path;
  Path out{"Properties"};
  out.insert(out.end(), path.begin(), path.end());
  return out;
}

}  // namespace

bool Editor::Do(Operation::Op op, const Path& in_body, const NewValue& value) {
  using Op = Operation::Op;
  const Path path = InFile(in_body, target_);
  changes_.clear();
  const auto run = [&] {
    switch (op) {
      case Op::kSet: return Set(path, value);
      case Op::kRemove: return Remove(path);
      case Op::kAppend: return Append(path, value);
      case Op::kReplace: return value.is(NewValue::Kind::kMap) && Replace(path, value);
      case Op::kAddBlock: return AddBlock(path, value);
      case Op::kRename: return !path.empty() && Rename(path, value.text);
      case Op::kAddResource: {
        const NewValue* type = value.Find("type");
        const NewValue* name = value.Find("name");
        const NewValue* body = value.Find("body");
        if (type == nullptr || body == nullptr || target().name.empty()) return false;
        const bool own = name == nullptr || name->text == "self.name";
        return AddResource(type->text, own ? target().name : name->text, *body);
      }
    }
    return false;
  };
  if (!run()) return false;
  std::ranges::stable_sort(changes_, {}, [](const Edit& e) { return std::pair(e.start, e.end); });
  for (size_t i = 1; i < changes_.size(); ++i)
    if (changes_[i].start < changes_[i - 1].end) return false;
  const std::string before = text();
  for (size_t i = changes_.size(); i-- > 0;) text_.Replace(changes_[i].start, changes_[i].end, changes_[i].text);
  Settle(before, std::exchange(changes_, {}));
  return true;
}

void Editor::Settle(const std::string&, const std::vector<Edit>&) {}

namespace layout {

size_t IndexOf(std::string_view key) {
  size_t i = SIZE_MAX;
  if (key.size() > 2) std::from_chars(key.data() + 1, key.data() + key.size(), i);
  return i;
}

uint32_t LineStart(std::string_view text, uint32_t offset) {
  const size_t at = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  return at == std::string_view::npos ? 0 : uint32_t(at + 1);
}

uint32_t LineEnd(std::string_view text, uint32_t offset) {
  const size_t at = text.find('\n', offset);
  if (at == std::string_view::npos) return uint32_t(text.size());
  return at > offset && text[at - 1] == '\r' ? uint32_t(at - 1) : uint32_t(at);
}

uint32_t NextLine(std::string_view text, uint32_t offset) {
  const size_t at = text.find('\n', offset);
  return at == std::string_view::npos ? uint32_t(text.size()) : uint32_t(at + 1);
}

std::string IndentOf(std::string_view text, uint32_t offset) {
  const uint32_t start = LineStart(text, offset);
  uint32_t end = start;
  while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
  return std::string(text.substr(start, end - start));
}

std::string_view NewlineOf(std::string_view text) { return text.find("\r\n") != std::string_view::npos ? "\r\n" : "\n"; }

std::string IndentUnit(std::string_view text, std::string_view otherwise) {
  for (uint32_t at = 0; at < text.size(); at = NextLine(text, at)) {
    const std::string indent = IndentOf(text, at);
    const size_t after = at + indent.size();
    if (indent.empty() || after >= text.size() || text[after] == '\n' || text[after] == '\r' || text[after] == '*') continue;
    return indent[0] == '\t' ? "\t" : indent;
  }
  return std::string(otherwise);
}

}  // namespace layout

}  // namespace weir::fix
