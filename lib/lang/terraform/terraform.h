// Terraform and OpenTofu. A scope is a root module's directory ("" is the repository's root).
#pragma once

#include "lib/lang/language.h"

namespace weir::terraform {

/// The language. The object lives for ever.
const Language& Terraform();

}  // namespace weir::terraform
