// Policies against the resources of one side.
#pragma once

#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "lib/policy/config.h"
#include "lib/policy/library.h"
#include "lib/scan/finding.h"

namespace weir::scan {

/// For each resource that was judged, what its verdicts asked of others (once each).
using Questions = std::unordered_map<const Resource*, std::vector<Document::Question>>;

struct JudgeOptions {
  policy::Library library;
  const policy::Config* config;
  bool all_verdicts = false;  // passes and unknowns too
  std::vector<std::string>* incomplete = nullptr;  // takes the reasons why a policy could not be evaluated to its end
  const std::unordered_set<const Resource*>* only = nullptr;  // the resources to judge; null: all
  Questions* questions = nullptr;
};

/// Verdicts on every resource of `document`, which belongs to `evaluation`, sorted by resource and policy. Findings keep views of `scope`.
void JudgeDocument(const std::shared_ptr<Evaluation>& evaluation, const Document& document, std::string_view scope, const JudgeOptions& options,
                   std::vector<Finding>& out);

}  // namespace weir::scan
