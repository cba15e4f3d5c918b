// What another tool has to make manifests of first: Helm's templates, kustomizations, files with placeholders where no value may stand.
// They are said to be unread, once for a chart, a kustomization or a folder. Internal.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "lib/base/sources.h"
#include "lib/git/snapshot.h"
#include "lib/model/document.h"

namespace weir::kubernetes {

bool IsChartFile(std::string_view path);
bool IsKustomization(std::string_view path);

/// The folder of the chart whose templates the file at `path` is one of.
std::optional<std::string> ChartOf(std::string_view path, const git::Snapshot& snapshot);
/// Notes that the chart in `folder` is not rendered, if there is one.
void NoteChart(std::string_view folder, const git::Snapshot& snapshot, SourceMap& sources, Arena& arena, const Limits& limits, Document& out);

/// The files that the kustomization at `path` takes for patches, which are no whole objects. Empty where there is none.
std::set<std::string> PatchesOf(std::string_view path, const git::Snapshot& snapshot, const Limits& limits);
/// The same of the kustomizations in `folder` and in the one above it, which may name files of it.
std::set<std::string> PatchesIn(std::string_view folder, const git::Snapshot& snapshot, const Limits& limits);
/// Notes what of the kustomization at `path` is not applied.
void NoteKustomization(const std::string& path, const Blob& blob, SourceMap& sources, Arena& arena, const Limits& limits, Document& out);

/// Where the first placeholder or statement of a template ({{ … }}, {% … %}) stands outside of quotes and comments.
std::optional<size_t> FindPlaceholder(std::string_view text);

}  // namespace weir::kubernetes
