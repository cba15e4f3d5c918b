#include "lib/server/supervise.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <new>

namespace weir::server {
namespace {

constexpr int kOutOfMemory = 250;  // an exit status that no command has

uint64_t AddressSpace() {
  unsigned long long pages = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  if (std::fscanf(file, "%llu", &pages) != 1) pages = 0;
  std::fclose(file);
  return pages * uint64_t(sysconf(_SC_PAGESIZE));
}

[[noreturn]] void Child(const Bounds& bounds, pid_t parent, const std::function<int()>& work) {
  setpgid(0, 0);  // so that what it starts can be ended with it
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(255);  // the parent was gone before the line above
  const rlimit core{0, 0};
  setrlimit(RLIMIT_CORE, &core);
#if !defined(__SANITIZE_ADDRESS__)
  const uint64_t bytes = AddressSpace() + (bounds.memory_mib << 20);
  const rlimit space{bytes, bytes};
  setrlimit(RLIMIT_AS, &space);
#endif
  std::set_new_handler([] { _exit(kOutOfMemory); });
  const int status = work();
  std::fflush(nullptr);
  _exit(status);
}

}  // namespace

Result<int> Supervise(const Bounds& bounds, const std::function<int()>& work) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {Code::kIo, std::string("no pipe could be made: ") + std::strerror(errno)};
  std::fflush(nullptr);
  const pid_t self = getpid();
  const pid_t child = fork();
  if (child < 0) {
    close(ends[0]), close(ends[1]);
    return {Code::kIo, std::string("no process could be started: ") + std::strerror(errno)};
  }
  if (child == 0) {
    close(ends[0]);
    Child(bounds, self, work);
  }
  // Nobody writes to the pipe: it closes when the child has ended, however it ended.
  close(ends[1]);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(bounds.seconds);
  bool late = false;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    pollfd wait{ends[0], POLLIN, 0};
    const int n = left > 0 ? poll(&wait, 1, int(left)) : 0;
    if (n < 0 && errno == EINTR) continue;
    late = n == 0;
    break;
  }
  close(ends[0]);
  if (late) {
    kill(-child, SIGKILL);
    kill(child, SIGKILL);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (late) return {Code::kLimit, "it took longer than " + std::to_string(bounds.seconds) + " s (server.time-limit)"};
  if (WIFEXITED(status) && WEXITSTATUS(status) == kOutOfMemory)
    return {Code::kLimit, "it needed more than " + std::to_string(bounds.memory_mib) + " MiB of memory (server.memory-limit)"};
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  kill(-child, SIGKILL);
  return {Code::kIo, "it ended by signal " + std::to_string(WTERMSIG(status)) + " (" + strsignal(WTERMSIG(status)) + ")"};
}

}  // namespace weir::server
