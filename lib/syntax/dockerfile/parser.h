// Reads Dockerfiles as BuildKit does (https://docs.docker.com/reference/dockerfile/), without losing a byte.
//
// Parse() never fails as a whole: what BuildKit would refuse is an error with its place, and reading goes on with the next
// line. Print(Parse(x)) == x for every input. Linear in the input.
#pragma once

#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/syntax/dockerfile/tree.h"

namespace weir::dockerfile {

/// `source` and `arena` must outlive the tree. `file` is what its spans name.
Tree Parse(std::string_view source, FileId file, Arena& arena);

/// Splits `text` at blanks outside of quotes; the escape character takes the meaning of what follows it. Words stay as written.
std::vector<Word> SplitWords(const MappedText& text, char escape);

/// The elements of a JSON array of texts with their escapes undone; false where `text` is anything else.
bool ReadTextArray(const MappedText& text, Arena& arena, std::vector<Word>& out);

}  // namespace weir::dockerfile
