#include "lib/base/process.h"

#include "tests/support/test.h"

namespace weir {

TEST_CASE("a program gets its arguments, input, environment and folder as they are") {
  const auto args = Run({"printf", "%s|", "a b", "$HOME", "'", ""});
  REQUIRE(args.ok());
  CHECK(args->out == "a b|$HOME|'||");
  CHECK(Run({"cat"}, {.input = "in\n"})->out == "in\n");
  CHECK(Run({"sh", "-c", "echo $WEIR_X; pwd"},
            {.input = {}, .environment = {{"WEIR_X", "1 2"}}, .directory = "/"})
            ->out == "1 2\n/\n");
}

TEST_CASE("how a program ends is told, and one that is not there is an error") {
  const auto failed = Run({"sh", "-c", "echo bad >&2; exit 7"});
  REQUIRE(failed.ok());
  CHECK(failed->exit == 7);
  CHECK(failed->err == "bad\n");
  CHECK(Run({"sh", "-c", "kill -9 $$"})->exit == 137);
  const Status absent = Run({"weir-no-such-program"}).status();
  CHECK(absent.code() == Code::kNotFound);
  CHECK(absent.message().find("weir-no-such-program") != std::string::npos);
}

TEST_CASE("more data than a pipe holds passes both ways, also to a program that does not read it") {
  const std::string large(3'000'000, 'x');
  CHECK(Run({"cat"}, {.input = large})->out == large);
  CHECK(Run({"true"}, {.input = large})->exit == 0);
}

}  // namespace weir
