// Edits of files in HCL's native syntax: .tf, .tofu, .tfvars. What was as `terraform fmt` leaves it stays so.
#pragma once

#include "lib/fix/editor.h"

namespace weir::fix {

std::unique_ptr<Editor> NewHclEditor(EditedText& text, Target target);
bool IsWellFormedHcl(std::string_view text);

}  // namespace weir::fix
