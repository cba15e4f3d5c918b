// The policy library as pages to read and to link to: docs/policies/ of this project, or a team's own.
//
// One Markdown page a provider, `<provider>.md`, its policies sorted by id under headings that are their ids, with an anchor for each
// alias: `aws.md#aws-s3-public-acl` and `aws.md#CKV_AWS_20` lead to the same place. `README.md` counts and lists the pages. The same
// policies give the same bytes, so pages may be kept in a repository and compared.
#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/report/listing.h"

namespace weir::report {

struct ReferencePage {
  std::string name;  // of the file
  std::string text;  // Markdown, UTF-8
};

/// The index first, then the pages by name.
std::vector<ReferencePage> Reference(std::vector<Listed> policies);

/// Writes them into `folder`, which is made if its parent is there. Pages of providers that have no policies any more are not removed.
Status WriteReference(const std::vector<ReferencePage>& pages, const std::string& folder);

}  // namespace weir::report
