#include "lib/scan/match.h"

#include <algorithm>

#include "lib/git/paths.h"
#include "lib/lang/language.h"
#include "lib/model/document.h"

namespace weir::scan {
namespace {

// `containers[1].image` as `containers[web].image`: an element that has a name stays the same when another is put before it.
void AddByNames(std::string& out, const Value& body, std::string_view path) {
  const Value* at = &body;
  while (!path.empty()) {
    const bool index = path[0] == '[' && !path.starts_with("[\"");
    const size_t end = index ? std::min(path.find(']'), path.size() - 1) + 1 : std::min(path.find_first_of(".[", 1), path.size());
    const std::string_view step = path.substr(0, end);
    path.remove_prefix(end);
    const std::vector<const Value*> found = at != nullptr ? ValuesAt(*at, step) : std::vector<const Value*>();
    at = found.size() == 1 ? found[0] : nullptr;
    const Value* name = index && at != nullptr && IsMapping(at->kind) ? at->Get("name") : nullptr;
    if (name != nullptr && name->kind == Kind::kString) ((out += '[') += name->text) += ']';
    else out += step;
  }
}

// The block without its header: what stays the same when a resource is only renamed.
std::string_view BlockBody(const Finding& f) {
  const std::string_view text = f.block.valid() ? f.evaluation->sources.text(f.block) : std::string_view();
  const Language* language = FindLanguage(f.language);
  return language != nullptr ? language->WithoutName(text) : text;
}

// Lengths go before texts: no two lists of parts are the same bytes.
void Add(std::string& buffer, std::string_view part) {
  const uint32_t size = uint32_t(part.size());
  buffer.append(reinterpret_cast<const char*>(&size), sizeof size) += part;
}
void Add(std::string& buffer, uint64_t number) { buffer.append(reinterpret_cast<const char*>(&number), sizeof number); }

std::string_view Renamed(const std::map<std::string, std::string, std::less<>>& names, std::string_view name) {
  const auto at = names.find(name);
  return at != names.end() ? std::string_view(at->second) : name;
}

}  // namespace

Moves::Moves(const git::ChangeSet& change) {
  for (const git::Change& c : change.changes)
    if (!c.is_added() && c.is_renamed()) {
      files[c.old_path] = c.path;
      dirs.emplace(git::FolderOf(c.old_path), git::FolderOf(c.path));
    }
}

bool Moves::Concern(std::string_view scope) const {
  if (dirs.contains(scope)) return true;
  const std::string prefix = std::string(scope) + '\0';
  const auto at = addresses.lower_bound(prefix);
  return at != addresses.end() && at->first.starts_with(prefix);
}

MatchKey Matcher::KeyOf(const Finding& f, const Moves* moves) {
  MatchKey out;
  out.verdict = f.verdict;
  out.diagnostic = f.in == nullptr;
  std::string_view scope = f.scope, address = f.resource, file = f.file;
  if (moves != nullptr) {
    if (!moves->scopes_after.contains(scope)) scope = Renamed(moves->dirs, scope);
    file = Renamed(moves->files, file);
    if (!moves->addresses.empty())
      if (const auto at = moves->addresses.find((std::string(scope) + '\0').append(address)); at != moves->addresses.end()) address = at->second;
  }
  blame_.clear();
  for (const std::string& path : f.blame) {
    if (f.in == nullptr || path.find('[') == std::string::npos) blame_ += path;
    else AddByNames(blame_, *f.in->body, path);
    blame_ += '|';
  }
  buffer_.clear();
  for (const std::string_view part : {f.policy, scope, address, std::string_view(blame_)}) Add(buffer_, part);
  if (out.diagnostic)
    for (const std::string_view part : {file, f.message}) Add(buffer_, part);
  out.key = Hash();
  Add(buffer_, file);
  out.in_file = Hash();
  if (!out.diagnostic) out.content = Content(f);

  buffer_.clear();
  for (const std::string_view part : {f.policy, f.file, f.block_file()}) Add(buffer_, part);
  Add(buffer_, uint64_t(f.start.byte) << 32 | f.block.offset);
  out.place = Hash();
  out.fingerprint = f.fingerprint;
  return out;
}

// What is blamed may be the block's header (for what is absent), and a renamed block has another.
uint64_t Matcher::Content(const Finding& f) {
  if (f.in != last_) {
    last_ = f.in;
    body_ = KeyedHash(hash_, BlockBody(f));
  }
  buffer_.clear();
  for (const std::string_view part : {f.policy, f.type, std::string_view(blame_)}) Add(buffer_, part);
  if (f.span != f.in->header) Add(buffer_, f.evaluation->sources.text(f.span));
  Add(buffer_, body_);
  return Hash();
}

}  // namespace weir::scan
