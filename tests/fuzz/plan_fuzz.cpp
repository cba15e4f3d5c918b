// Any bytes as a plan of Terraform: what is kept lies within the text, and what is read becomes resources.
#include <cstdlib>

#include "lib/lang/tfplan/plan.h"

namespace {

void CheckPlace(const weir::Value* v, size_t size) {
  if (v == nullptr) return;
  if (v->origin.end() > size) std::abort();
  if (weir::IsSequence(v->kind))
    for (const weir::Value* item : v->items) CheckPlace(item, size);
  if (weir::IsMapping(v->kind))
    for (const weir::Entry& e : v->entries) {
      if (e.key_span.end() > size) std::abort();
      CheckPlace(e.value, size);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir;
  Arena arena;
  Document document;
  const Limits limits;
  const auto plan = tfplan::ReadPlanText({reinterpret_cast<const char*>(data), size}, 0, arena, limits);
  if (!plan.ok()) return plan.status().message().empty() ? (std::abort(), 0) : 0;
  for (const tfplan::Change& c : plan->changes) {
    if (c.span.end() > size) std::abort();
    for (const Value* v : {c.address, c.after, c.after_unknown, c.after_sensitive, c.actions}) CheckPlace(v, size);
  }
  CheckPlace(plan->configuration, size);
  (void)tfplan::MakeDocument(*plan, nullptr, arena, limits, document);
  return 0;
}
