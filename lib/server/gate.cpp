#include "lib/server/gate.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <map>
#include <set>
#include <tuple>

#include "lib/base/parallel.h"
#include "lib/base/text.h"
#include "lib/server/audit.h"
#include "lib/server/commit_secrets.h"
#include "lib/server/identity.h"
#include "lib/server/supervise.h"

namespace weir::server {
namespace {

constexpr size_t kMaxCommits = 100'000;
constexpr size_t kManyFiles = 1'000;
constexpr auto kProgress = std::chrono::seconds(5);
constexpr std::string_view kOverride = "weir.override=";
constexpr const char* kEvents[] = {"pre-receive", "update", "post-receive"};

/// References that are to hold the same after having held the same: one judgement serves all.
struct Group {
  git::RefUpdate update;  // the first of them
  std::vector<std::string> refs;

  std::string Name() const {
    if (refs.size() == 1) return refs[0];
    return refs[0] + " (and " + std::to_string(refs.size() - 1) + " more)";
  }
};

std::vector<Group> GroupsOf(std::span<const git::RefUpdate> updates) {
  std::vector<Group> groups;
  std::map<std::pair<std::string, std::string>, size_t> seen;
  for (const git::RefUpdate& update : updates) {
    if (update.new_id.is_null()) continue;  // a deletion brings nothing
    const auto [at, is_new] = seen.emplace(std::pair(update.old_id.ToHex(), update.new_id.ToHex()), groups.size());
    if (is_new) groups.push_back({update, {}});
    groups[at->second].refs.push_back(update.ref);
  }
  return groups;
}

std::string Sentence(const Status& status) { return "weir: " + TerminalSafe(status.message()) + "\n"; }

/// What was decided about one group.
struct Outcome {
  scan::Report report;
  std::vector<uint64_t> policies;  // fingerprints of the images that judged
  std::string text;
};

std::vector<uint64_t> Fingerprints(const policy::Library& library) {
  std::vector<uint64_t> out;
  for (const policy::Library::Member& member : library.members()) out.push_back(member.image->Fingerprint());
  return out;
}

class Judgement {
 public:
  Judgement(const git::Repository& repository, const Settings* settings, const Scanner& scanner, report::TextOptions text, const Print& print)
      : repository_(repository), settings_(settings), scanner_(scanner), text_(std::move(text)), print_(print) {
    // Fixes are welcome; that they took the time for the verdict is not.
    if (settings != nullptr) proofs_until_ = std::min(proofs_until_, std::chrono::steady_clock::now() + std::chrono::seconds(settings->time_limit) / 4);
  }

  /// The report on one group, ready to be shown. A failure is one of the whole judgement.
  Result<Outcome> Of(const Group& group) {
    WEIR_ASSIGN_OR_RETURN(const git::ChangeSet change, repository_.Pushed(group.update));
    Outcome outcome;
    WEIR_ASSIGN_OR_RETURN(scan::Options options, OptionsOf(*change.after));
    // A push that takes long is to be seen at work.
    if (change.changes.size() >= kManyFiles) print_("weir: judging the " + std::to_string(change.changes.size()) + " files that " + TerminalSafe(group.Name()) + " brings …\n");
    if (!change.changes.empty()) outcome.report = scan::ScanChange(change, options);
    scanner_.keep(options);
    outcome.policies = Fingerprints(options.library());
    // Only what is still there can be mended: fixes first, then what other commits add to the end of the list.
    const report::Fixes fixes = report::ProposeFixes(outcome.report, *change.after, options, report::kShown, proofs_until_);
    if (settings_ != nullptr && settings_->commits != Commits::kTips) WEIR_RETURN_IF_ERROR(AddCommits(group, *change.after, outcome.report));
    Label(group, outcome.report);
    text_.ref = group.Name();
    text_.team = change.after->Read(".weir/hooks", 1 << 16).ok();
    outcome.text = report::Text(outcome.report, fixes, text_);
    return outcome;
  }

 private:
  Result<scan::Options> OptionsOf(const git::Snapshot& snapshot) const {
    WEIR_ASSIGN_OR_RETURN(scan::Options options, scanner_.options_for(snapshot));
    if (settings_ != nullptr && settings_->own != nullptr) options.own.insert(options.own.begin(), settings_->own);
    if (settings_ != nullptr && settings_->repository == RepositoryConfig::kTighten) {
      std::vector<policy::Waiver> waivers = std::move(options.config.waivers);
      options.config = Tighten(settings_->config, options.config, options.library());
      if (settings_->waivers == Waivers::kRepository) std::ranges::move(waivers, std::back_inserter(options.config.waivers));
      if (settings_->baseline == Baselines::kIgnore) options.baseline = {};
    }
    options.brief = true;  // a pusher sees, and the audit holds, what blocks or warns
    return options;
  }

  /// What a commit brought and a later one took away.
  Status AddCommits(const Group& group, const git::Snapshot& tip, scan::Report& report) {
    WEIR_ASSIGN_OR_RETURN(auto commits, repository_.NewCommits({&group.update, 1}, kMaxCommits));
    const bool all = settings_->commits == Commits::kAll;
    // The tip was judged, others by another reference of the push.
    const bool tip_again = all && commits.size() > 1;
    std::erase_if(commits, [&](const git::Repository::Commit& c) { return (c.id == group.update.new_id && !tip_again) || !judged_.insert(c.id.ToHex()).second; });
    // Most commits of a thousand hold nothing that must be evaluated, and are looked at by a few threads; the others follow in their order.
    constexpr size_t kTogether = 512, kWorthThreads = 32;
    auto said = std::chrono::steady_clock::now();
    for (size_t from = 0; from < commits.size(); from += kTogether) {
      std::vector<Result<git::ChangeSet>> changes(std::min(kTogether, commits.size() - from), git::ChangeSet{});
      ForEach(changes.size(), changes.size() < kWorthThreads ? 1 : Processors(), [&](size_t i) {
        changes[i] = repository_.ChangedBy(commits[from + i]);
        if (!all && changes[i].ok()) KeepPossibleSecrets(*changes[i], tip, settings_->config.limits.file_size);
      });
      for (size_t i = 0; i < changes.size(); ++i) {
        if (const auto now = std::chrono::steady_clock::now(); now - said >= kProgress) {
          print_("weir: " + std::to_string(from + i) + " of " + std::to_string(commits.size()) + " commits of " + TerminalSafe(group.Name()) + " are judged …\n");
          said = now;
        }
        if (!changes[i].ok()) return changes[i].status();
        if (!changes[i]->changes.empty()) WEIR_RETURN_IF_ERROR(AddCommit(commits[from + i], *changes[i], report));
      }
    }
    return {};
  }

  Status AddCommit(const git::Repository::Commit& commit, const git::ChangeSet& change, scan::Report& report) {
    WEIR_ASSIGN_OR_RETURN(scan::Options options, OptionsOf(*change.after));
    options.verdicts = nullptr;  // the tip's are worth keeping
    scan::Report one = scan::ScanChange(change, options);
    for (std::string& reason : one.incomplete) report.incomplete.push_back(std::move(reason));
    for (scan::Finding& f : one.findings) {
      if (f.action == scan::Action::kNone || (settings_->commits != Commits::kAll && !LooksForSecrets(*options.image, f.policy))) continue;
      const bool known = std::ranges::any_of(report.findings, [&](const scan::Finding& k) {
        return k.action != scan::Action::kNone && k.policy == f.policy && k.file == f.file && k.resource == f.resource && k.blame == f.blame;
      });
      if (known) continue;
      f.since = commit.id.ToHex().substr(0, 7) + " \"" + commit.subject + "\", undone later in the push";
      ++(f.action == scan::Action::kBlock ? report.summary.blocking : report.summary.warnings);
      report.findings.push_back(std::move(f));
    }
    return {};
  }

  /// Says which commit brought each of the findings that are shown.
  void Label(const Group& group, scan::Report& report) const {
    size_t shown = 0;
    for (scan::Finding& f : report.findings) {
      if (f.action == scan::Action::kNone || !f.since.empty()) continue;
      if (shown++ == report::kShown) return;
      if (const auto commit = repository_.Introduced(group.update, f.file, f.start.line)) f.since = commit->id + " \"" + commit->subject + "\"";
    }
  }

  const git::Repository& repository_;
  const Settings* settings_;
  const Scanner& scanner_;
  report::TextOptions text_;
  std::chrono::steady_clock::time_point proofs_until_ = std::chrono::steady_clock::now() + report::kTimeForProofs;  // of all references together
  const Print& print_;
  std::set<std::string> judged_;  // commits
};

/// What a pusher asked for with `-o weir.override=…`.
struct Override {
  bool asked = false, allowed = false;
  std::string reason;
};

Override OverrideOf(const Push& push, const Settings& settings, const Identity& who) {
  Override override;
  for (const std::string& option : push.options)
    if (option.starts_with(kOverride)) {
      override.asked = true;
      override.reason = option.substr(kOverride.size());
    }
  const auto named = [&](const std::string& user) { return user == "*" || (user == who.user && !user.empty()); };
  override.allowed = !override.reason.empty() && std::ranges::any_of(settings.override_users, named);
  return override;
}

class Reception {
 public:
  Reception(const git::Repository& repository, const policy::Image& image, const Push& push, const Print& print)
      : repository_(repository), image_(image), push_(push), print_(print) {}

  int Run(const Scanner& scanner, report::TextOptions text) {
    auto settings = LoadSettings(repository_, image_);
    if (!settings.ok()) {
      print_(Sentence(settings.status()) + "weir: without the server's configuration nothing can be judged, so this push is refused.\n");
      Record("incomplete", {settings.status().message()});
      return Final(settings.status().code() == Code::kUsage ? 2 : 3);
    }
    settings_ = std::move(*settings);
    who_ = Identify(repository_, settings_.user_variable);
    override_ = OverrideOf(push_, settings_, who_);
    if (override_.asked && !override_.allowed)
      print_(override_.reason.empty() ? "weir: weir.override needs a reason: git push -o weir.override=\"<reason>\"\n"
                                      : "weir: weir.override is not open to " + TerminalSafe(who_.user.empty() ? "this user" : who_.user) + ".\n");
    if (!MayConfigure()) return Final(1);
    if (!settings_.override_users.empty() && repository_.Config("receive.advertisePushOptions").value_or("") == "true")
      text.exception = "git push -o weir.override=\"<reason>\"   (recorded; " + OpenTo() + " only)";
    return Final(Bounded(scanner, text));
  }

 private:
  int Final(int status) const { return push_.event == Event::kPostReceive ? 0 : status; }

  std::string OpenTo() const {
    if (std::ranges::find(settings_.override_users, "*") != settings_.override_users.end()) return "with a reason";
    std::string names;
    for (size_t i = 0; i < settings_.override_users.size() && i < 3; ++i) names += (i > 0 ? ", " : "") + settings_.override_users[i];
    return names + (settings_.override_users.size() > 3 ? " and others" : "");
  }

  /// Who may change the rules may change everything: a configuration inside the repository is not for everybody.
  bool MayConfigure() {
    if (settings_.reference.empty() || push_.event == Event::kPostReceive) return true;
    const bool touches = std::ranges::any_of(push_.updates, [&](const git::RefUpdate& u) { return u.ref == settings_.reference; });
    if (!touches || std::ranges::find(settings_.administrators, who_.user) != settings_.administrators.end()) return true;
    print_("weir: " + settings_.reference + " holds the server's configuration and was not updated.\n  only those whom its server.administrators names may push to it\n");
    Record("rejected", {});
    return false;
  }

  int Bounded(const Scanner& scanner, const report::TextOptions& text) {
    const Bounds bounds{settings_.time_limit, settings_.memory_limit};
    const auto ended = Supervise(bounds, [&] { return Judge(scanner, text); });
    if (ended.ok()) return *ended;
    const bool accepted = override_.allowed || settings_.on_error == OnError::kAccept;
    print_("weir: the scan was not completed" + std::string(accepted ? ".\n" : ", so this push is refused.\n") + "  " + ended.status().message() + "\n" +
           (accepted ? Accepted() : text.exception.empty() ? "  push in smaller parts, or ask the server's administrator\n" : "  exception:  " + text.exception + "\n"));
    Record(override_.allowed ? "overridden" : "incomplete", {ended.status().message()});
    return accepted ? 0 : 3;
  }

  std::string Accepted() const {
    return override_.allowed ? "weir: accepted by the override of " + TerminalSafe(who_.user) + ", which is recorded: " + TerminalSafe(override_.reason) + "\n"
                             : std::string("weir: accepted, because the server's configuration says on-error: accept.\n");
  }

  /// In the child process.
  int Judge(const Scanner& scanner, const report::TextOptions& text) {
    Judgement judgement(repository_, &settings_, scanner, text, print_);
    std::vector<std::string> incomplete;
    bool blocks = false;
    for (const Group& group : GroupsOf(push_.updates)) {
      auto outcome = judgement.Of(group);
      if (!outcome.ok()) {
        print_("weir: " + TerminalSafe(group.Name()) + " could not be judged.\n  " + TerminalSafe(outcome.status().message()) + "\n");
        incomplete.push_back(outcome.status().message());
        continue;
      }
      if (!outcome->text.empty()) print_(outcome->text);
      const scan::Report& report = outcome->report;
      incomplete.insert(incomplete.end(), report.incomplete.begin(), report.incomplete.end());
      for (const std::string& ref : group.refs) policies_[ref] = outcome->policies;
      blocks |= report.summary.blocking > 0;
      for (const scan::Finding& f : report.findings)
        if (f.action != scan::Action::kNone)
          findings_[group.refs[0]].push_back({std::string(f.policy), std::string(f.resource), std::string(f.file), f.action == scan::Action::kBlock ? "block" : "warn", f.severity, f.start.line});
      for (size_t i = 1; i < group.refs.size(); ++i)
        if (const auto at = findings_.find(group.refs[0]); at != findings_.end()) findings_[group.refs[i]] = at->second;
    }
    const bool unfinished = !incomplete.empty() && settings_.on_error == OnError::kReject;
    if (push_.event == Event::kPostReceive) {
      Record("accepted", incomplete);
      return 0;
    }
    if ((blocks || unfinished) && override_.allowed) {
      print_(Accepted());
      Record("overridden", incomplete);
      return 0;
    }
    if (!blocks && !incomplete.empty() && !unfinished) print_(Accepted());
    Record(blocks ? "rejected" : incomplete.empty() ? "accepted" : "incomplete", incomplete);
    return blocks ? 1 : unfinished ? 3 : 0;
  }

  void Record(const std::string& result, const std::vector<std::string>& incomplete) {
    const std::string path = settings_.audit.empty() ? repository_.git_dir() + "/weir/audit.jsonl" : settings_.audit;
    const std::time_t now = std::time(nullptr);
    std::string lines;
    for (const git::RefUpdate& update : push_.updates) {
      AuditRecord record{.event = kEvents[size_t(push_.event)], .who = who_, .ref = update.ref, .old_id = update.old_id.ToHex(), .new_id = update.new_id.ToHex(),
                         .result = result, .override_reason = override_.reason, .override_allowed = override_.allowed, .incomplete = incomplete,
                         .findings = findings_[update.ref], .policies = PoliciesOf(update.ref)};
      lines += AuditLine(record, now);
    }
    if (const Status status = AppendAudit(path, lines); !status.ok()) print_(Sentence(status));
  }

  // Where nothing was judged: what would have been judged by, without the repository's own, which were not read.
  std::vector<uint64_t> PoliciesOf(const std::string& ref) const {
    if (const auto at = policies_.find(ref); at != policies_.end()) return at->second;
    policy::Library library(image_);
    if (settings_.own != nullptr) library.Add(settings_.own->image());
    return Fingerprints(library);
  }

  const git::Repository& repository_;
  const policy::Image& image_;
  const Push& push_;
  const Print& print_;
  Settings settings_;
  Identity who_;
  Override override_;
  std::map<std::string, std::vector<AuditFinding>> findings_;  // by reference
  std::map<std::string, std::vector<uint64_t>> policies_;           // of the images that judged it
};

}  // namespace

int Receive(const git::Repository& repository, const policy::Image& image, const Push& push, const Scanner& scanner,
            const report::TextOptions& text, const Print& print) {
  return Reception(repository, image, push, print).Run(scanner, text);
}

int BeforePush(const git::Repository& repository, std::span<const git::RefUpdate> updates, const Scanner& scanner,
               const report::TextOptions& text, const Print& print) {
  Judgement judgement(repository, nullptr, scanner, text, print);
  int worst = 0;
  for (const Group& group : GroupsOf(updates)) {
    const auto outcome = judgement.Of(group);
    if (!outcome.ok()) {
      print(Sentence(outcome.status()));
      worst = std::max(worst, outcome.status().code() == Code::kUsage ? 2 : 3);
      continue;
    }
    if (!outcome->text.empty()) print(outcome->text);
    worst = std::max(worst, !outcome->report.incomplete.empty() ? 3 : outcome->report.summary.blocking > 0 ? 1 : 0);
  }
  return worst;
}

}  // namespace weir::server
