// What a policy's `fix:` asks for, in the resource's terms: structural operations on paths (policies/README.md, "Fixes").
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::fix {

/// Keys from a resource's body inwards: names, and "[i]" for an element of a list or a repeated block.
using Path = std::vector<std::string>;

/// A value that is to be written, in no format's terms.
struct NewValue {
  struct Member;  // a pair of name and value, which holds what is not whole yet here: what copies and ends a value is defined behind it
  NewValue();
  NewValue(const NewValue&);
  NewValue(NewValue&&) noexcept;
  NewValue& operator=(const NewValue&);
  NewValue& operator=(NewValue&&) noexcept;
  ~NewValue();

  enum class Kind : uint8_t { kNull, kBool, kNumber, kText, kExpression, kList, kMap };
  Kind kind = Kind::kNull;
  std::string text;             // kBool: "true"; kNumber: as it is written; kText; kExpression: in the file's own language, where
                                // `self` stands for the resource
  std::vector<NewValue> items;  // kList
  std::vector<Member> members;  // kMap, in their order; a name that ends in "=" is an attribute object
                                // where a mapping otherwise is a block (add_block, add_resource)

  bool is(Kind k) const { return kind == k; }
  const NewValue* Find(std::string_view name) const;  // of a map, or null
  static NewValue List(NewValue only);
  /// `value` under the first key of a map, in turn under the second …: {a: {b: value}}.
  static NewValue Nested(std::span<const std::string> keys, const NewValue& value);
};
struct NewValue::Member : std::pair<std::string, NewValue> {
  using pair::pair;
};

struct Operation {
  enum class Op : uint8_t { kSet, kRemove, kAppend, kReplace, kAddBlock, kAddResource, kRename };
  Op op = Op::kSet;
  std::string target;  // the path as the policy has it: "acl", "it.cidr_blocks", "blamed"; empty for kAddResource
  NewValue value;      // kReplace: a map from old to new; kAddResource: {type, name, body}; kRename: the new name as text
};

/// A rule's fix as the policy image carries it (lib/policy/fix_json.h).
struct RuleFix {
  bool suggest = false;
  std::string reason;
  std::vector<Operation> operations;
};
/// Nothing where `json` is no such thing.
std::optional<RuleFix> ReadRuleFix(std::string_view json);

/// "a.b[0]" as keys: "a", "b", "[0]".
Path SplitPath(std::string_view path);

/// `expression` with every word `self` replaced by what the resource is called.
std::string WithSelf(std::string_view expression, std::string_view self);

}  // namespace weir::fix
