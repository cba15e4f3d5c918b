// Why an expression is false: a walk over the program that asks the evaluator for the value of its parts and
// follows only those that decided. Nothing is tracked while policies run; this costs only where there is a
// finding.
#include <algorithm>
#include <array>

#include "lib/cel/evaluator.h"

namespace weir::cel {
namespace {

class Explainer {
 public:
  Explainer(Program program, std::span<const Value> variables, EvalContext& context)
      : evaluator_(program, variables, context), view_(evaluator_.view()), places_(view_.header->slots), sources_(places_.size()) {
    for (uint32_t i = 0; i < variables.size() && i < places_.size(); ++i) {
      sources_[i] = {true, uint16_t(i), {}, variables[i].model, false};
      // A map that a function made has no keys in the resource.
      if (!variables[i].is(Type::kMap) || variables[i].wraps()) places_[i] = {true, uint16_t(i), {}, nullptr, false};
    }
  }

  std::vector<Access> Run() {
    if (evaluator_.Eval(view_.root()).is_false()) Decide(view_.root(), false);
    // What lies above another value that decided says nothing more.
    const auto above = [&](const Access& a) {
      return std::ranges::any_of(found_, [&](const Access& b) {
        return a.slot == b.slot && !a.made && a.path.size() < b.path.size() && !a.path.empty() &&
               std::ranges::equal(a.path, b.path.first(a.path.size()));
      });
    };
    std::vector<Access> out;
    std::ranges::copy_if(found_, std::back_inserter(out), [&](const Access& a) { return !above(a); });
    return out;
  }

 private:
  // Where a value stands: a variable and the keys from there.
  struct Place {
    bool known = false;
    uint16_t slot = 0;
    std::vector<std::string_view> path;
    const weir::Value* parent = nullptr;  // nearest existing value on the way
    bool absent = false;
    bool made = false;  // by a function, from what stands there
  };

  // Adds what made node `index` have the truth value `wanted`; it has it.
  void Decide(uint32_t index, bool wanted) {
    const Node& node = view_.nodes[index];
    switch (node.op) {
      case Op::kNot:
        return Decide(node.a, !wanted);
      case Op::kAnd:
      case Op::kOr: {
        // One operand is enough for a false && and a true ||; both took part otherwise.
        if (wanted == (node.op == Op::kOr)) {
          const bool left = Truthy(evaluator_.Eval(node.a), wanted);
          return Decide(left ? node.a : node.b, wanted);
        }
        Decide(node.a, wanted);
        return Decide(node.b, wanted);
      }
      case Op::kConditional: {
        const bool yes = Truthy(evaluator_.Eval(node.a), true);
        Decide(yes ? node.b : node.c, wanted);
        if (found_.empty()) Decide(node.a, yes);
        return;
      }
      case Op::kAll:
      case Op::kExists:
      case Op::kExistsOne:
        return Quantified(node, wanted);
      case Op::kIn:
        return Membership(node, wanted);
      case Op::kBind:
        Bound(node);
        return Decide(node.b, wanted);
      default:
        return Leaves(index);
    }
  }

  static bool Truthy(const Value& v, bool wanted) {
    if (v.is(Type::kBool)) return v.boolean == wanted;
    if (v.is(Type::kNull)) return !wanted;
    return v.is(Type::kString) && v.text == (wanted ? "true" : "false");
  }

  void Quantified(const Node& node, bool wanted) {
    const Value range = evaluator_.Eval(node.a);
    const size_t n = range.size();
    // `all` false and `exists` true are decided by the elements that say so; their opposites by every
    // element.
    const bool element_truth = node.op == Op::kExistsOne ? true : wanted;
    const size_t before = found_.size();
    const Place at = PlaceOf(node.a);
    for (size_t i = 0; i < n; ++i) {
      Bind(node, range, i, at);
      // No key was the one that was looked for: that says the map, not each of its entries.
      if (range.is(Type::kMap) && at.known && node.extra == Node::kNone && node.op == Op::kExists && !wanted) places_[node.c] = at;
      if (!Truthy(evaluator_.Eval(node.b), element_truth)) continue;
      Decide(node.b, element_truth);
    }
    if (found_.size() == before) Leaves(node.a);
  }

  void Bind(const Node& node, const Value& range, size_t i, const Place& at) {
    evaluator_.Bind(node, range, i);
    // Of two variables the second one is the element.
    const uint32_t slot = node.extra == Node::kNone ? node.c : node.extra;
    places_[node.c] = {};
    sources_[node.c] = sources_[slot] = at.known ? Place() : SourceOf(node.a);
    Place place;
    if (range.wraps() && at.known) {
      place = at;
      const weir::Value* element = range.is(Type::kList) ? range.At(i).model : range.EntryAt(i).model;
      place.path.push_back(range.is(Type::kList) ? IndexKey(i) : range.At(i).text);
      place.parent = element;
    } else if (at.known && range.is(Type::kList)) {
      place = Inside(at, range.At(i).model);
    }
    places_[slot] = std::move(place);
  }

  void Membership(const Node& node, bool wanted) {
    const Value needle = evaluator_.Eval(node.a), range = evaluator_.Eval(node.b);
    if (wanted && range.is(Type::kList)) {
      const Place at = PlaceOf(node.b);
      for (size_t i = 0; i < range.size(); ++i) {
        if (Equal(needle, range.At(i)) != Truth::kTrue) continue;
        if (!at.known || !range.wraps()) {
          if (AddMade(range.At(i), node.b)) return;
          break;
        }
        Place place = at;
        place.path.push_back(IndexKey(i));
        place.parent = range.At(i).model;
        return Add(place);
      }
    }
    const size_t before = found_.size();
    Leaves(node.a);
    if (found_.size() == before || wanted) Leaves(node.b);
  }

  // Every value of a resource that the expression reads, as far down as it reads it.
  void Leaves(uint32_t index) {
    const Node& node = view_.nodes[index];
    const Place place = PlaceOf(index);
    if (place.known) return Add(place);
    switch (node.op) {
      case Op::kVariable:
      case Op::kSelect:
      case Op::kHas:
      case Op::kIndex: {
        // Not reached by a path (it came from a function): its own origin is what can be shown.
        if (!AddMade(evaluator_.Eval(index), index) && node.op != Op::kVariable) Leaves(node.a);
        return;
      }
      case Op::kNot:
      case Op::kNegate:
        return Leaves(node.a);
      case Op::kAnd:
      case Op::kOr:
      case Op::kEqual:
      case Op::kNotEqual:
      case Op::kLess:
      case Op::kLessEqual:
      case Op::kGreater:
      case Op::kGreaterEqual:
      case Op::kIn:
      case Op::kAdd:
      case Op::kSubtract:
      case Op::kMultiply:
      case Op::kDivide:
      case Op::kModulo:
        Leaves(node.a);
        return Leaves(node.b);
      case Op::kConditional:
        return Leaves(Truthy(evaluator_.Eval(node.a), true) ? node.b : node.c);
      case Op::kList:
      case Op::kMap:
        for (uint32_t i = 0; i < node.b; ++i) Leaves(view_.lists[node.a + i] & ~kOptionalEntry);
        return;
      case Op::kCall:
        for (uint32_t i = 0; i < view_.lists[node.c]; ++i) Leaves(view_.lists[node.c + 1 + i]);
        return;
      case Op::kAll:
      case Op::kExists:
      case Op::kExistsOne:
        return Quantified(node, Truthy(evaluator_.Eval(index), true));
      case Op::kFilter:
      case Op::kMapTo:
        return Collected(node);
      case Op::kTransformList:
      case Op::kTransformMap:
      case Op::kTransformMapEntry:
        return Leaves(node.a);
      case Op::kBind:
        Bound(node);
        return Leaves(node.b);
      case Op::kOptOr:
      case Op::kOptOrValue: {
        const size_t before = found_.size();
        Leaves(node.a);
        if (found_.size() == before || found_.back().absent) Leaves(node.b);
        return;
      }
      case Op::kOptMap:
      case Op::kOptFlatMap:
        return Leaves(node.a);
      default:
        return;
    }
  }

  void Bound(const Node& node) {
    evaluator_.slot(node.c) = evaluator_.Eval(node.a);
    places_[node.c] = PlaceOf(node.a);
    sources_[node.c] = SourceOf(node.a);
  }

  // The place in a resource from which the node's value was made: of a function's result its first argument's.
  Place SourceOf(uint32_t index) {
    const Node& node = view_.nodes[index];
    if (Place place = PlaceOf(index); place.known) return place;
    const auto first = [&](std::span<const uint32_t> parts) {
      for (const uint32_t part : parts)
        if (Place place = SourceOf(part & ~kOptionalEntry); place.known) return place;
      return Place();
    };
    switch (node.op) {
      case Op::kVariable:
        return sources_[node.a];
      case Op::kCall:
        return first({&view_.lists[node.c + 1], view_.lists[node.c]});
      case Op::kList:
        return first({&view_.lists[node.a], node.b});
      case Op::kAdd:
      case Op::kOptOr:
      case Op::kOptOrValue:
        return first(std::array{node.a, node.b});
      case Op::kConditional:
        return SourceOf(Truthy(evaluator_.Eval(node.a), true) ? node.b : node.c);
      case Op::kSelect:
      case Op::kHas:
      case Op::kIndex:
      case Op::kFilter:
      case Op::kMapTo:
      case Op::kTransformList:
      case Op::kTransformMap:
      case Op::kTransformMapEntry:
      case Op::kOptMap:
      case Op::kOptFlatMap:
        return SourceOf(node.a);
      default:
        return {};
    }
  }

  // Adds a value of a resource that a function handed out, or of a list of such values each; false where there is none.
  bool AddMade(const Value& value, uint32_t index) {
    bool added = false;
    if (value.model != nullptr && value.model->origin.valid()) {
      Place place = SourceOf(index);
      place.parent = value.model;
      place.made = true;
      Add(place);
      added = true;
    } else if (value.is(Type::kList) && !value.wraps()) {
      for (size_t i = 0; i < value.size(); ++i) added |= !value.At(i).is(Type::kList) && AddMade(value.At(i), index);
    }
    return added;
  }

  // What filter() kept is what there is to see, by what made it stay; where it kept nothing, or for map(),
  // what was read.
  void Collected(const Node& node) {
    const Value range = evaluator_.Eval(node.a);
    const Place at = PlaceOf(node.a);
    const size_t before = found_.size();
    bool kept = false;
    for (int pass = 0; pass < 2 && !kept; ++pass)
      for (size_t i = 0, n = range.size(); i < n; ++i) {
        Bind(node, range, i, at);
        if (node.op == Op::kMapTo) {
          kept = true;
          Leaves(node.b);
        } else if (Truthy(evaluator_.Eval(node.b), pass == 0)) {
          kept = true;
          Decide(node.b, pass == 0);
        }
      }
    if (found_.size() == before) Leaves(node.a);
  }

  std::string_view IndexKey(size_t i) {
    return evaluator_.context().arena.Copy("[" + std::to_string(i) + "]");
  }

  Place PlaceOf(uint32_t index) {
    const Node& node = view_.nodes[index];
    if (node.op == Op::kVariable) {
      Place place = places_[node.a];
      if (place.known && place.parent == nullptr) place.parent = evaluator_.slot(node.a).model;
      return place;
    }
    if (node.op == Op::kCall) return PlaceOfCall(index);
    if (node.op != Op::kSelect && node.op != Op::kHas && node.op != Op::kIndex) return {};
    Place place = PlaceOf(node.a);
    if (!place.known) return place;
    if (node.op == Op::kIndex) {
      if (const Value owner = evaluator_.Eval(node.a); owner.is(Type::kList) && !owner.wraps()) return Inside(place, evaluator_.Eval(index).model);
      const Value key = evaluator_.Eval(node.b);
      if (key.is(Type::kInt))
        place.path.push_back(IndexKey(size_t(key.integer)));
      else if (key.is(Type::kString))
        place.path.push_back(key.text);
      else
        return {};
    } else {
      const Value owner = evaluator_.Eval(node.a);
      // Selecting from a block list goes through its single element.
      if (owner.is(Type::kList) && owner.size() == 1) place.path.push_back(IndexKey(0));
      place.path.push_back(view_.Text(node.b, node.c));
    }
    Value v;
    if (node.op == Op::kHas)
      evaluator_.Eval(node.a).Find(view_.Text(node.b, node.c), v);
    else
      v = evaluator_.Eval(index);
    if (v.is(Type::kOptional)) v = v.held != nullptr ? *v.held : Value::Null();
    if (v.model != nullptr)
      place.parent = v.model;
    else if (v.is(Type::kNull))
      place.absent = true;
    else
      return {};
    return place;
  }

  Place PlaceOfCall(uint32_t index) {
    const Node& node = view_.nodes[index];
    const Function* function =
        evaluator_.context().functions.FindByHash(uint64_t(node.a) | uint64_t(node.b) << 32);
    if (function == nullptr || view_.lists[node.c] == 0) return {};
    if (function->reads_path) return PathArgument(node);
    if (!function->inside) return {};
    const Place of = PlaceOf(view_.lists[node.c + 1]);
    const Value result = evaluator_.Eval(index);
    // A list that the function made stands for its elements.
    return result.model == nullptr && result.is(Type::kList) ? of : Inside(of, result.model);
  }

  // The place of `target`, which is found below that of `from`.
  Place Inside(const Place& from, const weir::Value* target) {
    Place place = from;
    if (!from.known || from.parent == nullptr || target == nullptr || !Search(*from.parent, target, 0, place.path)) return {};
    place.parent = target;
    place.absent = false;
    return place;
  }
  bool Search(const weir::Value& at, const weir::Value* target, int depth, std::vector<std::string_view>& path) {
    constexpr int kDeepest = 16;
    if (&at == target) return true;
    if (depth > kDeepest || !evaluator_.context().Spend(1)) return false;
    const auto below = [&](std::string_view key, const weir::Value& next) {
      path.push_back(key);
      if (Search(next, target, depth + 1, path)) return true;
      path.pop_back();
      return false;
    };
    if (IsMapping(at.kind))
      return std::ranges::any_of(at.entries, [&](const Entry& e) { return below(e.key, *e.value); });
    if (!IsSequence(at.kind)) return false;
    for (size_t i = 0; i < at.items.size(); ++i) {
      const size_t own = path.size();
      path.push_back({});  // its text is made where it is needed
      if (Search(*at.items[i], target, depth + 1, path)) return path[own] = IndexKey(i), true;
      path.pop_back();
    }
    return false;
  }

  // What a function reads that is given a value and a path into it, as far as the path leads by plain keys.
  Place PathArgument(const Node& node) {
    if (view_.lists[node.c] < 2) return {};
    Place place = PlaceOf(view_.lists[node.c + 1]);
    const Value path = evaluator_.Eval(view_.lists[node.c + 2]);
    if (!place.known || place.parent == nullptr || !path.is(Type::kString)) return {};
    std::string_view rest = path.text;
    while (!rest.empty()) {
      const std::string_view key = rest.substr(0, rest.find('.'));
      rest.remove_prefix(std::min(key.size() + 1, rest.size()));
      if (key.empty() || key.find_first_of("*[?$") != std::string_view::npos) break;
      if (!Descend(place, key)) break;
    }
    return place;
  }

  // One key further; false where it leads nowhere.
  bool Descend(Place& place, std::string_view key) {
    const weir::Value* at = place.parent;
    if (IsSequence(at->kind) && at->items.size() == 1 && key.find_first_not_of("0123456789") != key.npos) {
      place.path.push_back(IndexKey(0));
      at = place.parent = at->items[0];
    }
    if (IsSequence(at->kind)) {
      size_t i = 0;
      for (const char c : key.substr(0, 9)) i = c >= '0' && c <= '9' ? i * 10 + size_t(c - '0') : at->items.size();
      if (i >= at->items.size()) return false;
      place.path.push_back(IndexKey(i));
      place.parent = at->items[i];
      return true;
    }
    if (!IsMapping(at->kind)) return false;
    place.path.push_back(key);
    const weir::Value* next = at->Get(key);
    place.absent = next == nullptr;
    if (next != nullptr) place.parent = next;
    return next != nullptr;
  }

  void Add(const Place& place) {
    Access access;
    access.slot = place.slot;
    access.path = evaluator_.context().arena.Copy(place.path);
    access.value = place.parent;
    access.absent = place.absent;
    access.made = place.made;
    for (const Access& other : found_)
      if (other.slot == access.slot && other.value == access.value &&
          std::ranges::equal(other.path, access.path))
        return;
    found_.push_back(access);
  }

  Evaluator evaluator_;
  const View& view_;
  std::vector<Place> places_, sources_;  // by slot
  std::vector<Access> found_;
};

}  // namespace

std::vector<Access> Explain(Program program, std::span<const Value> variables, EvalContext& context) {
  return Explainer(program, variables, context).Run();
}

}  // namespace weir::cel
