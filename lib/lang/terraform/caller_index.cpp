#include "lib/lang/terraform/caller_index.h"

#include <cstring>

namespace weir::terraform {
namespace {
constexpr std::string_view kMagic = "weir callers 1\n";
}  // namespace

std::string CallerIndex::Save(const ObjectId& root, const CallGraph& graph) {
  std::string calls;
  for (const auto& [caller, targets] : graph.calls())
    for (const std::string& callee : targets) ((((calls += '\n') += callee) += '\0') += caller) += '\0';
  std::string out(kMagic);
  out += char(root.size);
  out.append(reinterpret_cast<const char*>(root.bytes.data()), root.bytes.size());
  const uint64_t size = calls.size();
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  return out += calls;
}

bool CallerIndex::Open(std::string_view cache, std::string_view& rest) {
  rest = cache;
  const size_t head = kMagic.size() + 1 + root_.bytes.size() + sizeof(uint64_t);
  if (!cache.starts_with(kMagic) || cache.size() < head) return false;
  root_.size = uint8_t(cache[kMagic.size()]);
  std::memcpy(root_.bytes.data(), cache.data() + kMagic.size() + 1, root_.bytes.size());
  uint64_t size = 0;
  std::memcpy(&size, cache.data() + head - sizeof size, sizeof size);
  if (size > cache.size() - head) return false;
  calls_ = cache.substr(head, size);
  rest = cache.substr(head + size);
  return true;
}

Result<std::vector<std::string>> CallerIndex::RootsOf(const std::set<std::string>& dirs, const std::set<std::string>& changed,
                                                      const git::Snapshot& snapshot) const {
  std::map<std::string, std::vector<std::string>> added;
  for (const std::string& dir : changed) {
    WEIR_ASSIGN_OR_RETURN(const std::vector<std::string> targets, CallGraph::CallsOf(snapshot, dir, Limits{}));
    for (const std::string& target : targets) added[target].push_back(dir);
  }
  std::set<std::string> seen(dirs), out(dirs);
  std::vector<std::string> pending(dirs.begin(), dirs.end());
  while (!pending.empty()) {
    const std::string at = std::move(pending.back());
    pending.pop_back();
    std::vector<std::string> callers = added[at];
    const std::string key = "\n" + at + std::string(1, '\0');
    for (size_t found = calls_.find(key); found != std::string_view::npos; found = calls_.find(key, found + key.size())) {
      // A name with a newline in it may look like a record; the byte before a real one ends another.
      if (found != 0 && calls_[found - 1] != '\0') continue;
      const std::string_view tail = calls_.substr(found + key.size());
      std::string caller(tail.substr(0, tail.find('\0')));
      if (!changed.contains(caller)) callers.push_back(std::move(caller));
    }
    if (callers.empty()) out.insert(at);
    for (std::string& caller : callers)
      if (seen.insert(caller).second) pending.push_back(std::move(caller));
  }
  return std::vector<std::string>(out.begin(), out.end());
}

}  // namespace weir::terraform
