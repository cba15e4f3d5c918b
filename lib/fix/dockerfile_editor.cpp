#include "lib/fix/dockerfile_editor.h"

#include <algorithm>
#include <optional>

#include "lib/base/sources.h"
#include "lib/lang/dockerfile/dockerfile.h"
#include "lib/model/document.h"
#include "lib/syntax/dockerfile/parser.h"

namespace weir::fix {
namespace {

using layout::IsIndex;
using Kind = NewValue::Kind;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

class DockerfileEditor final : public Editor {
 public:
  using Editor::Editor;

 private:
  // ---- Finding.

  // The file as it is now, evaluated, and the target's resource in it.
  const Resource* Open() {
    snapshot_ = git::NewMemorySnapshot({{"Dockerfile", text()}});
    sources_ = SourceMap();
    arena_.Reset();
    document_ = Document();
    dockerfile::Dockerfile().Evaluate("Dockerfile", *snapshot_, sources_, arena_, Limits{}, document_);
    for (const Resource* r : document_.resources)
      if (r->type == target().type && (r->type == "dockerfile" || r->block.offset == start())) return r;
    return nullptr;
  }

  static const weir::Value* At(const Resource& in, const Path& path) {
    const weir::Value* v = in.body;
    for (const std::string& key : path) {
      if (IsIndex(key)) {
        const size_t index = layout::IndexOf(key);
        v = IsSequence(v->kind) && index < v->items.size() ? v->items[index] : nullptr;
      } else {
        v = IsMapping(v->kind) ? v->Get(key) : nullptr;
      }
      if (v == nullptr) return nullptr;
    }
    return v;
  }

  // Where a value is written in the resource: a variable's use rather than its definition.
  static std::optional<Span> PlaceOf(const weir::Value& v, const Resource& in) {
    const Hop* hop = v.provenance != nullptr ? v.provenance->hops : nullptr;
    const Span span = hop != nullptr && hop->use.valid() ? hop->use : v.origin;
    return span.valid() && span.length > 0 && in.block.Contains(span) ? std::optional(span) : std::nullopt;
  }
  std::string_view Source(Span span) const { return std::string_view(text()).substr(span.offset, span.length); }

  // ---- Writing.

  static bool Quoted(std::string_view source) { return source.size() >= 2 && (source[0] == '"' || source[0] == '\'') && source.back() == source[0]; }

  // A word as it is to be written where `old` stood.
  static std::string Render(std::string_view old, const std::string& word) {
    if (Quoted(old)) return old[0] + word + old[0];
    return word.empty() || word.find_first_of(" \t") != std::string::npos ? "\"" + word + "\"" : word;
  }

  // The text of a new value; nothing where it is no text or names what is not there.
  std::optional<std::string> TextOf(const NewValue& value, const Resource* in) const {
    if (value.is(Kind::kText) || value.is(Kind::kNumber) || value.is(Kind::kBool)) return value.text;
    if (!value.is(Kind::kExpression)) return std::nullopt;
    std::string out;
    for (size_t at = 0; at < value.text.size();) {
      const size_t open = value.text.find("{self.", at);
      out += value.text.substr(at, open - at);
      if (open == std::string::npos) break;
      const size_t close = value.text.find('}', open);
      if (close == std::string::npos || in == nullptr) return std::nullopt;
      const weir::Value* v = At(*in, SplitPath(std::string_view(value.text).substr(open + 6, close - open - 6)));
      const auto place = v == nullptr ? std::nullopt : PlaceOf(*v, *in);
      if (!place) return std::nullopt;
      const std::string source(Source(*place));
      out += source.find_first_of("\"'") != std::string::npos ? source : Render({}, source);
      at = close + 1;
    }
    return out;
  }

  bool Set(const Path& path, const NewValue& value) override {
    if (target().kind == Target::Kind::kValue) {
      const auto text_of = TextOf(value, nullptr);
      if (!text_of || !path.empty()) return false;
      Change(start(), end(), Render(Source({0, start(), end() - start()}), *text_of));
      return true;
    }
    const Resource* in = Open();
    const auto word = in == nullptr ? std::nullopt : TextOf(value, in);
    if (!word) return false;
    if (path.size() == 1 && path[0] == "keyword") {
      std::string keyword = *word;
      if (const std::string_view old = Source(in->header); !old.empty() && old[0] >= 'a' && old[0] <= 'z')
        for (char& c : keyword)
          if (c >= 'A' && c <= 'Z') c = char(c + 32);
      Change(in->header.offset, in->header.end(), keyword);
      return true;
    }
    const weir::Value* present = At(*in, path);
    if (present == nullptr && path.size() == 2 && path[0] == "flags") {
      Change(in->header.end(), in->header.end(), " --" + path[1] + "=" + Render({}, *word));
      return true;
    }
    const auto place = present == nullptr ? std::nullopt : PlaceOf(*present, *in);
    if (!place) return false;
    const bool whole = value.is(Kind::kExpression) || path.back() == "text";
    Change(place->offset, place->end(), whole ? *word : Render(Source(*place), *word));
    return true;
  }

  bool Remove(const Path& path) override {
    const Resource* in = target().kind == Target::Kind::kValue ? nullptr : Open();
    if (in == nullptr) return false;
    if (path.size() == 1 && path[0] == "keyword") return RemoveInstruction(*in);
    const weir::Value* present = At(*in, path);
    if (present == nullptr) return true;
    if (path.size() == 2 && path[0] == "flags") {
      const Entry* entry = in->body->Get("flags")->Find(path[1]);
      RemoveWord(entry->key_span);
      return true;
    }
    const auto place = PlaceOf(*present, *in);
    if (!place || Source(*place).starts_with('"')) return false;
    const weir::Value* rest = in->body->Get("text");
    if (rest != nullptr && rest->origin == *place) return RemoveInstruction(*in);
    RemoveWord(*place);
    return true;
  }

  bool RemoveInstruction(const Resource& in) {
    Change(layout::LineStart(text(), in.block.offset), layout::NextLine(text(), in.block.end() - 1), "");
    return true;
  }

  // A word with the blanks before it, and with the line if it has one of its own.
  void RemoveWord(Span word) {
    const std::string& t = text();
    uint32_t from = word.offset, to = word.end();
    while (from > 0 && IsBlank(t[from - 1])) --from;
    uint32_t after = to;
    while (after < t.size() && IsBlank(t[after])) ++after;
    const bool first = from == 0 || t[from - 1] == '\n';
    const bool ends_line = after >= t.size() || t[after] == '\n' || t[after] == '\r';
    const bool continues = after < t.size() && (t[after] == '\\' || t[after] == '`') && layout::LineEnd(t, after) == after + 1;
    if (first && continues) {
      to = layout::NextLine(t, after);
    } else if (first && ends_line) {
      // The line before it was continued for nothing else.
      if (from > 0) --from;
      if (from > 0 && t[from - 1] == '\r') --from;
      while (from > 0 && (IsBlank(t[from - 1]) || t[from - 1] == '\\' || t[from - 1] == '`')) --from;
    } else if (first) {
      from = word.offset;
      to = after;
    } else if (word.offset == from) {
      // A letter among others: the k of -Lk.
      Change(from, to, "");
      return;
    }
    Change(from, to, "");
  }

  bool Append(const Path& path, const NewValue& value) override {
    const Resource* in = target().kind == Target::Kind::kValue ? nullptr : Open();
    const weir::Value* list = in == nullptr ? nullptr : At(*in, path);
    if (list == nullptr || IsMapping(list->kind) || (IsSequence(list->kind) && list->items.empty())) return false;
    const auto place = PlaceOf(IsSequence(list->kind) ? *list->items.back() : *list, *in);
    if (!place) return false;
    std::string out;
    for (const NewValue& item : value.is(Kind::kList) ? value.items : std::vector<NewValue>{value}) {
      const auto word = TextOf(item, in);
      if (!word) return false;
      out += Source(*place).starts_with('"') && in->body->Get("form") != nullptr && in->body->Get("form")->text == "json" ? ", \"" + *word + "\"" : " " + Render({}, *word);
    }
    Change(place->end(), place->end(), out);
    return true;
  }

  bool Replace(const Path& path, const NewValue& old_to_new) override {
    const Resource* in = target().kind == Target::Kind::kValue ? nullptr : Open();
    const weir::Value* present = in == nullptr ? nullptr : At(*in, path);
    if (present == nullptr) return false;
    bool any = false;
    const auto one = [&](const weir::Value& v) {
      const NewValue* with = v.kind == weir::Kind::kString ? old_to_new.Find(v.text) : nullptr;
      const auto place = with == nullptr ? std::nullopt : PlaceOf(v, *in);
      const auto word = place ? TextOf(*with, in) : std::nullopt;
      if (!word) return;
      Change(place->offset, place->end(), Render(Source(*place), *word));
      any = true;
    };
    if (IsSequence(present->kind))
      for (const weir::Value* item : present->items) one(*item);
    else one(*present);
    return any;
  }

  bool AddBlock(const Path&, const NewValue&) override { return false; }
  bool Rename(const Path&, std::string_view) override { return false; }

  // Into the stage (of a file: its last one), before the CMD and ENTRYPOINT at its end and the comments above them.
  bool AddResource(std::string_view type, std::string_view, const NewValue& body) override {
    const Resource* in = target().kind == Target::Kind::kValue ? nullptr : Open();
    const NewValue* arguments = body.Find("text");
    if (in == nullptr || arguments == nullptr || !type.starts_with("instruction.")) return false;
    const Resource* stage = nullptr;
    for (const Resource* r : document_.resources)
      if (r->type == "stage" && (in->type == "dockerfile" || r->block.Contains(in->block))) stage = r;
    if (stage == nullptr) return false;
    const Resource* last = nullptr;
    const Resource* before = nullptr;  // the first of what starts the program, if nothing else follows
    for (const Resource* r : document_.resources) {
      if (!r->type.starts_with("instruction.") || !stage->block.Contains(r->block)) continue;
      last = r;
      const bool starts = r->type == "instruction.CMD" || r->type == "instruction.ENTRYPOINT";
      if (!starts) before = nullptr;
      else if (before == nullptr) before = r;
    }
    if (last == nullptr) return false;
    const std::string line = std::string(type.substr(12)) + " " + arguments->text, newline(layout::NewlineOf(text()));
    if (before != nullptr) {
      uint32_t at = layout::LineStart(text(), before->block.offset);
      while (at > 0 && text()[layout::LineStart(text(), at - 1)] == '#') at = layout::LineStart(text(), at - 1);
      Change(at, at, line + newline);
      return true;
    }
    const uint32_t end = layout::NextLine(text(), last->block.end() - 1);
    const bool open = end == text().size() && !text().ends_with('\n');
    Change(end, end, open ? newline + line : line + newline);
    return true;
  }

  std::unique_ptr<git::Snapshot> snapshot_;
  SourceMap sources_;
  Arena arena_;
  Document document_;
};

}  // namespace

std::unique_ptr<Editor> NewDockerfileEditor(EditedText& text, Target target) { return std::make_unique<DockerfileEditor>(text, std::move(target)); }

bool IsDockerfile(std::string_view path) { return dockerfile::Dockerfile().Claims(path, {}); }

bool IsWellFormedDockerfile(std::string_view text) {
  Arena arena;
  const dockerfile::Tree tree = dockerfile::Parse(text, 0, arena);
  return tree.errors.empty() && dockerfile::Print(tree) == text;
}

}  // namespace weir::fix
