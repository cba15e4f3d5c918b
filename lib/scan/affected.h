// Which resources of a scope a change of some of its files can bear on, where the rest need not be judged: of five hundred manifests in a
// folder, those that changed and those that refer to them.
#pragma once

#include <set>
#include <string>
#include <unordered_set>

#include "lib/base/sources.h"
#include "lib/lang/language.h"
#include "lib/model/document.h"

namespace weir::scan {

struct DocumentSide {
  const Document& document;
  const SourceMap& sources;
};

/// Resources of both sides, for a language whose resources are judged by their references alone (Language::JudgesByReferences): what stands
/// in one of `files` or on one side only, and what is reached from there by references, in either direction, through
/// those that join what refers to them (Language::Joins). Linear.
std::unordered_set<const Resource*> AffectedBy(const Language& language, const std::set<std::string, std::less<>>& files, const DocumentSide& before, const DocumentSide& after);

}  // namespace weir::scan
