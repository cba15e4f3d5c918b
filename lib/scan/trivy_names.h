// The names that Trivy and tfsec had for their checks before numbers, as comments in the wild use them.
#pragma once

#include <string>
#include <string_view>

namespace weir::scan {

/// "aws-s3-enable-versioning" gives "AWS-0090"; any other text gives itself.
std::string TrivyId(std::string_view name);

}  // namespace weir::scan
