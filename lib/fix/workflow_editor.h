// Edits of GitHub's workflows and actions: YAML's (yaml_editor.h), and one of their own.
//
// Setting `expressions[i]` of a step, to whatever text, takes the expression out of the step's script: its value comes in through `env`,
// under a name made of what it reads, and the script reads the variable. Only where that is sure to mean the same: in a POSIX shell, outside
// of single quotes and here-documents.
#pragma once

#include "lib/fix/editor.h"

namespace weir::fix {

bool IsWorkflow(std::string_view path);
std::unique_ptr<Editor> NewWorkflowEditor(EditedText& text, Target target);

}  // namespace weir::fix
