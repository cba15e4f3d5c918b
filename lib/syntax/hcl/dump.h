// A file's syntax as JSON, for people and for comparing with the reference parser (`weir debug syntax`).
//
// A valid file: {"attributes": […], "blocks": […]}, each attribute with name, spans, the expression's class,
// the sorted references and, where it is constant, its value. Otherwise {"errors": […]}, each with line, span
// and summary. Spans are [start, end) in bytes. Spans of errors that a reference parser would give elsewhere
// may differ.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/limits.h"

namespace weir::hcl {

/// One JSON object without a newline. With `file`, it has a member of that name (left out where empty).
std::string DumpSyntax(std::string_view source, std::string_view file, const Limits& limits = {});

/// The text that comes of reading `source` and printing the tree: `source` itself.
std::string PrintBack(std::string_view source);

}  // namespace weir::hcl
