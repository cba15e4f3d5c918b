// k8s.…: the pods and containers of whatever runs them, and the flags that their programs get.
#include <algorithm>
#include <string>
#include <vector>

#include "lib/lang/kubernetes/pod.h"
#include "lib/policy/function_groups.h"

namespace weir::policy {
namespace {

using cel::EvalContext;
using cel::Type;
using cel::Value;

const weir::Value* PodOf(const Value& object) { return object.model == nullptr ? nullptr : kubernetes::PodTemplateOf(*object.model); }

Value Pod(Args args, EvalContext&) {
  const weir::Value* pod = PodOf(args[0]);
  return pod == nullptr ? Value::SoftNull() : Value::FromModel(pod);
}

Value Below(Args args, std::string_view key) {
  const weir::Value* below = kubernetes::Below(PodOf(args[0]), key);
  return below == nullptr ? Value::SoftNull() : Value::FromModel(below);
}
Value PodSpec(Args args, EvalContext&) { return Below(args, "spec"); }
Value PodMetadata(Args args, EvalContext&) { return Below(args, "metadata"); }

Value Containers(Args args, EvalContext& context, kubernetes::Containers which) {
  const weir::Value* spec = kubernetes::Below(PodOf(args[0]), "spec");
  if (spec == nullptr) return Value::List({});
  const auto found = kubernetes::ContainersOf(*spec, which);
  if (!context.Spend(found.size())) return EvalContext::Exhausted();
  const auto items = context.NewList(found.size());
  for (size_t i = 0; i < found.size(); ++i) items[i] = Value::FromModel(found[i]);
  return Value::List(items);
}
Value Running(Args args, EvalContext& context) { return Containers(args, context, kubernetes::Containers::kLongRunning); }
Value All(Args args, EvalContext& context) { return Containers(args, context, kubernetes::Containers::kAll); }

Value Pods(Args args, EvalContext& context) {
  const weir::Value* pod = PodOf(args[0]);
  const auto items = context.NewList(pod == nullptr ? 0 : 1);
  if (pod != nullptr) items[0] = Value::FromModel(pod);
  return Value::List(items);
}

// A word of a container's command line and the element that it stands in.
struct Word {
  std::string_view text;
  const weir::Value* element;
  bool open = false;  // only its beginning is known
};

// The words of `command` and `args`; those of a shell's script too. Where an element is not known at all, `complete` becomes false.
std::vector<Word> WordsOf(const weir::Value& container, bool& complete, EvalContext& context) {
  std::vector<Word> out;
  const auto add = [&](const weir::Value& element) {
    if (element.is_unknown() && !element.has(weir::Value::kPartial)) complete = false;
    if (element.kind != Kind::kString && !(element.is_unknown() && element.has(weir::Value::kPartial))) return;
    std::string_view text = element.text;
    if (!context.Spend(1 + text.size() / 16)) complete = false;
    constexpr std::string_view kBlank = " \t\r\n", kQuote = "\"'";
    if (text.starts_with('-') || text.find_first_of(kBlank) == std::string_view::npos) return out.push_back({text, &element, element.is_unknown()});
    while (!text.empty()) {
      text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
      std::string_view word = text.substr(0, text.find_first_of(kBlank));
      text.remove_prefix(word.size());
      while (!word.empty() && kQuote.find(word.front()) != std::string_view::npos) word.remove_prefix(1);
      while (!word.empty() && kQuote.find(word.back()) != std::string_view::npos) word.remove_suffix(1);
      if (!word.empty()) out.push_back({word, &element, element.is_unknown() && text.empty()});
    }
  };
  for (const std::string_view key : {"command", "args"}) {
    const weir::Value* list = IsMapping(container.kind) ? container.Get(key) : nullptr;
    if (list == nullptr) continue;
    if (!IsSequence(list->kind)) add(*list);
    else
      for (const weir::Value* element : list->items) add(*element);
  }
  return out;
}

Value ValueAt(std::string_view text, const Word& word) {
  Value v = Value::String(text);
  v.model = word.element;
  v.soft = true;  // "false" equals false
  return v;
}

Value Flag(Args args, EvalContext& context) {
  if (!args[1].is(Type::kString)) return Value::Error("k8s.flag() takes a container and the name of a flag");
  if (args[0].model == nullptr) return Value::SoftNull();
  const weir::Value& container = *args[0].model;
  bool complete = true;
  const std::vector<Word> words = WordsOf(container, complete, context);
  const std::string flag = "--" + std::string(args[1].text);
  // The last one counts.
  for (size_t i = words.size(); i-- > 0;) {
    const Word& word = words[i];
    if (word.text.starts_with(flag)) {
      const std::string_view rest = word.text.substr(flag.size());
      if (word.open && (rest.empty() || rest[0] == '=')) return Value::Unknown(word.element);
      if (rest.starts_with('=')) return ValueAt(rest.substr(1), word);
      if (!rest.empty()) continue;
      const bool own = i + 1 < words.size() && !words[i + 1].text.starts_with('-') && words[i + 1].element->kind == Kind::kString;
      return own ? ValueAt(words[i + 1].text, words[i + 1]) : ValueAt("true", word);
    }
    if (word.open && std::string_view(flag).starts_with(word.text)) return Value::Unknown(word.element);
  }
  const weir::Value* where = container.Get("command");
  if (where == nullptr || where->is_null()) where = container.Get("args");
  if (!complete) return Value::Unknown(where != nullptr ? where : &container);
  return Value::SoftNull(where != nullptr ? where : &container);
}

Value Runs(Args args, EvalContext& context) {
  if (!args[1].is(Type::kString)) return Value::Error("k8s.runs() takes a container and the name of a program");
  if (args[0].model == nullptr) return Value::Bool(false);
  bool complete = true;
  const std::vector<Word> words = WordsOf(*args[0].model, complete, context);
  const bool found = std::ranges::any_of(words, [&](const Word& w) { return !w.open && !w.text.starts_with('-') && w.text.substr(w.text.rfind('/') + 1) == args[1].text; });
  return found || complete ? Value::Bool(found) : Value::Unknown(args[0].model);
}

constexpr cel::Function Inside(std::string_view name, Value (*call)(Args, EvalContext&), uint8_t arguments = 1) {
  cel::Function f{name, arguments, arguments, false, call};
  f.inside = true;
  return f;
}

constexpr cel::Function kFunctions[] = {
    Inside("k8s.pod", Pod),           Inside("k8s.pods", Pods),
    Inside("k8s.podSpec", PodSpec),   Inside("k8s.podMetadata", PodMetadata),
    Inside("k8s.containers", Running), Inside("k8s.allContainers", All),
    Inside("k8s.flag", Flag, 2),      {"k8s.runs", 2, 2, false, Runs},
};

}  // namespace

std::span<const cel::Function> KubernetesFunctions() { return kFunctions; }

}  // namespace weir::policy
