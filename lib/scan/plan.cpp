// A plan of Terraform, with the configuration that it came from.
#include "lib/lang/language.h"
#include "lib/lang/tfplan/plan.h"
#include "lib/scan/ending.h"
#include "lib/scan/judge.h"
#include "lib/scan/side.h"

namespace weir::scan {

Report ScanPlan(const PlanInput& input, const git::Snapshot& snapshot, Options& options) {
  Report report;
  ScopeVerdicts verdicts;
  const auto evaluation = std::make_shared<Evaluation>();
  evaluation->own = options.own;
  const Language& terraform = *FindLanguage("terraform");
  SourceMap& sources = evaluation->sources;
  const FileId file = sources.Add(input.path, *input.text, input.text);
  sources.Hide(file);
  const auto incomplete = [&](const Status& status) {
    report.incomplete.push_back(input.path + ": " + status.message());
    return report;
  };
  const auto text = tfplan::ReadPlanText(*input.text, file, evaluation->arena, options.config.limits);
  if (!text.ok()) return incomplete(text.status());
  if (text->errored) (void)incomplete({Code::kLimit, "Terraform stopped at an error; the plan does not hold all that would be done"});

  // The configuration that declares most of what is planned: beside the plan, in the root, or below it.
  const Document* configuration = nullptr;
  std::string scope;
  size_t most = 0;
  const auto attempt = [&](const std::string& candidate) {
    auto& document = *evaluation->documents.emplace_back(std::make_unique<Document>());
    terraform.Evaluate(candidate, snapshot, sources, evaluation->arena, options.config.limits, document);
    if (const size_t declared = tfplan::CountDeclared(*text, document); declared > most) most = declared, configuration = &document, scope = candidate;
  };
  attempt(input.beside);
  if (most == 0 && !input.beside.empty()) attempt("");
  constexpr size_t kMostModules = 50;
  if (most == 0)
    if (const auto all = terraform.AllScopes(snapshot, options.cache); all.ok() && all->size() <= kMostModules)
      for (const std::string& candidate : *all)
        if (candidate != input.beside && !candidate.empty()) attempt(candidate);

  Document& document = *evaluation->documents.emplace_back(std::make_unique<Document>());
  const auto plan = tfplan::MakeDocument(*text, configuration, evaluation->arena, options.config.limits, document);
  if (!plan.ok()) return incomplete(plan.status());
  JudgeDocument(evaluation, document, evaluation->arena.Copy(std::string_view(scope)), {options.library(), &options.config, options.all_verdicts, &report.incomplete}, verdicts.findings);
  report.summary.files = 1;
  verdicts.resources = document.resources.size();
  const ScopeOptions what{.suppressions = options.suppression_states};
  Accept(*evaluation, options, what, verdicts);
  for (Finding& f : verdicts.findings) f.status = plan->changed.contains(f.in) ? FindingStatus::kIntroduced : FindingStatus::kPersisting;
  AddKeys(RandomHashKey(), what, verdicts);
  std::vector<ScopeVerdicts> all;
  all.push_back(std::move(verdicts));
  Finish(report, Side(std::move(all)), options, {}, nullptr);
  return report;
}

}  // namespace weir::scan
