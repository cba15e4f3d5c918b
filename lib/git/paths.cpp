#include "lib/git/paths.h"

#include <vector>

namespace weir::git {

std::optional<std::string> ResolveBeside(std::string_view base, std::string_view relative) {
  if (relative.empty() || relative[0] == '/' || relative[0] == '~' || relative.find("://") != std::string_view::npos || relative.find('\0') != std::string_view::npos) return std::nullopt;
  std::vector<std::string_view> parts;
  const std::string joined = Join(FolderOf(base), relative);
  for (std::string_view rest = joined; !rest.empty();) {
    const std::string_view part = TakeComponent(rest);
    if (part.empty() || part == ".") continue;
    if (part != "..") parts.push_back(part);
    else if (parts.empty()) return std::nullopt;
    else parts.pop_back();
  }
  std::string out;
  for (const std::string_view part : parts) (out += out.empty() ? "" : "/") += part;
  return out.empty() ? std::nullopt : std::optional(std::move(out));
}

}  // namespace weir::git
