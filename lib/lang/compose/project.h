// One Compose project: its files, what they include and extend, and its services. Internal to lib/lang/compose/.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "lib/base/limits.h"
#include "lib/lang/compose/interpolate.h"
#include "lib/lang/yaml_value.h"

namespace weir::compose {

class Project {
 public:
  Project(const git::Snapshot& snapshot, SourceMap& sources, Arena& arena, const Limits& limits, Document& out)
      : snapshot_(snapshot), sources_(sources), arena_(arena), limits_(limits), out_(out) {}

  /// Reads `path` and the override file beside it, and declares their services.
  void Read(const std::string& path, const std::string& override_path);

 private:
  struct File {
    const yaml::Node* root = nullptr;
    const Value* body = nullptr;  // interpolated
    Variables variables;
  };
  struct Service {
    std::string_view name;
    const Value* body = nullptr;
    Span block, header;
    std::string file;
  };

  const File* Load(const std::string& path);
  void Collect(const std::string& path, int depth);
  void Override(const std::string& path);
  const Value* Extended(const std::string& path, std::string_view name, const Value& service, std::set<std::string>& on_the_way);
  const Value* Merge(const Value& base, const Value& over, std::string_view key, int depth);
  const Value* Normal(const Service& service);
  const Value* Environment(const Value& value);
  const Value* Ports(const Value& value);
  const Value* Volumes(const Value& value);
  const Value* Object(std::vector<Entry> entries, Span span);
  const Value* Text(std::string_view text, Span span) { return NewString(arena_, text, span); }
  void Publish(const std::string& path);
  void Problem(Span span, std::string_view summary, std::string_view detail) { out_.diagnostics.push_back({Diagnostic::Kind::kEvaluation, span, arena_.Copy(summary), arena_.Copy(detail)}); }

  const git::Snapshot& snapshot_;
  SourceMap& sources_;
  Arena& arena_;
  const Limits& limits_;
  Document& out_;
  std::map<std::string, File, std::less<>> files_;
  std::set<std::string> collected_;
  std::vector<Service> services_;
};

}  // namespace weir::compose
