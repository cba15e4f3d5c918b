#include "lib/lang/dockerfile/stages.h"

#include <algorithm>
#include <map>

#include "lib/base/unicode.h"

namespace weir::dockerfile {
namespace {

constexpr size_t kMostStages = 500;
// Each of its commands is judged: a hundred thousand of them take minutes.
constexpr size_t kLongestScript = 128 * 1024;

// What a build always has (https://docs.docker.com/reference/dockerfile/#predefined-args), with values that only the build knows.
constexpr std::string_view kPredefined[] = {"TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT", "BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT", "TARGETSTAGE"};

struct Stage {
  size_t index = 0;
  std::string_view name;
  const Instruction* from = nullptr;
  const Value* image = nullptr;
  const Value* platform = nullptr;
  const Value* from_body = nullptr;
  int base = -1;                        // the stage it builds on
  bool scratch = false;
  Environment environment;
  const Value* user = nullptr;          // of the last USER here or below; null: none
  const Value* user_body = nullptr;
  const Value* workdir = nullptr;
  const Value* shell = nullptr;
  const Value* healthcheck = nullptr;
  const Value* entrypoint = nullptr;
  const Value* command = nullptr;
  std::vector<const Value*> instructions;
  std::map<std::string_view, size_t> counts;
  Span span;
  size_t first_resource = 0;            // of its instructions in the document
};

class Evaluator {
 public:
  Evaluator(const Tree& tree, std::string_view path, Span file, Arena& arena, const Limits& limits, Document& out)
      : tree_(tree), path_(path), file_(file), arena_(arena), limits_(limits), out_(out) {}

  void Run() {
    for (const SyntaxError& e : tree_.errors) out_.diagnostics.push_back({Diagnostic::Kind::kSyntax, e.span, e.summary, e.detail});
    for (const std::string_view name : kPredefined) head_.variables[std::string(name)] = {NewUnknown(arena_), true};
    head_.open = true;
    const size_t place = out_.resources.size();
    for (const Instruction* i : tree_.instructions) {
      if (!WithinLimits(*i)) return;
      if (i->keyword == "FROM") Begin(*i);
      else if (stages_.empty()) Head(*i);
      else Add(*i, stages_.back());
    }
    if (stages_.empty()) {
      if (tree_.errors.empty()) out_.diagnostics.push_back({Diagnostic::Kind::kSyntax, {file_.file, file_.offset, 0}, "The file has no build stage", "A Dockerfile needs a FROM instruction."});
      return;
    }
    Publish(place);
  }

 private:
  // Every stage holds the environment of the one below it, so their number is bounded, and with it the work.
  bool WithinLimits(const Instruction& i) {
    size_t script = i.rest.text.size();
    for (const auto& h : i.heredocs) script += h.body.size();
    const auto refuse = [&](std::string_view what, std::string_view remedy) { return out_.diagnostics.push_back({Diagnostic::Kind::kLimit, i.keyword_span, what, remedy}), false; };
    if (script > kLongestScript) return refuse("The script of this instruction is too long to be judged", "Copy it from a file of its own.");
    if (stages_.size() > kMostStages) return refuse("The file has too many build stages", "Split it into several files.");
    if (pending_.size() > limits_.instances) return refuse("The file has too many instructions", "Split it into several files.");
    return true;
  }

  const Value* Text(std::string_view text, Span span) const { return NewString(arena_, text, span); }
  const Value* List(const std::vector<const Value*>& items, Span span) const { return NewSequence(arena_, Kind::kList, arena_.Copy(items), span); }
  std::string_view Address(const std::string& local) const { return arena_.Copy(std::string(path_) + ":" + local); }

  const Resource* Declare(std::string_view type, std::string_view name, std::string_view address, const Value* body, Span block, Span header) {
    auto* r = arena_.New<Resource>();
    r->language = "dockerfile";
    r->type = type;
    r->name = name;
    r->address = r->declared = address;
    r->body = body;
    r->block = block;
    r->header = header;
    return r;
  }

  const Value* Body(const Instruction& i, Environment& environment, const Stage* stage, std::vector<Entry> more = {}) {
    std::vector<Entry> entries = InstructionReader{i, environment, tree_.escape, arena_}.Read();
    if (stage != nullptr) {
      entries.push_back({"stage", NewNumber(arena_, Number::FromInt(int64_t(stage->index)), i.keyword_span), {}});
      if (stage->user != nullptr && i.keyword != "USER") entries.push_back({"user", stage->user, {}});
      if (stage->shell != nullptr && i.keyword != "SHELL") entries.push_back({"shell", stage->shell, {}});
    }
    entries.insert(entries.end(), more.begin(), more.end());
    return NewBody(std::move(entries), i.keyword_span, arena_);
  }

  std::string_view TypeOf(const Instruction& i) const { return arena_.Copy("instruction." + std::string(i.keyword)); }

  // Before the first FROM only ARG may stand.
  void Head(const Instruction& i) {
    if (i.keyword != "ARG") {
      out_.diagnostics.push_back({Diagnostic::Kind::kSyntax, i.keyword_span, arena_.Copy(std::string(i.keyword) + " stands before the first FROM"), "Only ARG may; move it into a stage."});
      return;
    }
    const Value* body = Body(i, head_, nullptr);
    args_.push_back(body);
    out_.resources.push_back(Declare(TypeOf(i), i.keyword, Address("ARG[" + std::to_string(args_.size() - 1) + "]"), body, i.span, i.keyword_span));
  }

  void Begin(const Instruction& i) {
    Stage stage;
    stage.index = stages_.size();
    stage.from = &i;
    const Value* image = i.words.empty() ? Text("", i.keyword_span) : Expand(i.words[0].text, i.words[0].span, head_, tree_.escape, arena_);
    if (i.words.size() == 3) stage.name = i.words[2].text;
    stage.image = image;
    bool stage_ref = false;
    if (image->kind == Kind::kString) {
      stage.scratch = image->text == "scratch";
      for (const Stage& other : stages_)
        if (!other.name.empty() && ToLower(other.name) == ToLower(image->text)) stage.base = int(other.index);
      stage_ref = stage.base >= 0;
    }
    if (stage_ref) {
      const Stage& base = stages_[size_t(stage.base)];
      stage.environment = base.environment;
      stage.user = base.user;
      stage.user_body = base.user_body;
      stage.workdir = base.workdir;
      stage.shell = base.shell;
      stage.healthcheck = base.healthcheck;
      stage.entrypoint = base.entrypoint;
      stage.command = base.command;
      stage.scratch = base.scratch;
    } else {
      stage.environment.open = !stage.scratch;
      // Where a stage's ARG finds the default of the file's head.
      for (const auto& [name, variable] : head_.variables) stage.environment.variables["\n" + name] = variable;
    }
    stage.span = i.span;
    std::vector<Entry> more = {{"scratch", NewBool(arena_, image->kind == Kind::kString && image->text == "scratch", i.keyword_span), {}},
                               {"stage_ref", NewBool(arena_, stage_ref, i.keyword_span), {}}};
    stages_.push_back(std::move(stage));
    Stage& now = stages_.back();
    now.from_body = Body(i, head_, &now, more);
    now.platform = now.from_body->Get("platform");
    Publish(i, now.from_body, now);
  }

  void Publish(const Instruction& i, const Value* body, Stage& stage) {
    const size_t number = stage.counts[i.keyword]++;
    const std::string local = "stage-" + std::to_string(stage.index) + "/" + std::string(i.keyword) + "[" + std::to_string(number) + "]";
    pending_.push_back({stage.index, Declare(TypeOf(i), i.keyword, Address(local), body, i.span, i.keyword_span)});
    stage.instructions.push_back(body);
    stage.span = Cover(stage.span, i.span);
    if (i.keyword != "ONBUILD" || i.trigger == nullptr) return;
    Environment environment = stage.environment;
    pending_.push_back({stage.index, Declare(TypeOf(*i.trigger), i.trigger->keyword, Address(local + "/" + std::string(i.trigger->keyword)), Body(*i.trigger, environment, &stage), i.trigger->span, i.trigger->keyword_span)});
  }

  void Add(const Instruction& i, Stage& stage) {
    const Value* body = Body(i, stage.environment, &stage);
    if (i.keyword == "USER") stage.user = body->Get("name"), stage.user_body = body;
    if (i.keyword == "WORKDIR") stage.workdir = body->Get("path");
    if (i.keyword == "SHELL") stage.shell = body->Get("argv");
    if (i.keyword == "HEALTHCHECK") stage.healthcheck = body;
    if (i.keyword == "ENTRYPOINT") stage.entrypoint = body;
    if (i.keyword == "CMD") stage.command = body;
    Publish(i, body, stage);
  }

  // The stages that make it into the image, and those that they copy from.
  std::vector<bool> Used() const {
    std::vector<bool> used(stages_.size());
    const auto find = [&](std::string_view name, size_t before) {
      for (size_t i = 0; i < before; ++i)
        if (ToLower(stages_[i].name) == ToLower(name) || std::to_string(i) == name) return int(i);
      return -1;
    };
    if (!used.empty()) used.back() = true;
    for (size_t s = stages_.size(); s-- > 0;) {
      if (!used[s]) continue;
      if (stages_[s].base >= 0) used[size_t(stages_[s].base)] = true;
      for (const Value* body : stages_[s].instructions) {
        const auto from = [&](const Value* v) {
          if (v != nullptr && v->kind == Kind::kString)
            if (const int at = find(v->text, s); at >= 0) used[size_t(at)] = true;
        };
        from(body->Get("from"));
        if (const Value* mounts = body->Get("mounts"))
          for (const Value* m : mounts->items) from(m->Get("from"));
      }
    }
    return used;
  }

  const Value* EnvironmentBody(const Stage& s) const {
    std::vector<Entry> entries;
    for (const auto& [name, variable] : s.environment.variables)
      if (!name.starts_with("\n") && variable.value != nullptr && !variable.from_arg) entries.push_back({arena_.Copy(std::string_view(name)), variable.value, {}});
    return NewMapping(arena_, Kind::kMap, arena_.Copy(entries), s.from->line_span);
  }

  void Publish(size_t place) {
    std::vector<const Value*> bodies, names;
    std::vector<const Resource*> resources;
    const std::vector<bool> used = Used();
    for (Stage& s : stages_) {
      const Span header = s.from->line_span;
      std::vector<Entry> e = {{"index", NewNumber(arena_, Number::FromInt(int64_t(s.index)), header), {}}, {"image", s.image, {}}, {"from", s.from_body, {}},
                              {"scratch", NewBool(arena_, s.scratch, header), {}}, {"is_final", NewBool(arena_, s.index + 1 == stages_.size(), header), {}},
                              {"used", NewBool(arena_, used[s.index], header), {}}, {"user_set", NewBool(arena_, s.user != nullptr, header), {}},
                              {"instructions", List(s.instructions, header), {}}, {"env", EnvironmentBody(s), {}}};
      const auto add = [&](std::string_view key, const Value* v) { if (v != nullptr) e.push_back({key, v, {}}); };
      if (!s.name.empty()) add("name", Text(s.name, s.from->words[2].span));
      if (s.base >= 0) add("base", NewNumber(arena_, Number::FromInt(s.base), header));
      add("platform", s.platform);
      add("user", s.user);
      add("workdir", s.workdir);
      add("shell", s.shell);
      add("healthcheck", s.healthcheck);
      add("entrypoint", s.entrypoint);
      add("cmd", s.command);
      const Value* body = NewBody(std::move(e), header, arena_);
      bodies.push_back(body);
      if (!s.name.empty()) names.push_back(Text(s.name, s.from->words[2].span));
      resources.push_back(Declare("stage", s.name.empty() ? arena_.Copy(std::to_string(s.index)) : s.name, Address("stage-" + std::to_string(s.index)), body, s.span, header));
    }
    const Span header = stages_.back().from->line_span;
    std::vector<Entry> e = {{"path", Text(path_, header), {}}, {"stages", List(bodies, header), {}}, {"final", bodies.back(), {}}, {"names", List(names, header), {}}, {"args", List(args_, header), {}}};
    std::vector<const Value*> instructions;
    for (const Stage& s : stages_) instructions.insert(instructions.end(), s.instructions.begin(), s.instructions.end());
    e.push_back({"instructions", List(instructions, header), {}});
    for (const Directive& d : tree_.directives) e.push_back({d.name, Text(d.value, d.value_span), {}});
    std::vector<const Resource*> all = {Declare("dockerfile", path_, path_, NewBody(std::move(e), header, arena_), file_, header)};
    all.insert(all.end(), out_.resources.begin() + long(place), out_.resources.end());
    size_t next = 0;
    for (size_t s = 0; s < resources.size(); ++s) {
      all.push_back(resources[s]);
      for (; next < pending_.size() && pending_[next].first == s; ++next) all.push_back(pending_[next].second);
    }
    out_.resources.resize(place);
    out_.resources.insert(out_.resources.end(), all.begin(), all.end());
  }

  const Tree& tree_;
  std::string_view path_;
  Span file_;
  Arena& arena_;
  const Limits& limits_;
  Document& out_;
  Environment head_;
  std::vector<Stage> stages_;
  std::vector<const Value*> args_;
  std::vector<std::pair<size_t, const Resource*>> pending_;
};

}  // namespace

void EvaluateFile(const Tree& tree, std::string_view path, Span file, Arena& arena, const Limits& limits, Document& out) {
  Evaluator(tree, path, file, arena, limits, out).Run();
}

}  // namespace weir::dockerfile
