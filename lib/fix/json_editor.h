// Edits of JSON files: .tf.json, .tfvars.json and every other format that is written in JSON. Indentation, compact style and
// order stay.
#pragma once

#include "lib/fix/editor.h"

namespace weir::fix {

std::unique_ptr<Editor> NewJsonEditor(EditedText& text, Target target);
bool IsWellFormedJson(std::string_view text);

}  // namespace weir::fix
