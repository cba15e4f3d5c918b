#include "lib/git/repository.h"
#include "tests/support/repo.h"
#include "tests/support/test.h"

namespace weir::git {
namespace {

using test::TestRepo;

std::string Paths(const Result<ChangeSet>& set) {
  INFO(set.status().message());
  REQUIRE(set.ok());
  std::string all;
  for (const Change& change : set->changes) all += change.path + " ";
  return all;
}

ObjectId IdOf(const TestRepo& repo, const std::string& name) {
  auto open = Repository::Open(repo.path());
  REQUIRE(open.ok());
  const auto id = (*open)->Resolve(name);
  REQUIRE(id.ok());
  return *id;
}

TEST_CASE(
    "what a push brings: new branches from the fork, forced pushes from the old tip, deletions nothing") {
  TestRepo repo;
  repo.Write("base", "1").Commit();
  repo.Git({"checkout", "-q", "-b", "topic"});
  repo.Write("t1", "1").Commit().Write("t2", "1").Commit();
  repo.Git({"tag", "-a", "-m", "x", "v1"});
  repo.Git({"checkout", "-q", "main"});
  repo.Write("m", "of main").Commit();
  TestRepo server({"--bare"});
  repo.Git({"push", "-q", server.path(), "main"});
  repo.Git({"push", "-q", server.path(), "topic:refs/pending/topic"});
  auto open = Repository::Open(server.path());
  REQUIRE(open.ok());
  const ObjectId main = IdOf(repo, "main"), topic = IdOf(repo, "topic");
  // The pending reference is the one that is updated: it must not count as known.
  CHECK(Paths((*open)->Pushed({{}, topic, "refs/pending/topic"})) == "t1 t2 ");
  CHECK(Paths((*open)->Pushed({{}, topic, "refs/heads/copy"})) == "");
  CHECK(Paths((*open)->Pushed({main, topic, "refs/heads/main"})) == "m t1 t2 ");
  CHECK(Paths((*open)->Pushed({main, {}, "refs/heads/main"})) == "");
  ObjectId missing = topic;
  missing.bytes[0] ^= 1;
  CHECK((*open)->Pushed({main, missing, "refs/heads/main"}).status().code() == Code::kInvalid);
}

TEST_CASE("a clone judges a new branch against what it has fetched, not against its own branches") {
  TestRepo server({"--bare"}), repo;
  repo.Write("base", "1").Commit();
  repo.Git({"remote", "add", "origin", server.path()});
  auto open = Repository::Open(repo.path());
  REQUIRE(open.ok());
  CHECK(Paths((*open)->Pushed({{}, IdOf(repo, "main"), "refs/heads/main"})) == "base ");
  repo.Git({"push", "-q", "-u", "origin", "main"});
  repo.Git({"checkout", "-q", "-b", "topic"});
  repo.Write("t", "1").Commit();
  CHECK(Paths((*open)->Pushed({{}, IdOf(repo, "topic"), "refs/heads/topic"})) == "t ");
}

TEST_CASE("the commit that changed a line is found through lines that moved") {
  TestRepo repo;
  repo.Write("f", "a\nb\nc\n").Commit("first");
  const ObjectId old = IdOf(repo, "HEAD");
  repo.Write("f", "a\nB\nc\n").Commit("change b");
  const std::string changed = repo.GitLine({"rev-parse", "HEAD"});
  repo.Write("f", "top\na\nB\nc\n").Commit("add above");
  repo.Write("f", "top\na\nB\nc\nend\n").Commit("add below");
  auto open = Repository::Open(repo.path());
  REQUIRE(open.ok());
  const RefUpdate range{old, IdOf(repo, "HEAD"), "refs/heads/main"};
  const auto found = (*open)->Introduced(range, "f", 3);
  REQUIRE(found.has_value());
  CHECK(found->subject == "change b");
  CHECK(changed.starts_with(found->id));
  CHECK((*open)->Introduced(range, "f", 1)->subject == "add above");
  CHECK((*open)->Introduced(range, "f", 5)->subject == "add below");
  CHECK_FALSE((*open)->Introduced(range, "f", 2).has_value());
  CHECK_FALSE((*open)->Introduced(range, "none", 1).has_value());
}

TEST_CASE("lines of pre-receive are read, and what is no such line is named") {
  const std::string a(40, 'a'), zero(40, '0');
  const auto updates =
      ParseRefUpdates(zero + " " + a + " refs/heads/x y\n" + a + " " + zero + " refs/tags/t");
  REQUIRE(updates.ok());
  REQUIRE(updates->size() == 2);
  CHECK((*updates)[0].old_id.is_null());
  CHECK((*updates)[0].ref == "refs/heads/x y");
  CHECK((*updates)[1].new_id.is_null());
  CHECK(ParseRefUpdates("")->empty());
  for (const std::string& bad :
       {std::string("x"), a + " " + a, a + " " + a + " ", a + "  " + a + " r", a + " 1 r"}) {
    const auto read = ParseRefUpdates(a + " " + a + " ok\n" + bad + "\n");
    CHECK(read.status().code() == Code::kInvalid);
    CHECK(read.status().message().find("line 2") != std::string::npos);
  }
}

TEST_CASE("push options are those that git counts") {
  setenv("GIT_PUSH_OPTION_COUNT", "2", 1);
  setenv("GIT_PUSH_OPTION_0", "a", 1);
  setenv("GIT_PUSH_OPTION_1", "b=c", 1);
  CHECK(PushOptions() == std::vector<std::string>{"a", "b=c"});
  unsetenv("GIT_PUSH_OPTION_COUNT");
  CHECK(PushOptions().empty());
}

}  // namespace
}  // namespace weir::git
