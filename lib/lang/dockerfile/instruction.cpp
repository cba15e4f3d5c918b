// What each instruction says, as values.
#include <algorithm>
#include <charconv>

#include "lib/base/unicode.h"
#include "lib/lang/dockerfile/stages.h"
#include "lib/lang/shell/commands.h"
#include "lib/syntax/dockerfile/parser.h"

namespace weir::dockerfile {
namespace {

// A heredoc alone is the script itself, unless its first line names another interpreter.
bool IsScript(const Instruction& i) { return i.heredocs.size() == 1 && i.rest.text.starts_with("<<") && i.rest.text.find_first_of(" \t") == std::string_view::npos; }

}  // namespace

const Value* NewBody(std::vector<Entry> entries, Span span, Arena& arena) {
  Value* body = NewMapping(arena, Kind::kObject, arena.Copy(entries), span);
  body->flags |= Value::kSoft;
  return body;
}

Span InstructionReader::RestSpan() const {
  const Span span = instruction.rest.SpanOf(0, uint32_t(instruction.rest.text.size()));
  return span.valid() ? span : instruction.keyword_span;
}

std::vector<Entry> InstructionReader::Read() {
  constexpr std::string_view kForms[] = {"words", "shell", "json"};
  const std::string_view k = instruction.keyword;
  const MappedText& rest = instruction.rest;
  std::vector<Entry> out = {{"keyword", Text(k, instruction.keyword_span), {}}, {"text", Text(rest.text, RestSpan()), {}},
                            {"form", Text(kForms[size_t(instruction.form)], RestSpan()), {}}, {"flags", Flags(), {}}};
  const auto words = [&] {
    std::vector<const Value*> items;
    for (const Word& w : instruction.words) items.push_back(instruction.form == Form::kJson ? Text(w.text, w.span) : Expanded(w));
    return List(items);
  };
  // The arguments of these are one text, blanks and all.
  const auto whole = [&] { return Expand(rest.text, RestSpan(), environment, escape, arena); };
  if (k == "FROM") {
    ReadFrom(out);
  } else if (k == "RUN") {
    out.push_back({"commands", Commands(instruction), {}});
    out.push_back({"argv", Argv(), {}});
    out.push_back({"mounts", Mounts(), {}});
    out.push_back({"heredocs", Heredocs(), {}});
  } else if (k == "CMD" || k == "ENTRYPOINT" || k == "SHELL") {
    out.push_back({"argv", Argv(), {}});
    out.push_back({"commands", Commands(instruction), {}});
  } else if (k == "ENV" || k == "ARG" || k == "LABEL") {
    out.push_back({"pairs", Pairs(), {}});
  } else if (k == "COPY" || k == "ADD") {
    ReadCopy(out);
  } else if (k == "EXPOSE") {
    out.push_back({"ports", Ports(), {}});
  } else if (k == "USER") {
    const Value* user = whole();
    const size_t colon = user->is_unknown() && !user->has(Value::kPartial) ? std::string_view::npos : user->text.find(':');
    if (colon != std::string_view::npos) {
      out.push_back({"name", NewString(arena, user->text.substr(0, colon), user->origin), {}});
      out.push_back({"group", user->is_unknown() ? user : NewString(arena, user->text.substr(colon + 1), user->origin), {}});
    } else {
      out.push_back({"name", user, {}});
    }
  } else if (k == "WORKDIR") {
    out.push_back({"path", whole(), {}});
  } else if (k == "VOLUME") {
    out.push_back({"paths", words(), {}});
  } else if (k == "STOPSIGNAL") {
    out.push_back({"signal", whole(), {}});
  } else if (k == "MAINTAINER") {
    out.push_back({"name", Text(rest.text, RestSpan()), {}});
  } else if (k == "HEALTHCHECK") {
    out.push_back({"none", NewBool(arena, instruction.trigger == nullptr, RestSpan()), {}});
    if (instruction.trigger != nullptr) out.push_back({"commands", Commands(*instruction.trigger), {}});
  }
  return out;
}

const Value* InstructionReader::Flags() const {
  std::vector<Entry> entries;
  for (const Flag& f : instruction.flags) {
    std::vector<const Value*> items;
    for (const Flag& same : instruction.flags)
      if (same.name == f.name) items.push_back(same.has_value ? Expand(same.value, same.value_span, environment, escape, arena) : NewBool(arena, true, same.span));
    if (items.size() == 1) entries.push_back({f.name, items[0], f.span});
    else entries.push_back({f.name, NewSequence(arena, Kind::kList, arena.Copy(items), f.span), f.span});
  }
  return NewBody(std::move(entries), instruction.flags.empty() ? instruction.keyword_span : instruction.flags[0].span, arena);
}

// --mount=type=secret,id=token: {type: "secret", id: "token"}
const Value* InstructionReader::Mounts() const {
  std::vector<const Value*> out;
  for (const Flag& f : instruction.flags) {
    if (f.name != "mount") continue;
    const Value* text = Expand(f.value, f.value_span, environment, escape, arena);
    std::vector<Entry> entries;
    for (std::string_view rest = text->kind == Kind::kString ? text->text : std::string_view(); !rest.empty();) {
      const std::string_view part = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(part.size() + 1, rest.size()));
      const size_t equals = part.find('=');
      const std::string_view value = equals == std::string_view::npos ? "true" : part.substr(equals + 1);
      entries.push_back({arena.Copy(std::string_view(ToLower(part.substr(0, equals)))), Text(value, f.value_span), f.span});
    }
    out.push_back(NewBody(std::move(entries), f.span, arena));
  }
  return List(out);
}

const Value* InstructionReader::Argv() const {
  std::vector<const Value*> out;
  if (instruction.form == Form::kJson)
    for (const Word& w : instruction.words) out.push_back(Text(w.text, w.span));
  return List(out);
}

const Value* InstructionReader::Commands(const Instruction& of) const {
  const ShellVariables variables = [this](std::string_view name) -> std::optional<std::string_view> {
    const Variable* v = environment.Find(name);
    if (v == nullptr || v->value == nullptr || v->value->kind != Kind::kString) return std::nullopt;
    return v->value->text;
  };
  if (of.form == Form::kJson) {
    // As the shell would read the words, quoted: one command, or the text after `sh -c`.
    std::string script;
    std::vector<MappedText::Segment> segments;
    for (const Word& w : of.words) {
      segments.push_back({uint32_t(script.size()), w.span.offset});
      script += '\'';
      for (const char c : w.text) script += c == '\'' ? std::string("'\\''") : std::string(1, c);
      script += "' ";
    }
    return ShellCommands({arena.Copy(std::string_view(script)), arena.Copy(segments), instruction.span.file}, arena, {});
  }
  if (!IsScript(of)) {
    // A script may be fed to a shell: RUN bash <<EOF
    if (of.heredocs.size() == 1 && of.rest.text.find_first_of("|;&") == std::string_view::npos) {
      const std::string_view program = of.rest.text.substr(0, of.rest.text.find_first_of(" \t"));
      const std::string_view name = program.substr(program.rfind('/') + 1);
      if (name == "bash" || name == "sh" || name == "ash" || name == "dash") {
        const Heredoc& h = of.heredocs[0];
        std::vector<MappedText::Segment> whole = {{0, h.body_span.offset}};
        return ShellCommands({h.body, arena.Copy(whole), h.body_span.file}, arena, variables);
      }
    }
    return ShellCommands(of.rest, arena, variables);
  }
  const Heredoc& h = of.heredocs[0];
  if (h.body.starts_with("#!")) {
    const std::string_view line = h.body.substr(0, h.body.find('\n'));
    if (line.find("sh") == std::string_view::npos) return NewSequence(arena, Kind::kList, {}, h.body_span);
  }
  std::vector<MappedText::Segment> whole = {{0, h.body_span.offset}};
  return ShellCommands({h.body, arena.Copy(whole), h.body_span.file}, arena, variables);
}

const Value* InstructionReader::Heredocs() const {
  std::vector<const Value*> out;
  for (const Heredoc& h : instruction.heredocs) out.push_back(NewBody({{"name", Text(h.name, h.marker), {}}, {"body", Text(h.body, h.body_span), {}}}, h.marker, arena));
  return List(out);
}

// NAME=value …, or the old NAME value; ARG may name without a value.
const Value* InstructionReader::Pairs() {
  std::vector<const Value*> out;
  const bool arg = instruction.keyword == "ARG";
  const auto add = [&](const Value* name, const Value* value, Span span) {
    if (instruction.keyword != "LABEL" && name->kind == Kind::kString) {
      Variable& v = environment.variables[std::string(name->text)];
      // ARG does not hide an ENV of the same name.
      if (!arg || v.value == nullptr || v.from_arg) v = {value, arg};
    }
    std::vector<Entry> entries = {{"name", name, {}}};
    if (value != nullptr) entries.push_back({"value", value, {}});
    out.push_back(NewBody(std::move(entries), span, arena));
  };
  const auto words = instruction.words;
  if (words.empty()) return List(out);
  if (!arg && words[0].text.find('=') == std::string_view::npos) {
    const Value* name = Expanded(words[0]);
    const uint32_t begin = words.size() > 1 ? words[1].begin : uint32_t(instruction.rest.text.size()), end = uint32_t(instruction.rest.text.size());
    const Span span = instruction.rest.SpanOf(begin, end);
    add(name, Expand(instruction.rest.text.substr(begin), span, environment, escape, arena), RestSpan());
    return List(out);
  }
  // All of one ENV see the variables as they were before it.
  std::vector<std::tuple<const Value*, const Value*, Span>> read;
  for (const Word& w : words) {
    const size_t equals = w.text.find('=');
    const Value* value = nullptr;
    if (equals != std::string_view::npos) value = Expand(w.text.substr(equals + 1), instruction.rest.SpanOf(w.begin + uint32_t(equals) + 1, w.end), environment, escape, arena);
    const Span name_span = instruction.rest.SpanOf(w.begin, w.begin + uint32_t(std::min(equals, w.text.size())));
    const Value* name = Expand(w.text.substr(0, equals), name_span, environment, escape, arena);
    if (arg && value == nullptr && name->kind == Kind::kString) {
      // An ARG of the file's head gives its default to those of the stages.
      if (const auto at = environment.variables.find("\n" + std::string(name->text)); at != environment.variables.end()) value = at->second.value;
    }
    read.emplace_back(name, value, w.span);
  }
  // `ARG NAME value` is no assignment, but people write it: BuildKit refuses it, and a policy should see what was meant.
  if (arg && read.size() == 2 && std::get<1>(read[0]) == nullptr && std::get<1>(read[1]) == nullptr && words[1].text.find('=') == std::string_view::npos) {
    std::get<1>(read[0]) = std::get<0>(read[1]);
    read.pop_back();
  }
  for (const auto& [name, value, span] : read) add(name, value, span);
  return List(out);
}

const Value* InstructionReader::Ports() const {
  std::vector<const Value*> out;
  for (const Word& w : instruction.words) {
    const Value* text = Expanded(w);
    std::vector<Entry> entries = {{"text", text, {}}};
    if (text->kind == Kind::kString) {
      const std::string_view numbers = text->text.substr(0, text->text.find('/'));
      int64_t first = 0, last = 0;
      const auto r = std::from_chars(numbers.data(), numbers.data() + numbers.size(), first);
      last = first;
      if (r.ec == std::errc() && r.ptr != numbers.data() + numbers.size() && *r.ptr == '-') std::from_chars(r.ptr + 1, numbers.data() + numbers.size(), last);
      if (r.ec == std::errc()) {
        entries.push_back({"port", NewNumber(arena, Number::FromInt(first), text->origin), {}});
        entries.push_back({"last", NewNumber(arena, Number::FromInt(last), text->origin), {}});
      }
      const size_t slash = text->text.find('/');
      entries.push_back({"protocol", Text(slash == std::string_view::npos ? "tcp" : arena.Copy(std::string_view(ToLower(text->text.substr(slash + 1)))), text->origin), {}});
    } else {
      entries.push_back({"port", text, {}});
      entries.push_back({"last", text, {}});
    }
    out.push_back(NewBody(std::move(entries), w.span, arena));
  }
  return List(out);
}

void InstructionReader::ReadFrom(std::vector<Entry>& out) const {
  if (instruction.words.empty()) return;
  out.push_back({"image", Expanded(instruction.words[0]), {}});
  if (instruction.words.size() == 3) out.push_back({"name", Text(instruction.words[2].text, instruction.words[2].span), {}});
  if (const Flag* platform = instruction.FindFlag("platform")) out.push_back({"platform", Expand(platform->value, platform->value_span, environment, escape, arena), {}});
}

void InstructionReader::ReadCopy(std::vector<Entry>& out) const {
  std::vector<const Value*> sources;
  const auto words = instruction.words;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (std::ranges::any_of(instruction.heredocs, [&](const Heredoc& h) { return h.marker == words[i].span; })) continue;
    sources.push_back(instruction.form == Form::kJson ? Text(words[i].text, words[i].span) : Expanded(words[i]));
  }
  out.push_back({"sources", List(sources), {}});
  if (!words.empty()) out.push_back({"destination", Expanded(words.back()), {}});
  out.push_back({"heredocs", Heredocs(), {}});
  if (const Flag* from = instruction.FindFlag("from")) out.push_back({"from", Expand(from->value, from->value_span, environment, escape, arena), {}});
}

}  // namespace weir::dockerfile
