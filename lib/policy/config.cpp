#include "lib/policy/config.h"

#include <algorithm>
#include <set>

#include <yaml-cpp/yaml.h>

#include "lib/base/text.h"
#include "lib/policy/policy_names.h"
#include "lib/policy/yaml_documents.h"

namespace weir::policy {
namespace {

constexpr std::string_view kKeys[] = {"version", "block", "judge", "policies", "exclude", "custom", "unknown", "fix", "limits", "paths", "languages", "waivers", "suppressions"};
constexpr std::string_view kSeverities[] = {"low", "medium", "high", "critical"};
constexpr size_t kMaxPathPatterns = 1000;
constexpr std::string_view kSectionKeys[] = {"block", "policies", "exclude"};
constexpr std::string_view kWaiverKeys[] = {"policy", "owner", "reason", "until", "paths", "resources"};
constexpr std::string_view kExceptionKeys[] = {"reason", "until", "refuse"};
constexpr std::string_view kOffers[] = {"ask", "never", "always"};

// Nothing but comments, white space and marks of documents.
bool IsEmpty(std::string_view text) {
  bool empty = true;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  ForEachLine(text, [&](std::string_view line) {
    const size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos || line[start] == '#') return;
    line.remove_prefix(start);
    while (line.ends_with(' ')) line.remove_suffix(1);
    empty = empty && (line == "---" || line == "..." || line == "null" || line == "~" || line == "{}");
  });
  return empty;
}

class Reader {
 public:
  Reader(std::string_view path, const Library& library, ConfigRole role) : path_(path), library_(library), names_(library), role_(role) {}

  /// Only what `custom` says.
  Result<std::vector<std::string>> ReadCustom(std::string_view text) {
    std::vector<std::string> out = {std::string(kDefaultCustom)};
    if (text.find("custom") == std::string_view::npos) return out;
    try {
      const auto root = Root(text);
      if (!root.ok() || !root->IsMap() || !(*root)["custom"]) return out;  // Read() reports what is wrong
      out.clear();
      WEIR_RETURN_IF_ERROR(Custom((*root)["custom"], out));
    } catch (const YAML::Exception&) {
      // Read() reports it.
    }
    return out;
  }

  Result<Config> Read(std::string_view text) {
    try {
      WEIR_ASSIGN_OR_RETURN(const YAML::Node root, Root(text));
      // yaml-cpp takes some texts that it cannot read for an empty document: what they meant to say must not be passed over.
      if (root.IsNull()) return IsEmpty(text) ? Result<Config>(config_) : Result<Config>(At(root, "a configuration is a mapping: version: 1, block: high …"));
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

  // The one document. What follows a first one would be passed over in silence: also `block: high` below a line `{version: 1}`.
  Result<YAML::Node> Root(std::string_view text) const {
    std::vector<CompileError> errors;
    Problems problems(path_, errors);
    const std::vector<YAML::Node> documents = ReadDocuments(std::string(text), problems);
    if (!errors.empty()) return Status(Code::kUsage, path_ + ":" + std::to_string(errors[0].line) + ": " + errors[0].message);
    if (documents.size() > 1)
      return At(documents[1], "here begins a second document, and a configuration is one: write all keys into one mapping, without braces around the first, and remove '---'");
    return documents.empty() ? YAML::Node(YAML::NodeType::Null) : documents[0];
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
    static constexpr std::string_view kJudges[] = {"introduced", "touched", "all"};
    static constexpr std::string_view kUnknowns[] = {"ignore", "warn", "block"};
    const std::string key = key_node.IsScalar() ? key_node.Scalar() : "";
    if (key == "version") return value.Scalar() == "1" ? Status() : At(value, "this weir reads version 1 of the configuration");
    if (key == "block") return Choice(value, kSeverities, config_.block);
    if (key == "judge") return Choice(value, kJudges, config_.judge);
    if (key == "unknown") return Choice(value, kUnknowns, config_.unknown);
    if (key == "policies") return Policies(value, config_.policies);
    if (key == "paths") return Paths(value);
    if (key == "languages") return LanguagesOf(value);
    if (key == "waivers") return Waivers(value);
    if (key == "suppressions") return Exceptions(value);
    if (key == "fix") return Choice(value, kOffers, config_.fix);
    if (key == "limits") return LimitsOf(value);
    if (key == "server")
      return role_ == ConfigRole::kServer ? Status() : At(key_node, "'server' belongs into the file that a server's git config weir.config names");
    if (key == "custom") return Custom(value, config_.custom);
    if (key == "exclude") return Exclude(value);
    return At(key_node, "there is no key '" + key + "'; did you mean '" + Nearest(key, kKeys) + "'?");
  }

  Status Custom(const YAML::Node& value, std::vector<std::string>& out) const {
    if (!value.IsSequence()) return At(value, "'custom' is a list of files and folders of policies: [\"" + std::string(kDefaultCustom) + "\"]");
    for (const auto& item : value) {
      std::string path = item.IsScalar() ? item.Scalar() : "";
      while (path.ends_with('/')) path.pop_back();
      while (path.starts_with("./")) path.erase(0, 2);
      if (path.empty() || path.starts_with('/') || ("/" + path + "/").find("/../") != std::string::npos)
        return At(item, "'custom' names files and folders by their paths from the configuration's folder, inside it");
      out.push_back(std::move(path));
    }
    return {};
  }

  Status Texts(const YAML::Node& list, const char* what, std::vector<std::string>& out) const {
    if (!list.IsSequence()) return At(list, what);
    for (const auto& item : list) {
      if (!item.IsScalar() || item.Scalar().empty()) return At(item, what);
      out.push_back(item.Scalar());
    }
    return {};
  }

  // Patterns are compared with every path one after another, so there may be many paths, but not many patterns.
  Status PathPattern(const YAML::Node& at, const std::string& text) {
    if (!PolicyNames::IsPattern(text) || ++path_patterns_ <= kMaxPathPatterns) return {};
    return At(at, "this is path pattern number " + std::to_string(path_patterns_) + ", and a configuration has at most " + std::to_string(kMaxPathPatterns) +
                      ": name folders by one pattern (generated/**), or whole paths without * and ?");
  }

  // Patterns stand first, whole paths are sorted behind them: see Config::Excludes.
  Status Exclude(const YAML::Node& list) {
    WEIR_RETURN_IF_ERROR(Texts(list, "'exclude' is a list of path patterns", config_.exclude));
    size_t at = 0;
    for (const auto& item : list) WEIR_RETURN_IF_ERROR(PathPattern(item, config_.exclude[at++]));
    std::sort(std::stable_partition(config_.exclude.begin(), config_.exclude.end(), PolicyNames::IsPattern), config_.exclude.end());
    return {};
  }

  Status Unknown(const YAML::Node& at, const std::string& name) const {
    const std::vector<std::string> near = NearestPolicies(name, library_);
    return At(at, "there is no policy '" + name + "'" + (near.empty() ? "" : "; did you mean '" + near[0] + "'?"));
  }

  // Whether a name means anything. Each pattern is compared with every name there is, so there may be many names, but not many patterns.
  Status Named(const YAML::Node& at, const std::string& name) {
    if (PolicyNames::IsPattern(name)) {
      if (name.size() > PolicyNames::kMaxPatternLength) return At(at, "a pattern has at most " + std::to_string(PolicyNames::kMaxPatternLength) + " characters");
      if (++patterns_ > PolicyNames::kMaxPatterns)
        return At(at, "this is pattern number " + std::to_string(patterns_) + ", and a configuration has at most " + std::to_string(PolicyNames::kMaxPatterns) +
                          ": name the policies, or use fewer, shorter patterns");
    }
    return IsOwnFinding(name) || !names_.Named(name).empty() ? Status() : Unknown(at, name);
  }

  // A name may be an alias or a pattern. What is said of one policy wins over what is said of many, a longer pattern over a shorter.
  Status Policies(const YAML::Node& map, Config::Settings& out) {
    if (!map.IsMap()) return At(map, "'policies' maps policy ids to off or a severity");
    std::vector<std::pair<std::string, Config::Setting>> said;
    for (const auto& item : map) {
      const std::string name = item.first.IsScalar() ? item.first.Scalar() : "", word = item.second.IsScalar() ? item.second.Scalar() : "";
      Config::Setting setting;
      if (word == "off" || word == "false") setting.off = true;  // YAML 1.1 writers turn off into false
      else if (!ParseSeverity(word, setting.severity)) return At(item.second, "a policy is set to off, low, medium, high or critical, not '" + word + "'");
      WEIR_RETURN_IF_ERROR(Named(item.first, name));
      said.emplace_back(name, setting);
    }
    std::ranges::stable_sort(said, {}, [](const auto& s) {
      const bool pattern = s.first.find_first_of("*?") != std::string::npos;
      return pattern ? s.first.size() : SIZE_MAX;
    });
    for (const auto& [name, setting] : said) {
      if (IsOwnFinding(name)) out[name] = setting;
      for (const std::string_view id : names_.Named(name)) out[std::string(id)] = setting;
    }
    return {};
  }

  Status SectionOf(const YAML::Node& map, Config::Section& section) {
    if (!map.IsMap()) return At(map, "here stands a mapping of block, policies and exclude");
    for (const auto& item : map) {
      const std::string key = item.first.IsScalar() ? item.first.Scalar() : "";
      if (key == "block") {
        Severity block = Severity::kHigh;
        WEIR_RETURN_IF_ERROR(Choice(item.second, kSeverities, block));
        section.block = block;
      } else if (key == "policies") {
        WEIR_RETURN_IF_ERROR(Policies(item.second, section.policies));
      } else if (key == "exclude" && YAML::convert<bool>::decode(item.second, section.off)) {
        continue;
      } else if (key == "exclude") {
        return At(item.second, "'exclude' is true or false here");
      } else {
        return At(item.first, "there is no key '" + key + "' here; did you mean '" + Nearest(key, kSectionKeys) + "'?");
      }
    }
    return {};
  }

  Status Paths(const YAML::Node& map) {
    if (!map.IsMap()) return At(map, "'paths' maps path patterns to block, policies and exclude");
    for (const auto& item : map) {
      Config::Section section;
      section.path = item.first.IsScalar() ? item.first.Scalar() : "";
      if (section.path.empty()) return At(item.first, "a path pattern is expected, such as live/prod/**");
      WEIR_RETURN_IF_ERROR(PathPattern(item.first, section.path));
      WEIR_RETURN_IF_ERROR(SectionOf(item.second, section));
      config_.sections.push_back(std::move(section));
    }
    return {};
  }

  Status LanguagesOf(const YAML::Node& map) {
    if (!map.IsMap()) return At(map, "'languages' maps languages to off, or to block and policies");
    std::set<std::string_view> known;
    for (const Library::Member& m : library_.members())
      for (const RuleRecord& rule : m.image->rules()) known.insert(m.image->Text(rule.language));
    for (const auto& item : map) {
      Config::Section section;
      section.language = item.first.IsScalar() ? item.first.Scalar() : "";
      if (!known.contains(section.language))
        return At(item.first, "no policy speaks of the language '" + section.language + "'; did you mean '" + Nearest(section.language, known) + "'?");
      if (item.second.IsScalar() && (item.second.Scalar() == "off" || item.second.Scalar() == "false")) section.off = true;
      else WEIR_RETURN_IF_ERROR(SectionOf(item.second, section));
      // A path says more than a language: paths are looked at last.
      const auto first_path = std::ranges::find_if(config_.sections, [](const Config::Section& s) { return !s.path.empty(); });
      config_.sections.insert(first_path, std::move(section));
    }
    return {};
  }

  Status Waivers(const YAML::Node& list) {
    if (!list.IsSequence()) return At(list, "'waivers' is a list of mappings with policy, owner, reason and until");
    for (const auto& node : list) {
      if (!node.IsMap()) return At(node, "a waiver is a mapping with policy, owner, reason and until");
      Waiver waiver;
      waiver.file = path_;
      waiver.line = uint32_t(node.Mark().line + 1);
      for (const auto& item : node) WEIR_RETURN_IF_ERROR(WaiverKey(item.first, item.second, waiver));
      const char* missing = waiver.policies.empty() ? "policy" : waiver.owner.empty() ? "owner" : waiver.reason.empty() ? "reason" : waiver.until.empty() ? "until" : nullptr;
      if (missing != nullptr) return At(node, std::string("the waiver has no '") + missing + "'; it needs policy, owner, reason and until");
      config_.waivers.push_back(std::move(waiver));
    }
    return {};
  }

  Status WaiverKey(const YAML::Node& key_node, const YAML::Node& value, Waiver& waiver) {
    const std::string key = key_node.IsScalar() ? key_node.Scalar() : "";
    if (key == "paths") return Texts(value, "'paths' is a list of path patterns", waiver.paths);
    if (key == "resources") return Texts(value, "'resources' is a list of resource addresses or patterns", waiver.resources);
    if (key == "policy") {
      if (value.IsScalar()) waiver.policies.push_back(value.Scalar());
      else WEIR_RETURN_IF_ERROR(Texts(value, "'policy' is a policy's id, or a list of them", waiver.policies));
      for (const std::string& name : waiver.policies)
        WEIR_RETURN_IF_ERROR(Named(value, name));
      return {};
    }
    std::string* text = key == "owner" ? &waiver.owner : key == "reason" ? &waiver.reason : key == "until" ? &waiver.until : nullptr;
    if (text == nullptr) return At(key_node, "there is no key '" + key + "' in a waiver; did you mean '" + Nearest(key, kWaiverKeys) + "'?");
    if (!value.IsScalar() || value.Scalar().empty()) return At(value, "'" + key + "' is a text");
    if (key == "until" && !IsDate(value.Scalar())) return At(value, "'" + value.Scalar() + "' is no date; write 2027-01-31");
    *text = value.Scalar();
    return {};
  }

  Status Exceptions(const YAML::Node& map) {
    static constexpr std::string_view kNeeds[] = {"optional", "required"};
    if (!map.IsMap()) return At(map, "'suppressions' maps reason, until and refuse to what is demanded");
    for (const auto& item : map) {
      const std::string key = item.first.IsScalar() ? item.first.Scalar() : "";
      if (key == "reason" || key == "until") {
        WEIR_RETURN_IF_ERROR(Choice(item.second, kNeeds, key == "reason" ? config_.exceptions.need_reason : config_.exceptions.need_end));
      } else if (key == "refuse") {
        Severity severity = Severity::kHigh;
        WEIR_RETURN_IF_ERROR(Choice(item.second, kSeverities, severity));
        config_.exceptions.refuse = severity;
      } else {
        return At(item.first, "there is no key '" + key + "' in 'suppressions'; did you mean '" + Nearest(key, kExceptionKeys) + "'?");
      }
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
  const Library& library_;
  PolicyNames names_;
  size_t patterns_ = 0, path_patterns_ = 0;
  ConfigRole role_;
  Config config_;
};

}  // namespace

bool ParseOfferFixes(std::string_view word, OfferFixes& out) {
  const auto at = std::ranges::find(kOffers, word);
  if (at != std::end(kOffers)) out = OfferFixes(at - std::begin(kOffers));
  return at != std::end(kOffers);
}

bool Config::Excludes(std::string_view path) const {
  const auto whole = std::ranges::partition_point(exclude, PolicyNames::IsPattern);
  if (std::any_of(exclude.begin(), whole, [&](const std::string& glob) { return GlobMatches(glob, path); }) || std::binary_search(whole, exclude.end(), path, std::less<>())) return true;
  bool off = false;
  for (const Section& s : sections)
    if (!s.path.empty() && GlobMatches(s.path, path)) off = s.off;
  return off;
}

bool Config::LanguageOff(std::string_view language) const {
  return std::ranges::any_of(sections, [&](const Section& s) { return s.off && s.language == language; });
}

std::optional<Config::Setting> Config::For(std::string_view policy, std::string_view language, std::string_view path, Severity own) const {
  std::optional<Setting> out;
  if (const auto at = policies.find(policy); at != policies.end()) out = at->second;
  for (const Section& s : sections) {
    if (s.policies.empty() || (!s.language.empty() && s.language != language) || (!s.path.empty() && !GlobMatches(s.path, path))) continue;
    const auto at = s.policies.find(policy);
    if (at == s.policies.end()) continue;
    const bool off = out && out->off;
    if (!s.raise_only || off || at->second.severity > (out ? out->severity : own)) out = at->second;
  }
  return out;
}

Severity Config::BlockFor(std::string_view language, std::string_view path) const {
  Severity out = block;
  for (const Section& s : sections) {
    if (!s.block || (!s.language.empty() && s.language != language) || (!s.path.empty() && !GlobMatches(s.path, path))) continue;
    out = s.raise_only ? std::min(out, *s.block) : *s.block;
  }
  return out;
}

Result<std::vector<std::string>> CustomPaths(std::string_view path, std::string_view text) {
  return Reader(path, Library(), ConfigRole::kRepository).ReadCustom(text);
}

Result<Config> ParseConfig(std::string_view path, std::string_view text, const Library& library, ConfigRole role) {
  return Reader(path, library, role).Read(text);
}

}  // namespace weir::policy
