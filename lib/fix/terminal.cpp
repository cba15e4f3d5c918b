// The person's terminal, opened by its own name: works where standard input is something else, as in git's hooks.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "lib/base/file.h"
#include "lib/fix/interactive.h"

namespace weir::fix {
namespace {

class DevTty final : public Terminal {
 public:
  DevTty(int fd, std::function<std::string()> editor) : fd_(fd), editor_(std::move(editor)) {}
  ~DevTty() override { close(fd_); }

  void Print(std::string_view text) override {
    while (!text.empty()) {
      const ssize_t n = write(fd_, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return;
      text.remove_prefix(size_t(n));
    }
  }

  char Key() override {
    termios old{};
    if (tcgetattr(fd_, &old) != 0) return 0;
    termios raw = old;
    // Ctrl-C is read as a key too, so that the terminal is never left as it is now.
    raw.c_lflag &= tcflag_t(~(ICANON | ECHO | ISIG));
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(fd_, TCSADRAIN, &raw);
    char c = 0;
    ssize_t n = 0;
    do n = read(fd_, &c, 1);
    while (n < 0 && errno == EINTR);
    tcsetattr(fd_, TCSADRAIN, &old);
    return n == 1 && c != 3 && c != 4 ? c : char(0);
  }

  bool Line(std::string& line) override {
    line.clear();
    for (char c = 0;;) {
      const ssize_t n = read(fd_, &c, 1);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return !line.empty();
      if (c == '\n') return true;
      line += c;
    }
  }

  Result<std::string> Edit(const std::string& name, const std::string& text) override {
    const std::string editor = editor_();
    if (editor.empty()) return Status(Code::kIo, "there is no editor; set EDITOR");
    const char* base = std::getenv("TMPDIR");
    std::string folder = std::string(base != nullptr && *base != 0 ? base : "/tmp") + "/weir-XXXXXX";
    if (mkdtemp(folder.data()) == nullptr) return Status(Code::kIo, "no temporary folder can be made");
    const std::string path = folder + "/" + name.substr(name.rfind('/') + 1);
    const auto clean = [&] {
      unlink(path.c_str());
      rmdir(folder.c_str());
    };
    if (Status status = WriteFileAtomically(path, text, 0600); !status.ok()) return clean(), status;
    const int status = RunEditor(editor, path);
    const auto blob = ReadFile(path);
    const Result<std::string> out = status != 0 ? Result<std::string>(Status(Code::kIo, "the editor '" + editor + "' failed"))
                                    : blob.ok() ? Result<std::string>(std::string(blob->text()))
                                                : Result<std::string>(blob.status());
    clean();
    return out;
  }

 private:
  // As git does: the editor's name may hold arguments, so a shell reads it.
  int RunEditor(const std::string& editor, const std::string& path) const {
    const std::string command = editor + " \"$@\"";
    const pid_t child = fork();
    if (child < 0) return -1;
    if (child == 0) {
      for (const int std_fd : {0, 1, 2}) dup2(fd_, std_fd);
      execl("/bin/sh", "sh", "-c", command.c_str(), editor.c_str(), path.c_str(), static_cast<char*>(nullptr));
      _exit(127);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  int fd_;
  std::function<std::string()> editor_;
};

}  // namespace

std::unique_ptr<Terminal> OpenTerminal(std::function<std::string()> editor) {
  const int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (fd < 0) return nullptr;
  return std::make_unique<DevTty>(fd, std::move(editor));
}

}  // namespace weir::fix
