#include "lib/server/commit_secrets.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "lib/lang/language.h"
#include "lib/policy/secret_words.h"
#include "lib/policy/secrets.h"

namespace weir::server {
namespace {

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }

/// Words of the names under which secrets are kept (secret_words.cpp), as they occur in any spelling of them.
bool SpeaksOfSecrets(std::string_view line) {
  static constexpr std::string_view kWords[] = {"passw", "passphrase", "pwd", "secret", "token", "key", "connection_string", "connectionstring", "credential", "plaintext"};
  static constexpr std::string_view kBeforeKey[] = {"api", "secret", "private", "access", "account", "auth", "master", "signing", "shared", "encryption", "license", "storage"};
  const auto holds = [&](std::string_view word, size_t at) {
    return line.size() - at >= word.size() && std::equal(word.begin(), word.end(), line.begin() + ptrdiff_t(at), [](char a, char b) { return a == Lower(b); });
  };
  for (size_t i = 0; i < line.size(); ++i)
    for (const std::string_view word : kWords) {
      if (word[0] != Lower(line[i]) || !holds(word, i)) continue;
      if (word != "key") return true;
      // kms_key_id is none; apiKey, private-key and access_key are.
      size_t end = i;
      if (end > 0 && (line[end - 1] == '_' || line[end - 1] == '-' || line[end - 1] == '.' || line[end - 1] == ' ')) --end;
      for (const std::string_view before : kBeforeKey)
        if (end >= before.size() && holds(before, end - before.size())) return true;
    }
  return false;
}

size_t IndentOf(std::string_view line) { return std::min(line.find_first_not_of(" \t"), line.size()); }
bool IsBlank(std::string_view line) { return IndentOf(line) == line.size() || line[IndentOf(line)] == '\r'; }

/// The words between quotes; where there are none, what stands after a colon or an equals sign (YAML). A block's header has names, no values.
template <typename Visit>
bool AnyLiteral(std::string_view line, const Visit& visit) {
  size_t end = line.size();
  while (end > 0 && (line[end - 1] == ' ' || line[end - 1] == '\r' || line[end - 1] == ',')) --end;
  line = line.substr(0, end);
  if (line.ends_with('{')) return false;
  bool quoted = false;
  for (size_t at = 0; at < line.size(); ++at) {
    if (line[at] != '"' && line[at] != '\'') continue;
    quoted = true;
    const size_t close = std::min(line.find(line[at], at + 1), line.size());
    if (visit(line.substr(at + 1, close - at - 1))) return true;
    at = close;
  }
  if (quoted) return false;
  const size_t sign = line.find_first_of(":=");
  const size_t from = sign == std::string_view::npos ? IndentOf(line) : line.find_first_not_of(" \t", sign + 1);
  return from < line.size() && visit(line.substr(from));
}

bool HasLiteral(std::string_view line) {
  return AnyLiteral(line, [](std::string_view value) { return !policy::KindOfSecret("password", value).empty(); });
}
/// What may be a secret wherever it is used. Shorter ones ("db-37731") are names as often as not: they count where a block speaks of secrets.
bool HasRandomLiteral(std::string_view line) {
  constexpr size_t kLeast = 16;
  return AnyLiteral(line, [](std::string_view value) { return value.size() >= kLeast && policy::LooksRandom(value) && !policy::IsPlaceholder(value); });
}

/// Line `i`, the others of its block, and the headers above it, as indentation shows them.
template <typename Holds>
bool AnyInBlock(const std::vector<std::string_view>& lines, size_t i, const Holds& holds) {
  if (holds(lines[i])) return true;
  size_t indent = IndentOf(lines[i]);
  if (indent == 0) {  // a header, or text that nobody has indented: from one closing brace to the next
    const auto closes = [](std::string_view line) { return line.starts_with('}'); };
    for (size_t up = i; up-- > 0 && !closes(lines[up]);)
      if (holds(lines[up])) return true;
    for (size_t down = i + 1; down < lines.size() && !closes(lines[down]); ++down)
      if (holds(lines[down])) return true;
    return false;
  }
  bool own_block = true;
  for (size_t up = i; up-- > 0 && indent > 0;) {
    if (IsBlank(lines[up])) continue;
    const size_t at = IndentOf(lines[up]);
    if ((own_block || at < indent) && holds(lines[up])) return true;
    if (at >= indent) continue;
    indent = at;
    own_block = false;
  }
  const size_t own = IndentOf(lines[i]);
  for (size_t down = i + 1; down < lines.size(); ++down) {
    if (IsBlank(lines[down])) continue;
    if (IndentOf(lines[down]) < own) break;
    if (holds(lines[down])) return true;
  }
  return false;
}

}  // namespace

bool MayAddSecret(std::string_view before, std::string_view after) {
  const std::vector<std::string_view> old_lines = LinesOf(before), lines = LinesOf(after);
  const std::unordered_set<std::string_view> old(old_lines.begin(), old_lines.end());
  for (size_t i = 0; i < lines.size(); ++i) {
    if (old.contains(lines[i]) || IsBlank(lines[i])) continue;
    if (!policy::FindSecrets(lines[i], 1).empty()) return true;
    if (HasRandomLiteral(lines[i])) return true;
    if (HasLiteral(lines[i]) && AnyInBlock(lines, i, SpeaksOfSecrets)) return true;
    if (SpeaksOfSecrets(lines[i]) && AnyInBlock(lines, i, HasLiteral)) return true;
  }
  return false;
}

void KeepPossibleSecrets(git::ChangeSet& change, const git::Snapshot& tip, uint64_t max_bytes) {
  std::erase_if(change.changes, [&](const git::Change& c) {
    if (c.is_removed() || c.new_mode == 0160000 || c.new_mode == 0120000 || tip.FileId(c.path) == c.new_id) return true;
    // What nothing would be found in need not be read, whatever it says and however large it is.
    if (const auto language = LanguageIn(*change.after, c.path); language.ok() && *language == nullptr) return true;
    const auto after = change.after->Read(c.path, max_bytes);
    if (!after.ok()) return false;
    const auto before = c.is_added() ? Result<Blob>(Blob()) : change.before->Read(c.old_path, max_bytes);
    return !MayAddSecret(before.ok() ? before->text() : std::string_view(), after->text());
  });
}

bool LooksForSecrets(const policy::Image& image, std::string_view policy) {
  const policy::PolicyRecord* record = image.Find(policy);
  if (record == nullptr) return false;
  return std::ranges::any_of(image.Array<uint32_t>(record->rules), [&](uint32_t rule) {
    const std::string_view pass = image.Text(image.rules()[rule].pass_text);
    return pass.find("secret.find(") != std::string_view::npos || pass.find("secret.isSecret(") != std::string_view::npos;
  });
}

}  // namespace weir::server
