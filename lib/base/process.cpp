#include "lib/base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

extern char** environ;

namespace weir {
namespace {

/// Both ends of a pipe, closed on every way out.
struct Pipe {
  int ends[2] = {-1, -1};
  bool Open() { return pipe2(ends, O_CLOEXEC) == 0; }
  void Close(int end) {
    if (ends[end] >= 0) close(ends[end]);
    ends[end] = -1;
  }
  ~Pipe() { Close(0), Close(1); }
};

/// Keeps SIGPIPE from ending this process while it writes to a program that stopped reading.
class PipeSignalBlocked {
 public:
  PipeSignalBlocked() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, &before_);
  }
  ~PipeSignalBlocked() {
    if (!sigismember(&before_, SIGPIPE)) {
      sigset_t set;
      sigemptyset(&set);
      sigaddset(&set, SIGPIPE);
      const timespec now{0, 0};
      while (sigtimedwait(&set, nullptr, &now) == SIGPIPE) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  const sigset_t& before() const { return before_; }

 private:
  sigset_t before_;
};

std::vector<std::string> EnvironmentWith(const std::vector<std::pair<std::string, std::string>>& additions) {
  std::vector<std::string> all;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string_view name = text.substr(0, text.find('='));
    const auto same = [&](const auto& addition) { return addition.first == name; };
    if (std::none_of(additions.begin(), additions.end(), same)) all.emplace_back(text);
  }
  for (const auto& [name, value] : additions) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// Where exec will find `name`: looked up before the fork, because the child may only make async-signal-safe
/// calls.
std::string FindProgram(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/usr/bin:/bin";
  for (;;) {
    const size_t colon = rest.find(':');
    std::string folder(rest.substr(0, colon));
    const std::string candidate = (folder.empty() ? "." : folder) + "/" + name;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
    if (colon == std::string_view::npos) return name;
    rest.remove_prefix(colon + 1);
  }
}

/// Feeds the program and collects what it says, all at once: neither side waits for the other with a full
/// pipe.
Status Exchange(Pipe& in, Pipe& out, Pipe& err, std::string_view input, ProcessResult& result) {
  fcntl(in.ends[1], F_SETFL, O_NONBLOCK);
  if (input.empty()) in.Close(1);
  char buffer[65536];
  while (out.ends[0] >= 0 || err.ends[0] >= 0 || in.ends[1] >= 0) {
    pollfd polled[3] = {{in.ends[1], POLLOUT, 0}, {out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}};
    if (poll(polled, 3, -1) < 0) {
      if (errno == EINTR) continue;
      return {Code::kIo, std::string("poll failed: ") + std::strerror(errno)};
    }
    if (polled[0].revents != 0) {
      const ssize_t n = write(in.ends[1], input.data(), input.size());
      if (n > 0) input.remove_prefix(size_t(n));
      if (input.empty() || (n < 0 && errno != EAGAIN && errno != EINTR)) in.Close(1);
    }
    for (int i : {1, 2}) {
      if (polled[i].revents == 0) continue;
      Pipe& pipe = i == 1 ? out : err;
      const ssize_t n = read(pipe.ends[0], buffer, sizeof buffer);
      if (n > 0) (i == 1 ? result.out : result.err).append(buffer, size_t(n));
      if (n == 0 || (n < 0 && errno != EINTR)) pipe.Close(0);
    }
  }
  return {};
}

}  // namespace

Result<ProcessResult> Run(const std::vector<std::string>& argv, const ProcessOptions& options) {
  assert(!argv.empty());
  const std::string program = FindProgram(argv[0]);
  const std::vector<std::string> environment = EnvironmentWith(options.environment);
  const std::vector<char*> arguments = Pointers(argv), variables = Pointers(environment);
  Pipe in, out, err, failure;  // `failure` tells errno of an exec that did not happen; exec closes it
  if (!in.Open() || !out.Open() || !err.Open() || !failure.Open())
    return {Code::kIo, "cannot start " + argv[0] + ": " + std::strerror(errno)};

  const PipeSignalBlocked blocked;
  const pid_t child = fork();
  if (child < 0) return {Code::kIo, "cannot start " + argv[0] + ": " + std::strerror(errno)};
  if (child == 0) {
    pthread_sigmask(SIG_SETMASK, &blocked.before(), nullptr);
    if (dup2(in.ends[0], 0) >= 0 && dup2(out.ends[1], 1) >= 0 && dup2(err.ends[1], 2) >= 0 &&
        (options.directory.empty() || chdir(options.directory.c_str()) == 0))
      execve(program.c_str(), arguments.data(), variables.data());
    const int why = errno;
    (void)!write(failure.ends[1], &why, sizeof why);
    _exit(127);
  }
  in.Close(0), out.Close(1), err.Close(1), failure.Close(1);

  ProcessResult result;
  const Status exchanged = Exchange(in, out, err, options.input, result);
  int why = 0;
  const bool failed = read(failure.ends[0], &why, sizeof why) == ssize_t(sizeof why);
  int state = 0;
  while (waitpid(child, &state, 0) < 0 && errno == EINTR) {
  }
  if (failed) return {Code::kNotFound, "cannot start " + argv[0] + ": " + std::strerror(why)};
  if (!exchanged.ok()) return exchanged;
  result.exit = WIFSIGNALED(state) ? 128 + WTERMSIG(state) : WEXITSTATUS(state);
  return result;
}

}  // namespace weir
