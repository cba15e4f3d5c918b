// Scans of texts in memory.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "lib/scan/scan.h"
#include "tests/support/test.h"

namespace weir::scan {

using Files = std::map<std::string, std::string, std::less<>>;

inline Options TestOptions(const std::string& config = {}) {
  Options options;
  options.image = &policy::Image::BuiltIn();
  options.today = "2026-11-24";
  const auto parsed = policy::ParseConfig(".weir.yaml", config, *options.image);
  INFO(parsed.status().message());
  REQUIRE(parsed.ok());
  options.config = *parsed;
  return options;
}

inline Report TreeOf(const Files& files, Options options) { return ScanTree(*git::NewMemorySnapshot(files), "", options); }
inline Report TreeOf(const Files& files) { return TreeOf(files, TestOptions()); }

/// What lies between two trees; `renames` are pairs of paths.
inline git::ChangeSet ChangeOf(const Files& before, const Files& after, const std::vector<std::pair<std::string, std::string>>& renames = {}) {
  git::ChangeSet change;
  for (const auto& [from, to] : renames) change.changes.push_back({to, from, {}, {}, 0100644, 0100644});
  const auto renamed = [&](const std::string& path) {
    for (const auto& [from, to] : renames) if (path == from || path == to) return true;
    return false;
  };
  for (const auto& [path, text] : after) {
    const auto old = before.find(path);
    if (renamed(path) || (old != before.end() && old->second == text)) continue;
    change.changes.push_back({path, path, {}, {}, old == before.end() ? 0u : 0100644u, 0100644});
  }
  for (const auto& [path, text] : before)
    if (!after.contains(path) && !renamed(path)) change.changes.push_back({path, path, {}, {}, 0100644, 0});
  change.before = git::NewMemorySnapshot(before);
  change.after = git::NewMemorySnapshot(after);
  return change;
}

/// A security group that lets in `cidr` (an expression) on port 22: aws-security-group-open-ssh, line 8, where that is public.
inline std::string Group(const std::string& name, const std::string& cidr) {
  return "resource \"aws_security_group\" \"" + name + "\" {\n  description = \"d\"\n  ingress {\n    description = \"d\"\n    from_port   = 22\n    to_port     = 22\n" +
         "    protocol    = \"tcp\"\n    cidr_blocks = [" + cidr + "]\n  }\n}\n";
}
inline const std::string kPublic = "\"0.0.0.0/0\"", kPrivate = "\"10.0.0.0/8\"";

inline bool Blocks(const std::string& text, const std::string& config = {}) { return TreeOf({{"a.tf", text}}, TestOptions(config)).summary.blocking > 0; }

}  // namespace weir::scan
