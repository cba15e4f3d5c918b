#include "lib/scan/judge.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "lib/policy/functions.h"

namespace weir::scan {
namespace {

using cel::MapEntry;
using cel::Value;
using policy::Image;
using policy::RuleRecord;

class DocumentJudge {
 public:
  DocumentJudge(const std::shared_ptr<Evaluation>& evaluation, const Document& document, std::string_view scope, const JudgeOptions& options,
                std::vector<Finding>& out)
      : evaluation_(evaluation), document_(document), scope_(scope), options_(options), out_(out),
        context_(policy::PolicyFunctions(), options.config->limits) {}

  void Run() {
    if (options_.questions == nullptr) return JudgeAll();
    document_.asked = &asked_;
    JudgeAll();
    document_.asked = nullptr;
  }

 private:
  void JudgeAll() {
    const Resource* like = nullptr;
    for (const Resource* resource : document_.resources) {
      if (options_.only != nullptr && !options_.only->contains(resource)) continue;
      if (like == nullptr || resource->type != like->type || resource->language != like->language) FindRules(*(like = resource));
      for (const auto& [image, rule] : rules_) {
        if (spent_ > options_.config->limits.scope_steps) return Exhausted();
        image_ = image;
        Judge(*resource, *rule);
        spent_ += context_.steps;
      }
      if (!asked_.empty()) KeepQuestions(*resource);
    }
  }

  void KeepQuestions(const Resource& of) {
    std::ranges::sort(asked_);
    const auto repeated = std::unique(asked_.begin(), asked_.end());
    asked_.erase(repeated, asked_.end());
    (*options_.questions)[&of] = std::exchange(asked_, {});
  }

  void FindRules(const Resource& resource) {
    rules_.clear();
    for (const policy::Library::Member& member : options_.library.members()) {
      numbers_.clear();
      member.image->RulesFor(resource.language, resource.type, numbers_);
      for (const uint32_t n : numbers_)
        if (const RuleRecord& rule = member.image->rules()[n]; !member.Hides(rule.policy)) rules_.emplace_back(member.image, &rule);
    }
  }

  void Exhausted() const {
    if (options_.incomplete == nullptr) return;
    options_.incomplete->push_back((scope_.empty() ? std::string(".") : std::string(scope_)) + ": evaluating the policies takes more than " +
                                   std::to_string(options_.config->limits.scope_steps) + " steps");
  }

  // An evaluation that was cut short says nothing, and that must not look like an answer.
  bool CutShort(const Value& result, const Resource& resource, const RuleRecord& rule) {
    if (!result.is(cel::Type::kError) || !context_.IsExhausted()) return false;
    if (options_.incomplete != nullptr) {
      const std::string bound = context_.OutOfMemory() ? std::to_string(context_.limits.policy_memory >> 20) + " MiB" : std::to_string(context_.limits.steps) + " steps";
      options_.incomplete->push_back(std::string(image_->Text(image_->policies()[rule.policy].id)) + " takes more than " + bound + " on " + std::string(resource.address));
    }
    return true;
  }

  void Judge(const Resource& resource, const RuleRecord& rule) {
    if (const auto setting = SettingOf(resource, rule); setting && setting->off) return;
    context_.arena.Reset();
    context_.steps = 0;
    const policy::Host host{&document_, &resource};
    context_.host = &host;
    auto meta = context_.arena.NewArray<MapEntry>(5);
    meta[0] = {"type", Value::String(resource.type)};
    meta[1] = {"name", Value::String(resource.name)};
    meta[2] = {"address", Value::String(resource.address)};
    meta[3] = {"module", Value::String(resource.module_path)};
    meta[4] = {"language", Value::String(resource.language)};
    Value variables[policy::kSlotCount] = {Value::FromModel(resource.body), Value::Null(), Value::Map(meta)};

    if (rule.when.length != 0) {
      const Value applies = cel::Evaluate(image_->Program(rule.when), variables, context_);
      if (applies.is_false() || applies.is(cel::Type::kNull)) return;
      if (CutShort(applies, resource, rule)) return;
      if (!applies.is_true()) return Add(resource, rule, Verdict::kUnknown);
    }
    if (rule.each.length == 0) return void(One(resource, rule, variables, nullptr, true));
    const Value elements = cel::Evaluate(image_->Program(rule.each), variables, context_);
    if (CutShort(elements, resource, rule)) return;
    if (elements.is(cel::Type::kUnknown) || elements.is(cel::Type::kError)) return Add(resource, rule, Verdict::kUnknown);
    size_t told = 0;
    bool unknown = false;
    for (size_t i = 0; i < elements.size(); ++i) {
      variables[policy::kIt] = elements.At(i);
      const size_t before = out_.size();
      spent_ += std::exchange(context_.steps, 0);
      if (spent_ > options_.config->limits.scope_steps) return;
      unknown |= One(resource, rule, variables, variables[policy::kIt].model, false) == Verdict::kUnknown;
      told += out_.size() - before;
    }
    if (told == 0) Add(resource, rule, unknown ? Verdict::kUnknown : Verdict::kPass);
  }

  Verdict One(const Resource& resource, const RuleRecord& rule, std::span<const Value> variables, const weir::Value* element, bool alone) {
    const Value result = cel::Evaluate(image_->Program(rule.pass), variables, context_);
    if (CutShort(result, resource, rule)) return Verdict::kUnknown;
    if (result.is_true()) {
      if (alone) Add(resource, rule, Verdict::kPass);
      return Verdict::kPass;
    }
    if (!result.is_false() && !result.is(cel::Type::kNull)) {
      if (alone) Add(resource, rule, Verdict::kUnknown);
      return Verdict::kUnknown;
    }
    Fail(resource, rule, variables, PathOf(*resource.body, element));
    return Verdict::kFail;
  }

  // Keys from the resource's body to `target`, the first way in depth; empty where it is not inside. A body may hold a hundred thousand
  // values, each of them blamed: where they are is found once.
  std::vector<std::string> PathOf(const weir::Value& body, const weir::Value* target) {
    std::vector<std::string> path;
    if (target == nullptr) return path;
    if (indexed_ != &body) {
      ways_.clear();
      indexed_ = &body;
      Index(body, 0);
    }
    for (const weir::Value* at = target; at != &body;) {
      const auto way = ways_.find(at);
      if (way == ways_.end()) return {};
      path.push_back(way->second.key.empty() ? "[" + std::to_string(way->second.index) + "]" : std::string(way->second.key));
      at = way->second.parent;
    }
    std::ranges::reverse(path);
    return path;
  }
  void Index(const weir::Value& at, int depth) {
    if (depth > 12) return;
    const auto add = [&](const weir::Value* value, std::string_view key, size_t index) {
      if (ways_.try_emplace(value, Way{&at, key, index}).second) Index(*value, depth + 1);
    };
    if (IsMapping(at.kind))
      for (const Entry& e : at.entries) add(e.value, e.key.empty() ? std::string_view("\"\"") : e.key, 0);
    if (IsSequence(at.kind))
      for (size_t i = 0; i < at.items.size(); ++i) add(at.items[i], {}, i);
  }

  static std::string Join(const std::vector<std::string>& keys) {
    std::vector<std::string_view> views(keys.begin(), keys.end());
    return FormatPath(views);
  }

  struct Leaf {
    const cel::Access* access;
    std::vector<std::string> keys;  // from the body; empty where it is another resource's

    // What lies around another value that decided says nothing more.
    bool IsAbove(const Leaf& other) const {
      if (keys.empty() || keys.size() > other.keys.size() || !std::equal(keys.begin(), keys.end(), other.keys.begin())) return false;
      if (keys.size() < other.keys.size()) return true;
      const weir::Value *a = access->value, *b = other.access->value;
      return access->made && other.access->made && a != b && a->origin != b->origin && a->origin.Contains(b->origin);
    }
  };

  std::vector<std::string> KeysOf(const cel::Access& access, const weir::Value& body, const std::vector<std::string>& element) {
    std::vector<std::string> keys;
    if (access.slot == policy::kIt) keys = element;
    for (const std::string_view key : access.path) keys.emplace_back(key);
    if (!access.made) return keys;
    // A statement of a policy document may stand in the body itself, or in a text of it.
    std::vector<std::string> inside = PathOf(body, access.value);
    return inside.empty() ? keys : inside;
  }

  void Fail(const Resource& resource, const RuleRecord& rule, std::span<const Value> variables, std::vector<std::string> element) {
    Finding finding = Make(resource, rule, Verdict::kFail);
    finding.element_keys = element;
    spent_ += std::exchange(context_.steps, 0);
    std::vector<cel::Access> leaves = cel::Explain(image_->Program(rule.pass), variables, context_);
    // A function that was given the whole element says less than the values that were looked at besides.
    const auto whole = [](const cel::Access& a) { return a.path.empty() && !a.made && (a.value == nullptr || IsMapping(a.value->kind)); };
    if (std::ranges::any_of(leaves, [&](const cel::Access& a) { return !whole(a); })) std::erase_if(leaves, whole);
    std::erase_if(leaves, [](const cel::Access& a) { return a.slot == policy::kMeta; });
    std::vector<Leaf> placed;
    for (const cel::Access& access : leaves) placed.push_back({&access, KeysOf(access, *resource.body, element)});
    for (const Leaf& leaf : placed) {
      if (std::ranges::any_of(placed, [&](const Leaf& other) { return leaf.IsAbove(other); })) continue;
      if (!leaf.keys.empty()) {
        const std::string path = Join(leaf.keys);
        if (std::ranges::find(finding.blame, path) == finding.blame.end()) finding.blame.push_back(path);
        if (finding.blamed_keys.empty()) finding.blamed_keys = leaf.keys;
      }
      const weir::Value* value = leaf.access->value;
      if (!finding.span.valid() && value != nullptr && value->origin.valid()) {
        finding.span = leaf.access->absent && value == resource.body ? resource.header : value->origin;
        finding.value = value;
      }
    }
    if (!finding.span.valid()) finding.span = resource.header;
    Place(finding, resource);
    out_.push_back(std::move(finding));
  }

  std::optional<policy::Config::Setting> SettingOf(const Resource& resource, const RuleRecord& rule) const {
    const policy::Config& config = *options_.config;
    if (config.policies.empty() && config.sections.empty()) return {};
    const policy::PolicyRecord& policy = image_->policies()[rule.policy];
    const std::string_view path = resource.block.valid() ? std::string_view(evaluation_->sources.path(resource.block.file)) : scope_;
    return config.For(image_->Text(policy.id), resource.language, path, policy.severity);
  }

  Finding Make(const Resource& resource, const RuleRecord& rule, Verdict verdict) const {
    const policy::PolicyRecord& policy = image_->policies()[rule.policy];
    Finding finding;
    finding.policy = image_->Text(policy.id);
    finding.message = image_->Text(policy.message);
    finding.severity = policy.severity;
    if (const auto setting = SettingOf(resource, rule)) finding.severity = setting->severity;
    finding.verdict = verdict;
    finding.language = resource.language;
    finding.type = resource.type;
    finding.resource = resource.address;
    finding.scope = scope_;
    finding.evaluation = evaluation_;
    finding.document = &document_;
    finding.in = &resource;
    finding.image = image_;
    finding.rule = &rule;
    return finding;
  }

  void Add(const Resource& resource, const RuleRecord& rule, Verdict verdict) {
    if (!options_.all_verdicts && (verdict == Verdict::kPass || options_.config->unknown == policy::OnUnknown::kIgnore)) return;
    Finding finding = Make(resource, rule, verdict);
    finding.span = resource.header;
    Place(finding, resource);
    out_.push_back(std::move(finding));
  }

  void Place(Finding& finding, const Resource& resource) const {
    const SourceMap& sources = evaluation_->sources;
    finding.block = resource.block;
    if (!finding.span.valid()) return;
    finding.file = sources.path(finding.span.file);
    finding.start = sources.PositionOf(finding.span.file, finding.span.offset);
    finding.end = sources.PositionOf(finding.span.file, finding.span.end());
    if (resource.block.valid()) {
      finding.block_start = sources.PositionOf(resource.block.file, resource.block.offset);
      finding.block_end = sources.PositionOf(resource.block.file, resource.block.end());
    }
  }

  const std::shared_ptr<Evaluation>& evaluation_;
  const Document& document_;
  std::string_view scope_;
  const JudgeOptions& options_;
  const Image* image_ = nullptr;  // of the rule that is being judged
  std::vector<Finding>& out_;
  cel::EvalContext context_;
  std::vector<std::pair<const Image*, const RuleRecord*>> rules_;  // for the resource's type
  std::vector<uint32_t> numbers_;
  std::vector<Document::Question> asked_;  // about the resource that is being judged
  uint64_t spent_ = 0;
  struct Way {
    const weir::Value* parent;
    std::string_view key;  // empty: an element
    size_t index;
  };
  std::unordered_map<const weir::Value*, Way> ways_;  // into the body of the resource that was asked for last
  const weir::Value* indexed_ = nullptr;
};

}  // namespace

void JudgeDocument(const std::shared_ptr<Evaluation>& evaluation, const Document& document, std::string_view scope, const JudgeOptions& options,
                   std::vector<Finding>& out) {
  DocumentJudge(evaluation, document, scope, options, out).Run();
}

}  // namespace weir::scan
