// Edits in machine-readable outputs.
#pragma once

#include <vector>

#include "lib/base/json_writer.h"
#include "lib/fix/edit.h"

namespace weir::fix {

/// Writes the member `edits` of the object that `out` is in: an array of {file, start, end, text}, offsets in bytes.
void WriteEdits(JsonWriter& out, const std::vector<Edit>& edits);

}  // namespace weir::fix
