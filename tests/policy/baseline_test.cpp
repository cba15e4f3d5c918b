#include "lib/policy/baseline.h"

#include "tests/support/test.h"

namespace weir::policy {

TEST_CASE("a baseline reads back as it was written, sorted and with one finding a line") {
  Baseline baseline;
  baseline.entries = {{0x2, "b", "aws_x.\"quoted\"", "z.tf"}, {0xfedcba9876543210, "a", "r", "a.tf"}, {0x2, "b", "r", "b.tf"}};
  baseline.Index();
  const std::string text = WriteBaseline(baseline);
  CHECK(text ==
        "{\"version\": 1, \"findings\": [\n"
        "{\"fingerprint\": \"fedcba9876543210\", \"policy\": \"a\", \"resource\": \"r\", \"file\": \"a.tf\"},\n"
        "{\"fingerprint\": \"0000000000000002\", \"policy\": \"b\", \"resource\": \"r\", \"file\": \"b.tf\"},\n"
        "{\"fingerprint\": \"0000000000000002\", \"policy\": \"b\", \"resource\": \"aws_x.\\\"quoted\\\"\", \"file\": \"z.tf\"}\n"
        "]}\n");
  const auto read = ParseBaseline("f", text);
  REQUIRE(read.ok());
  CHECK(WriteBaseline(*read) == text);
  CHECK((*read).Count(2) == 2);
  CHECK((*read).Names(2, "z.tf"));
  CHECK_FALSE((*read).Names(2, "a.tf"));
}

TEST_CASE("what is no baseline is told with what to do") {
  const auto error = [](std::string_view text) {
    const auto read = ParseBaseline(".weir/baseline.json", text);
    return read.ok() ? "fine" : read.status().message();
  };
  const std::string remedy = "; restore it from git, or write a new one with weir baseline create --force";
  CHECK(error("") .find("line 1 is no JSON") != std::string::npos);
  CHECK(error("{\"version\": 1,\n<<<<<<< HEAD\n").find(".weir/baseline.json: line 2 is no JSON") == 0);
  CHECK(error("[]") == ".weir/baseline.json: it is no baseline of weir's" + remedy);
  CHECK(error("{\"version\": 2, \"findings\": []}") == ".weir/baseline.json: this weir reads version 1 of the baseline" + remedy);
  CHECK(error("{\"version\": 1, \"findings\": {}}").find("is no list") != std::string::npos);
  CHECK(error("{\"version\": 1, \"findings\": [{\"fingerprint\": \"12\"}]}").find("finding 1 is not complete") != std::string::npos);
  CHECK(error("{\"version\": 1, \"findings\": []}") == "fine");
}

}  // namespace weir::policy
