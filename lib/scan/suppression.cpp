#include "lib/scan/suppression.h"

#include <algorithm>
#include <map>

#include "lib/base/text.h"

namespace weir::scan {
namespace {

bool IsIdCharacter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '*'; }

std::string_view TakeId(std::string_view& text) {
  size_t end = 0;
  while (end < text.size() && IsIdCharacter(text[end])) ++end;
  const std::string_view id = text.substr(0, end);
  text.remove_prefix(end);
  return id;
}

void SkipSpace(std::string_view& text) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
}

// What follows one of the markers, or false.
bool After(std::string_view comment, std::string_view marker, std::string_view& rest) {
  const size_t at = comment.find(marker);
  if (at == std::string_view::npos) return false;
  rest = comment.substr(at + marker.size());
  return true;
}

void ParseIds(std::string_view& rest, Suppression& out) {
  SkipSpace(rest);
  for (std::string_view id = TakeId(rest); !id.empty(); id = TakeId(rest)) {
    out.ids.emplace_back(id);
    std::string_view next = rest;
    SkipSpace(next);
    if (next.empty() || next[0] != ',') break;
    next.remove_prefix(1);
    SkipSpace(next);
    rest = next;
  }
}

bool ParseComment(std::string_view comment, Suppression& out) {
  std::string_view rest;
  if (After(comment, "weir:ignore", rest)) {
    ParseIds(rest, out);
    SkipSpace(rest);
    if (rest.starts_with("until=")) {
      out.until = rest.substr(6, 10);
      rest.remove_prefix(std::min<size_t>(rest.size(), 16));
      SkipSpace(rest);
    }
    out.reason = rest;
  } else if (After(comment, "checkov:skip=", rest)) {
    out.whole_block = true;
    ParseIds(rest, out);
    if (rest.starts_with(":")) out.reason = rest.substr(1);
  } else if (After(comment, "trivy:ignore:", rest) || After(comment, "tfsec:ignore:", rest)) {
    ParseIds(rest, out);
    if (After(rest, "exp:", rest)) out.until = rest.substr(0, 10);
  }
  return !out.ids.empty();
}

bool Names(const Suppression& s, const Finding& f) {
  return std::ranges::any_of(s.ids, [&](const std::string& id) {
    return id == "*" || id == f.policy || std::ranges::find(f.aliases, id) != f.aliases.end();
  });
}

bool IsCommentLine(std::string_view line) {
  SkipSpace(line);
  return line.starts_with("#") || line.starts_with("//");
}

// On `line`, or in the comments directly above it.
bool OnOrAbove(uint32_t comment, uint32_t line, const SourceMap& sources, FileId file) {
  if (comment == line) return true;
  if (comment > line) return false;
  for (uint32_t between = comment; between < line; ++between)
    if (!IsCommentLine(sources.Line(file, between))) return false;
  return true;
}

}  // namespace

std::vector<Suppression> FindSuppressions(std::string_view text) {
  std::vector<Suppression> out;
  if (text.find("ignore") == std::string_view::npos && text.find("skip=") == std::string_view::npos) return out;
  uint32_t line = 0;
  ForEachLine(text, [&](std::string_view content) {
    ++line;
    const size_t hash = std::min(content.find('#'), content.find("//"));
    if (hash == std::string_view::npos) return;
    Suppression s;
    s.line = line;
    if (ParseComment(content.substr(hash), s)) out.push_back(std::move(s));
  });
  return out;
}

void Suppress(std::vector<Finding>& findings, std::string_view today) {
  std::map<std::pair<const Evaluation*, FileId>, std::vector<Suppression>> by_file;
  const auto of = [&](const Finding& f, FileId file) -> const std::vector<Suppression>& {
    const auto [at, fresh] = by_file.try_emplace({f.evaluation.get(), file});
    if (fresh) at->second = FindSuppressions(f.evaluation->sources.text(file));
    return at->second;
  };
  for (Finding& f : findings) {
    if (f.evaluation == nullptr || !f.span.valid()) continue;
    const SourceMap& sources = f.evaluation->sources;
    const auto accept = [&](const Suppression& s, bool reaches) {
      if (!reaches || !Names(s, f) || (!s.until.empty() && s.until < today)) return;
      f.verdict = Verdict::kSuppressed;
      f.reason = s.reason;
    };
    for (const Suppression& s : of(f, f.span.file)) accept(s, OnOrAbove(s.line, f.start.line, sources, f.span.file));
    if (!f.block.valid()) continue;
    for (const Suppression& s : of(f, f.block.file))
      accept(s, OnOrAbove(s.line, f.block_start.line, sources, f.block.file) ||
                    (s.whole_block && s.line >= f.block_start.line && s.line <= f.block_end.line));
  }
}

}  // namespace weir::scan
