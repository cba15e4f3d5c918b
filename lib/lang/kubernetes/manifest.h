// The objects of a manifest. Internal.
#pragma once

#include <string>

#include "lib/base/sources.h"
#include "lib/git/snapshot.h"
#include "lib/model/document.h"
#include "lib/syntax/yaml/yaml.h"

namespace weir::kubernetes {

/// Adds the objects of manifests to a document.
class ManifestReader {
 public:
  ManifestReader(SourceMap& sources, Arena& arena, const Limits& limits, Document& out) : sources_(sources), arena_(arena), limits_(limits), out_(out) {}

  /// The files are a chart's templates: those with placeholders are not read, which its own note says.
  void set_in_chart(bool in_chart) { in_chart_ = in_chart; }

  /// Reads one file; its errors become diagnostics, or the note that it is a template.
  void Read(const std::string& path, const Blob& blob);
  /// Publishes what was read, with how it refers to each other.
  void Finish();

 private:
  void Objects(const yaml::Node& node, std::string_view kind_of_item, int depth);
  void Declare(const yaml::Node& node, std::string_view kind);
  const Value* WithoutPlaceholders(const Value& v, int depth) const;

  SourceMap& sources_;
  Arena& arena_;
  const Limits& limits_;
  Document& out_;
  std::vector<Resource*> objects_;
  bool has_placeholders_ = false;  // of the file that is being read
  bool too_many_ = false;
  bool in_chart_ = false;
  size_t templates_ = 0;  // files that are no YAML before they are filled in
  Span first_template_;
};

}  // namespace weir::kubernetes
