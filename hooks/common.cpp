#include "hooks/common.h"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "lib/base/file.h"
#include "lib/base/text.h"

namespace weir::hooks {

int Fail(const Status& status) {
  std::string message = "weir: ";
  bool first = true;
  ForEachLine(status.message(), [&](std::string_view line) {
    message += (first ? "" : "\n  ") + TerminalSafe(line);
    first = false;
  });
  std::fprintf(stderr, "%s\n", message.c_str());
  return status.code() == Code::kUsage ? 2 : 3;
}

report::TextOptions TerminalOptions(bool err) {
  report::TextOptions options;
  const int fd = err ? STDERR_FILENO : STDOUT_FILENO;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool terminal = isatty(fd) != 0;
  options.color = terminal && (no_color == nullptr || *no_color == 0) && term != nullptr && std::strcmp(term, "dumb") != 0;
  const char* locale = nullptr;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (locale = std::getenv(name); locale != nullptr && *locale != 0) break;
  options.unicode = locale != nullptr && (std::strstr(locale, "UTF-8") != nullptr || std::strstr(locale, "utf8") != nullptr);
  winsize size{};
  if (terminal && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) options.width = size.ws_col;
  return options;
}

std::string CacheFolder(const git::Repository& repository) { return repository.common_dir() + "/weir/cache"; }

std::string ThisBuild() {
  struct stat info{};
  if (stat("/proc/self/exe", &info) != 0) return WEIR_VERSION;
  return std::string(WEIR_VERSION " ") + std::to_string(info.st_size) + " " + std::to_string(info.st_mtim.tv_sec) + "." + std::to_string(info.st_mtim.tv_nsec);
}

namespace {
std::string CachePath(const git::Repository& repository) { return CacheFolder(repository) + "/calls"; }
}  // namespace

Result<scan::Options> MakeOptions(const git::Snapshot& snapshot, const git::Repository* repository, bool baseline) {
  scan::Options options;
  options.image = &policy::Image::BuiltIn();
  WEIR_RETURN_IF_ERROR(scan::LoadConfig(snapshot, repository != nullptr ? CacheFolder(*repository) : std::string(), options));
  if (baseline) {
    WEIR_ASSIGN_OR_RETURN(options.baseline, scan::LoadBaseline(snapshot));
  }
  if (repository != nullptr) {
    if (const auto block = repository->Config("weir.block"); block && !policy::ParseSeverity(*block, options.config.block))
      return Status(Code::kUsage, "git config weir.block is '" + *block + "'; it must be low, medium, high or critical");
    if (const auto fix = repository->Config("weir.fix"); fix && !policy::ParseOfferFixes(*fix, options.config.fix))
      return Status(Code::kUsage, "git config weir.fix is '" + *fix + "'; it must be ask, never or always");
    if (const auto cache = ReadFile(CachePath(*repository), 64u << 20); cache.ok()) options.cache = cache->text();
  }
  options.today = Today();
  return options;
}

std::string Today() {
  char today[16];
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::strftime(today, sizeof today, "%Y-%m-%d", &utc);
  return today;
}

Result<scan::Options> OptionsHere() {
  const auto repository = git::Repository::Open();
  if (repository.ok() && !(*repository)->work_tree().empty()) {
    WEIR_ASSIGN_OR_RETURN(const auto index, (*repository)->Index());
    return MakeOptions(*index, repository->get());
  }
  WEIR_ASSIGN_OR_RETURN(const auto folder, git::OpenFolderSnapshot("."));
  return MakeOptions(*folder, nullptr);
}

void MakeCacheFolder(const git::Repository& repository) {
  mkdir((repository.common_dir() + "/weir").c_str(), 0755);
  mkdir(CacheFolder(repository).c_str(), 0755);
}

void SaveCache(const scan::Options& options, const std::string& before, const git::Repository& repository) {
  if (options.cache == before) return;
  const std::string path = CachePath(repository);
  MakeCacheFolder(repository);
  (void)WriteFileAtomically(path, options.cache, 0644, Flush::kNotFlushed).ok();
}

int ExitStatus(const scan::Report& report) { return !report.incomplete.empty() ? 3 : report.summary.blocking > 0 ? 1 : 0; }

}  // namespace weir::hooks
