#include "lib/scan/zizmor_names.h"

#include <utility>

namespace weir::scan {
namespace {

constexpr std::pair<std::string_view, std::string_view> kAudits[] = {
    {"adhoc-packages", "github-actions-package-unlocked"},
    {"archived-uses", "github-actions-archived"},
    {"artipacked", "github-actions-persisted-credentials"},
    {"bot-conditions", "github-actions-actor-check"},
    {"cache-poisoning", "github-actions-cache-in-release"},
    {"dangerous-triggers", "github-actions-dangerous-trigger"},
    {"dangerous-triggers", "github-actions-artifact-of-strangers"},
    {"dependabot-cooldown", "github-dependabot-no-cooldown"},
    {"dependabot-execution", "github-dependabot-runs-code"},
    {"excessive-permissions", "github-actions-permissions-for-all-jobs"},
    {"excessive-permissions", "github-actions-permissions-missing"},
    {"excessive-permissions", "github-actions-permissions-read-all"},
    {"excessive-permissions", "github-actions-permissions-write-all"},
    {"github-app", "github-actions-app-token"},
    {"github-env", "github-actions-environment-file"},
    {"hardcoded-container-credentials", "github-actions-container-password"},
    {"insecure-commands", "github-actions-unsecure-commands"},
    {"overprovisioned-secrets", "github-actions-all-secrets"},
    {"secrets-inherit", "github-actions-secrets-inherit"},
    {"self-hosted-runner", "github-actions-self-hosted-for-strangers"},
    {"template-injection", "github-actions-expansion"},
    {"template-injection", "github-actions-injection"},
    {"template-injection", "github-actions-secret-in-script"},
    {"unpinned-images", "github-actions-image-unpinned"},
    {"unpinned-uses", "github-actions-unpinned"},
    {"unpinned-uses", "github-actions-unpinned-official"},
    {"unredacted-secrets", "github-actions-secret-unmasked"},
    {"unsound-condition", "github-actions-condition-always-true"},
    {"unsound-contains", "github-actions-unsound-contains"},
    {"use-trusted-publishing", "github-actions-trusted-publishing"},
};

}  // namespace

std::vector<std::string> ZizmorPolicies(std::string_view audit) {
  std::vector<std::string> out;
  for (const auto& [name, policy] : kAudits)
    if (name == audit) out.emplace_back(policy);
  if (out.empty()) out.emplace_back(audit);
  return out;
}

}  // namespace weir::scan
