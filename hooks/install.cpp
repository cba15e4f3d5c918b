#include "installer/install.h"

#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdio>

#include "hooks/commands.h"
#include "hooks/common.h"
#include "installer/doctor.h"
#include "installer/shared.h"
#include "lib/base/text.h"
#include "lib/server/settings.h"

namespace weir::hooks {
namespace {

using installer::ConfigScope;
using installer::Remark;

Result<std::string> ThisProgram() {
  char self[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", self, sizeof self);
  if (length <= 0) return {Code::kIo, "the path of this program cannot be found"};
  return std::string(self, size_t(length));
}

Result<std::vector<std::string>> Perform(const InstallArguments& arguments, const std::string& binary) {
  const ConfigScope scope = arguments.system ? ConfigScope::kSystem : ConfigScope::kGlobal;
  if (arguments.user + arguments.team + arguments.system > 1 || (!arguments.server.empty() && arguments.user + arguments.team > 0))
    return Status(Code::kUsage, "--user, --team and --system exclude each other; only --server and --system go together");
  if (!arguments.server.empty()) return arguments.uninstall ? installer::UninstallServer(scope, arguments.server) : installer::InstallServer(scope, arguments.server, binary);
  if (arguments.user || arguments.system) return arguments.uninstall ? installer::UninstallFor(scope) : installer::InstallFor(scope, binary);
  const auto repository = git::Repository::Open();
  if (!repository.ok()) return Status(Code::kUsage, repository.status().message());
  if (arguments.team) return arguments.uninstall ? installer::UninstallTeam(**repository) : installer::InstallTeam(**repository, binary);
  return arguments.uninstall ? installer::Uninstall(**repository) : installer::Install(**repository, binary);
}

/// The configuration that will judge: a clone's own file, or what a server's administrator wrote.
void ExamineConfiguration(const git::Repository& repository, std::vector<Remark>& remarks) {
  if (!repository.work_tree().empty()) {
    const auto index = repository.Index();
    if (!index.ok()) return remarks.push_back({Remark::Kind::kBad, index.status().message(), "git fsck, git read-tree HEAD"});
    if (const auto options = MakeOptions(**index, &repository); !options.ok()) remarks.push_back({Remark::Kind::kBad, options.status().message(), "correct that line"});
    return;
  }
  const auto settings = server::LoadSettings(repository, policy::Image::BuiltIn());
  if (!settings.ok()) return remarks.push_back({Remark::Kind::kBad, settings.status().message(), "until it can be read, every push is refused"});
  remarks.push_back({Remark::Kind::kOk, "configuration: " + (settings->source.empty() ? "built-in defaults (git config weir.config names none)" : settings->source)});
  if (!settings->override_users.empty() && repository.Config("receive.advertisePushOptions").value_or("") != "true")
    remarks.push_back({Remark::Kind::kNote, "server.override names users, but git passes no push options on", "git config receive.advertisePushOptions true"});
}

/// Prints the remarks; 1 where something is bad.
int Print(const std::vector<Remark>& remarks) {
  static constexpr const char* kWords[] = {"ok   ", "note ", "bad  "};
  int status = 0;
  const auto print = [](const char* word, const std::string& text) {
    for (size_t at = 0; at <= text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      std::printf("%s %s\n", at == 0 ? word : "     ", TerminalSafe(text.substr(at, end - at)).c_str());
      at = end + 1;
    }
  };
  for (const Remark& remark : remarks) {
    print(kWords[size_t(remark.kind)], remark.text);
    if (!remark.remedy.empty()) print("     ", remark.remedy);
    if (remark.kind == Remark::Kind::kBad) status = 1;
  }
  return status;
}

}  // namespace

int Install(const InstallArguments& arguments) {
  const auto binary = ThisProgram();
  if (!binary.ok()) return Fail(binary.status());
  const auto done = Perform(arguments, *binary);
  if (!done.ok()) return Fail(done.status());
  for (size_t i = 0; i < done->size(); ++i) std::printf("%s%s\n", i == 0 ? "weir: " : "  ", TerminalSafe((*done)[i]).c_str());
  return 0;
}

int Doctor(const DoctorArguments& arguments) {
  const auto binary = ThisProgram();
  if (!binary.ok()) return Fail(binary.status());
  std::vector<Remark> remarks = {{Remark::Kind::kOk, "weir " WEIR_VERSION ", " + *binary + ", " + std::to_string(policy::Image::BuiltIn().policies().size()) + " policies"}};
  const auto add = [&](std::vector<Remark> more) { remarks.insert(remarks.end(), more.begin(), more.end()); };
  if (!arguments.server.empty()) {
    add(installer::ExamineServer(arguments.system ? ConfigScope::kSystem : ConfigScope::kGlobal, arguments.server, *binary));
    return Print(remarks);
  }
  const auto repository = git::Repository::Open();
  if (!repository.ok()) return Fail({Code::kUsage, repository.status().message()});
  std::vector<Remark> found = installer::Examine(**repository, *binary);
  const auto is_bad = [](const Remark& r) { return r.kind == Remark::Kind::kBad; };
  if (arguments.fix && std::any_of(found.begin(), found.end(), is_bad)) {
    const Status mended = installer::Mend(**repository, *binary);
    if (!mended.ok()) {
      add(found);
      (void)Print(remarks);
      return Fail(mended);
    }
    for (const Remark& r : found)
      if (is_bad(r)) remarks.push_back({Remark::Kind::kNote, "was bad: " + r.text});
    found = installer::Examine(**repository, *binary);
  }
  add(found);
  ExamineConfiguration(**repository, remarks);
  return Print(remarks);
}

}  // namespace weir::hooks
