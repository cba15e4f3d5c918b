#include "lib/scan/comments.h"

#include <algorithm>

#include "lib/base/text.h"
#include "lib/git/paths.h"
#include "lib/scan/comments_yaml.h"
#include "lib/syntax/hcl/lexer.h"
#include "lib/syntax/hcl/parser.h"

namespace weir::scan {
namespace {

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

// The number of the line of each offset that is asked for, in rising order.
class LineCounter {
 public:
  explicit LineCounter(std::string_view source) : source_(source) {}
  uint32_t At(uint32_t offset) {
    for (; at_ < offset && at_ < source_.size(); ++at_) line_ += source_[at_] == '\n';
    return line_;
  }

 private:
  std::string_view source_;
  uint32_t at_ = 0, line_ = 1;
};

void HclComments(std::string_view source, std::vector<CommentLine>& out) {
  LineCounter lines(source);
  for (const hcl::Token& token : hcl::Lex(source).tokens) {
    if (token.kind != hcl::TokenKind::kComment) continue;
    std::string_view text = source.substr(token.offset, token.length);
    uint32_t line = lines.At(token.offset);
    const size_t start = source.rfind('\n', token.offset == 0 ? 0 : token.offset - 1);
    const size_t line_start = token.offset == 0 ? 0 : start == std::string_view::npos ? 0 : start + 1;
    bool alone = Trimmed(source.substr(line_start, token.offset - line_start)).empty();
    if (text.starts_with("/*")) {
      text.remove_prefix(2);
      if (text.ends_with("*/")) text.remove_suffix(2);
      ForEachLine(text, [&](std::string_view content) {
        content = Trimmed(content);
        if (content.starts_with("*")) content = Trimmed(content.substr(1));
        out.push_back({content, uint32_t(content.data() - source.data()), line++, alone});
        alone = true;
      });
      continue;
    }
    text = Trimmed(text.substr(text.starts_with("//") ? 2 : 1));
    out.push_back({text, uint32_t(text.data() - source.data()), line, alone});
  }
}

// Calls `sink(line number, text)` for every line of a Dockerfile that is no part of a heredoc, with whether it goes on from the line before.
template <typename Sink>
void ForEachDockerLine(std::string_view source, Sink sink) {
  uint32_t number = 0;
  bool continued = false;
  char escape = '\\';
  std::vector<std::string_view> heredocs;
  ForEachLine(source, [&](std::string_view line) {
    ++number;
    const std::string_view text = Trimmed(line);
    if (!heredocs.empty()) {
      if (text == heredocs.front()) heredocs.erase(heredocs.begin());
      sink(number, std::string_view(), true);
      return;
    }
    const bool comment = text.starts_with("#");
    if (comment && number == 1 && text.find("escape=`") != std::string_view::npos) escape = '`';
    sink(number, text, continued);
    if (comment || (text.empty() && continued)) return;  // neither ends a continued instruction
    for (size_t at = text.find("<<"); at != std::string_view::npos; at = text.find("<<", at + 2)) {
      size_t from = at + 2;
      if (from < text.size() && text[from] == '-') ++from;
      if (from < text.size() && (text[from] == '"' || text[from] == '\'')) ++from;
      size_t to = from;
      while (to < text.size() && (std::isalnum(static_cast<unsigned char>(text[to])) != 0 || text[to] == '_')) ++to;
      if (to > from && (at == 0 || text[at - 1] != '<')) heredocs.push_back(text.substr(from, to - from));
    }
    continued = text.ends_with(escape);
  });
}

void DockerComments(std::string_view source, std::vector<CommentLine>& out) {
  ForEachDockerLine(source, [&](uint32_t line, std::string_view text, bool) {
    if (!text.starts_with("#")) return;
    const std::string_view content = Trimmed(text.substr(1));
    out.push_back({content, uint32_t(content.data() - source.data()), line, true});
  });
}

class HclOutline {
 public:
  explicit HclOutline(std::string_view source) : source_(source) {
    starts_.push_back(0);
    for (size_t i = 0; i < source.size(); ++i)
      if (source[i] == '\n') starts_.push_back(uint32_t(i + 1));
  }
  Outline Run() {
    outline_.last.assign(starts_.size() + 2, 0);
    outline_.first.assign(starts_.size() + 2, 0);
    Arena arena;
    Body(*hcl::Parse(source_, 0, arena).root);
    return std::move(outline_);
  }

 private:
  uint32_t LineAt(uint32_t offset) const { return uint32_t(std::ranges::upper_bound(starts_, offset) - starts_.begin()); }
  void Add(const Span& span, bool value) {
    if (span.length == 0) return;
    const uint32_t from = LineAt(span.offset), to = LineAt(span.end() - 1);
    outline_.last[from] = std::max(outline_.last[from], to);
    if (value) outline_.first[to] = outline_.first[to] == 0 ? from : std::min(outline_.first[to], from);
  }
  void Body(const hcl::Body& body) {
    for (const hcl::Attribute* a : body.attributes) {
      Add(a->span, true);
      Expression(*a->expr);
    }
    for (const hcl::Block* b : body.blocks) {
      Add(b->span, false);
      Body(*b->body);
    }
  }
  void Expression(const hcl::Expr& e) {
    if (const auto* tuple = hcl::If<hcl::TupleCons>(&e)) {
      for (const hcl::Expr* item : tuple->items) Add(item->span, true), Expression(*item);
    } else if (const auto* object = hcl::If<hcl::ObjectCons>(&e)) {
      for (const hcl::ObjectItem& item : object->items) Add(Cover(item.key->span, item.value->span), true), Expression(*item.value);
    } else if (const auto* call = hcl::If<hcl::FunctionCall>(&e)) {
      for (const hcl::Expr* argument : call->args) Expression(*argument);
    } else if (const auto* parentheses = hcl::If<hcl::Parentheses>(&e)) {
      Expression(*parentheses->inner);
    }
  }

  std::string_view source_;
  std::vector<uint32_t> starts_;
  Outline outline_;
};

Outline DockerOutline(std::string_view source) {
  Outline outline;
  outline.last.assign(size_t(std::ranges::count(source, '\n')) + 3, 0);
  uint32_t instruction = 0;
  ForEachDockerLine(source, [&](uint32_t line, std::string_view text, bool continued) {
    if (!continued && (text.empty() || text.starts_with("#"))) return;
    if (!continued) instruction = line;
    if (instruction != 0) outline.last[instruction] = line;
  });
  return outline;
}

}  // namespace

CommentFormat FormatOf(std::string_view path) {
  std::string name(git::FileNameOf(path));
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  const auto ends = [&](std::string_view suffix) { return name.ends_with(suffix); };
  if (ends(".json")) return CommentFormat::kNone;
  if (ends(".tf") || ends(".tofu") || ends(".hcl") || ends(".tfvars")) return CommentFormat::kHcl;
  if (ends(".yaml") || ends(".yml")) return CommentFormat::kYaml;
  for (const std::string_view docker : {"dockerfile", "containerfile"})
    if (name == docker || name.starts_with(std::string(docker) + ".") || ends("." + std::string(docker))) return CommentFormat::kDockerfile;
  return CommentFormat::kNone;
}

std::vector<CommentLine> FindComments(std::string_view source, CommentFormat format) {
  std::vector<CommentLine> out;
  if (format == CommentFormat::kHcl) HclComments(source, out);
  if (format == CommentFormat::kYaml) YamlComments(source, out);
  if (format == CommentFormat::kDockerfile) DockerComments(source, out);
  return out;
}

Outline OutlineOf(std::string_view source, CommentFormat format) {
  if (format == CommentFormat::kHcl) return HclOutline(source).Run();
  if (format == CommentFormat::kYaml) return YamlOutline(source);
  if (format == CommentFormat::kDockerfile) return DockerOutline(source);
  return {};
}

}  // namespace weir::scan
