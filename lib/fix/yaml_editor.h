// Edits of YAML files (and of JSON in files that are not named .json): CloudFormation, Kubernetes, workflows. Comments, order,
// indentation, quotes, block and flow style stay; what an alias brings is never changed, because others have it too.
#pragma once

#include "lib/fix/editor.h"

namespace weir::fix {

bool IsYaml(std::string_view path);
std::unique_ptr<Editor> NewYamlEditor(EditedText& text, Target target);
bool IsWellFormedYaml(std::string_view text);

}  // namespace weir::fix
