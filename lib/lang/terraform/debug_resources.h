// What a directory's managed resources would be planned as, for comparison with Terraform's own plan.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/limits.h"
#include "lib/base/result.h"
#include "lib/git/snapshot.h"

namespace weir::terraform {

/// A JSON object, addresses to attributes, of every managed resource of the root module at `dir`. An
/// attribute's value stands under its name (unknown parts left out of objects and null in lists), and where
/// some of any attribute is unknown or sensitive, "unknown" and "sensitive" hold masks in the form of
/// `terraform show -json`. The mask of an attribute `input` stands directly there, as the only attribute of
/// terraform_data; of others by attribute name. kInvalid, with the first diagnostic, where the configuration
/// has errors.
Result<std::string> DebugResources(const git::Snapshot& snapshot, std::string_view dir,
                                   const Limits& limits = {});

}  // namespace weir::terraform
