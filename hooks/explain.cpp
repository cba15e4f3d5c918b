#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdio>

#include "hooks/commands.h"
#include "hooks/common.h"
#include "lib/base/text.h"
#include "lib/policy/exceptions.h"
#include "lib/report/listing.h"
#include "lib/report/reference.h"

namespace weir::hooks {
namespace {

std::vector<report::Listed> PoliciesOf(const scan::Options& options) {
  std::vector<report::Listed> out;
  const policy::Library library = options.library();
  for (const policy::Library::Member& member : library.members())
    for (const policy::PolicyRecord& p : member.image->policies()) out.push_back({member.image, &p, member.image != options.image});
  return out;
}

// By id or alias, as people write them.
const report::Listed* Find(const std::vector<report::Listed>& policies, const std::string& id) {
  const auto exact = std::ranges::find_if(policies, [&](const report::Listed& l) { return l.image->Text(l.policy->id) == id; });
  if (exact != policies.end()) return &*exact;
  if (id.find_first_of("*?") != std::string::npos) return nullptr;
  const auto named = std::ranges::find_if(policies, [&](const report::Listed& l) { return policy::NamesPolicy(id, *l.image, *l.policy); });
  return named != policies.end() ? &*named : nullptr;
}

template <typename Writer>
int Describe(const std::string& id, Writer writer) {
  const auto options = OptionsHere();
  if (!options.ok()) return Fail(options.status());
  const std::vector<report::Listed> policies = PoliciesOf(*options);
  if (const report::Listed* found = Find(policies, id)) {
    std::fputs(writer(*found->image, *found->policy, TerminalOptions(false)).c_str(), stdout);
    return 0;
  }
  if (const std::string own = report::ExplainOwn(id, TerminalOptions(false)); !own.empty()) {
    std::fputs(own.c_str(), stdout);
    return 0;
  }
  std::string message = "there is no policy '" + id + "'; did you mean one of these?";
  for (const std::string& name : policy::NearestPolicies(id, options->library(), 5)) message += "\n" + name;
  return Fail({Code::kUsage, message});
}

}  // namespace

int Explain(const std::string& id) { return Describe(id, report::Explain); }

int ShowPolicy(const std::string& id) { return Describe(id, report::ShowPolicy); }

int ListPolicies(const report::PolicyFilter& filter, const std::string& format) {
  if (format != "text" && format != "json") return Fail({Code::kUsage, "there is no format '" + format + "' here; there is text and json"});
  const auto options = OptionsHere();
  if (!options.ok()) return Fail(options.status());
  std::vector<report::Listed> policies = PoliciesOf(*options);
  if (const Status known = filter.Check(policies); !known.ok()) return Fail(known);
  std::erase_if(policies, [&](const report::Listed& l) { return !filter.Takes(l); });
  if (format == "json") {
    std::fputs(report::PolicyJson(policies).c_str(), stdout);
    return 0;
  }
  // What a program reads is not cut.
  std::fputs(report::PolicyTable(policies, isatty(STDOUT_FILENO) != 0 ? TerminalOptions(false).width : UINT_MAX).c_str(), stdout);
  std::printf("%zu %s\n", policies.size(), policies.size() == 1 ? "policy" : "policies");
  return 0;
}

int DocumentPolicies(const std::string& folder, bool own) {
  scan::Options options;
  options.image = &policy::Image::BuiltIn();
  if (own) {
    auto here = OptionsHere();
    if (!here.ok()) return Fail(here.status());
    options = *std::move(here);
  }
  std::vector<report::Listed> policies = PoliciesOf(options);
  std::erase_if(policies, [&](const report::Listed& l) { return l.own != own; });
  const std::vector<report::ReferencePage> pages = report::Reference(std::move(policies));
  if (const Status written = report::WriteReference(pages, folder); !written.ok()) return Fail(written);
  std::printf("%zu pages in %s\n", pages.size(), folder.c_str());
  return 0;
}

}  // namespace weir::hooks
