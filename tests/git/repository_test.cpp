#include "lib/git/repository.h"

#include <algorithm>
#include <random>

#include "lib/git/plumbing.h"
#include "tests/support/repo.h"
#include "tests/support/test.h"

namespace weir::git {
namespace {

using test::TestRepo;

/// Changes as `git diff --raw --no-renames` has them, a rename as its removal and its addition.
std::string Plain(const std::vector<Change>& changes) {
  std::vector<std::string> lines;
  const auto line = [&](const std::string& path, uint32_t old_mode, const ObjectId& old_id, uint32_t new_mode,
                        const ObjectId& new_id) {
    char modes[32];
    snprintf(modes, sizeof modes, "%06o %06o ", old_mode, new_mode);
    lines.push_back(path + " " + modes + old_id.ToHex() + " " + new_id.ToHex() + "\n");
  };
  for (const Change& change : changes) {
    if (change.is_renamed()) {
      line(change.old_path, change.old_mode, change.old_id, 0, {});
      line(change.path, 0, {}, change.new_mode, change.new_id);
    } else {
      line(change.path, change.old_mode, change.old_id, change.new_mode, change.new_id);
    }
  }
  std::sort(lines.begin(), lines.end());
  std::string all;
  for (const std::string& one : lines) all += one;
  return all;
}

std::string GitsOwn(const TestRepo& repo, std::vector<std::string> args) {
  args.insert(args.end(), {"--raw", "-z", "--no-renames", "--no-abbrev"});
  std::vector<Change> changes;
  REQUIRE(ParseRawDiff(repo.Git(args), changes).ok());
  return Plain(changes);
}

std::unique_ptr<Repository> Open(const TestRepo& repo) {
  auto opened = Repository::Open(repo.path());
  INFO(opened.status().message());
  REQUIRE(opened.ok());
  return std::move(*opened);
}

ChangeSet Staged(const TestRepo& repo) {
  auto staged = Open(repo)->Staged();
  INFO(staged.status().message());
  REQUIRE(staged.ok());
  return std::move(*staged);
}

void CheckStaged(const TestRepo& repo) {
  CHECK(Plain(Staged(repo).changes) == GitsOwn(repo, {"diff", "--cached"}));
}

/// Writes, removes and moves files at random, of names that collide in interesting ways.
void Shuffle(TestRepo& repo, std::mt19937& random) {
  static const char* const kParts[] = {"a", "a-b", "a.b", "ab", "b", "c d", "\u00e9", "z\"q", "x\ty"};
  const auto part = [&] { return std::string(kParts[random() % std::size(kParts)]); };
  for (int i = 0; i < 12; ++i) {
    std::string path = part();
    for (unsigned depth = random() % 4; depth > 0; --depth) path += "/" + part();
    std::error_code ignored;
    if (random() % 3 == 0) {
      std::filesystem::remove_all(repo.path() + "/" + path, ignored);
      continue;
    }
    // A file may stand where a folder is to be, and the other way round: both are changes that must be seen.
    for (std::filesystem::path up = std::filesystem::path(path).parent_path(); !up.empty();
         up = up.parent_path())
      if (std::filesystem::is_regular_file(repo.path() + "/" + up.string()))
        std::filesystem::remove(repo.path() + "/" + up.string());
    if (std::filesystem::is_directory(repo.path() + "/" + path))
      std::filesystem::remove_all(repo.path() + "/" + path);
    repo.Write(path, "content " + std::to_string(random() % 5) + "\n");
    if (random() % 5 == 0)
      std::filesystem::permissions(repo.path() + "/" + path, std::filesystem::perms::owner_all);
  }
}

TEST_CASE("random histories give what git diff gives, in every version of the index") {
  for (const char* version : {"2", "3", "4"}) {
    TestRepo repo;
    repo.Git({"config", "index.version", version});
    std::mt19937 random{unsigned(version[0])};
    for (int round = 0; round < 8; ++round) {
      INFO("index version " << version << ", round " << round);
      Shuffle(repo, random);
      repo.Stage();
      CheckStaged(repo);
      repo.Commit();
      CheckStaged(repo);
      if (round > 0) {
        const auto between = Open(repo)->Between("HEAD~1", "HEAD");
        REQUIRE(between.ok());
        CHECK(Plain(between->changes) == GitsOwn(repo, {"diff", "HEAD~1", "HEAD"}));
      }
    }
    const auto all = Open(repo)->Between("", "HEAD");
    REQUIRE(all.ok());
    CHECK(Plain(all->changes) == GitsOwn(repo, {"diff", "4b825dc642cb6eb9a060e54bf8d69288fbee4904", "HEAD"}));
  }
}

TEST_CASE("both sides of a change can be read, and neither is the work tree") {
  TestRepo repo;
  repo.Write("m/main.tf", "old\n").Write("m/vars.tf", "v\n").Commit();
  repo.Write("m/main.tf", "staged\n").Stage();
  repo.Write("m/main.tf", "unstaged\n").Write("m/untracked.tf", "u\n");
  const ChangeSet set = Staged(repo);
  REQUIRE(set.changes.size() == 1);
  CHECK(set.changes[0].path == "m/main.tf");
  CHECK(set.before->Read("m/main.tf")->text() == "old\n");
  CHECK(set.after->Read("m/main.tf")->text() == "staged\n");
  CHECK(set.after->Read("m/untracked.tf").status().code() == Code::kNotFound);
  CHECK(set.after->Read("m/main.tf", 3).status().code() == Code::kLimit);
  REQUIRE(set.after->List("m").ok());
  CHECK(set.after->List("m")->size() == 2);
  CHECK(set.after->List("")->at(0).kind == EntryKind::kDirectory);
  CHECK(set.before->TreeId("m").ToHex() == repo.GitLine({"rev-parse", "HEAD:m"}));
  CHECK(set.after->TreeId("m").is_null());
  CHECK(set.after->List("none").status().code() == Code::kNotFound);
}

TEST_CASE("an unborn branch is compared with nothing") {
  TestRepo repo;
  CHECK(Staged(repo).changes.empty());
  repo.Write("a.tf", "a").Stage();
  const ChangeSet set = Staged(repo);
  REQUIRE(set.changes.size() == 1);
  CHECK(set.changes[0].is_added());
  CHECK(set.before->List("")->empty());
}

TEST_CASE("intent to add and conflicts count as git diff --cached counts them") {
  TestRepo repo;
  repo.Write("f", "1\n").Write("g", "1\n").Commit();
  repo.Git({"checkout", "-q", "-b", "side"});
  repo.Write("f", "2\n").Write("both", "x\n").Commit();
  repo.Git({"checkout", "-q", "main"});
  repo.Write("f", "3\n").Write("both", "y\n").Commit();
  CHECK(repo.TryGit({"merge", "-q", "side"}).exit != 0);
  CheckStaged(repo);
  repo.Git({"reset", "-q", "--hard"});
  repo.Write("new", "n\n");
  repo.Git({"add", "-N", "new"});
  repo.Git({"rm", "-q", "--cached", "g"});
  repo.Git({"add", "-N", "g"});
  CheckStaged(repo);
  CHECK(Staged(repo).after->Read("new").status().code() == Code::kNotFound);
}

TEST_CASE("a file that moves is one change, also when some of its lines change") {
  TestRepo repo;
  std::string text;
  for (int i = 0; i < 20; ++i) text += "line " + std::to_string(i) + "\n";
  repo.Write("exact.tf", "same\n").Write("about.tf", text).Write("other.tf", "nothing alike\n").Commit();
  repo.Remove("exact.tf").Remove("about.tf").Remove("other.tf");
  repo.Write("m/exact.tf", "same\n")
      .Write("m/near.tf", text + "one more\n")
      .Write("m/new.tf", "fresh\n")
      .Stage();
  const ChangeSet set = Staged(repo);
  std::string seen;
  for (const Change& change : set.changes) seen += change.old_path + ">" + change.path + " ";
  CHECK(seen == "exact.tf>m/exact.tf about.tf>m/near.tf m/new.tf>m/new.tf other.tf>other.tf ");
}

TEST_CASE("split and sparse indexes and SHA-256 repositories give the same changes") {
  SECTION("split index") {
    TestRepo repo;
    repo.Write("d/a", "1").Write("b", "2").Commit();
    repo.Git({"update-index", "--split-index"});
    repo.Write("d/a", "3").Write("e", "4").Stage();
    CheckStaged(repo);
    CHECK(Staged(repo).after->Read("d/a")->text() == "3");
  }
  SECTION("sparse index") {
    TestRepo repo;
    repo.Write("in/a", "1").Write("out/b", "2").Write("out/deep/c", "3").Commit();
    repo.Git({"sparse-checkout", "set", "--cone", "--sparse-index", "in"});
    repo.Write("in/a", "4");
    repo.Git({"add", "in/a"});
    CheckStaged(repo);
    CHECK(Staged(repo).after->Read("out/deep/c")->text() == "3");
  }
  SECTION("SHA-256") {
    TestRepo repo({"--object-format=sha256"});
    repo.Write("d/a", "1").Write("b", "2").Stage();
    CHECK(Staged(repo).changes.size() == 2);
    repo.Commit();
    repo.Write("d/a", "3").Remove("b").Stage();
    CheckStaged(repo);
    const ChangeSet set = Staged(repo);
    CHECK(set.before->Read("d/a")->text() == "1");
    CHECK(set.after->Read("d/a")->text() == "3");
    REQUIRE(Open(repo)->Stage({{"d/a", "fixed"}}).ok());
    CHECK(repo.Git({"show", ":d/a"}) == "fixed");
  }
}

TEST_CASE("a work tree of its own has its own index and the common hooks") {
  TestRepo repo;
  repo.Write("a", "1").Commit();
  const test::TempFolder elsewhere;
  const std::string tree = elsewhere.path() + "/tree";
  repo.Git({"worktree", "add", "-q", "-b", "other", tree});
  std::ofstream(tree + "/a") << "2";
  REQUIRE(Run({"git", "add", "a"}, {.input = {}, .directory = tree})->exit == 0);
  auto opened = Repository::Open(tree);
  REQUIRE(opened.ok());
  CHECK((*opened)->Staged()->changes.size() == 1);
  CHECK(Staged(repo).changes.empty());
  CHECK((*opened)->work_tree() == tree);
  CHECK((*opened)->common_dir() == repo.path() + "/.git");
  CHECK((*opened)->git_dir() == repo.path() + "/.git/worktrees/tree");
  CHECK((*opened)->HooksDir() == repo.path() + "/.git/hooks");
}

TEST_CASE("a damaged index or a missing object is an error that names it") {
  TestRepo repo;
  repo.Write("a.tf", "1").Write("b/c.tf", "2").Commit();
  repo.Write("a.tf", "3").Stage();
  const std::string index = repo.path() + "/.git/index";
  const std::string whole = test::ReadFile(index);
  SECTION("cut off anywhere") {
    for (size_t size = 1; size < whole.size(); ++size) {
      std::ofstream(index, std::ios::binary | std::ios::trunc) << whole.substr(0, size);
      auto staged = Open(repo)->Staged();
      if (!staged.ok()) CHECK(staged.status().message().find("index") != std::string::npos);
    }
    std::ofstream(index, std::ios::binary | std::ios::trunc) << whole.substr(0, 60);
    CHECK(Open(repo)->Staged().status().code() == Code::kInvalid);
  }
  SECTION("any byte changed") {
    std::mt19937 random(7);
    for (size_t at = 0; at < whole.size(); ++at) {
      std::string bad = whole;
      bad[at] = char(random());
      std::ofstream(index, std::ios::binary | std::ios::trunc) << bad;
      auto staged = Open(repo)->Staged();
      if (staged.ok()) {
        for (const Change& change : staged->changes) (void)staged->after->Read(change.path).ok();
        (void)staged->after->List("b").ok();
      }
    }
  }
  SECTION("a blob that is gone") {
    const std::string id = repo.GitLine({"rev-parse", ":a.tf"});
    std::filesystem::remove(repo.path() + "/.git/objects/" + id.substr(0, 2) + "/" + id.substr(2));
    const ChangeSet set = Staged(repo);
    REQUIRE(set.changes.size() == 1);
    const Status status = set.after->Read("a.tf").status();
    CHECK(status.code() == Code::kInvalid);
    CHECK(status.message().find(id) != std::string::npos);
    CHECK(status.message().find("a.tf") != std::string::npos);
  }
}

TEST_CASE("staging keeps modes and everything else, and gives way to another git") {
  TestRepo repo;
  repo.Write("run.sh", "1\n").Write("main.tf", "1\n").Write("other", "1\n");
  std::filesystem::permissions(repo.path() + "/run.sh", std::filesystem::perms::owner_all);
  repo.Commit();
  repo.Write("other", "2\n").Stage();
  auto open = Open(repo);
  REQUIRE(open->Stage({{"run.sh", "fixed\n"}, {"main.tf", "fixed\n"}, {"d/new.tf", "new\n"}}).ok());
  CHECK(repo.Git({"show", ":run.sh"}) == "fixed\n");
  CHECK(repo.Git({"show", ":d/new.tf"}) == "new\n");
  CHECK(repo.Git({"show", ":other"}) == "2\n");
  CHECK(repo.Git({"ls-files", "-s", "run.sh"}).starts_with("100755"));
  CHECK(repo.Read("main.tf") == "1\n");
  repo.Write(".git/index.lock", "");
  const Status locked = open->Stage({{"main.tf", "again\n"}});
  CHECK(locked.code() == Code::kIo);
  CHECK(locked.message().find("index.lock") != std::string::npos);
}

TEST_CASE("files that configuration includes on a condition count where git says that it holds") {
  TestRepo repo;
  repo.Write("there.conf", "[weir]\n\tblock = low\n[weir \"Sub\"]\n\tflag\n");
  repo.Write("elsewhere.conf", "[weir]\n\tblock = critical\n");
  repo.Git({"config", "includeIf.gitdir:" + repo.path() + "/.path", repo.path() + "/there.conf"});
  repo.Git({"config", "includeIf.gitdir:/nowhere/.path", repo.path() + "/elsewhere.conf"});
  CHECK(Open(repo)->Config("weir.block") == "low");
  CHECK(Open(repo)->Config("weir.Sub.flag") == "true");
  repo.Git({"config", "includeIf.hasconfig:remote.*.url:https://example.com/**.path", repo.path() + "/elsewhere.conf"});
  CHECK(Open(repo)->Config("weir.block") == "low");
  repo.Git({"remote", "add", "origin", "https://example.com/team/infrastructure"});
  CHECK(Open(repo)->Config("weir.block") == "critical");
}

TEST_CASE("configuration has git's own precedence") {
  TestRepo repo;
  repo.Git({"config", "weir.block", "high"});
  repo.Git({"config", "Weir.Sub.Name.Key", "x"});
  auto open = Open(repo);
  CHECK(open->Config("weir.block") == "high");
  CHECK(open->Config("WEIR.Sub.Name.KEY") == "x");
  CHECK_FALSE(open->Config("weir.none").has_value());
  CHECK(open->HooksDir() == repo.path() + "/.git/hooks");
  repo.Git({"config", "core.hooksPath", ".husky"});
  CHECK(Open(repo)->HooksDir() == repo.path() + "/.husky");
  setenv("GIT_CONFIG_PARAMETERS", "'weir.block'='it'\\''s' 'weir.old=1'", 1);
  CHECK(Open(repo)->Config("weir.block") == "it's");
  CHECK(Open(repo)->Config("weir.old") == "1");
  unsetenv("GIT_CONFIG_PARAMETERS");
}

TEST_CASE("revisions resolve as git resolves them") {
  TestRepo repo;
  repo.Write("a", "1").Commit().Write("a", "2").Commit();
  repo.Git({"tag", "-a", "-m", "t", "v1", "HEAD~1"});
  auto open = Open(repo);
  for (const char* name : {"HEAD", "main~1", "v1", "HEAD^{tree}", "main"}) {
    INFO(name);
    REQUIRE(open->Resolve(name).ok());
    CHECK(open->Resolve(name)->ToHex() == repo.GitLine({"rev-parse", name}));
  }
  CHECK(open->Resolve("none").status().code() == Code::kNotFound);
  CHECK((*open->Tree("v1"))->Read("a")->text() == "1");
  CHECK(Repository::Open("/").status().code() == Code::kNotFound);
}

}  // namespace
}  // namespace weir::git
