// Which files are manifests.
#pragma once

#include <string_view>

#include "lib/syntax/yaml/yaml.h"

namespace weir::kubernetes {

/// Whether a file of that name may be a manifest: YAML or JSON.
bool MayBeManifest(std::string_view path);
/// Whether a file that begins so may be one: `apiVersion` and `kind` are keys of a document. What it says is a guess: IsObject decides.
bool LooksLikeManifest(std::string_view head);
/// Whether the node is an object: a mapping with an apiVersion and a kind.
bool IsObject(const yaml::Node& node);

}  // namespace weir::kubernetes
