// YAML's part of comments.h: which "#" begins a comment needs only quotes, block scalars and indentation, not a tree.
#pragma once

#include "lib/scan/comments.h"

namespace weir::scan {

/// Comments of a YAML stream (1.2, section 6.6): "#" at a line's start or after white space, outside of quoted and block scalars.
void YamlComments(std::string_view source, std::vector<CommentLine>& out);

/// An entry or item reaches down to the last line that is indented deeper than it, the items of a list below their key included.
Outline YamlOutline(std::string_view source);

}  // namespace weir::scan
