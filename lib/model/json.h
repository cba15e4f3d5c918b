// Values as JSON text, and JSON text as values (RFC 8259).
#pragma once

#include <string>
#include <string_view>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/model/value.h"

namespace weir {

/// Appends `value` as compact JSON, as Terraform's jsonencode() writes it: members in the order of their keys, `<`, `>`, `&`, U+2028 and U+2029
/// escaped. False, and `out` incomplete, where something inside is unknown or an infinite number.
bool WriteJson(const Value& value, std::string& out);
/// A text in quotes, in the same way.
void WriteJsonText(std::string_view text, std::string& out);

/// One JSON document. Objects and arrays become kObject and kTuple, every node stands at `at`; of equal keys the last one counts. kInvalid
/// names the byte where it is no JSON; kLimit where it is nested deeper than 200. Linear in the text.
Result<const Value*> ReadJson(std::string_view text, Span at, Arena& arena);

}  // namespace weir
