#include <cstdio>

#include "hooks/commands.h"
#include "hooks/common.h"
#include "lib/base/text.h"

namespace weir::hooks {

int Explain(const std::string& id) {
  const policy::Image& image = policy::Image::BuiltIn();
  const policy::PolicyRecord* found = image.Find(id);
  if (found == nullptr) {
    std::string_view best;
    size_t distance = SIZE_MAX;
    for (const policy::PolicyRecord& p : image.policies())
      if (const size_t d = EditDistance(id, image.Text(p.id)); d < distance) distance = d, best = image.Text(p.id);
    return Fail({Code::kUsage, "there is no policy '" + id + "'; did you mean '" + std::string(best) + "'?"});
  }
  std::fputs(report::Explain(image, *found).c_str(), stdout);
  return 0;
}

int ListPolicies() {
  const policy::Image& image = policy::Image::BuiltIn();
  for (const policy::PolicyRecord& p : image.policies())
    std::printf("%-9s %-45.*s %.*s\n", std::string(policy::SeverityName(p.severity)).c_str(), int(p.id.length), image.Text(p.id).data(), int(p.title.length),
                image.Text(p.title).data());
  return 0;
}

}  // namespace weir::hooks
