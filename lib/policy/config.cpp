#include "lib/policy/config.h"

#include <algorithm>

#include <yaml-cpp/yaml.h>

#include "lib/base/text.h"

namespace weir::policy {
namespace {

constexpr std::string_view kKeys[] = {"version", "block", "judge", "policies", "exclude", "unknown", "limits"};

class Reader {
 public:
  Reader(std::string_view path, const Image& image, ConfigRole role) : path_(path), image_(image), role_(role) {}

  Result<Config> Read(std::string_view text) {
    try {
      const YAML::Node root = YAML::Load(std::string(text));
      if (root.IsNull()) return config_;
      if (!root.IsMap()) return At(root, "a configuration is a mapping: version: 1, block: high …");
      for (const auto& item : root) {
        Status status = Key(item.first, item.second);
        if (!status.ok()) return status;
      }
    } catch (const YAML::Exception& e) {
      return Status(Code::kUsage, path_ + ":" + std::to_string(e.mark.line + 1) + ": " + e.msg);
    }
    return config_;
  }

 private:
  Status At(const YAML::Node& node, const std::string& message) const {
    return {Code::kUsage, path_ + ":" + std::to_string(node.Mark().line + 1) + ": " + message};
  }

  template <typename Names>
  static std::string Nearest(const std::string& name, const Names& names) {
    std::string best;
    size_t distance = SIZE_MAX;
    for (const std::string_view candidate : names)
      if (const size_t d = EditDistance(name, candidate); d < distance) distance = d, best = candidate;
    return best;
  }

  template <size_t N, typename T>
  Status Choice(const YAML::Node& node, const std::string_view (&names)[N], T& out) const {
    const std::string word = node.IsScalar() ? node.Scalar() : "";
    const auto at = std::ranges::find(names, word);
    if (at == std::end(names)) return At(node, "'" + word + "' is none of its values; did you mean '" + Nearest(word, names) + "'?");
    out = T(at - std::begin(names));
    return {};
  }

  Status Key(const YAML::Node& key_node, const YAML::Node& value) {
    static constexpr std::string_view kSeverities[] = {"low", "medium", "high", "critical"};
    static constexpr std::string_view kJudges[] = {"introduced", "touched", "all"};
    static constexpr std::string_view kUnknowns[] = {"ignore", "warn", "block"};
    const std::string key = key_node.Scalar();
    if (key == "version") return value.Scalar() == "1" ? Status() : At(value, "this weir reads version 1 of the configuration");
    if (key == "block") return Choice(value, kSeverities, config_.block);
    if (key == "judge") return Choice(value, kJudges, config_.judge);
    if (key == "unknown") return Choice(value, kUnknowns, config_.unknown);
    if (key == "policies") return Policies(value);
    if (key == "limits") return LimitsOf(value);
    if (key == "server")
      return role_ == ConfigRole::kServer ? Status() : At(key_node, "'server' belongs into the file that a server's git config weir.config names");
    if (key == "exclude") {
      if (!value.IsSequence()) return At(value, "'exclude' is a list of path patterns");
      for (const auto& item : value) config_.exclude.push_back(item.Scalar());
      return {};
    }
    return At(key_node, "there is no key '" + key + "'; did you mean '" + Nearest(key, kKeys) + "'?");
  }

  Status Policies(const YAML::Node& map) {
    if (!map.IsMap()) return At(map, "'policies' maps policy ids to off or a severity");
    for (const auto& item : map) {
      const std::string name = item.first.Scalar(), word = item.second.Scalar();
      const PolicyRecord* policy = image_.Find(name);
      if (policy == nullptr) {
        std::vector<std::string_view> ids;
        for (const PolicyRecord& p : image_.policies()) ids.push_back(image_.Text(p.id));
        return At(item.first, "there is no policy '" + name + "'; did you mean '" + Nearest(name, ids) + "'?");
      }
      Config::Setting setting;
      if (word == "off" || word == "false") setting.off = true;  // YAML 1.1 writers turn off into false
      else if (!ParseSeverity(word, setting.severity)) return At(item.second, "a policy is set to off, low, medium, high or critical, not '" + word + "'");
      config_.policies.emplace(image_.Text(policy->id), setting);
    }
    return {};
  }

  Status LimitsOf(const YAML::Node& map) {
    if (!map.IsMap()) return At(map, "'limits' maps names to numbers");
    for (const auto& item : map) {
      static constexpr std::string_view kNames[] = {"file_size", "depth", "instances"};
      uint64_t number = 0;
      if (!YAML::convert<uint64_t>::decode(item.second, number) || number == 0) return At(item.second, "a limit is a number above zero");
      const std::string name = item.first.Scalar();
      if (name == "file_size") config_.limits.file_size = std::min<uint64_t>(number, uint64_t{1} << 30);
      else if (name == "depth") config_.limits.depth = uint32_t(std::min<uint64_t>(number, 1000));
      else if (name == "instances") config_.limits.instances = uint32_t(std::min<uint64_t>(number, 10'000'000));
      else return At(item.first, "there is no limit '" + name + "'; did you mean '" + Nearest(name, kNames) + "'?");
    }
    return {};
  }

  std::string path_;
  const Image& image_;
  ConfigRole role_;
  Config config_;
};

}  // namespace

bool Config::Excludes(std::string_view path) const {
  return std::ranges::any_of(exclude, [&](const std::string& glob) { return GlobMatches(glob, path); });
}

Result<Config> ParseConfig(std::string_view path, std::string_view text, const Image& image, ConfigRole role) {
  return Reader(path, image, role).Read(text);
}

}  // namespace weir::policy
