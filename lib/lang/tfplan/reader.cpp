#include "lib/lang/tfplan/reader.h"

#include <string>

#include "lib/lang/tfplan/walker.h"

namespace weir::tfplan {
namespace {

struct Read {
  PlanText plan;
  const Value* format_version = nullptr;
  const Value* errored = nullptr;
  const Value* planned_values = nullptr;
  bool has_changes = false, has_planned_values = false, is_state = false;
};

bool ReadAction(Walker& walker, Change& c) {
  return walker.Object([&](std::string_view key) {
    if (key == "actions") return walker.Keep(c.actions);
    if (key == "after") return walker.Keep(c.after);
    if (key == "after_unknown") return walker.Keep(c.after_unknown);
    return key == "after_sensitive" ? walker.Keep(c.after_sensitive) : walker.Skip();
  });
}

bool ReadChange(Walker& walker, FileId file, std::vector<Change>& out) {
  if (walker.Next() != '{') return walker.Skip();
  Change c;
  const size_t start = walker.at();
  const bool read = walker.Object([&](std::string_view key) {
    if (key == "change") return ReadAction(walker, c);
    const Value** slot = key == "address"          ? &c.address
                         : key == "module_address" ? &c.module_address
                         : key == "mode"           ? &c.mode
                         : key == "type"           ? &c.type
                         : key == "name"           ? &c.name
                         : key == "index"          ? &c.index
                         : key == "deposed"        ? &c.deposed
                                                   : nullptr;
    return slot != nullptr ? walker.Keep(*slot) : walker.Skip();
  });
  c.span = {file, uint32_t(start), uint32_t(walker.at() - start)};
  out.push_back(c);
  return read;
}

// `planned`: whether planned_values are kept rather than resource_changes.
Status Parse(std::string_view text, FileId file, bool planned, Arena& arena, const Limits& limits, Read& out) {
  Walker walker(text, file, arena, limits);
  const bool read = walker.Object([&](std::string_view key) {
    out.has_changes |= key == "resource_changes";
    out.has_planned_values |= key == "planned_values";
    out.is_state |= key == "values";
    if (key == "format_version") return walker.Keep(out.format_version);
    if (key == "errored") return walker.Keep(out.errored);
    if (key == "configuration") return walker.Keep(out.plan.configuration);
    if (key == "planned_values" && planned) return walker.Keep(out.planned_values);
    if (key == "resource_changes" && !planned) return walker.Array([&] { return ReadChange(walker, file, out.plan.changes); });
    return walker.Skip();
  });
  if (!read || !walker.End()) return walker.status();
  return {};
}

/// Resources of planned_values, as if each was to be created.
void AddPlanned(const Value* module, std::vector<Change>& out) {
  if (module == nullptr || !IsMapping(module->kind)) return;
  if (const Value* resources = module->Get("resources"); resources != nullptr && IsSequence(resources->kind))
    for (const Value* r : resources->items) {
      Change c;
      c.address = r->Get("address");
      c.module_address = module->Get("address");
      c.mode = r->Get("mode");
      c.type = r->Get("type");
      c.name = r->Get("name");
      c.index = r->Get("index");
      c.after = r->Get("values");
      c.after_sensitive = r->Get("sensitive_values");
      c.span = r->origin;
      out.push_back(c);
    }
  if (const Value* children = module->Get("child_modules"); children != nullptr && IsSequence(children->kind))
    for (const Value* child : children->items) AddPlanned(child, out);
}

bool Supported(std::string_view version) { return version.starts_with("0.") || version.starts_with("1."); }

}  // namespace

Result<PlanText> ReadPlanText(std::string_view text, FileId file, Arena& arena, const Limits& limits) {
  if (text.starts_with("PK")) return Status(Code::kInvalid, "this is a saved plan; give weir what `terraform show -json` makes of it");
  Read read;
  if (Status status = Parse(text, file, false, arena, limits, read); !status.ok()) return status;
  const bool version = read.format_version != nullptr && read.format_version->kind == Kind::kString;
  if (!version) return Status(Code::kInvalid, "the JSON is no plan: it has no format_version; give weir what `terraform show -json PLANFILE` prints");
  if (!Supported(read.format_version->text))
    return Status(Code::kInvalid, "the plan's format_version is " + std::string(read.format_version->text.substr(0, 20)) + "; weir reads 0.1 to 1.x");
  if (!read.has_changes && !read.has_planned_values)
    return Status(Code::kInvalid, read.is_state ? "this is a state, not a plan: `terraform show -json` needs the plan's file" : "the plan has neither resource_changes nor planned_values");
  if (!read.has_changes) {
    if (Status status = Parse(text, file, true, arena, limits, read); !status.ok()) return status;
    if (read.planned_values != nullptr) AddPlanned(read.planned_values->Get("root_module"), read.plan.changes);
  }
  read.plan.errored = read.errored != nullptr && read.errored->kind == Kind::kBool && read.errored->boolean;
  return std::move(read.plan);
}

}  // namespace weir::tfplan
