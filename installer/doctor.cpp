#include "installer/doctor.h"

#include <unistd.h>

#include <algorithm>

#include "installer/disk.h"
#include "installer/in_place.h"
#include "installer/install.h"
#include "installer/managers.h"
#include "installer/place.h"
#include "installer/redirect.h"
#include "installer/script.h"
#include "installer/shared.h"
#include "lib/base/process.h"

namespace weir::installer {
namespace {

using Kind = Remark::Kind;

/// One of those that run at a hook, in their order.
struct Step {
  std::string what;  // "husky 9"
  std::string path;
  bool weir = false;
};

class Examination {
 public:
  Examination(const git::Repository& repository, const std::string& binary) : repository_(repository), binary_(binary), place_(PlaceOf(repository)) {}

  std::vector<Remark> Run() {
    const auto wanted = WantedHooks(repository_);
    if (!wanted.ok()) return {{Kind::kBad, wanted.status().message(), "correct that line"}};
    team_ = !repository_.work_tree().empty() && Exists(repository_.work_tree() + "/" + std::string(kTeamFile));
    if (!place_.configured.empty() && !IsFolder(place_.folder)) {
      const bool moved = place_.folder.ends_with("/hooks.weir") && IsFolder(place_.redirect);
      Add(Kind::kBad, "core.hooksPath (" + place_.scope + ") names " + place_.folder + ", which is not there: git runs no hook",
          moved ? "weir doctor --fix names the folder where it is now" : "make the folder, or take the setting away (git config --unset core.hooksPath), then weir install");
      return std::move(remarks_);
    }
    if (IsPending(place_.own))
      Add(Kind::kBad, "weir install or weir uninstall was interrupted: the hooks run as they did without weir", "weir doctor --fix completes the installation, weir uninstall the removal");
    std::vector<std::string> without;
    for (const std::string& name : *wanted)
      if (!Hook(name)) without.push_back(name);
    Without(without, wanted->size());
    Place();
    Submodules();
    return std::move(remarks_);
  }

 private:
  void Add(Kind kind, std::string text, std::string remedy = {}) { remarks_.push_back({kind, std::move(text), std::move(remedy)}); }
  const std::string& Base() const { return repository_.work_tree().empty() ? repository_.git_dir() : repository_.work_tree(); }
  std::string Absolute(const std::string& folder) const { return folder.starts_with('/') ? folder : Base() + "/" + folder; }
  /// As people name it who stand in the repository.
  std::string Short(const std::string& path) const {
    const std::string base = Base() + "/";
    return path.starts_with(base) ? path.substr(base.size()) : path;
  }

  /// Appends what runs when git runs `folder`/`name`.
  void Follow(const std::string& folder, const std::string& name, std::vector<Step>& steps, int depth = 0) {
    const std::string path = folder + "/" + name;
    if (!Exists(path) || depth > 4) return;
    const std::string text = HookText(path);
    const bool runs = access(path.c_str(), X_OK) == 0;
    if (!runs && IsScript(text)) return Add(Kind::kBad, name + " is not executable: " + Short(path), "weir doctor --fix makes it so");
    if (!runs) return Add(Kind::kNote, name + " is not executable, so git leaves it out: " + Short(path), "chmod +x " + Short(path) + ", if it is to run");
    if (IsScript(text)) return FollowOurs(folder, name, text, steps, depth);
    const std::string manager(ManagerOf(text, folder));
    const std::string legacy = path + ".legacy";
    if (text.find("hook-impl") != std::string::npos && Exists(legacy)) {
      if (IsScript(HookText(legacy))) FollowOurs(folder, name, HookText(legacy), steps, depth);
      else steps.push_back({"a script", legacy});
    }
    // husky's own file runs the one beside its folder, which people write.
    std::string own = manager == "husky 9" ? folder.substr(0, folder.rfind('/')) + "/" + name : path;
    if (manager == "husky 9" && !Exists(own)) return;
    steps.push_back({manager, own, Calls(HookText(own), name)});
  }

  void FollowOurs(const std::string& folder, const std::string& name, const std::string& text, std::vector<Step>& steps, int depth) {
    if (folder == place_.own) {
      for (const std::string& kept : KeptHooks(folder, name))
        if (access(kept.c_str(), X_OK) == 0) steps.push_back({std::string(ManagerOf(HookText(kept), folder)), kept});
      if (IsPending(folder)) return;
    } else if (const auto before = RedirectedFrom(folder); before) {
      Follow(before->empty() ? place_.own : Absolute(*before), name, steps, depth + 1);
    }
    const std::string named = BinaryOf(text);
    if (named.empty() || std::ranges::any_of(steps, [](const Step& s) { return s.weir; })) return;
    steps.push_back({"weir", folder + "/" + name, true});
    Binary(named);
  }

  /// The weir that a script names: there, and of this version?
  void Binary(const std::string& named) {
    if (named == binary_ || std::ranges::find(named_, named) != named_.end()) return;
    named_.push_back(named);
    if (access(named.c_str(), X_OK) != 0) return Add(Kind::kBad, "the hooks name a weir that is gone: " + named, "weir doctor --fix names " + binary_);
    const auto said = weir::Run({named, "--version"});
    std::string version = said.ok() ? said->out : "";
    while (!version.empty() && version.back() == '\n') version.pop_back();
    Add(Kind::kNote, "the hooks run " + (version.empty() ? "a program that does not say its version" : version) + ", " + named, "weir install makes them run this one, " + binary_);
  }

  /// Says what runs at `name`; false where weir is not among it.
  bool Hook(const std::string& name) {
    std::vector<Step> steps;
    Follow(place_.folder, name, steps);
    std::vector<std::string> words;
    bool weir = false;
    for (const Step& step : steps) {
      weir |= step.weir;
      words.push_back(step.what == "weir" ? "weir" : Short(step.path) + (step.what == "a script" ? "" : " (" + step.what + ")") + (step.weir ? ", which runs weir" : ""));
    }
    std::string text = name + " runs ";
    for (size_t i = 0; i < words.size(); ++i) text += (i > 0 ? ", then " : "") + words[i];
    if (weir) return Add(Kind::kOk, text), true;
    if (!words.empty()) Add(Kind::kBad, text + " and not weir" + Replaced(name), "weir doctor --fix puts weir after it");
    return !words.empty();
  }

  /// Why weir is not there although it was.
  std::string Replaced(const std::string& name) const {
    const std::string path = place_.own + "/" + name;
    if (!place_.in_place && IsScript(HookText(path))) return ": core.hooksPath was set after weir was installed";
    for (const std::string& moved : {path + ".old", place_.own + "/old-hooks/" + name})
      if (IsScript(HookText(moved))) return ": weir's script was moved to " + Short(moved);
    if (place_.in_place && !KeptHooks(place_.own, name).empty()) return ": weir's script was overwritten";
    return "";
  }

  void Without(const std::vector<std::string>& without, size_t wanted) {
    const bool mended = std::ranges::any_of(remarks_, [](const Remark& r) { return r.kind == Kind::kBad && r.remedy.find("--fix") != std::string::npos; });
    if (without.empty() || (mended && IsPending(place_.own))) return;
    const std::string why = team_ ? ", but this team's " + std::string(kTeamFile) + " asks for it" : "";
    if (without.size() == wanted) Add(Kind::kBad, "weir is not installed here" + why, "weir install");
    else Add(Kind::kBad, Listed(without) + (without.size() == 1 ? " does" : " do") + " not run weir" + why, "weir doctor --fix makes " + std::string(without.size() == 1 ? "it" : "them"));
  }

  void Place() {
    if (place_.in_place) return;
    if (place_.folder != place_.redirect) return Add(Kind::kNote, "core.hooksPath (" + place_.scope + ") is " + place_.configured);
    const std::string before = RedirectedFrom(place_.redirect).value_or("");
    const std::string other = before.empty() ? place_.own : Absolute(before);
    Add(Kind::kNote, "core.hooksPath is weir's folder, which runs the hooks in " + Short(other) + " first");
    if (!IsFolder(other)) Add(Kind::kNote, "there are no hooks in " + Short(other) + ": the folder is not there");
    for (const std::string& name : Names(other))
      if (FindGitHook(name) != nullptr && !Exists(place_.redirect + "/" + name))
        Add(Kind::kBad, name + " in " + Short(other) + " does not run, because it came after weir", "weir doctor --fix lets it");
  }

  void Submodules() {
    std::vector<std::string> without;
    for (const std::string& name : Names(repository_.common_dir() + "/modules")) {
      const std::string hooks = repository_.common_dir() + "/modules/" + name + "/hooks";
      if (IsFolder(hooks) && place_.scope != "global" && place_.scope != "system" && !IsScript(HookText(hooks + "/pre-commit"))) without.push_back(name);
    }
    if (!without.empty()) Add(Kind::kNote, "submodules have hooks of their own, and weir is not in " + Listed(without), "weir install in each that should be judged");
  }

  const git::Repository& repository_;
  const std::string& binary_;
  HookPlace place_;
  bool team_ = false;
  std::vector<std::string> named_;
  std::vector<Remark> remarks_;
};

}  // namespace

std::vector<Remark> Examine(const git::Repository& repository, const std::string& binary) { return Examination(repository, binary).Run(); }

Status Mend(const git::Repository& repository, const std::string& binary) {
  const HookPlace place = PlaceOf(repository);
  for (const ConfigScope scope : {ConfigScope::kGlobal, ConfigScope::kSystem})
    if (const auto folder = SharedFolder(scope, false); folder.ok() && *folder == place.folder) {
      if (const auto done = InstallFor(scope, binary); !done.ok()) return done.status();
    }
  return Install(repository, binary).status();
}

std::vector<Remark> ExamineServer(ConfigScope scope, const std::string& root, const std::string& binary) {
  std::vector<Remark> remarks;
  const std::vector<std::string> repositories = RepositoriesBelow(root);
  size_t judged = 0;
  for (const std::string& path : repositories) {
    auto repository = git::Repository::Open(path);
    if (!repository.ok()) {
      remarks.push_back({Kind::kBad, path + ": " + repository.status().message(), "repair it, or move it out of " + root});
      continue;
    }
    bool bad = false;
    for (Remark& remark : Examine(**repository, binary))
      if (remark.kind == Kind::kBad) bad = true, remarks.push_back({Kind::kBad, path + ": " + remark.text, remark.remedy});
    judged += bad ? 0 : 1;
  }
  const auto folder = SharedFolder(scope, true);
  const bool there = folder.ok() && IsFolder(*folder);
  remarks.insert(remarks.begin(), {judged == repositories.size() ? Kind::kOk : Kind::kNote, std::to_string(judged) + " of " + std::to_string(repositories.size()) + " repositories below " + root + " run weir"});
  if (!there) remarks.push_back({Kind::kBad, "repositories that are made below " + root + " later will not run weir", "weir install --server " + root});
  return remarks;
}

}  // namespace weir::installer
