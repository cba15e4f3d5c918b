#include "lib/git/snapshot.h"

#include <unistd.h>

#include "tests/support/repo.h"
#include "tests/support/test.h"

namespace weir::git {
namespace {

using Files = std::map<std::string, std::string, std::less<>>;
using Edits = std::map<std::string, std::optional<std::string>, std::less<>>;

/// Every file below `dir`, with a trailing '@' for symbolic links and '*' for executable files.
std::string Walk(const Snapshot& snapshot, const std::string& dir = "") {
  std::string out;
  const auto entries = snapshot.List(dir);
  REQUIRE(entries.ok());
  for (const DirEntry& entry : *entries) {
    const std::string path = dir.empty() ? entry.name : dir + "/" + entry.name;
    switch (entry.kind) {
      case EntryKind::kDirectory:
        out += Walk(snapshot, path);
        break;
      case EntryKind::kSymlink:
        out += path + "@ ";
        break;
      case EntryKind::kExecutable:
        out += path + "* ";
        break;
      default:
        out += path + " ";
    }
  }
  return out;
}

TEST_CASE("a memory snapshot lists folders that only paths imply") {
  const auto files = NewMemorySnapshot(Files{{"a/b/c.tf", "1"}, {"a/b.tf", "2"}, {"a-b", "3"}, {"z", "4"}});
  CHECK(Walk(*files) == "a/b/c.tf a/b.tf a-b z ");
  CHECK(files->List("a")->size() == 2);
  CHECK(files->List("q").status().code() == Code::kNotFound);
  CHECK(files->Read("a/b.tf")->text() == "2");
  CHECK(files->Read("a").status().code() == Code::kNotFound);
  CHECK(files->Read("z", 0).status().code() == Code::kLimit);
}

TEST_CASE("an overlay shows edits, new folders, and hides what was removed") {
  const auto base = NewMemorySnapshot(Files{{"a/x", "1"}, {"b/y", "2"}, {"c", "3"}});
  const auto over = NewOverlaySnapshot(
      *base, Edits{{"a/x", "new"}, {"b/y", std::nullopt}, {"n/e/w", "4"}, {"q", std::nullopt}});
  CHECK(Walk(*over) == "a/x c n/e/w ");
  CHECK(over->Read("a/x")->text() == "new");
  CHECK(over->Read("c")->text() == "3");
  CHECK(over->Read("b/y").status().code() == Code::kNotFound);
  CHECK(over->List("b").status().code() == Code::kNotFound);
}

TEST_CASE("a folder on disk never follows a symbolic link and leaves .git out") {
  const test::TempFolder outside, root;
  std::ofstream(outside.path() + "/secret") << "s";
  std::filesystem::create_directories(root.path() + "/d/.git");
  std::ofstream(root.path() + "/d/f.tf") << "text";
  std::ofstream(root.path() + "/run") << "#!";
  std::filesystem::permissions(root.path() + "/run", std::filesystem::perms::owner_all);
  REQUIRE(symlink(outside.path().c_str(), (root.path() + "/out").c_str()) == 0);
  REQUIRE(symlink((outside.path() + "/secret").c_str(), (root.path() + "/link").c_str()) == 0);
  auto folder = OpenFolderSnapshot(root.path());
  REQUIRE(folder.ok());
  CHECK(Walk(**folder) == "d/f.tf link@ out@ run* ");
  CHECK((*folder)->Read("d/f.tf")->text() == "text");
  CHECK((*folder)->Read("d/f.tf", 3).status().code() == Code::kLimit);
  for (const char* path : {"link", "out/secret", "../x", "d", "", "/etc/passwd", "d//f.tf", "d/./f.tf"}) {
    INFO(path);
    CHECK((*folder)->Read(path).status().code() == Code::kNotFound);
  }
  CHECK((*folder)->List("out").status().code() == Code::kNotFound);
  CHECK((*folder)->List("d/.git").status().code() == Code::kNotFound);
  CHECK(OpenFolderSnapshot(root.path() + "/none").status().code() == Code::kNotFound);
}

}  // namespace
}  // namespace weir::git
