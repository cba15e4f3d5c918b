// What a scope (a Terraform module with what it calls, a manifest, a template) declares, ready to be judged: its
// resources, how they refer to each other, and what was wrong with the files.
#pragma once

#include <compare>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/sources.h"
#include "lib/base/span.h"
#include "lib/model/value.h"

namespace weir {

/// Anything a policy can speak of: resource, data source, provider, module call, variable, workload, instruction, step.
struct Resource {
  std::string_view language;      // "terraform", the folder's name in lib/lang/
  std::string_view type;          // as rules name it: "aws_s3_bucket", "data.aws_iam_policy_document", "provider.aws",
                                  // "module", "variable", "output", "local", "terraform"
  std::string_view name;          // the label after the type; "" where there is none
  std::string_view address;       // `module.a.aws_s3_bucket.b["k"]`, unique within the document
  std::string_view module_path;   // `module.a`; "" in the root module
  const Value* body = nullptr;    // kObject with kSoft; never null
  Span block;                     // the whole declaration
  Span header;                    // from its type to the end of its last label: blamed for what is absent
  bool stands_for_all = false;    // count or for_each was unknown: this instance stands for every one
  std::string_view declared;      // the address without any instance keys: equal for the instances of one block
};

/// Something wrong with a file or its meaning that is no policy's business. An error on the after side is a finding
/// (`syntax-error`, `evaluation-error`); it never hides what else can be evaluated. kUnread is a note (`not-read`): what only another tool
/// could read, such as a template.
struct Diagnostic {
  enum class Kind : uint8_t { kSyntax, kEvaluation, kLimit, kUnread } kind;
  Span span;
  std::string_view summary;  // "Missing newline after argument"
  std::string_view detail;   // one sentence with the remedy
};

/// An address that was given up for another (`moved` blocks): findings on `from` before are findings on `to` after.
struct Moved {
  std::string_view from, to;
};

/// Everything in it lives in `arena` and `sources`, which the document does not own.
struct Document {
  std::vector<const Resource*> resources;  // in order of file and position, instances in order of their keys
  std::vector<Diagnostic> diagnostics;
  std::vector<Moved> moved;

  /// Resources of `type` one of whose values at `attribute` (a path such as "bucket" or "rule.target"; empty: anywhere)
  /// was derived from `of`. O(resources of that type) after the index is built at the first call.
  std::vector<const Resource*> Related(const Resource& of, std::string_view type, std::string_view attribute) const;
  /// Resources from which the value of `resource` at `attribute` was derived (empty: anywhere in it), each once, in
  /// document order. A reference to every instance of a block (a splat, an unknown index) gives all of them.
  std::vector<const Resource*> References(const Resource& resource, std::string_view attribute) const;

  /// All resources of `type`, in document order. O(resources).
  std::vector<const Resource*> Declared(std::string_view type) const;

  /// A call of Related (`type` says of what), References (`type` is empty) or Declared (`of` is null).
  struct Question {
    const Resource* of;
    std::string type;
    friend auto operator<=>(const Question&, const Question&) = default;
  };
  /// Takes the calls while it is set: what else than a resource itself a verdict on it hangs on.
  mutable std::vector<Question>* asked = nullptr;

 private:
  // Built by the first Related or References and again when `resources` has grown since. Shared by copies. Not
  // thread-safe: a document belongs to the thread that evaluates it.
  struct Index;
  const Index& GetIndex() const;
  mutable std::shared_ptr<const Index> index_;
};

/// The values at `path` below `value`: keys and indices separated by dots or in brackets ("rule.target",
/// "ingress[0].cidr_blocks", `tags["a b"]`). A key that meets a list is looked up in every element, so "rule.target"
/// finds the target of every rule. Empty path: the value itself.
std::vector<const Value*> ValuesAt(const Value& value, std::string_view path);

/// Text of a path to a value: `ingress[0].cidr_blocks[1]`, `tags["a b"]`. An index is a number, bare or in brackets.
std::string FormatPath(std::span<const std::string_view> keys);

}  // namespace weir
