#include "lib/base/file.h"

#include <sys/stat.h>

#include "tests/support/repo.h"
#include "tests/support/test.h"

namespace weir {

TEST_CASE("a file is written whole, with its mode, and nothing is left beside it") {
  const test::TempFolder folder;
  const std::string path = folder.path() + "/f";
  for (const std::string& text : {std::string("first\n"), std::string(), std::string(300'000, 'x')}) {
    REQUIRE(WriteFileAtomically(path, text, 0751).ok());
    const auto read = ReadFile(path);
    REQUIRE(read.ok());
    CHECK(read->text() == text);
  }
  struct stat info;
  REQUIRE(stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0751);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("what cannot be read or written is named, and an old file survives") {
  const test::TempFolder folder;
  const std::string path = folder.path() + "/f";
  REQUIRE(WriteFileAtomically(path, "12345").ok());
  CHECK(ReadFile(path, 4).status().code() == Code::kLimit);
  CHECK(ReadFile(path, 5).ok());
  CHECK(ReadFile(path + "/under").status().code() == Code::kNotFound);
  CHECK(ReadFile(folder.path()).status().code() == Code::kIo);
  const Status absent = ReadFile(folder.path() + "/none").status();
  CHECK(absent.code() == Code::kNotFound);
  CHECK(absent.message().find("/none") != std::string::npos);
  std::filesystem::create_directory(folder.path() + "/d");
  CHECK_FALSE(WriteFileAtomically(folder.path() + "/d", "x").ok());
  CHECK_FALSE(WriteFileAtomically(folder.path() + "/no/f", "x").ok());
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 2);
}

TEST_CASE("files that tell no size are read to their end") {
  const auto status = ReadFile("/proc/self/status");
  REQUIRE(status.ok());
  CHECK(status->text().starts_with("Name:"));
  CHECK(ReadFile("/dev/zero", 1000).status().code() == Code::kLimit);
}

}  // namespace weir
