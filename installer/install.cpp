#include "installer/install.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "lib/base/file.h"

namespace weir::installer {
namespace {

constexpr std::string_view kMark = "# Written by weir install; weir uninstall puts back what was here.";

std::string Quote(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

// pre-receive has input, which both hooks must read: it is kept in a variable (references cannot hold NUL bytes).
std::string Script(const std::string& name, const std::string& binary) {
  std::string script = "#!/bin/sh\n" + std::string(kMark) + "\n";
  script += "weir=" + Quote(binary) + "\nbefore=\"$0.before-weir\"\n";
  const std::string missing = "  echo \"weir: $weir is gone; install it again, or remove $0\" >&2\n  exit 1\nfi\n";
  if (name == "pre-receive") {
    script += "input=$(cat)\nif [ -x \"$before\" ]; then printf '%s\\n' \"$input\" | \"$before\" \"$@\" || exit $?; fi\n";
    script += "if [ ! -x \"$weir\" ]; then\n" + missing;
    return script + "printf '%s\\n' \"$input\" | \"$weir\" hook pre-receive \"$@\"\n";
  }
  script += "if [ -x \"$before\" ]; then \"$before\" \"$@\" || exit $?; fi\n";
  script += "if [ ! -x \"$weir\" ]; then\n" + missing;
  return script + "exec \"$weir\" hook " + name + " \"$@\"\n";
}

struct Place {
  std::string name, path, kept;
};
Place PlaceOf(const git::Repository& repository) {
  const std::string name = repository.work_tree().empty() ? "pre-receive" : "pre-commit";
  const std::string path = repository.HooksDir() + "/" + name;
  return {name, path, path + ".before-weir"};
}

bool Exists(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0;
}

bool IsOurs(const std::string& path) {
  const auto text = ReadFile(path, 1 << 20);
  return text.ok() && text->text().find(kMark) != std::string_view::npos;
}

Status Rename(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0) return {};
  return {Code::kIo, from + " cannot be renamed to " + to + ": " + std::strerror(errno)};
}

}  // namespace

Status Install(const git::Repository& repository, const std::string& binary, std::string& done) {
  const Place place = PlaceOf(repository);
  if (mkdir(repository.HooksDir().c_str(), 0755) != 0 && errno != EEXIST)
    return {Code::kIo, repository.HooksDir() + " cannot be made: " + std::strerror(errno)};
  const bool chained = Exists(place.path) && !IsOurs(place.path);
  if (chained) {
    if (Exists(place.kept)) return {Code::kUsage, place.kept + " is there already; remove it or " + place.path + " first"};
    WEIR_RETURN_IF_ERROR(Rename(place.path, place.kept));
  }
  const Status written = WriteFileAtomically(place.path, Script(place.name, binary), 0755);
  if (!written.ok()) {
    if (chained) (void)Rename(place.kept, place.path).ok();
    return written;
  }
  done = place.name + " runs weir" + (Exists(place.kept) ? ", after the hook that was there" : "") + ": " + place.path;
  return {};
}

Status Uninstall(const git::Repository& repository, std::string& done) {
  const Place place = PlaceOf(repository);
  if (!Exists(place.path) || !IsOurs(place.path)) {
    done = "weir is not installed here";
    return {};
  }
  // A rename replaces the script in one step, so that there is always one hook or the other.
  if (Exists(place.kept)) {
    WEIR_RETURN_IF_ERROR(Rename(place.kept, place.path));
  } else if (unlink(place.path.c_str()) != 0) {
    return {Code::kIo, place.path + " cannot be removed: " + std::strerror(errno)};
  }
  done = place.name + " is as it was before: " + place.path;
  return {};
}

}  // namespace weir::installer
