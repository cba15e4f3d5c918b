#include "lib/server/settings.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "lib/base/file.h"
#include "lib/base/text.h"

namespace weir::server {
namespace {

constexpr std::string_view kKeys[] = {"repository", "waivers", "baseline", "commits", "on-error", "time-limit", "memory-limit", "override", "administrators", "user", "audit"};

template <size_t N>
std::string Nearest(const std::string& word, const std::string_view (&names)[N]) {
  return std::string(*std::ranges::min_element(names, {}, [&](std::string_view name) { return EditDistance(word, name); }));
}

class SectionReader {
 public:
  SectionReader(std::string_view name, Settings& settings) : name_(name), settings_(settings) {}

  Status Read(const YAML::Node& section) {
    if (!section.IsMap()) return At(section, "'server' is a mapping: on-error: reject, time-limit: 60 …");
    for (const auto& item : section) WEIR_RETURN_IF_ERROR(Key(item.first, item.second));
    return {};
  }

 private:
  Status At(const YAML::Node& node, const std::string& message) const {
    return {Code::kUsage, name_ + ":" + std::to_string(node.Mark().line + 1) + ": " + message};
  }

  template <size_t N, typename T>
  Status Choice(const YAML::Node& node, const std::string_view (&names)[N], T& out) const {
    const std::string word = node.IsScalar() ? node.Scalar() : "";
    const auto at = std::ranges::find(names, word);
    if (at == std::end(names)) return At(node, "'" + word + "' is none of its values; did you mean '" + Nearest(word, names) + "'?");
    out = T(at - std::begin(names));
    return {};
  }

  template <typename T>
  Status Number(const YAML::Node& node, const std::string& key, uint64_t most, T& out) const {
    uint64_t number = 0;
    if (!YAML::convert<uint64_t>::decode(node, number) || number == 0 || number > most)
      return At(node, "'" + key + "' is a number from 1 to " + std::to_string(most));
    out = T(number);
    return {};
  }

  Status Names(const YAML::Node& node, const std::string& key, std::vector<std::string>& out) const {
    if (!node.IsSequence()) return At(node, "'" + key + "' is a list of user names");
    for (const auto& item : node) {
      if (!item.IsScalar() || item.Scalar().empty()) return At(item, "a user's name is expected");
      out.push_back(item.Scalar());
    }
    return {};
  }

  Status Key(const YAML::Node& key_node, const YAML::Node& value) {
    static constexpr std::string_view kRepository[] = {"tighten", "trust"};
    static constexpr std::string_view kWaivers[] = {"server", "repository"};
    static constexpr std::string_view kBaselines[] = {"ignore", "repository"};
    static constexpr std::string_view kCommits[] = {"tips", "secrets", "all"};
    static constexpr std::string_view kOnError[] = {"reject", "accept"};
    const std::string key = key_node.IsScalar() ? key_node.Scalar() : "";
    if (key == "repository") return Choice(value, kRepository, settings_.repository);
    if (key == "waivers") return Choice(value, kWaivers, settings_.waivers);
    if (key == "baseline") return Choice(value, kBaselines, settings_.baseline);
    if (key == "commits") return Choice(value, kCommits, settings_.commits);
    if (key == "on-error") return Choice(value, kOnError, settings_.on_error);
    if (key == "time-limit") return Number(value, key, 86'400, settings_.time_limit);
    if (key == "memory-limit") return Number(value, key, 1'048'576, settings_.memory_limit);
    if (key == "override") return Names(value, key, settings_.override_users);
    if (key == "administrators") return Names(value, key, settings_.administrators);
    if (key != "user" && key != "audit") return At(key_node, "there is no key '" + key + "' in 'server'; did you mean '" + Nearest(key, kKeys) + "'?");
    if (!value.IsScalar() || value.Scalar().empty()) return At(value, "'" + key + "' is a text");
    if (key == "audit" && !value.Scalar().starts_with('/')) return At(value, "'audit' is an absolute path");
    (key == "user" ? settings_.user_variable : settings_.audit) = value.Scalar();
    return {};
  }

  std::string name_;
  Settings& settings_;
};

}  // namespace

Result<Settings> ParseSettings(std::string_view name, std::string_view text, const policy::Library& library) {
  Settings settings;
  WEIR_ASSIGN_OR_RETURN(settings.config, policy::ParseConfig(name, text, library, policy::ConfigRole::kServer));
  try {
    const YAML::Node root = YAML::Load(std::string(text));
    if (root.IsMap() && root["server"]) WEIR_RETURN_IF_ERROR(SectionReader(name, settings).Read(root["server"]));
  } catch (const YAML::Exception& e) {
    return Status(Code::kUsage, std::string(name) + ":" + std::to_string(e.mark.line + 1) + ": " + e.msg);
  }
  settings.source = name;
  return settings;
}

namespace {

// The settings of `text`, whose own policies lie in `folder`. Their paths are shown behind `label`.
Result<Settings> WithOwnPolicies(const std::string& name, std::string_view text, const git::Snapshot& folder, const std::string& label,
                                 const git::Repository& repository, const policy::Image& image) {
  WEIR_ASSIGN_OR_RETURN(const auto paths, policy::CustomPaths(name, text));
  WEIR_ASSIGN_OR_RETURN(auto own, policy::LoadOwnPolicies({folder, paths, label}, &image, repository.common_dir() + "/weir/cache"));
  policy::Library library(image);
  if (own != nullptr) library.Add(own->image());
  auto settings = ParseSettings(name, text, library);
  if (settings.ok()) settings->own = std::move(own);
  return settings;
}

}  // namespace

Result<Settings> LoadSettings(const git::Repository& repository, const policy::Image& image) {
  const auto named = repository.Config("weir.config");
  if (!named || named->empty()) return Settings{};
  constexpr uint64_t kMaxBytes = 1 << 20;
  if (named->starts_with("refs/")) {
    const auto tree = repository.Tree(*named);
    if (!tree.ok()) return Status(Code::kNotFound, "git config weir.config names " + *named + ", which cannot be read: " + tree.status().message());
    const auto file = (*tree)->Read(".weir.yaml", kMaxBytes);
    if (!file.ok()) return Status(Code::kNotFound, "git config weir.config names " + *named + ", which has no readable .weir.yaml: " + file.status().message());
    auto settings = WithOwnPolicies(*named + ":.weir.yaml", file->text(), **tree, *named + ":", repository, image);
    if (settings.ok()) settings->reference = *named;
    return settings;
  }
  const std::string path = named->starts_with('/') ? *named : repository.git_dir() + "/" + *named;
  const auto file = ReadFile(path, kMaxBytes);
  if (!file.ok()) return Status(Code::kNotFound, "git config weir.config names a file that cannot be read: " + file.status().message());
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  WEIR_ASSIGN_OR_RETURN(const auto beside, git::OpenFolderSnapshot(folder));
  return WithOwnPolicies(path, file->text(), *beside, folder, repository, image);
}

policy::Config Tighten(const policy::Config& server, const policy::Config& repository, const policy::Library& library) {
  policy::Config out = server;
  out.block = std::min(server.block, repository.block);
  out.judge = std::max(server.judge, repository.judge);
  out.unknown = std::max(server.unknown, repository.unknown);
  // What the server has switched off may be judged again in a repository that asks for it.
  for (const auto& [id, wish] : repository.policies) {
    const policy::PolicyRecord* record = library.Find(id).record;
    const auto at = out.policies.find(id);
    const bool off = at != out.policies.end() && at->second.off;
    const policy::Severity now = at != out.policies.end() && !off ? at->second.severity : record != nullptr ? record->severity : policy::Severity::kLow;
    if (!wish.off && (off || wish.severity > now)) out.policies[id] = wish;
  }
  for (const policy::Config::Section& section : repository.sections) {
    policy::Config::Section& stricter = out.sections.emplace_back(section);
    stricter.off = false;
    stricter.raise_only = true;
    std::erase_if(stricter.policies, [](const auto& item) { return item.second.off; });
  }
  out.exceptions.Tighten(repository.exceptions);
  out.limits.file_size = std::min(server.limits.file_size, repository.limits.file_size);
  out.limits.depth = std::min(server.limits.depth, repository.limits.depth);
  out.limits.instances = std::min(server.limits.instances, repository.limits.instances);
  return out;
}

}  // namespace weir::server
