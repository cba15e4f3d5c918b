#include "installer/place.h"

#include <algorithm>

#include "installer/config_value.h"
#include "installer/disk.h"
#include "installer/script.h"
#include "lib/base/file.h"
#include "lib/base/text.h"

namespace weir::installer {
namespace {

constexpr std::string_view kWorkHooks[] = {"pre-commit", "pre-merge-commit", "pre-push"};
constexpr uint64_t kMaxHookBytes = 64 << 20;  // some are programs

}  // namespace

HookPlace PlaceOf(const git::Repository& repository) {
  HookPlace place;
  place.own = repository.common_dir() + "/hooks";
  place.redirect = repository.common_dir() + "/hooks.weir";
  place.folder = place.own;
  if (const auto set = EffectiveConfig(repository.git_dir(), "core.hooksPath"); set && !set->value.empty()) {
    place.configured = set->value;
    place.scope = set->scope;
    const std::string& base = repository.work_tree().empty() ? repository.git_dir() : repository.work_tree();
    place.folder = set->value.starts_with('/') ? set->value : base + "/" + set->value;
    while (place.folder.size() > 1 && place.folder.ends_with('/')) place.folder.pop_back();
  }
  place.in_place = place.folder == place.own && !IsSymlink(place.own);
  return place;
}

Result<std::vector<std::string>> WantedHooks(const git::Repository& repository) {
  if (repository.work_tree().empty()) return std::vector<std::string>{"pre-receive"};
  std::vector<std::string> wanted;
  const std::string path = repository.work_tree() + "/" + std::string(kTeamFile);
  const auto file = ReadFile(path, 1 << 16);
  if (!file.ok() && file.status().code() != Code::kNotFound) return file.status();
  size_t number = 0;
  std::string wrong;
  if (file.ok())
    ForEachLine(file->text(), [&](std::string_view line) {
      ++number;
      line = line.substr(0, line.find('#'));
      while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) line.remove_suffix(1);
      if (line.empty()) return;
      if (std::ranges::find(kWorkHooks, line) == std::end(kWorkHooks) && wrong.empty())
        wrong = std::string(kTeamFile) + ":" + std::to_string(number) + ": '" + std::string(line) + "' is no hook that weir runs; there is pre-commit, pre-merge-commit and pre-push";
      wanted.emplace_back(line);
    });
  if (!wrong.empty()) return Status(Code::kUsage, wrong);
  if (wanted.empty()) wanted.assign(std::begin(kWorkHooks), std::end(kWorkHooks));
  return wanted;
}

std::string HookText(const std::string& path) {
  const auto text = ReadFile(path, kMaxHookBytes);
  return text.ok() ? std::string(text->text()) : std::string();
}

std::string Listed(const std::vector<std::string>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

}  // namespace weir::installer
