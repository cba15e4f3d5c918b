// A file of a scope that cannot be read whole: told with its name and what can be done, never passed over.
#pragma once

#include <string_view>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/base/sources.h"
#include "lib/model/document.h"

namespace weir {

inline void AddUnreadable(std::string_view path, const Status& status, SourceMap& sources, Arena& arena, Document& out) {
  out.diagnostics.push_back({Diagnostic::Kind::kLimit, Span{sources.Add(std::string(path), {}), 0, 0}, arena.Copy(std::string_view(status.message())), "Split the file, or exclude it in .weir.yaml"});
}

}  // namespace weir
