#include "lib/server/supervise.h"

#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "tests/support/test.h"

namespace weir::server {
namespace {

/// As the kernel would end it: without the test framework's handlers.
int Die(int signal) {
  std::signal(signal, SIG_DFL);
  return kill(getpid(), signal);
}

TEST_CASE("work that ends by itself gives its result") {
  for (const int status : {0, 1, 3}) {
    const auto ended = Supervise({}, [&] { return status; });
    REQUIRE(ended.ok());
    CHECK(*ended == status);
  }
}

TEST_CASE("work that hangs, crashes or is killed is an error that says how it ended") {
  struct Case {
    const char* name;
    Bounds bounds;
    int (*work)();
    Code code;
    const char* says;
  };
  const Case cases[] = {
      {"a loop without end", {.seconds = 1}, [] { for (;;) pause(); return 0; }, Code::kLimit, "longer than 1 s (server.time-limit)"},
      {"a segmentation fault", {}, [] { return Die(SIGSEGV); }, Code::kIo, "signal 11"},
      {"an abort", {}, [] { return Die(SIGABRT); }, Code::kIo, "signal 6"},
      {"a kill", {}, [] { return Die(SIGKILL); }, Code::kIo, "signal 9"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    const auto ended = Supervise(c.bounds, c.work);
    CHECK(ended.status().code() == c.code);
    CHECK(ended.status().message().find(c.says) != std::string::npos);
  }
}

#if !defined(__SANITIZE_ADDRESS__)
TEST_CASE("work that wants more memory than it may have is ended") {
  const auto ended = Supervise({.memory_mib = 16}, [] {
    std::vector<std::string> held;
    for (int i = 0; i < 64; ++i) held.emplace_back(1 << 20, 'x');
    return int(held.size());
  });
  CHECK(ended.status().code() == Code::kLimit);
  CHECK(ended.status().message().find("server.memory-limit") != std::string::npos);
}
#endif

TEST_CASE("what the work started does not outlive its time") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const auto ended = Supervise({.seconds = 1}, [&] {
    if (fork() == 0)
      for (;;) pause();
    for (;;) pause();
    return 0;
  });
  CHECK(ended.status().code() == Code::kLimit);
  close(ends[1]);
  // The pipe ends only when every process that holds it has: this hangs if one is left.
  char byte;
  CHECK(read(ends[0], &byte, 1) == 0);
  close(ends[0]);
}

}  // namespace
}  // namespace weir::server
