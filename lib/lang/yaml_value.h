// What every language written in YAML or JSON needs: its file as a tree, its errors as diagnostics, its nodes as values.
//
//   const yaml::Tree* tree = ReadYaml("web.yaml", snapshot, sources, arena, limits, out);
//   if (tree != nullptr) for (const yaml::Document& d : tree->documents)
//     if (d.root != nullptr) resource->body = ValueOf(*d.root, YamlSchema::kYaml11, arena);
//
// Origins: a scalar or a list stands where it is written (with its tag); a block mapping below a key stands at its key, as a block
// does at its header, so that what is absent in it is shown there; any other mapping stands where it is written. Mappings are soft
// objects (Value::kSoft). Aliases and merge keys (`<<`) are followed; what they bring keeps the place where it is written.
#pragma once

#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/limits.h"
#include "lib/base/sources.h"
#include "lib/git/snapshot.h"
#include "lib/model/document.h"
#include "lib/model/value.h"
#include "lib/syntax/yaml/yaml.h"

namespace weir {

/// What a plain scalar means, which is the consumer's business:
/// kYaml11: yes, no, on, off are booleans, 010 is eight (CloudFormation; Kubernetes and everything else that reads with
///   sigs.k8s.io/yaml, whose parser is go-yaml 2);
/// kCore: only true and false are booleans, 0o10 is eight (YAML 1.2: GitHub Actions, the Serverless Framework, Compose with
///   go-yaml 3).
/// In both a single y or n, and what looks like a date, is text. A JSON tree has no other plain scalars than JSON's.
enum class YamlSchema : uint8_t { kYaml11, kCore };

/// A scalar's value; standard tags (`!!str`, `!!int`) count, others do not.
const Value* ScalarValue(const yaml::Node& scalar, YamlSchema schema, Arena& arena);

/// The node with everything in it. `origin`, if it is valid, takes the node's own place (a mapping's key).
const Value* ValueOf(const yaml::Node& node, YamlSchema schema, Arena& arena, Span origin = {});

/// The pairs of a mapping (alias resolved) with what `<<` merges into it: its own keys win over merged ones, earlier merged
/// mappings over later ones. Pairs whose key is no scalar are left out. In order of the mapping.
std::vector<yaml::Pair> PairsOf(const yaml::Node& mapping);

/// Where the value of a pair stands: a mapping that is written in block style at its key, everything else where it is written.
Span OriginOf(const yaml::Pair& pair);

/// Reads and parses a file of the snapshot; adds it to `sources` and its errors to `out`. Null where there is no such file, or
/// it cannot be read (a kLimit diagnostic then says so).
const yaml::Tree* ReadYaml(std::string_view path, const git::Snapshot& snapshot, SourceMap& sources, Arena& arena, const Limits& limits,
                           Document& out);

/// The same for a file that was read already. Never null.
const yaml::Tree* ParseYaml(std::string_view path, const Blob& blob, SourceMap& sources, Arena& arena, const Limits& limits, Document& out);

}  // namespace weir
