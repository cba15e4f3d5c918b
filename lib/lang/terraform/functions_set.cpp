// Functions on sets.
#include <algorithm>

#include "lib/lang/terraform/functions.h"
#include "lib/lang/terraform/types.h"

namespace weir::terraform {
namespace {

using enum BuiltIn::Unknowns;

/// A set in Terraform's order.
const Value* MakeSet(std::vector<const Value*> items, FunctionCallSite& site) {
  Type set_type;
  set_type.kind = Kind::kSet;
  std::string why;
  const Value* set = Convert(MakeList(std::move(items), site), &set_type, site.context, why);
  return set != nullptr ? set : Fail(site, why);
}

const Value* SetProduct(Args a, FunctionCallSite& site) {
  if (a.size() < 2) return Fail(site, "at least two sets or lists are needed");
  bool sets = true;
  size_t total = 1;
  std::vector<std::vector<const Value*>> columns;
  for (const Value* list : a) {
    if (!IsSequence(list->kind)) return Fail(site, "sets or lists are needed");
    sets &= list->kind == Kind::kSet;
    if (!ListOf(list, site, columns.emplace_back())) return Fail(site, "the elements have no type in common");
    total *= columns.back().size();
    if (total > 100'000) return FailTooLarge(site, "it gives more than 100000 combinations; leave out what is not needed");
  }
  std::vector<const Value*> rows;
  for (size_t row = 0; row < total; ++row) {
    if (!site.context.Spend(a.size(), site.at)) return MakeUnknown(site);
    std::vector<const Value*> cells(columns.size());
    size_t rest = row;
    for (size_t i = columns.size(); i-- > 0; rest /= columns[i].size()) cells[i] = columns[i][rest % columns[i].size()];
    rows.push_back(MakeList(std::move(cells), site));
  }
  return MakeList(std::move(rows), site, sets ? Kind::kSet : Kind::kList);
}

enum class SetOp { kUnion, kIntersection, kSubtract };
template <SetOp kOp>
const Value* SetOperation(Args a, FunctionCallSite& site) {
  // All elements of all arguments become one type first.
  std::vector<const Value*> all;
  for (const Value* list : a) {
    if (!IsSequence(list->kind)) return Fail(site, "sets are needed");
    all.insert(all.end(), list->items.begin(), list->items.end());
  }
  // What is not known yet may be in the other set, or not.
  if (kOp != SetOp::kUnion && std::ranges::any_of(all, [](const Value* v) { return ContainsUnknown(*v); })) return MakeUnknown(site);
  std::vector<const Value*> unified;
  if (!UnifyItems(all, site.context, unified)) return Fail(site, "the elements have no type in common");
  const auto in = [](Args list, const Value* v) { return std::ranges::any_of(list, [&](const Value* u) { return Equal(*u, *v); }); };
  std::vector<const Value*> items;
  size_t from = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const Args part = Args(unified).subspan(from, a[i]->items.size());
    from += part.size();
    if (!site.context.Spend(items.size() * part.size(), site.at)) return MakeUnknown(site);
    if (i == 0 || kOp == SetOp::kUnion) {
      items.insert(items.end(), part.begin(), part.end());
    } else {
      std::erase_if(items, [&](const Value* v) { return in(part, v) == (kOp == SetOp::kSubtract); });
    }
  }
  return MakeSet(std::move(items), site);
}

constexpr BuiltIn kFunctions[] = {
    {"setintersection", 1, 255, kPartly, SetOperation<SetOp::kIntersection>},
    {"setproduct", 0, 255, kPartly, SetProduct, BuiltIn::Nulls::kError, Marks::kOwn},
    {"setsubtract", 2, 2, kPartly, SetOperation<SetOp::kSubtract>},
    {"setunion", 1, 255, kPartly, SetOperation<SetOp::kUnion>},
};

}  // namespace

std::span<const BuiltIn> SetFunctions() { return kFunctions; }

}  // namespace weir::terraform
