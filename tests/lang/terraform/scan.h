// Configurations in memory, evaluated, for tests that ask what became of them.
#pragma once

#include "lib/lang/terraform/terraform.h"
#include "tests/lang/evaluated.h"

namespace weir::terraform {

using Files = std::map<std::string, std::string, std::less<>>;

/// An evaluated scope and everything that it lives in.
struct Scan : test::Evaluated {
  explicit Scan(Files files, std::string_view scope = "", const Limits& limits = {}) : Evaluated(Terraform(), std::move(files), scope, limits) {}

  const Value* At(std::string_view address, std::string_view path) const { return Get(address, path); }
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
    for (const Resource* resource : document.Related(*Find(address), type, attribute)) (out += resource->address) += ' ';
    return out;
  }
};

}  // namespace weir::terraform
