// Which files are templates.
#pragma once

#include <string_view>

#include "lib/syntax/yaml/yaml.h"

namespace weir::cloudformation {

/// Whether a file of that name may be a template: YAML, JSON, `.template`, `.cfn`.
bool MayBeTemplate(std::string_view path);
/// Whether a file that begins so may be a template. What it says is a guess: IsTemplate decides.
bool LooksLikeTemplate(std::string_view head);
/// Whether the document is one: a mapping with Resources that have types, or with a template's version or transform.
bool IsTemplate(const yaml::Node& root);

/// Whether the file is a serverless.yml.
bool IsServerlessPath(std::string_view path);

}  // namespace weir::cloudformation
