#include "lib/fix/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "lib/base/file.h"
#include "lib/base/limits.h"

namespace weir::fix {
namespace {

constexpr uint64_t kLargest = uint64_t{1} << 31;

// For the tests that stop a write at every step: WEIR_STOP_AT=3 ends the process where the third one begins, as a power cut would.
void Step() {
  static int count = 0;
  if (const char* at = std::getenv("WEIR_STOP_AT"); at != nullptr && ++count == std::atoi(at)) std::raise(SIGKILL);
}

struct Descriptor {
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
};

// What a person could press must not end a write in the middle.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t set;
    sigemptyset(&set);
    for (const int s : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) sigaddset(&set, s);
    sigprocmask(SIG_BLOCK, &set, &old_);
    // A limit on file sizes is then an error of write() like a full disk.
    struct sigaction ignore{};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGXFSZ, &ignore, &old_action_);
  }
  ~SignalsHeld() {
    sigaction(SIGXFSZ, &old_action_, nullptr);
    sigprocmask(SIG_SETMASK, &old_, nullptr);
  }

 private:
  sigset_t old_{};
  struct sigaction old_action_{};
};

Status Failed(const std::string& what, const std::string& path, int error) {
  std::string message = "cannot " + what + " " + path + ": " + std::strerror(error);
  if (error == ENOSPC || error == EDQUOT || error == EFBIG) message += "; make room and run weir fix again";
  if (error == EACCES || error == EPERM || error == EROFS) message += "; make it writable and run weir fix again";
  return {Code::kIo, message + "; nothing was changed"};
}

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

void SyncFolder(const std::string& folder) {
  Descriptor d{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (d.fd >= 0) (void)fsync(d.fd);
}

Status WriteAll(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t n = write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Failed("write", path, errno);
    content.remove_prefix(size_t(n));
  }
  return fsync(fd) == 0 ? Status() : Failed("write", path, errno);
}

// The lines of a journal: what is made for what. Paths may hold anything but a NUL, which ends each field.
struct Entry {
  std::string path, temporary, before, after;
};
constexpr std::string_view kHead = "weir fix journal 1";
constexpr std::string_view kMade = "made";

std::string Text(const std::vector<Entry>& entries, const std::string& index_after) {
  std::string out(kHead);
  out += '\0';
  out += index_after + '\0';
  for (const Entry& e : entries)
    for (const std::string* field : {&e.path, &e.temporary, &e.before, &e.after}) out += *field + '\0';
  return out + std::string("end") + '\0';
}

struct Parsed {
  bool whole = false, made = false;
  std::string index_after;
  std::vector<Entry> entries;
};

Parsed Parse(std::string_view text) {
  std::vector<std::string> fields;
  while (!text.empty()) {
    const size_t end = text.find('\0');
    if (end == std::string_view::npos) break;
    fields.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  Parsed out;
  if (fields.size() < 2 || fields[0] != kHead) return out;
  out.index_after = fields[1];
  size_t at = 2;
  for (; at + 4 <= fields.size() && fields[at] != "end"; at += 4) out.entries.push_back({fields[at], fields[at + 1], fields[at + 2], fields[at + 3]});
  out.whole = at < fields.size() && fields[at] == "end";
  out.made = out.whole && at + 1 < fields.size() && fields[at + 1] == kMade;
  return out;
}

// The file as it must be to be replaced: a regular one, writable, with the content that was read.
Status Check(const FileWrite& file, struct stat& info) {
  if (lstat(file.path.c_str(), &info) != 0) return Failed("read", file.path, errno);
  if (!S_ISREG(info.st_mode)) return {Code::kIo, file.path + " is no regular file; nothing was changed"};
  if (access(file.path.c_str(), W_OK) != 0) return Failed("write", file.path, errno);
  // Root may write everything; what its owner made read-only is still not meant to be changed.
  if ((info.st_mode & 0222) == 0) return Failed("write", file.path, EACCES);
  const auto now = ReadFile(file.path, kLargest);
  if (!now.ok()) return now.status();
  if (now->text() != file.before) return {Code::kIo, file.path + " was changed in the meantime; nothing was changed here, run weir fix again"};
  return {};
}

void Remove(const std::vector<Entry>& entries) {
  for (const Entry& e : entries) unlink(e.temporary.c_str());
}

}  // namespace

std::string Fingerprint(std::string_view content) {
  uint64_t a = 0xcbf29ce484222325, b = 0x9e3779b97f4a7c15;
  for (const char c : content) {
    a = (a ^ uint8_t(c)) * 0x100000001b3;
    b = (b + uint8_t(c)) * 0xff51afd7ed558ccd;
    b ^= b >> 29;
  }
  std::ostringstream out;
  out << content.size() << ':' << std::hex << a << b;
  return out.str();
}

Status Journal::Write(const std::vector<FileWrite>& files, const std::function<Status()>& commit, const std::string& index_after) {
  std::vector<struct stat> infos(files.size());
  for (size_t i = 0; i < files.size(); ++i) WEIR_RETURN_IF_ERROR(Check(files[i], infos[i]));
  if (files.empty()) return commit ? commit() : Status();

  const SignalsHeld held;
  (void)mkdir(FolderOf(path_).c_str(), 0755);
  Step();
  Descriptor journal{open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)};
  if (journal.fd < 0) return Failed("write", path_, errno);
  if (flock(journal.fd, LOCK_EX | LOCK_NB) != 0) return {Code::kIo, "another weir fix is at work in this repository; wait until it has ended"};
  struct stat there;
  if (fstat(journal.fd, &there) == 0 && there.st_size > 0) return {Code::kIo, "an earlier weir fix was interrupted just now; run weir fix again"};
  std::vector<Entry> entries;
  for (const FileWrite& f : files) entries.push_back({f.path, f.path + ".weir-" + std::to_string(getpid()), Fingerprint(f.before), Fingerprint(f.after)});
  const auto abandon = [&](Status status) {
    Remove(entries);
    unlink(path_.c_str());
    return status;
  };
  Step();
  if (Status s = WriteAll(journal.fd, Text(entries, index_after), path_); !s.ok()) return abandon(std::move(s));
  SyncFolder(FolderOf(path_));
  for (size_t i = 0; i < files.size(); ++i) {
    Step();
    Descriptor out{open(entries[i].temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (out.fd < 0) return abandon(Failed("write beside", files[i].path, errno));
    Step();
    if (Status s = WriteAll(out.fd, files[i].after, files[i].path); !s.ok()) return abandon(std::move(s));
    if (infos[i].st_uid != geteuid() || infos[i].st_gid != getegid()) (void)!fchown(out.fd, infos[i].st_uid, infos[i].st_gid);
    if (fchmod(out.fd, infos[i].st_mode & 07777) != 0) return abandon(Failed("set the mode of", files[i].path, errno));
  }
  Step();
  if (Status s = WriteAll(journal.fd, std::string(kMade) + '\0', path_); !s.ok()) return abandon(std::move(s));
  Step();
  // Time has passed: what changed since is left alone, and then all is.
  for (const FileWrite& f : files) {
    struct stat now;
    if (Status s = Check(f, now); !s.ok()) return abandon(std::move(s));
  }
  if (commit)
    if (Status s = commit(); !s.ok()) return abandon(std::move(s));
  Status result;
  for (const Entry& e : entries) {
    Step();
    if (rename(e.temporary.c_str(), e.path.c_str()) != 0 && result.ok()) result = Failed("replace", e.path, errno);
    SyncFolder(FolderOf(e.path));
  }
  Step();
  if (result.ok()) unlink(path_.c_str());
  return result;
}

Result<std::string> Journal::Recover(const std::function<bool(const std::string& index_after)>& committed) {
  if (access(path_.c_str(), F_OK) != 0) return std::string();
  Descriptor journal{open(path_.c_str(), O_RDWR | O_CLOEXEC)};
  if (journal.fd < 0) return errno == ENOENT ? Result<std::string>(std::string()) : Result<std::string>(Failed("read", path_, errno));
  if (flock(journal.fd, LOCK_EX | LOCK_NB) != 0) return Status(Code::kIo, "another weir fix is at work in this repository; wait until it has ended");
  const SignalsHeld held;
  const auto blob = ReadFile(path_, kLargest);
  if (!blob.ok()) return blob.status().code() == Code::kNotFound ? Result<std::string>(std::string()) : Result<std::string>(blob.status());
  const Parsed parsed = Parse(blob->text());
  const bool forward = parsed.made && (parsed.index_after.empty() || committed(parsed.index_after));
  size_t finished = 0, kept = 0;
  std::string changed;
  for (const Entry& e : parsed.entries) {
    if (forward && access(e.temporary.c_str(), F_OK) == 0) {
      const auto now = ReadFile(e.path, kLargest);
      const auto made = ReadFile(e.temporary, kLargest);
      if (now.ok() && made.ok() && Fingerprint(now->text()) == e.before && Fingerprint(made->text()) == e.after) {
        if (rename(e.temporary.c_str(), e.path.c_str()) != 0) return Failed("replace", e.path, errno);
        SyncFolder(FolderOf(e.path));
        ++finished;
        continue;
      }
      changed += (changed.empty() ? "" : ", ") + e.path;
      ++kept;
    }
    unlink(e.temporary.c_str());
  }
  unlink(path_.c_str());
  if (!forward) return std::string("an interrupted fix was undone; nothing had been changed");
  if (kept > 0) return "an interrupted fix was finished, but for what was changed since: " + changed;
  return finished > 0 || parsed.made ? std::string("an interrupted fix was finished") : std::string();
}

}  // namespace weir::fix
