#include "lib/scan/suppression_grammar.h"

#include <algorithm>

#include "lib/policy/exceptions.h"
#include "lib/scan/trivy_names.h"
#include "lib/scan/zizmor_names.h"

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
std::string_view Trimmed(std::string_view text) {
  SkipSpace(text);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// <id>[, <id>]: what follows the last one stays in `rest`.
void TakeIds(std::string_view& rest, std::vector<std::string>& ids) {
  SkipSpace(rest);
  for (std::string_view id = TakeId(rest); !id.empty(); id = TakeId(rest)) {
    ids.emplace_back(id);
    std::string_view next = rest;
    SkipSpace(next);
    if (!next.starts_with(",")) return;
    next.remove_prefix(1);
    SkipSpace(next);
    rest = next;
  }
}

void CheckDate(Suppression& s) {
  if (!s.until.empty() && !policy::IsDate(s.until)) s.problem = "'" + s.until + "' is no date; write 2027-01-31";
}

// Cuts "until=…" out of `text`, wherever it stands in it.
std::string TakeUntil(std::string& text) {
  size_t at = text.find("until=");
  while (at != std::string::npos && at > 0 && text[at - 1] != ' ') at = text.find("until=", at + 1);
  if (at == std::string::npos) return {};
  const size_t end = std::min(text.find(' ', at), text.size());
  std::string until = text.substr(at + 6, end - at - 6);
  text.erase(at, end - at);
  text = Trimmed(text);
  return until.empty() ? "until=" : until;
}

void ParseCheckov(std::string_view text, CommentFormat format, std::vector<Suppression>& out) {
  for (const std::string_view marker : {"checkov:skip=", "bridgecrew:skip=", "cortex:skip="})
    for (size_t at = text.find(marker); at != std::string_view::npos; at = text.find(marker, at + marker.size())) {
      std::string_view rest = text.substr(at + marker.size());
      Suppression& s = out.emplace_back();
      s.reach = format == CommentFormat::kDockerfile ? Reach::kFile : Reach::kAround;
      s.skips = s.beside = true;
      TakeIds(rest, s.ids);
      // Another one may follow on the line.
      rest = rest.substr(0, rest.find(marker));
      rest = rest.substr(0, rest.find(" #"));
      SkipSpace(rest);
      s.reason = Trimmed(rest.starts_with(":") ? rest.substr(1) : rest);
      s.text = Trimmed(text.substr(at, size_t(rest.data() + rest.size() - text.data()) - at));
    }
}

// "[a.b=c,d=e]" behind an id.
void TakeConditions(std::string_view& rest, Suppression& s) {
  if (!rest.starts_with("[")) return;
  const size_t end = rest.find(']');
  if (end == std::string_view::npos) {
    s.problem = "the '[' of its attributes is not closed";
    rest = {};
    return;
  }
  std::string_view list = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  while (!list.empty()) {
    const std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), item.size() + 1));
    const size_t equals = item.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      s.problem = "an attribute is written [name=value]";
      return;
    }
    s.conditions.emplace_back(Trimmed(item.substr(0, equals)), Trimmed(item.substr(equals + 1)));
  }
}

void ParseTrivy(std::string_view text, std::vector<Suppression>& out) {
  for (const std::string_view marker : {"trivy:ignore:", "tfsec:ignore:"})
    for (size_t at = text.find(marker); at != std::string_view::npos; at = text.find(marker, at + marker.size())) {
      if (at > 0 && IsIdCharacter(text[at - 1])) continue;
      std::string_view rest = text.substr(at + marker.size());
      Suppression& s = out.emplace_back();
      if (const std::string_view id = TakeId(rest); !id.empty()) s.ids.push_back(TrivyId(id));
      TakeConditions(rest, s);
      while (rest.starts_with(":")) {
        rest.remove_prefix(1);
        const std::string_view key = TakeId(rest);
        std::string_view value;
        if (rest.starts_with(":")) {
          rest.remove_prefix(1);
          value = TakeId(rest);
        }
        if (key == "exp") s.until = value.empty() ? "exp:" : value;
        // weir evaluates the workspace "default", as Terraform does where none was chosen.
        else if (key == "ws" && value != "default") s.problem = "it holds for the workspace '" + std::string(value) + "' only; weir judges 'default'";
        else if (key != "ws") s.problem = "there is no part '" + std::string(key) + "' of an ignore; there is exp and ws";
      }
      s.text = text.substr(at, size_t(rest.data() - text.data()) - at);
      std::string_view reason = Trimmed(rest);
      if (reason.find(":ignore:") == std::string_view::npos) s.reason = reason;
    }
}

bool ParseKics(std::string_view text, std::vector<Suppression>& out) {
  if (!text.starts_with("kics-scan")) return false;
  std::string_view rest = text.substr(9);
  if (rest.empty() || (rest[0] != ' ' && rest[0] != '\t')) return false;
  SkipSpace(rest);
  Suppression s;
  s.text = text;
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t="));
  rest.remove_prefix(word.size());
  if (word == "ignore-line" || word == "ignore-block") {
    s.reach = word == "ignore-line" ? Reach::kLine : Reach::kThing;
    s.ids = {"*"};
  } else if (word == "ignore") {
    s.reach = Reach::kFile;
    s.ids = {"*"};
    s.top_only = true;
  } else if ((word == "disable" || word == "enable") && rest.starts_with("=")) {
    rest.remove_prefix(1);
    s.reach = Reach::kFile;
    s.top_only = true;
    s.all_but = word == "enable";
    TakeIds(rest, s.ids);
  } else {
    s.problem = "there is no kics-scan command '" + std::string(word) + "'";
  }
  s.reason = Trimmed(rest);
  out.push_back(std::move(s));
  return true;
}

void ParseZizmor(std::string_view text, std::vector<Suppression>& out) {
  constexpr std::string_view kMarker = "zizmor:";
  if (!text.starts_with(kMarker)) return;
  std::string_view rest = text.substr(kMarker.size());
  SkipSpace(rest);
  if (!rest.starts_with("ignore[")) return;
  rest.remove_prefix(7);
  Suppression s;
  s.reach = Reach::kAround;
  s.text = text;
  std::vector<std::string> audits;
  TakeIds(rest, audits);
  for (const std::string& audit : audits)
    for (std::string& policy : ZizmorPolicies(audit)) s.ids.push_back(std::move(policy));
  SkipSpace(rest);
  if (!rest.starts_with("]")) s.problem = "the '[' of its audits is not closed";
  else s.reason = Trimmed(rest.substr(1));
  out.push_back(std::move(s));
}

}  // namespace

bool MayHoldSuppressions(std::string_view text) {
  for (const std::string_view marker : {":ignore", ":skip=", "kics-scan", "zizmor:"})
    if (text.find(marker) != std::string_view::npos) return true;
  return false;
}

void ParseOwn(std::string_view text, Suppression& out) {
  TakeIds(text, out.ids);
  std::string reason(Trimmed(text));
  out.until = TakeUntil(reason);
  size_t start = 0;
  while (start < reason.size() && (reason[start] == ':' || reason[start] == '-' || reason[start] == ' ')) ++start;
  out.reason = reason.substr(start);
  if (out.ids.empty()) out.problem = "it names no policy";
  CheckDate(out);
}

std::vector<Suppression> ParseSuppressions(const CommentLine& comment, CommentFormat format) {
  std::vector<Suppression> out;
  const std::string_view text = comment.text;
  if (text.starts_with("weir:ignore")) {
    std::string_view rest = text.substr(11);
    Suppression s;
    if (rest.starts_with("-file")) {
      s.reach = Reach::kFile;
      s.top_only = true;
      rest.remove_prefix(5);
    }
    if (rest.starts_with(":")) rest.remove_prefix(1);
    else if (!rest.empty() && rest[0] != ' ' && rest[0] != '\t') return out;  // another word
    ParseOwn(rest, s);
    s.text = text;
    out.push_back(std::move(s));
  } else if (!ParseKics(text, out)) {
    ParseCheckov(text, format, out);
    ParseTrivy(text, out);
    ParseZizmor(text, out);
  }
  for (Suppression& s : out) {
    s.line = comment.line;
    if (s.ids.empty() && s.problem.empty()) s.problem = "it names no policy";
    CheckDate(s);
  }
  return out;
}

bool ParseAnnotation(std::string_view key, std::string_view value, Suppression& out) {
  out.reach = Reach::kResource;
  out.text = std::string(key) + ": " + std::string(value);
  if (key.starts_with("weir/ignore")) {
    ParseOwn(value, out);
    return true;
  }
  const size_t slash = key.find('/');
  const std::string_view owner = key.substr(0, slash);
  if (slash == std::string_view::npos || !key.substr(slash).starts_with("/skip") || (owner != "checkov.io" && owner != "bridgecrew.io" && owner != "cortex.io")) return false;
  out.skips = true;
  TakeIds(value, out.ids);
  SkipSpace(value);
  out.reason = Trimmed(value.starts_with("=") || value.starts_with(":") ? value.substr(1) : value);
  if (out.ids.empty()) out.problem = "it names no policy";
  return true;
}

}  // namespace weir::scan
