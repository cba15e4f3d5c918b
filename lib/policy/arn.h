// Amazon Resource Names: arn:partition:service:region:account:resource.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
#pragma once

#include <optional>
#include <string_view>

namespace weir::policy {

/// Views into the text. `region` and `account` are empty where the resource has none.
struct Arn {
  std::string_view partition, service, region, account, resource;
};

/// Six parts of which the first is "arn", partition, service and resource not empty.
std::optional<Arn> ReadArn(std::string_view text);

}  // namespace weir::policy
