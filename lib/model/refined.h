// What is known of a value that is unknown as a whole: parts of a text (Value::kPartial), that it names a thing (kName), or some
// entries of a map (kOpen). Terraform has the same for its own plans and calls them refinements
// (https://developer.hashicorp.com/terraform/plugin/framework/handling-data/terraform-concepts).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/model/value.h"

namespace weir {

/// True of an unknown of which it is known that it is a text, and not null.
inline bool IsUnknownText(const Value& value) { return value.is_unknown() && (value.has(Value::kPartial) || value.has(Value::kName)); }

/// Appends the parts of `value` (an unknown text's, else `value` itself) in their order, none of which has parts of its own. False, and not all
/// of them, where there are more than `most`: texts share their parts, so that a short file can spell out any number.
bool PartsOf(const Value& value, size_t most, std::vector<const Value*>& out);

/// False where the unknown text `value` certainly is not `text`: its known parts do not occur in it in their order, or nothing is left
/// for a name. Bounded: true of what is too long, or has too many parts, to be looked at.
bool MayBe(const Value& value, std::string_view text);

/// As a pattern in which "*" stands for any text and "?" for one character, what the known parts say of the unknown text `value`;
/// `exact` is set where it holds no wildcard itself: every part is a text without one, or a name. "*" where it has too many parts.
std::string PatternOf(const Value& value, bool& exact);

/// The entry `key` of a map of which some entries are known; null where it may be there or not.
const Value* KnownEntry(const Value& value, std::string_view key);

}  // namespace weir
