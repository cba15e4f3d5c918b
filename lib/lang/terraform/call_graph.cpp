#include "lib/lang/terraform/call_graph.h"

#include <algorithm>
#include <set>

#include "lib/base/arena.h"
#include "lib/base/bytes.h"
#include "lib/lang/terraform/config.h"
#include "lib/lang/terraform/json_body.h"
#include "lib/syntax/hcl/parser.h"

namespace weir::terraform {
namespace {

constexpr std::string_view kMagic = "weir-calls-1\n";
// Past this size the kept part is begun anew: it only saves time.
constexpr size_t kMaxSaved = 16u << 20;

bool IsLocal(std::string_view source) {
  return source.starts_with("./") || source.starts_with("../") || source == "." || source == "..";
}

/// Whether the text may hold a module call: the word followed by a quote.
bool MayCall(std::string_view text, bool json) {
  if (json) return text.find("\"module\"") != std::string_view::npos;
  for (size_t at = text.find("module"); at != std::string_view::npos; at = text.find("module", at + 6)) {
    const size_t next = text.find_first_not_of(" \t", at + 6);
    if (next != std::string_view::npos && text[next] == '"') return true;
    if (next == at + 6) continue;
    if (next != std::string_view::npos && text.find('{', next) < text.find('\n', next))
      return true;  // unquoted label
  }
  return false;
}

uint64_t Checksum(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : bytes) hash = (hash ^ uint8_t(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace

Result<CallGraph::Directory> CallGraph::ReadDirectory(const git::Snapshot& snapshot, const std::string& dir,
                                                      const Limits& limits) {
  WEIR_ASSIGN_OR_RETURN(const auto entries, snapshot.List(dir));
  Directory out;
  for (const git::DirEntry& entry : entries) {
    if (entry.kind == git::EntryKind::kDirectory) {
      // What `terraform init` has fetched belongs to the modules that call it.
      if (entry.name != ".terraform" && entry.name != ".git") out.folders.emplace_back(entry.name, entry.id);
      continue;
    }
    if ((entry.kind != git::EntryKind::kFile && entry.kind != git::EntryKind::kExecutable) ||
        !IsConfigFile(entry.name))
      continue;
    out.has_config = true;
    const auto blob = snapshot.Read(dir.empty() ? entry.name : dir + "/" + entry.name, limits.file_size);
    if (!blob.ok()) continue;  // its evaluation says so
    const bool json = entry.name.ends_with(".json");
    if (!MayCall(blob->text(), json)) continue;
    Arena arena;
    const hcl::Tree tree =
        json ? ParseJsonConfig(blob->text(), 0, arena, limits) : hcl::Parse(blob->text(), 0, arena, limits);
    for (const hcl::Block* block : tree.root->blocks) {
      const hcl::Attribute* source = block->type == "module" ? block->body->Find("source") : nullptr;
      const auto* text = source != nullptr ? hcl::If<hcl::Template>(source->expr) : nullptr;
      if (text != nullptr && text->literal() != nullptr && IsLocal(text->literal()->text))
        out.sources.emplace_back(text->literal()->text);
    }
  }
  return out;
}

std::vector<std::string> CallGraph::Targets(const Directory& directory, const std::string& dir) {
  std::vector<std::string> targets;
  for (const std::string& source : directory.sources) {
    std::string target;
    if (JoinPath(dir, source, target)) targets.push_back(std::move(target));
  }
  std::sort(targets.begin(), targets.end());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  return targets;
}

Result<std::vector<std::string>> CallGraph::CallsOf(const git::Snapshot& snapshot, const std::string& dir,
                                                    const Limits& limits) {
  const auto directory = ReadDirectory(snapshot, dir, limits);
  if (directory.ok()) return Targets(*directory, dir);
  if (directory.status().code() == Code::kNotFound) return std::vector<std::string>{};
  return directory.status();
}

Status CallGraph::Read(const git::Snapshot& snapshot, const Limits& limits) {
  calls_.clear();
  callers_.clear();
  std::vector<std::pair<std::string, ObjectId>> pending = {{"", snapshot.TreeId("")}};
  while (!pending.empty()) {
    auto [dir, id] = std::move(pending.back());
    pending.pop_back();
    Directory read;
    const Directory* directory = &read;
    const auto known = id.is_null() ? known_.end() : known_.find(id);
    if (known != known_.end()) {
      directory = &known->second;
    } else {
      WEIR_ASSIGN_OR_RETURN(read, ReadDirectory(snapshot, dir, limits));
      if (!id.is_null()) {
        directory = &(known_[id] = std::move(read));
        changed_ = true;
      }
    }
    if (directory->has_config) {
      const auto& targets = calls_[dir] = Targets(*directory, dir);
      for (const std::string& target : targets) callers_[target].push_back(dir);
    }
    for (const auto& [name, folder_id] : directory->folders) {
      std::string path = dir.empty() ? name : dir + "/" + name;
      const ObjectId child = folder_id.is_null() ? snapshot.TreeId(path) : folder_id;
      pending.emplace_back(std::move(path), child);
    }
  }
  return {};
}

std::vector<std::string> CallGraph::RootsOf(std::string_view dir) const {
  std::set<std::string> seen = {std::string(dir)};
  std::vector<std::string> pending = {std::string(dir)}, out = {std::string(dir)};
  while (!pending.empty()) {
    const std::string at = std::move(pending.back());
    pending.pop_back();
    const auto callers = callers_.find(at);
    if (callers == callers_.end()) {
      out.push_back(at);
      continue;
    }
    for (const std::string& caller : callers->second)
      if (seen.insert(caller).second) pending.push_back(caller);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<std::string> CallGraph::Roots() const {
  std::vector<std::string> out;
  std::set<std::string_view> reached;
  const auto reach = [&](const std::string& root) {
    out.push_back(root);
    std::vector<std::string_view> pending = {root};
    while (!pending.empty()) {
      const std::string_view at = pending.back();
      pending.pop_back();
      const auto targets = calls_.find(at);
      if (targets == calls_.end() || !reached.insert(targets->first).second) continue;
      for (const std::string& target : targets->second) pending.push_back(target);
    }
  };
  for (const auto& [dir, targets] : calls_)
    if (callers_.find(dir) == callers_.end()) reach(dir);
  for (const auto& [dir, targets] : calls_)  // what only calls itself in a circle
    if (reached.count(dir) == 0) reach(dir);
  std::sort(out.begin(), out.end());
  return out;
}

std::string CallGraph::Save() const {
  std::string out(kMagic);
  for (const auto& [id, directory] : known_) {
    PutId(out, id);
    out += char(directory.has_config);
    PutNumber(out, directory.sources.size());
    for (const std::string& source : directory.sources) PutText(out, source);
    PutNumber(out, directory.folders.size());
    for (const auto& [name, folder_id] : directory.folders) {
      PutText(out, name);
      PutId(out, folder_id);
    }
  }
  const uint64_t sum = Checksum(out);
  for (int shift = 0; shift < 64; shift += 8) out += char(sum >> shift);
  return out;
}

void CallGraph::Load(std::string_view bytes) {
  if (bytes.size() < kMagic.size() + 8 || bytes.size() > kMaxSaved || !bytes.starts_with(kMagic)) return;
  const std::string_view body = bytes.substr(0, bytes.size() - 8);
  uint64_t sum = 0;
  for (size_t i = 0; i < 8; ++i) sum |= uint64_t(uint8_t(bytes[body.size() + i])) << (8 * i);
  if (sum != Checksum(body)) return;
  ByteReader in{body.substr(kMagic.size())};
  while (in.ok && !in.bytes.empty()) {
    const ObjectId id = in.Id();
    Directory directory;
    directory.has_config = in.Number() != 0;
    for (uint64_t n = in.Number(); in.ok && n > 0; --n) directory.sources.emplace_back(in.Text());
    for (uint64_t n = in.Number(); in.ok && n > 0; --n) {
      std::string name(in.Text());
      directory.folders.emplace_back(std::move(name), in.Id());
    }
    if (in.ok) known_.emplace(id, std::move(directory));
  }
  if (!in.ok) known_.clear();
}

}  // namespace weir::terraform
