// JSON text as values, also where the text is known only in part.
#pragma once

#include "lib/base/arena.h"
#include "lib/model/value.h"

namespace weir::policy {

/// The document that `value` holds: text that jsonencode() or a data source made gives what was encoded; other text is parsed,
/// and everything in it stands where the text stands. Of text with unknown interpolations the known parts are read:
/// `"Resource": "${aws_sqs_queue.q.arn}/*"` gives an unknown that begins as far as it is known, and an interpolation that
/// stands alone gives what is interpolated. A comma after the last element is overlooked, because what the document says is
/// clear. A mapping or sequence is itself. Null where nothing can be read: the text is no JSON, or unknown altogether. O(length).
const Value* ReadDocument(const Value& value, Arena& arena);

}  // namespace weir::policy
