#include "lib/lang/terraform/debug_resources.h"

#include <algorithm>

#include "lib/lang/terraform/terraform.h"
#include "lib/model/json.h"

namespace weir::terraform {
namespace {

void WriteValue(const Value& value, std::string& out) {
  bool first = true;
  const auto separate = [&] {
    if (!first) out += ',';
    first = false;
  };
  switch (value.kind) {
    case Kind::kNull:
    case Kind::kUnknown:
      out += "null";
      return;
    case Kind::kBool:
      out += value.boolean ? "true" : "false";
      return;
    case Kind::kNumber:
      out += value.number.ToString();
      return;
    case Kind::kString:
      WriteJsonText(value.text, out);
      return;
    case Kind::kList:
    case Kind::kSet:
    case Kind::kTuple:
      out += '[';
      for (const Value* item : value.items) {
        separate();
        WriteValue(*item, out);
      }
      out += ']';
      return;
    case Kind::kMap:
    case Kind::kObject:
      out += '{';
      for (const Entry& entry : value.entries) {
        if (entry.value->is_unknown()) continue;
        separate();
        WriteJsonText(entry.key, out);
        out += ':';
        WriteValue(*entry.value, out);
      }
      out += '}';
  }
}

enum class Mask { kUnknown, kSensitive };

/// Terraform's serialisation of a mark: lists keep every element, objects leave out what is false.
std::string MaskOf(const Value& value, Mask mask) {
  if (mask == Mask::kUnknown ? value.is_unknown() : value.has(Value::kSensitive)) return "true";
  std::string out;
  if (IsSequence(value.kind)) {
    out = "[";
    for (const Value* item : value.items) {
      if (out.size() > 1) out += ',';
      out += MaskOf(*item, mask);
    }
    return out + "]";
  }
  if (IsMapping(value.kind)) {
    out = "{";
    for (const Entry& entry : value.entries) {
      const std::string inner = MaskOf(*entry.value, mask);
      if (inner == "false") continue;
      if (out.size() > 1) out += ',';
      WriteJsonText(entry.key, out);
      (out += ':') += inner;
    }
    return out + "}";
  }
  return "false";
}

bool IsEmptyMask(std::string_view mask) { return mask == "false" || mask == "{}" || mask == "[]"; }

bool IsMeta(std::string_view name) {
  return name == "count" || name == "for_each" || name == "depends_on" || name == "provider" ||
         name == "lifecycle" || name == "provisioner" || name == "connection" || name == "triggers_replace";
}

void WriteResource(const Resource& resource, std::string& out) {
  WriteJsonText(resource.address, out);
  out += ":{";
  std::string masks[2];
  bool first = true;
  for (const Entry& entry : resource.body->entries) {
    if (IsMeta(entry.key)) continue;
    if (!first) out += ',';
    first = false;
    WriteJsonText(entry.key, out);
    out += ':';
    WriteValue(*entry.value, out);
    for (const Mask mask : {Mask::kSensitive, Mask::kUnknown}) {
      const std::string text = MaskOf(*entry.value, mask);
      std::string& all = masks[mask == Mask::kUnknown];
      if (IsEmptyMask(text)) continue;
      if (resource.type == "terraform_data") {
        all = text;
        continue;
      }
      if (!all.empty()) all += ',';
      WriteJsonText(entry.key, all);
      (all += ':') += text;
    }
  }
  if (first && resource.type == "terraform_data") out += "\"input\":null";
  const bool plain = resource.type == "terraform_data";
  for (const size_t i : {size_t(0), size_t(1)}) {
    if (masks[i].empty()) continue;
    out += (i == 0 && first) && !plain ? "" : ",";
    out += i == 0 ? "\"sensitive\":" : "\"unknown\":";
    out += plain ? masks[i] : "{" + masks[i] + "}";
  }
  out += '}';
}

}  // namespace

Result<std::string> DebugResources(const git::Snapshot& snapshot, std::string_view dir,
                                   const Limits& limits) {
  SourceMap sources;
  Arena arena;
  Document document;
  Terraform().Evaluate(dir, snapshot, sources, arena, limits, document);
  if (!document.diagnostics.empty()) {
    const Diagnostic& d = document.diagnostics[0];
    std::string where;
    if (d.span.valid())
      where = sources.path(d.span.file) + ":" +
              std::to_string(sources.PositionOf(d.span.file, d.span.offset).line) + ": ";
    return Status(Code::kInvalid, where + std::string(d.summary) + ": " + std::string(d.detail));
  }
  std::vector<const Resource*> managed;
  for (const Resource* resource : document.resources) {
    const std::string_view type = resource->type;
    const bool other = type == "variable" || type == "output" || type == "local" || type == "module" ||
                       type == "terraform" || type.find('.') != std::string_view::npos;
    if (!other) managed.push_back(resource);
  }
  std::sort(managed.begin(), managed.end(), [](auto* a, auto* b) { return a->address < b->address; });
  std::string out = "{";
  for (const Resource* resource : managed) {
    if (out.size() > 1) out += ',';
    WriteResource(*resource, out);
  }
  return out + "}";
}

}  // namespace weir::terraform
