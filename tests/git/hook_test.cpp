// Called by git as a hook: this program is its own hook, through test cases that are hidden otherwise.
#include <iostream>

#include "lib/git/repository.h"
#include "tests/support/repo.h"
#include "tests/support/test.h"

namespace weir::git {
namespace {

using test::TestRepo;

void WriteHook(const std::string& path, const std::string& hidden_case, const std::string& report) {
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  std::ofstream(path) << "#!/bin/sh\nWEIR_TEST_REPORT='" << report << "' exec '" << self << "' '"
                      << hidden_case << "' >&2\n";
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

/// Each change with the content after it.
void Report(const ChangeSet& set) {
  std::ofstream out(std::getenv("WEIR_TEST_REPORT"), std::ios::app);
  for (const Change& change : set.changes) {
    const auto text = set.after->Read(change.path);
    out << change.path << "=" << (text.ok() ? std::string(text->text()) : text.status().message()) << ";";
  }
}

TEST_CASE("hidden: pre-receive", "[.]") {
  const std::string input{std::istreambuf_iterator<char>(std::cin), {}};
  const auto updates = ParseRefUpdates(input);
  REQUIRE(updates.ok());
  auto repository = Repository::Open();
  REQUIRE(repository.ok());
  for (const RefUpdate& update : *updates) {
    const auto set = (*repository)->Pushed(update);
    INFO(set.status().message());
    REQUIRE(set.ok());
    Report(*set);
  }
}

TEST_CASE("hidden: pre-commit", "[.]") {
  auto repository = Repository::Open();
  REQUIRE(repository.ok());
  const auto set = (*repository)->Staged();
  INFO(set.status().message());
  REQUIRE(set.ok());
  Report(*set);
  if (std::getenv("WEIR_TEST_STAGE") != nullptr) {
    const Status staged = (*repository)->Stage({{set->changes.at(0).path, "staged by the hook"}});
    INFO(staged.message());
    REQUIRE(staged.ok());
  }
}

TEST_CASE("pre-receive sees objects that are still in quarantine") {
  for (const char* format : {"sha1", "sha256"}) {
    INFO(format);
    const std::string option = std::string("--object-format=") + format;
    TestRepo repo({option}), server({"--bare", option});
    const std::string report = server.path() + "/report";
    WriteHook(server.path() + "/hooks/pre-receive", "hidden: pre-receive", report);
    repo.Write("a.tf", "1").Commit();
    repo.Git({"push", "-q", server.path(), "main"});
    CHECK(test::ReadFile(report) == "a.tf=1;");
    repo.Git({"checkout", "-q", "-b", "topic"});
    repo.Write("d/b.tf", "2").Commit();
    repo.Git({"push", "-q", server.path(), "topic"});
    CHECK(test::ReadFile(report) == "a.tf=1;d/b.tf=2;");
    repo.Git({"push", "-q", server.path(), ":topic"});
    CHECK(test::ReadFile(report) == "a.tf=1;d/b.tf=2;");
  }
}

TEST_CASE("pre-commit sees the index that git is about to commit") {
  for (const bool separate : {false, true}) {
    INFO("in a work tree of its own: " << separate);
    TestRepo repo;
    repo.Write("a.tf", "1").Write("b.tf", "1").Commit();
    test::TempFolder elsewhere;
    const std::string tree = separate ? elsewhere.path() + "/tree" : repo.path();
    if (separate) repo.Git({"worktree", "add", "-q", "-b", "other", tree});
    const std::string report = elsewhere.path() + "/report";
    WriteHook(repo.path() + "/.git/hooks/pre-commit", "hidden: pre-commit", report);
    const auto commit = [&](std::vector<std::string> args) {
      args.insert(args.begin(), {"git", "-C", tree, "commit", "-q", "-m", "x"});
      std::filesystem::remove(report);
      const auto result = Run(args);
      INFO(result->err);
      REQUIRE(result->exit == 0);
      return test::ReadFile(report);
    };
    std::ofstream(tree + "/a.tf") << "2";
    std::ofstream(tree + "/b.tf") << "2";
    CHECK(commit({"b.tf"}) == "b.tf=2;");
    CHECK(commit({"-a"}) == "a.tf=2;");
    std::ofstream(tree + "/b.tf") << "3";
    REQUIRE(Run({"git", "-C", tree, "add", "b.tf"})->exit == 0);
    std::ofstream(tree + "/b.tf") << "unstaged";
    CHECK(commit({}) == "b.tf=3;");
    setenv("WEIR_TEST_STAGE", "1", 1);
    CHECK(commit({"-a"}) == "b.tf=unstaged;");
    unsetenv("WEIR_TEST_STAGE");
    CHECK(Run({"git", "-C", tree, "show", "HEAD:b.tf"})->out == "staged by the hook");
  }
}

}  // namespace
}  // namespace weir::git
