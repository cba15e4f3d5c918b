#include "lib/git/debug.h"

#include <algorithm>
#include <cstdio>
#include <tuple>

namespace weir::git {
namespace {

struct Line {
  std::string path;
  uint32_t old_mode, new_mode;
  std::string old_id, new_id;
};

/// Kinds of files that git calls a type change between.
uint32_t TypeOf(uint32_t mode) { return mode & 0170000; }

char StatusOf(const Line& line) {
  if (line.old_mode == 0) return 'A';
  if (line.new_mode == 0) return 'D';
  return TypeOf(line.old_mode) != TypeOf(line.new_mode) ? 'T' : 'M';
}

}  // namespace

std::string DebugChanges(const ChangeSet& set) {
  std::vector<Line> lines;
  size_t digits = 40;
  for (const Change& c : set.changes) digits = std::max({digits, c.is_added() ? 0 : c.old_id.ToHex().size(), c.is_removed() ? 0 : c.new_id.ToHex().size()});
  const std::string zero(digits, '0');
  for (const Change& c : set.changes) {
    if (c.is_renamed() && !c.is_added() && !c.is_removed()) {
      lines.push_back({c.old_path, c.old_mode, 0, c.old_id.ToHex(), zero});
      lines.push_back({c.path, 0, c.new_mode, zero, c.new_id.ToHex()});
    } else {
      lines.push_back({c.path, c.old_mode, c.new_mode, c.is_added() ? zero : c.old_id.ToHex(), c.is_removed() ? zero : c.new_id.ToHex()});
    }
  }
  std::ranges::sort(lines, {}, &Line::path);
  std::string out;
  for (const Line& line : lines) {
    char modes[32];
    std::snprintf(modes, sizeof modes, ":%06o %06o ", line.old_mode, line.new_mode);
    out += modes + line.old_id + " " + line.new_id + " " + StatusOf(line) + '\0' + line.path + '\0';
  }
  return out;
}

}  // namespace weir::git
