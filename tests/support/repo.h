// A temporary repository driven by the real git, with nothing of the machine's own configuration in it.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/process.h"
#include "tests/support/test.h"

namespace weir::test {

/// A folder that is removed with everything in it when the object goes.
class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "weir-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) abort();
    path_ = std::filesystem::canonical(name).string();
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  /// Absolute, without a trailing '/'.
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Makes git behave the same on every machine: fixed identity and time, no configuration but the repository's
/// own, and none of the variables that a surrounding hook may have set. Children of this process inherit it.
inline void IsolateGit() {
  for (const char* name :
       {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH", "GIT_COMMON_DIR", "GIT_PUSH_OPTION_COUNT",
        "GIT_NAMESPACE", "GIT_CEILING_DIRECTORIES", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"})
    unsetenv(name);
  for (const auto& [name, value] :
       std::vector<std::pair<const char*, const char*>>{{"HOME", "/nonexistent"},
                                                        {"XDG_CONFIG_HOME", "/nonexistent"},
                                                        {"GIT_CONFIG_NOSYSTEM", "1"},
                                                        {"GIT_CONFIG_GLOBAL", "/dev/null"},
                                                        {"GIT_AUTHOR_NAME", "A. Tester"},
                                                        {"GIT_AUTHOR_EMAIL", "tester@example.com"},
                                                        {"GIT_AUTHOR_DATE", "1700000000 +0000"},
                                                        {"GIT_COMMITTER_NAME", "A. Tester"},
                                                        {"GIT_COMMITTER_EMAIL", "tester@example.com"},
                                                        {"GIT_COMMITTER_DATE", "1700000000 +0000"},
                                                        {"GIT_TERMINAL_PROMPT", "0"},
                                                        {"LC_ALL", "C"}})
    setenv(name, value, 1);
}

class TestRepo {
 public:
  /// A fresh repository whose branch is `main`; `init` is passed to `git init` ("--bare",
  /// "--object-format=sha256").
  explicit TestRepo(const std::vector<std::string>& init = {}) {
    IsolateGit();
    std::vector<std::string> args = {"init", "-q", "-b", "main"};
    args.insert(args.end(), init.begin(), init.end());
    Git(args);
  }

  /// Absolute path of the work tree (or of a bare repository).
  const std::string& path() const { return folder_.path(); }

  /// Writes a file of the work tree, with the folders above it.
  TestRepo& Write(const std::string& file, std::string_view text) {
    const std::filesystem::path to = std::filesystem::path(path()) / file;
    std::filesystem::create_directories(to.parent_path());
    std::ofstream(to, std::ios::binary) << text;
    return *this;
  }
  TestRepo& Remove(const std::string& file) {
    std::filesystem::remove_all(std::filesystem::path(path()) / file);
    return *this;
  }
  std::string Read(const std::string& file) const { return ReadFile(std::filesystem::path(path()) / file); }
  /// Everything in the work tree into the index.
  TestRepo& Stage() {
    Git({"add", "-A"});
    return *this;
  }
  /// Stages everything and commits it (hooks run).
  TestRepo& Commit(const std::string& message = "change") {
    Stage();
    Git({"commit", "-q", "--allow-empty", "-m", message});
    return *this;
  }

  /// Runs git in the repository and returns what it printed; the test fails where git does.
  std::string Git(const std::vector<std::string>& args, std::string_view input = {}) const {
    const ProcessResult result = TryGit(args, input);
    INFO("git " << (args.empty() ? "" : args[0]) << ": " << result.err << result.out);
    REQUIRE(result.exit == 0);
    return result.out;
  }
  /// The same without judging how it ended.
  ProcessResult TryGit(const std::vector<std::string>& args, std::string_view input = {},
                       const std::vector<std::pair<std::string, std::string>>& environment = {}) const {
    std::vector<std::string> argv = {"git"};
    argv.insert(argv.end(), args.begin(), args.end());
    const auto result = Run(argv, {.input = input, .environment = environment, .directory = path()});
    INFO(result.status().message());
    REQUIRE(result.ok());
    return *result;
  }
  /// One line of git's output, without its line feed.
  std::string GitLine(const std::vector<std::string>& args) const {
    std::string out = Git(args);
    while (!out.empty() && out.back() == '\n') out.pop_back();
    return out;
  }

 private:
  TempFolder folder_;
};

}  // namespace weir::test
