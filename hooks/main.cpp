// Reads the command line.
#include <cstdio>
#include <cstring>

#include <CLI/CLI.hpp>

#include "hooks/commands.h"
#include "hooks/common.h"
#include "hooks/manual.h"
#include "lib/report/formats.h"

namespace {

/// To standard output; where there is nothing to print, `missing` is the mistake.
int Print(const std::string& text, const std::string& missing) {
  if (text.empty()) return weir::hooks::Fail({weir::Code::kUsage, missing});
  std::fwrite(text.data(), 1, text.size(), stdout);
  return std::fflush(stdout) == 0 ? 0 : weir::hooks::Fail({weir::Code::kIo, "standard output cannot be written"});
}

}  // namespace

int main(int argc, char** argv) {
  using namespace weir::hooks;
  if (argc == 2 && std::strcmp(argv[1], "--version") == 0) return std::puts("weir " WEIR_VERSION), 0;

  CLI::App app{"weir judges what a commit or a push changes in infrastructure as code"};
  app.require_subcommand(1);
  app.footer("Exit status: 0 nothing blocks, 1 findings block, 2 wrong usage or configuration, 3 the scan could not be completed.");
  bool version = false;
  app.add_flag("--version", version, "Print the version");
  int status = 0;

  ScanArguments scan;
  CLI::App* command = app.add_subcommand("scan", "Judge a folder, the index or a range of commits");
  command->add_option("path", scan.path, "Folder or file to scan, or a folder of the repository")->capture_default_str();
  command->add_flag("--staged", scan.staged, "The index against HEAD");
  command->add_option("--diff", scan.diff, "Two revisions: A..B, or A...B from where they last agreed; one left out is HEAD");
  command->add_option("--plan", scan.plan, "A plan of Terraform as `terraform show -json` prints it, or - for standard input; its configuration is looked for in the folder");
  command->add_option("--format", scan.format, weir::report::FormatNames())->capture_default_str();
  command->add_option("--output", scan.output, "Write there instead of standard output");
  command->add_flag("--all-verdicts", scan.all_verdicts, "Passes and unknowns too (json and jsonl)");
  command->add_flag("--all", scan.all, "More than the first ten findings as text");
  command->add_flag("--no-suppress", scan.no_suppress, "Judge as if there were no suppressions and no waivers");
  command->add_flag("--no-baseline", scan.no_baseline, "Judge as if there were no baseline");
  command->add_flag("--show-suppressions", scan.show_suppressions, "Say of each suppression what it accepts, or why it does nothing");
  command->add_option("--policies", scan.policies, "Files or folders of policies to judge by as well (weir's form or Checkov's)")->allow_extra_args(false);
  command->add_flag("--no-built-in", scan.no_built_in, "Judge by the team's own policies alone");
  command->callback([&] { status = Scan(scan); });

  FixArguments fix;
  command = app.add_subcommand("fix", "Show verified fixes of what is staged (else: changed; without git: there), or apply them");
  command->add_flag("--apply", fix.apply, "Apply the safe ones to the work tree");
  command->add_flag("--staged", fix.staged, "Look at what is staged only; apply to the index, and to the work tree where its file can take it");
  command->add_flag("-i,--interactive", fix.interactive, "Decide one by one, at the terminal");
  command->add_flag("--diff", fix.diff, "Print the safe ones as a patch for git apply");
  command->add_option("--policy", fix.policies, "Only findings of these policies (ids or aliases)");
  command->add_option("path", fix.paths, "Only these files and folders");
  command->callback([&] { status = Fix(fix); });

  std::string id;
  command = app.add_subcommand("explain", "Why a policy exists, what passes, how to fix it");
  command->add_option("id", id, "Policy id or alias")->required();
  command->callback([&] { status = Explain(id); });

  command = app.add_subcommand("policies", "The policy library");
  command->require_subcommand(1);
  weir::report::PolicyFilter filter;
  std::string list_format = "text";
  CLI::App* list = command->add_subcommand("list", "One line a policy, the most severe first");
  list->add_option("--severity", filter.severities, "critical, high, medium or low; several with commas")->delimiter(',');
  list->add_option("--provider", filter.providers, "The first word of the id: aws, azure, k8s …")->delimiter(',');
  list->add_option("--framework,--compliance", filter.frameworks, "A framework of compliance, or the beginning of its name: cis, nist-800-53r5 …")->delimiter(',');
  list->add_option("--category,--tag", filter.categories, "access, encryption, logging, network, secrets, backup, supply-chain, reliability, convention")->delimiter(',');
  list->add_option("--language", filter.languages, "terraform, cloudformation, dockerfile …")->delimiter(',');
  list->add_flag("--own", filter.own, "Only the team's own policies");
  list->add_option("--format", list_format, "text or json")->capture_default_str();
  list->callback([&] { status = ListPolicies(filter, list_format); });
  CLI::App* show = command->add_subcommand("show", "All that a policy says: rules, expressions, fixes, examples");
  show->add_option("id", id, "Policy id or alias")->required();
  show->callback([&] { status = ShowPolicy(id); });
  std::string folder;
  bool own = false;
  CLI::App* docs = command->add_subcommand("docs", "Write the reference: a page a provider, with an anchor for each id and alias");
  docs->add_option("folder", folder, "Where the pages go; it is made if need be")->required();
  docs->add_flag("--own", own, "The team's own policies instead of weir's");
  docs->callback([&] { status = DocumentPolicies(folder, own); });
  std::vector<std::string> files;
  CLI::App* test = command->add_subcommand("test", "Compile policy files and run their examples");
  test->add_option("files", files, "YAML files")->required();
  test->callback([&] { status = TestPolicies(files); });

  bool force = false, add = false;
  command = app.add_subcommand("baseline", "Findings that were there when a team began: .weir/baseline.json");
  command->require_subcommand(1);
  CLI::App* create = command->add_subcommand("create", "Write what the index holds as the baseline");
  create->add_flag("--force", force, "Replace the one that is there");
  create->callback([&] { status = CreateBaseline(force); });
  CLI::App* update = command->add_subcommand("update", "Take out what is gone");
  update->add_flag("--add", add, "Take in what is new");
  update->callback([&] { status = UpdateBaseline(add); });
  command->add_subcommand("show", "What is in it, and what of it is gone")->callback([&] { status = ShowBaseline(); });

  weir::policy::Waiver waiver;
  std::string waived;
  command = app.add_subcommand("waive", "Accept a policy's findings until a day: adds a waiver to .weir.yaml");
  command->add_option("id", waived, "Policy id, alias or pattern")->required();
  command->add_option("--until", waiver.until, "The last day: 2027-01-31")->required();
  command->add_option("--reason", waiver.reason, "Why it is accepted")->required();
  command->add_option("--owner", waiver.owner, "Who answers for it (default: git config user.email)");
  command->add_option("--path", waiver.paths, "Only in files that match; may be repeated")->allow_extra_args(false);
  command->add_option("--resource", waiver.resources, "Only for resources whose address matches; may be repeated")->allow_extra_args(false);
  command->callback([&] {
    waiver.policies = {waived};
    status = Waive(waiver);
  });

  std::string hook;
  std::vector<std::string> rest;
  command = app.add_subcommand("hook", "What git runs: pre-commit, pre-merge-commit, pre-push, pre-receive, update, post-receive");
  command->add_option("name", hook)->required();
  command->add_option("arguments", rest);
  command->callback([&] { status = Hook(hook, rest); });

  InstallArguments install;
  for (const bool remove : {false, true}) {
    command = remove ? app.add_subcommand("uninstall", "Put back what was there before install, byte for byte")
                     : app.add_subcommand("install", "Have git run weir in this repository; hooks that are there keep running");
    command->add_flag("--user", install.user, "In all repositories of this user");
    command->add_flag("--team", install.team, "Here, and write .weir/hooks for the others");
    command->add_flag("--system", install.system, "In all repositories of this machine");
    command->add_option("--server", install.server, "In all repositories of a Git server below this folder");
    command->callback([&, remove] { install.uninstall = remove, status = Install(install); });
  }
  DoctorArguments doctor;
  command = app.add_subcommand("doctor", "What runs when, from where, and what is broken");
  command->add_flag("--fix", doctor.fix, "Mend what is broken");
  command->add_option("--server", doctor.server, "All repositories of a Git server below this folder");
  command->add_flag("--system", doctor.system, "With --server: installed for the machine");
  command->callback([&] { status = Doctor(doctor); });

  std::string what;
  command = app.add_subcommand("debug", "Look inside: syntax FILE…, print FILE…, resources DIR, fixes DIR…, changes, eval, cel, manual");
  command->add_option("what", what)->required();
  command->add_option("arguments", rest);
  command->callback([&] { status = what == "manual" ? Print(ManualPage(app), "") : Debug(what, rest); });

  std::string shell;
  command = app.add_subcommand("completion", "What bash, zsh or fish need to complete weir's commands");
  command->add_option("shell", shell, "bash, zsh or fish")->required();
  command->callback([&] { status = Print(Completion(app, shell), "there is no completion for '" + shell + "'; there is bash, zsh and fish"); });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  if (version) std::puts("weir " WEIR_VERSION);
  return status;
}
