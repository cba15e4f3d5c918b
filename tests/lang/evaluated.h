// Files in memory, evaluated by one language, for tests that ask what became of them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "lib/lang/language.h"
#include "tests/support/test.h"

namespace weir::test {

struct Evaluated {
  Evaluated(const Language& language, std::map<std::string, std::string, std::less<>> files, std::string_view scope, const Limits& limits = {})
      : snapshot(git::NewMemorySnapshot(std::move(files))) {
    language.Evaluate(scope, *snapshot, sources, arena, limits, document);
  }
  const Resource* Find(std::string_view address) const {
    for (const Resource* r : document.resources)
      if (r->address == address) return r;
    return nullptr;
  }
  const Value* Get(std::string_view address, std::string_view path) const {
    const Resource* r = Find(address);
    const auto values = r == nullptr ? std::vector<const Value*>{} : ValuesAt(*r->body, path);
    return values.empty() ? nullptr : values[0];
  }
  /// As text; "?" where it is unknown (with its known beginning), "-" where it is absent, items of a list apart by blanks.
  std::string At(std::string_view address, std::string_view path) const {
    const Value* v = Get(address, path);
    return v == nullptr ? "-" : Show(*v);
  }
  static std::string Show(const Value& v) {
    if (v.is_unknown()) return v.has(Value::kPartial) ? std::string(v.text) + "?" : "?";
    if (v.kind == Kind::kBool) return v.boolean ? "true" : "false";
    if (v.kind == Kind::kNumber) return v.number.ToString();
    if (v.kind == Kind::kString) return std::string(v.text);
    std::string out;
    if (IsSequence(v.kind))
      for (const Value* item : v.items) out += (out.empty() ? "" : " ") + Show(*item);
    if (IsMapping(v.kind)) out = "{}";
    return out;
  }
  /// "file: text" of what is underlined for the value.
  std::string Origin(std::string_view address, std::string_view path) const {
    const Value* v = Get(address, path);
    return v == nullptr || !v->origin.valid() ? "-" : sources.path(v->origin.file) + ": " + std::string(sources.text(v->origin));
  }
  std::string Addresses(std::string_view type) const {
    std::string out;
    for (const Resource* r : document.resources)
      if (r->type == type) out += (out.empty() ? "" : " ") + std::string(r->address);
    return out;
  }
  std::string Summaries() const {
    std::string out;
    for (const Diagnostic& d : document.diagnostics) out += (out.empty() ? "" : "; ") + std::string(d.summary);
    return out;
  }

  std::unique_ptr<git::Snapshot> snapshot;
  SourceMap sources;
  Arena arena;
  Document document;
};

}  // namespace weir::test
