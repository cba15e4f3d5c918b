#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "hooks/commands.h"
#include "hooks/common.h"
#include "hooks/offer.h"
#include "lib/base/process.h"
#include "lib/base/text.h"
#include "lib/fix/interactive.h"
#include "lib/fix/line_diff.h"
#include "lib/fix/source.h"

namespace weir::hooks {
namespace {

std::string Count(size_t n, const char* one, const char* many) { return std::to_string(n) + " " + (n == 1 ? one : many); }

// Shows every finding that has a fix, and says how many have none.
int Show(const scan::Report& report, const fix::Source& source, const scan::Options& options, const fix::Filter& filter) {
  scan::Report shown;
  report::Fixes fixes;
  size_t safe = 0, none = 0;
  std::vector<const scan::Finding*> findings;
  for (const scan::Finding& f : report.findings)
    if (f.action != scan::Action::kNone && filter.Takes(f)) findings.push_back(&f);
  for (fix::Proposal& p : fix::Proposer(*source.change.after, options).ProposeAll(findings).made) {
    if (!p.fix) {
      ++none;
      continue;
    }
    safe += p.fix->safe;
    fixes.emplace(shown.findings.size(), std::move(*p.fix));
    shown.findings.push_back(*findings[p.finding]);
  }
  report::TextOptions text = TerminalOptions(false);
  text.all = true;
  text.occasion = report::Occasion::kFix;
  std::fputs(report::Text(shown, fixes, text).c_str(), stdout);
  const bool index = source.kind == fix::Source::Kind::kIndex;
  const size_t suggested = fixes.size() - safe;
  if (fixes.empty() && none == 0) {
    std::printf("weir: nothing to fix in what is %s\n", index ? "staged" : source.kind == fix::Source::Kind::kWorkTree ? "changed" : "there");
    return 0;
  }
  std::string line = "weir: " + Count(safe, "safe fix", "safe fixes");
  if (suggested > 0) line += ", " + std::to_string(suggested) + " for a person to choose";
  if (none > 0) line += ", " + Count(none, "finding", "findings") + " without a fix";
  std::puts((line + ".").c_str());
  const std::string apply = std::string("  weir fix --apply") + (index ? " --staged" : "");
  if (safe > 0) std::printf("%-43sapplies %s\n", apply.c_str(), safe == 1 ? "the safe one" : "the safe ones");
  if (!fixes.empty()) std::printf("%-43sdecides one by one\n", "  weir fix -i");
  return 0;
}

int PrintPatch(const fix::Session& session) {
  for (const fix::ChangedFile& c : session.Changes()) {
    const std::string patch = fix::Patch(c.path, c.before, c.after);
    std::fwrite(patch.data(), 1, patch.size(), stdout);
  }
  return std::fflush(stdout) == 0 ? 0 : Fail({Code::kIo, "standard output cannot be written"});
}

// Writes what the session holds, and says what happened in `line`.
Status Finish(const fix::Session& session, const fix::Place& place, bool index, std::string line, std::string& said) {
  const auto written = fix::Write(session.Changes(), place, index);
  if (!written.ok()) return written.status();
  for (const std::string& path : written->work_tree_differs)
    line += "\n  " + TerminalSafe(path) + (index ? " is repaired in the index; the work tree's differs there and was left alone" : " in the work tree differs there and was left alone");
  said = std::move(line);
  return {};
}

std::string Editor(const git::Repository* repository) {
  if (repository != nullptr)
    if (const auto said = Run({"git", "var", "GIT_EDITOR"}); said.ok() && said->exit == 0 && said->out.size() > 1) return said->out.substr(0, said->out.size() - 1);
  for (const char* name : {"VISUAL", "EDITOR"})
    if (const char* value = std::getenv(name); value != nullptr && *value != 0) return value;
  return "vi";
}

fix::Rendering TerminalRendering(const scan::Options& options) {
  report::TextOptions text = TerminalOptions(true);
  return {[text](const scan::Finding& f, const fix::Fix& fix) { return report::FixText(f, fix, text); },
          [text](const scan::Finding& f) { return report::Heading(f, text); },
          [library = options.library(), text](const scan::Finding& f) {
            const policy::Library::Found policy = library.Find(f.policy);
            return policy ? report::Explain(*policy.image, *policy.record, text) : report::ExplainOwn(f.policy, text);
          }};
}

std::string Decided(const fix::Decisions& decisions, bool index) {
  return "weir: " + std::to_string(decisions.fixed) + " fixed" + (decisions.suppressed > 0 ? ", " + std::to_string(decisions.suppressed) + " suppressed" : "") +
         (index ? " and staged. Unstaged changes were left alone." : ".");
}

int Interactive(fix::Session& session, const fix::Source& source, const scan::Options& options) {
  const bool index = source.kind == fix::Source::Kind::kIndex;
  const auto terminal = fix::OpenTerminal([&] { return Editor(source.repository.get()); });
  if (terminal == nullptr) return Fail({Code::kUsage, "weir fix -i asks at a terminal, and there is none; weir fix --apply asks nothing"});
  const fix::Decisions decisions = fix::Ask(session, *terminal, TerminalRendering(options));
  if (decisions.fixed + decisions.suppressed == 0) return std::puts("weir: nothing was changed."), 0;
  std::string said;
  const Status status = Finish(session, source.place(), index, Decided(decisions, index), said);
  if (!status.ok()) return Fail(status);
  std::puts(said.c_str());
  return 0;
}

}  // namespace

int Fix(const FixArguments& arguments) {
  if (int(arguments.apply) + int(arguments.interactive) + int(arguments.diff) > 1) return Fail({Code::kUsage, "--apply, -i and --diff are three ways; choose one"});
  auto source = fix::OpenSource(arguments.paths, arguments.staged);
  if (!source.ok()) return Fail(source.status());
  const auto recovered = fix::Recover(source->place());
  if (!recovered.ok()) return Fail(recovered.status());
  if (!recovered->empty()) {
    std::fprintf(stderr, "weir: %s\n", TerminalSafe(*recovered).c_str());
    source = fix::OpenSource(arguments.paths, arguments.staged);
    if (!source.ok()) return Fail(source.status());
  }
  auto options = MakeOptions(*source->change.after, source->repository.get());
  if (!options.ok()) return Fail(options.status());
  fix::Filter filter{{}, source->paths};
  const policy::Library library = options->library();
  for (const std::string& id : arguments.policies) {
    const policy::Library::Found policy = library.Find(id);
    if (!policy) return Fail({Code::kUsage, "there is no policy '" + id + "'; weir policies list names all"});
    filter.policies.emplace_back(policy.id());
  }
  const bool tree = source->kind == fix::Source::Kind::kTree;
  const scan::Report report = tree ? scan::ScanTree(*source->change.after, "", *options) : scan::ScanChange(source->change, *options);
  for (const std::string& reason : report.incomplete) (void)Fail({Code::kLimit, "not everything was looked at: " + reason});
  if (!arguments.apply && !arguments.interactive && !arguments.diff) return Show(report, *source, *options, filter), report.incomplete.empty() ? 0 : 3;

  fix::Session session(report, *source->change.after, *options, filter);
  if (arguments.interactive) return Interactive(session, *source, *options);
  const fix::Session::Left left = session.ApplySafe();
  if (arguments.diff) return PrintPatch(session);
  std::string line = "weir: " + std::to_string(session.fixed()) + " fixed" + (arguments.staged && session.fixed() > 0 ? " and staged." : ".");
  if (left.suggested > 0) line += " " + std::to_string(left.suggested) + " for a person to choose: weir fix shows " + (left.suggested == 1 ? "it." : "them.");
  if (left.none > 0) line += " " + Count(left.none, "finding has", "findings have") + " no fix.";
  std::string said;
  if (const Status status = Finish(session, source->place(), arguments.staged, line, said); !status.ok()) return Fail(status);
  std::puts(said.c_str());
  return report.incomplete.empty() ? 0 : 3;
}

bool OfferFixes(const scan::Report& report, const report::Fixes& fixes, const git::ChangeSet& change, const scan::Options& options, git::Repository& repository) {
  using policy::OfferFixes;
  const OfferFixes offer = options.config.fix;
  if (offer == OfferFixes::kNever || report.summary.blocking == 0 || !report.incomplete.empty() || repository.work_tree().empty()) return false;
  bool any = false;
  for (const auto& [i, fix] : fixes) any = any || fix.safe || offer == OfferFixes::kAsk;
  if (!any) return false;
  // `git commit PATH` commits from an index of its own, which is not the one that is there afterwards.
  if (const char* index = std::getenv("GIT_INDEX_FILE"); index != nullptr && std::string_view(index).find("next-index-") != std::string_view::npos) return false;
  const fix::Place place{&repository, repository.work_tree()};
  fix::Session session(report, *change.after, options, {});
  std::string line;
  if (offer == OfferFixes::kAlways) {
    (void)session.ApplySafe();
    if (session.fixed() == 0) return false;
    line = "weir: " + std::to_string(session.fixed()) + " fixed and staged, as .weir.yaml says (fix: always).";
  } else {
    if (isatty(STDERR_FILENO) == 0) return false;
    const auto terminal = fix::OpenTerminal([&] { return Editor(&repository); });
    if (terminal == nullptr) return false;
    terminal->Print("\n");
    const fix::Decisions decisions = fix::Ask(session, *terminal, TerminalRendering(options));
    if (decisions.fixed + decisions.suppressed == 0) return false;
    line = Decided(decisions, true);
  }
  std::string said;
  if (const Status status = Finish(session, place, true, line, said); !status.ok()) return (void)Fail(status), false;
  std::fprintf(stderr, "%s\n", said.c_str());
  return true;
}

}  // namespace weir::hooks
