#include <unistd.h>

#include <random>

#include "lib/base/process.h"
#include "lib/fix/line_diff.h"
#include "tests/support/test.h"

namespace weir::fix {

TEST_CASE("a change follows into a version of the file that has other changes") {
  const std::string before = "a\nb\nc\nd\ne\nf\n", after = "a\nb\nX\nd\ne\nf\n";
  CHECK(Transfer(before, after, before) == after);
  CHECK(Transfer(before, after, "new\n" + before) == "new\n" + after);
  CHECK(Transfer(before, after, before + "tail\n") == after + "tail\n");
  CHECK(Transfer(before, after, "a\nB\nc\nD\ne\nf\n") == "a\nB\nX\nD\ne\nf\n");
  CHECK_FALSE(Transfer(before, after, "a\nb\nother\nd\ne\nf\n"));
  CHECK_FALSE(Transfer(before, after, "a\nb\nd\ne\nf\n"));
}

TEST_CASE("new lines follow where their neighbours still are neighbours") {
  const std::string before = "a\nb\nc\n", after = "a\nb\nnew\nc\n";
  CHECK(Transfer(before, after, "a\nb\nc\nd\n") == "a\nb\nnew\nc\nd\n");
  CHECK_FALSE(Transfer(before, after, "a\nb\nmine\nc\n"));
  CHECK_FALSE(Transfer(before, after, "a\nc\n"));
  CHECK(Transfer("a\n", "a\n\nend\n", "a\nmine\n") == "a\n\nend\nmine\n");
}

TEST_CASE("several changes of one file follow each on its own") {
  const std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n", after = "1\nX\n3\n4\n5\n6\n7\nY\nZ\n9\n";
  CHECK(Transfer(before, after, "1\n2\n3\n4\nmine\n6\n7\n8\n9\n") == "1\nX\n3\n4\nmine\n6\n7\nY\nZ\n9\n");
}

TEST_CASE("a file that was checked out with other line endings keeps them") {
  CHECK(Transfer("a\nb\n", "a\nX\n", "a\r\nb\r\nmine\r\n") == "a\r\nX\r\nmine\r\n");
}

TEST_CASE("git applies the patches, whatever the texts") {
  const auto folder = std::filesystem::temp_directory_path() / ("weir-patch-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  std::mt19937 random(6);
  const auto text = [&] {
    std::string out;
    for (size_t i = random() % 30; i-- > 0;) out += std::string(1, char('a' + random() % 4)) + (random() % 9 == 0 ? "\r\n" : "\n");
    if (random() % 4 == 0) out += "no newline";
    return out;
  };
  size_t applied = 0;
  for (int round = 0; round < 60; ++round) {
    std::string before = text(), after = round % 2 == 0 ? text() : before;
    if (round % 2 == 1 && !after.empty()) after.insert(random() % after.size(), "x\n");
    const std::string name = round % 5 == 0 ? "a \"b\" \xC3\xA9.tf" : "main.tf";
    const std::string patch = Patch(name, before, after);
    CHECK(patch.empty() == (before == after));
    if (patch.empty() || before.empty() || after.empty()) continue;
    std::ofstream(folder / name, std::ios::binary) << before;
    const auto result = Run({"git", "apply", "--whitespace=nowarn", "-"}, {.input = patch, .environment = {{"GIT_CEILING_DIRECTORIES", folder.parent_path().string()}}, .directory = folder.string()});
    REQUIRE(result.ok());
    INFO(patch << result->err);
    REQUIRE(result->exit == 0);
    CHECK(test::ReadFile(folder / name) == after);
    ++applied;
  }
  CHECK(applied >= 30);
  std::filesystem::remove_all(folder);
}

}  // namespace weir::fix
