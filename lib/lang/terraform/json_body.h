// Terraform's JSON configuration syntax (https://developer.hashicorp.com/terraform/language/syntax/json) as
// the tree of the native syntax, so that everything behind the parser knows one syntax only.
//
// Strings are templates, objects are object expressions, spans point into the JSON text. What a file declares
// at its top becomes blocks ("resource" with two labels, "variable" with one, …), and so do the blocks that
// Terraform itself knows (lifecycle, provisioner, dynamic, …). No provider's schema is known here: in a resource,
// a data source and a provider an array of objects is a list of blocks, and an object is one block unless its name
// (tags, labels, …) or its keys (not lower-case words) tell that it is a map. Everything else is an attribute.
// Properties named "//" are comments.
#pragma once

#include "lib/syntax/hcl/parser.h"

namespace weir::terraform {

/// Reads a .tf.json or .tofu.json file. As hcl::Parse: never fails as a whole; the first error ends the
/// reading, and what stands before it is there.
hcl::Tree ParseJsonConfig(std::string_view source, FileId file, Arena& arena, const Limits& limits = {});

/// Reads a .tfvars.json file: one object, each property an attribute; strings are taken literally.
hcl::Tree ParseJsonVariables(std::string_view source, FileId file, Arena& arena, const Limits& limits = {});

}  // namespace weir::terraform
