#include "lib/lang/shell/commands.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "lib/syntax/shell/shell.h"

namespace weir {
namespace {

constexpr int kDeepestText = 4;  // `sh -c` inside `sh -c`

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> list) { return std::ranges::find(list, text) != list.end(); }

std::string_view BaseName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// A program that runs the one named behind its own options. `valued`: its short options that take a value as the next word.
struct Wrapper {
  std::string_view name, valued;
  int operands = 0;  // its own words before the program: `timeout 5 curl`
};
constexpr Wrapper kWrappers[] = {
    {"sudo", "ugphCrtUT"}, {"doas", "uC"},   {"env", "uCS"},  {"exec", "a"},      {"command", ""}, {"builtin", ""}, {"nohup", ""},
    {"time", "fo"},        {"nice", "n"},    {"ionice", "cn"}, {"timeout", "ks", 1}, {"xargs", "IiLnPsdE"}, {"gosu", "", 1}, {"su-exec", "", 1},
    {"stdbuf", "ioe"},     {"setpriv", ""},  {"tini", ""},    {"dumb-init", ""},  {"busybox", ""}, {"chroot", "", 1}, {"eatmydata", ""}, {"retry", "td"}};

const Wrapper* WrapperOf(std::string_view name) {
  const auto at = std::ranges::find(kWrappers, name, &Wrapper::name);
  return at == std::end(kWrappers) ? nullptr : &*at;
}

// Letters of options whose value may follow in the same word.
std::string_view ValuedLetters(std::string_view program) {
  if (program == "curl") return "AbcCdDeEFHKmoPQrtTuUwxXyYz";
  if (program == "wget") return "aeiBOoPtTwQUAADIRlX";
  return {};
}

bool IsAssignment(std::string_view word) {
  const size_t equals = word.find('=');
  return equals != std::string_view::npos && equals > 0 && std::ranges::all_of(word.substr(0, equals), [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

class Builder {
 public:
  Builder(const MappedText& script, Span whole, Arena& arena, const ShellVariables& variables, int level)
      : script_(script), whole_(whole), arena_(arena), variables_(variables), level_(level) {}

  void Run(std::vector<const Value*>& out) {
    const shell::Script script = shell::ParseLeniently(script_.text, arena_);
    for (const shell::Command& c : script.commands) Collect(c);
    std::vector<std::string_view> names(script.commands.size());
    std::vector<Call> calls(script.commands.size());
    for (size_t i = 0; i < script.commands.size(); ++i) {
      calls[i] = Read(script.commands[i]);
      names[i] = calls[i].name;
    }
    std::vector<int32_t> next(script.commands.size(), -1);
    for (size_t i = 0; i < script.commands.size(); ++i)
      if (script.commands[i].pipe_from >= 0) next[size_t(script.commands[i].pipe_from)] = int32_t(i);
    for (size_t i = 0; i < script.commands.size(); ++i) {
      std::vector<const Value*> reads, writes;
      // Pipes are short; a loop of them cannot be, since a command reads from one before it.
      for (int32_t from = script.commands[i].pipe_from; from >= 0 && reads.size() < 64; from = script.commands[size_t(from)].pipe_from) reads.push_back(Text(names[size_t(from)], {}));
      for (int32_t to = next[i]; to >= 0 && writes.size() < 64; to = next[size_t(to)]) writes.push_back(Text(names[size_t(to)], {}));
      out.push_back(Publish(script.commands[i], calls[i], reads, writes, int64_t(out.size())));
      NestedText(calls[i], out);
    }
  }

 private:
  struct Argument {
    std::string_view text;
    Span span;
    uint32_t begin = 0, end = 0;
  };
  struct Call {
    std::string_view name;
    std::vector<Argument> argv;
    std::vector<Argument> via;
    std::vector<std::pair<std::string_view, Argument>> env;
  };

  Span SpanOf(uint32_t begin, uint32_t end) const {
    const Span span = script_.SpanOf(begin, end);
    return span.valid() ? span : whole_;
  }
  const Value* Text(std::string_view text, Span span) const { return NewString(arena_, text, span); }

  // Names that the script gives a value itself: what the image's environment says of them does not hold.
  void Collect(const shell::Command& c) {
    for (const shell::Assignment& a : c.assignments)
      if (c.words.empty()) own_.insert(a.name);
    if (c.words.empty() || !IsOneOf(c.words[0].text, {"export", "read", "local", "unset", "declare"})) return;
    for (const shell::Word& w : c.words.subspan(1)) own_.insert(w.text.substr(0, w.text.find('=')));
  }

  void AddWord(const shell::Word& w, std::vector<Argument>& out) {
    const Span span = SpanOf(w.begin, w.end);
    std::string expanded;
    if (!w.dynamic || !Expand(w.text, expanded)) return void(out.push_back({w.text, span, w.begin, w.end}));
    const std::string_view text = arena_.Copy(std::string_view(expanded));
    if (w.quoted) return void(out.push_back({text, span, w.begin, w.end}));
    for (size_t at = 0; at < text.size();) {
      at = text.find_first_not_of(" \t\n", at);
      if (at == std::string_view::npos) break;
      const size_t end = std::min(text.find_first_of(" \t\n", at), text.size());
      out.push_back({text.substr(at, end - at), span, w.begin, w.end});
      at = end;
    }
  }

  // False where something in the word is not known.
  bool Expand(std::string_view text, std::string& out) const {
    if (!variables_) return false;
    for (size_t at = 0; at < text.size(); ++at) {
      if (text[at] == '`') return false;
      if (text[at] != '$') {
        out += text[at];
        continue;
      }
      const bool braces = text.substr(at + 1).starts_with("{");
      const size_t begin = at + (braces ? 2 : 1);
      size_t end = begin;
      while (end < text.size() && (text[end] == '_' || std::isalnum(uint8_t(text[end])))) ++end;
      if (end == begin || (braces && (end >= text.size() || text[end] != '}'))) return false;
      const std::string_view name = text.substr(begin, end - begin);
      if (own_.contains(name)) return false;
      const auto value = variables_(name);
      if (!value) return false;
      out += *value;
      at = braces ? end : end - 1;
    }
    return true;
  }

  Call Read(const shell::Command& c) {
    Call call;
    for (const shell::Assignment& a : c.assignments) call.env.push_back({a.name, {a.value.text, SpanOf(a.value.begin, a.value.end), 0, 0}});
    std::vector<Argument> words;
    for (const shell::Word& w : c.words) AddWord(w, words);
    size_t at = 0;
    while (at < words.size()) {
      const std::string_view name = BaseName(words[at].text);
      const Wrapper* wrapper = WrapperOf(name);
      const size_t inner = wrapper != nullptr ? Behind(words, at, *wrapper, call) : words.size();
      if (inner >= words.size()) break;
      call.via.push_back({name, SpanOf(words[at].begin, words[inner - 1].end), 0, 0});
      at = inner;
    }
    call.argv.assign(words.begin() + long(std::min(at, words.size())), words.end());
    if (!call.argv.empty()) call.name = BaseName(call.argv[0].text);
    if (IsOneOf(call.name, {"export", "declare", "typeset", "local"}))
      for (size_t i = 1; i < call.argv.size(); ++i) AddAssignment(call.argv[i], call);
    return call;
  }

  void AddAssignment(const Argument& word, Call& call) {
    if (!IsAssignment(word.text)) return;
    const size_t equals = word.text.find('=');
    call.env.push_back({word.text.substr(0, equals), {word.text.substr(equals + 1), word.span, 0, 0}});
  }

  // Where the program stands that a wrapper at words[at] runs.
  size_t Behind(const std::vector<Argument>& words, size_t at, const Wrapper& wrapper, Call& call) {
    int operands = wrapper.operands;
    size_t i = at + 1;
    for (; i < words.size(); ++i) {
      const std::string_view w = words[i].text;
      if (w == "--") return i + 1;
      if (w.size() > 1 && w[0] == '-') {
        if (w.size() == 2 && wrapper.valued.find(w[1]) != std::string_view::npos) ++i;
      } else if (IsAssignment(w) && IsOneOf(wrapper.name, {"env", "sudo", "doas"})) {
        AddAssignment(words[i], call);
      } else if (operands > 0) {
        --operands;
      } else {
        break;
      }
    }
    return i;
  }

  const Value* Publish(const shell::Command& c, const Call& call, const std::vector<const Value*>& reads, const std::vector<const Value*>& writes,
                       int64_t number) {
    const Span span = SpanOf(c.begin, c.end);
    std::vector<const Value*> argv, args, options, operands, via, env, redirects;
    bool only_operands = false;
    for (size_t i = 0; i < call.argv.size(); ++i) {
      const Argument& a = call.argv[i];
      const Value* value = Text(a.text, a.span);
      argv.push_back(value);
      if (i == 0) continue;
      args.push_back(value);
      if (a.text == "--") only_operands = true;
      if (only_operands || a.text.size() < 2 || a.text[0] != '-') operands.push_back(value);
      else AddOptions(call.name, a, value, options);
    }
    for (const Argument& v : call.via) via.push_back(Text(v.text, v.span));
    for (const auto& [name, value] : call.env)
      env.push_back(Object({{"name", Text(name, value.span), {}}, {"value", Text(value.text, value.span), {}}}, value.span));
    for (const shell::Redirect& r : c.redirects) {
      const Span at = SpanOf(r.target.begin, r.target.end);
      redirects.push_back(Object({{"op", Text(r.op, at), {}}, {"target", Text(r.target.text, at), {}}, {"body", Text(r.body, at), {}}}, at));
    }
    constexpr std::string_view kLinks[] = {"", "|", "&&", "||", ";", "&"};
    const auto list = [&](const std::vector<const Value*>& items) { return NewSequence(arena_, Kind::kList, arena_.Copy(items), span); };
    std::vector<Entry> entries = {{"argv", list(argv), {}}, {"args", list(args), {}}, {"options", list(options), {}}, {"operands", list(operands), {}},
                                  {"via", list(via), {}}, {"env", list(env), {}}, {"redirects", list(redirects), {}}, {"reads", list(reads), {}},
                                  {"writes", list(writes), {}}, {"link", Text(kLinks[size_t(c.link)], span), {}}, {"substituted", NewBool(arena_, c.substituted, span), {}},
                                  {"depth", NewNumber(arena_, Number::FromInt(int64_t(c.depth)), span), {}}, {"text", Text(script_.text.substr(c.begin, c.end - c.begin), span), {}},
                                  {"number", NewNumber(arena_, Number::FromInt(number), span), {}}};
    if (!call.argv.empty()) entries.push_back({"name", Text(call.name, call.argv[0].span), {}});
    return Object(std::move(entries), span);
  }

  const Value* Object(std::vector<Entry> entries, Span span) const {
    Value* v = NewMapping(arena_, Kind::kObject, arena_.Copy(entries), span);
    v->flags |= Value::kSoft;
    return v;
  }

  void AddOptions(std::string_view program, const Argument& a, const Value* value, std::vector<const Value*>& out) const {
    out.push_back(value);
    if (a.text.starts_with("--")) {
      if (const size_t equals = a.text.find('='); equals != std::string_view::npos) out.push_back(Text(a.text.substr(0, equals), a.span));
      return;
    }
    const std::string_view valued = ValuedLetters(program);
    for (size_t i = 1; a.text.size() > 2 && i < a.text.size() && i < 16; ++i) {
      if (!std::isalnum(uint8_t(a.text[i]))) break;
      Span letter = a.span;
      if (a.end - a.begin == a.text.size()) letter = SpanOf(a.begin + uint32_t(i), a.begin + uint32_t(i) + 1);
      out.push_back(Text(arena_.Copy("-" + std::string(1, a.text[i])), letter));
      if (valued.find(a.text[i]) != std::string_view::npos) break;
    }
  }

  // The text after `sh -c`.
  void NestedText(const Call& call, std::vector<const Value*>& out) {
    if (level_ >= kDeepestText || !IsOneOf(call.name, {"sh", "bash", "dash", "ash", "zsh", "ksh", "su", "eval"})) return;
    const Argument* text = nullptr;
    for (size_t i = 1; i < call.argv.size() && text == nullptr; ++i) {
      const std::string_view a = call.argv[i].text;
      if (call.name == "eval") text = &call.argv[i];
      else if (a.size() > 1 && a[0] == '-' && a[1] != '-' && a.back() == 'c' && i + 1 < call.argv.size()) text = &call.argv[i + 1];
    }
    if (text == nullptr) return;
    // As it stands in the script where only quotes are around it.
    MappedText inner{text->text, {}, kNoFile};
    if (text->end >= text->begin + 2 && text->end <= script_.text.size() && script_.text.substr(text->begin + 1, text->end - text->begin - 2) == text->text)
      inner = script_.Sub(text->begin + 1, text->end - 1, arena_);
    Builder(inner, text->span, arena_, variables_, level_ + 1).Run(out);
  }

  const MappedText& script_;
  const Span whole_;
  Arena& arena_;
  const ShellVariables& variables_;
  const int level_;
  std::set<std::string_view> own_;
};

}  // namespace

const Value* ShellCommands(const MappedText& script, Arena& arena, const ShellVariables& variables) {
  std::vector<const Value*> out;
  const Span whole = script.SpanOf(0, uint32_t(script.text.size()));
  Builder(script, whole, arena, variables, 0).Run(out);
  return NewSequence(arena, Kind::kList, arena.Copy(out), whole);
}

}  // namespace weir
