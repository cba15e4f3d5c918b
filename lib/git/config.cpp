#include "lib/git/config.h"

#include <git2.h>

#include <charconv>
#include <cstdlib>

#include "lib/base/process.h"

namespace weir::git {
namespace {

/// GIT_CONFIG_PARAMETERS: words in shell quotes, 'key'='value' or (older) 'key=value', with a space between.
class QuotedWords {
 public:
  explicit QuotedWords(std::string_view text) : text_(text) {}

  bool Next(std::string& key, std::string& value) {
    while (!text_.empty() && text_[0] == ' ') text_.remove_prefix(1);
    if (!Word(key)) return false;
    value = "true";
    if (!text_.empty() && text_[0] == '=') {
      text_.remove_prefix(1);
      if (!Word(value)) value.clear();
    } else if (const size_t equals = key.find('='); equals != std::string::npos) {
      value = key.substr(equals + 1);
      key.resize(equals);
    }
    return true;
  }

 private:
  bool Word(std::string& word) {
    word.clear();
    if (text_.empty() || text_[0] != '\'') return false;
    while (!text_.empty() && text_[0] == '\'') {
      const size_t end = text_.find('\'', 1);
      if (end == std::string_view::npos) return false;
      word += text_.substr(1, end - 1);
      text_.remove_prefix(end + 1);
      // A quote or an exclamation mark inside stands between two quoted parts, after a backslash.
      if (text_.size() >= 2 && text_[0] == '\\') {
        word += text_[1];
        text_.remove_prefix(2);
      }
    }
    return true;
  }

  std::string_view text_;
};

bool IsTrue(const char* text) {
  if (text == nullptr) return false;
  const std::string_view value = text;
  return value == "1" || value == "true" || value == "yes" || value == "on";
}

// Conditions of `includeIf` depend on the repository, its branch and its remotes: git says which hold.
bool HasConditionalIncludes(git_config* files) {
  git_config_iterator* entries = nullptr;
  if (git_config_iterator_glob_new(&entries, files, "^includeif\\.") != 0) return false;
  git_config_entry* entry = nullptr;
  const bool has = git_config_next(&entry, entries) == 0;
  git_config_iterator_free(entries);
  return has;
}

}  // namespace

std::string NormalKey(std::string_view key) {
  const size_t first = key.find('.'), last = key.rfind('.');
  std::string normal(key);
  for (size_t i = 0; i < normal.size(); ++i)
    if ((i < first || i > last) && normal[i] >= 'A' && normal[i] <= 'Z')
      normal[i] = char(normal[i] - 'A' + 'a');
  return normal;
}

ConfigReader::ConfigReader(std::string git_dir, std::string common_dir)
    : git_dir_(std::move(git_dir)), common_dir_(std::move(common_dir)) {}

ConfigReader::~ConfigReader() { git_config_free(files_); }

void ConfigReader::Load() const {
  if (git_config_new(&files_) != 0) return;
  const auto add = [&](const std::string& file, git_config_level_t level) {
    git_config_add_file_ondisk(files_, file.c_str(), level, nullptr, 1);
  };
  const auto add_found = [&](int (*find)(git_buf*), git_config_level_t level) {
    git_buf path = GIT_BUF_INIT;
    if (find(&path) == 0) add(path.ptr, level);
    git_buf_dispose(&path);
  };
  if (const char* system = std::getenv("GIT_CONFIG_SYSTEM"); system != nullptr) {
    add(system, GIT_CONFIG_LEVEL_SYSTEM);
  } else if (!IsTrue(std::getenv("GIT_CONFIG_NOSYSTEM"))) {
    add_found(git_config_find_system, GIT_CONFIG_LEVEL_SYSTEM);
  }
  if (const char* global = std::getenv("GIT_CONFIG_GLOBAL"); global != nullptr) {
    add(global, GIT_CONFIG_LEVEL_GLOBAL);
  } else {
    add_found(git_config_find_xdg, GIT_CONFIG_LEVEL_XDG);
    add_found(git_config_find_global, GIT_CONFIG_LEVEL_GLOBAL);
  }
  add(common_dir_ + "/config", GIT_CONFIG_LEVEL_LOCAL);
  int per_work_tree = 0;
  if (git_config_get_bool(&per_work_tree, files_, "extensions.worktreeConfig") == 0 && per_work_tree != 0)
    add(git_dir_ + "/config.worktree", GIT_CONFIG_LEVEL_APP);
  if (HasConditionalIncludes(files_)) {
    const auto listed = Run({"git", "--git-dir=" + git_dir_, "config", "--list", "--null", "--includes"});
    if (listed.ok() && listed->exit == 0) return AddListed(listed->out);
  }

  // Later ones win; GIT_CONFIG_PARAMETERS (from `git -c`) comes after the numbered ones.
  unsigned count = 0;
  if (const char* text = std::getenv("GIT_CONFIG_COUNT"); text != nullptr) {
    const std::string_view digits = text;
    std::from_chars(digits.data(), digits.data() + digits.size(), count);
  }
  for (unsigned i = 0; i < count; ++i) {
    const char* key = std::getenv(("GIT_CONFIG_KEY_" + std::to_string(i)).c_str());
    const char* value = std::getenv(("GIT_CONFIG_VALUE_" + std::to_string(i)).c_str());
    if (key == nullptr || value == nullptr) break;
    given_[NormalKey(key)] = value;
  }
  if (const char* parameters = std::getenv("GIT_CONFIG_PARAMETERS"); parameters != nullptr) {
    QuotedWords words(parameters);
    std::string key, value;
    while (words.Next(key, value)) given_[NormalKey(key)] = value;
  }
}

void ConfigReader::AddListed(std::string_view entries) const {
  while (!entries.empty()) {
    const std::string_view entry = entries.substr(0, entries.find('\0'));
    entries.remove_prefix(std::min(entries.size(), entry.size() + 1));
    const size_t line = entry.find('\n');
    given_[std::string(entry.substr(0, line))] = line == std::string_view::npos ? "true" : std::string(entry.substr(line + 1));
  }
}

std::optional<std::string> ConfigReader::Get(std::string_view key) const {
  std::call_once(loaded_, [this] { Load(); });
  const std::string normal = NormalKey(key);
  const std::lock_guard lock(mutex_);
  if (const auto given = given_.find(normal); given != given_.end()) return given->second;
  git_config_entry* entry = nullptr;
  if (files_ == nullptr || git_config_get_entry(&entry, files_, normal.c_str()) != 0) return std::nullopt;
  std::string value = entry->value != nullptr ? entry->value : "true";
  git_config_entry_free(entry);
  return value;
}

std::optional<std::string> ConfigReader::GetPath(std::string_view key) const {
  std::optional<std::string> path = Get(key);
  const char* home = std::getenv("HOME");
  if (path && home != nullptr && path->starts_with("~/")) path = home + path->substr(1);
  return path;
}

}  // namespace weir::git
