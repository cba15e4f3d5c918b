// What zizmor calls its audits, as comments in workflows use them (https://docs.zizmor.sh/usage/#ignoring-results).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::scan {

/// "template-injection" gives the policies that ask the same; a name that has none gives itself.
std::vector<std::string> ZizmorPolicies(std::string_view audit);

}  // namespace weir::scan
