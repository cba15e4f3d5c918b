// Configurations in memory, evaluated, for tests that ask what became of them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "lib/lang/terraform/terraform.h"
#include "tests/support/test.h"

namespace weir::terraform {

using Files = std::map<std::string, std::string, std::less<>>;

/// An evaluated scope and everything that it lives in.
struct Scan {
  explicit Scan(Files files, std::string_view scope = "", Limits limits = {})
      : snapshot(git::NewMemorySnapshot(std::move(files))) {
    Terraform().Evaluate(scope, *snapshot, sources, arena, limits, document);
  }

  const Resource* Find(std::string_view address) const {
    for (const Resource* resource : document.resources)
      if (resource->address == address) return resource;
    return nullptr;
  }
  const Value* At(std::string_view address, std::string_view path) const {
    const Resource* resource = Find(address);
    if (resource == nullptr) return nullptr;
    const auto values = ValuesAt(*resource->body, path);
    return values.empty() ? nullptr : values[0];
  }
  /// "path: text" of what is to be underlined for the value.
  std::string Origin(std::string_view address, std::string_view path) const {
    const Value* value = At(address, path);
    if (value == nullptr) return "(none)";
    if (!value->origin.valid()) return "(nowhere)";
    return sources.path(value->origin.file) + ": " + std::string(sources.text(value->origin));
  }
  std::string Addresses(std::string_view type) const {
    std::string out;
    for (const Resource* resource : document.resources)
      if (resource->type == type) (out += resource->address) += ' ';
    return out;
  }
  std::string Summaries() const {
    std::string out;
    for (const Diagnostic& d : document.diagnostics) (out += d.summary) += "; ";
    return out;
  }
  std::string Related(std::string_view address, std::string_view type, std::string_view attribute) const {
    std::string out;
    for (const Resource* resource : document.Related(*Find(address), type, attribute))
      (out += resource->address) += ' ';
    return out;
  }

  std::unique_ptr<git::Snapshot> snapshot;
  SourceMap sources;
  Arena arena;
  Document document;
};

}  // namespace weir::terraform
