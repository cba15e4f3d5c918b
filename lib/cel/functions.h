// The groups of functions that StandardFunctions() joins. Internal to lib/cel/.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>

#include "lib/cel/cel.h"

namespace weir::cel {

using Args = std::span<const Value>;

std::span<const Function> ConversionFunctions();
std::span<const Function> TextFunctions();
std::span<const Function> FormatFunctions();
std::span<const Function> MathFunctions();
std::span<const Function> ListFunctions();
std::span<const Function> TimeFunctions();
std::span<const Function> NetworkFunctions();

inline Value NoOverload() {
  return Value::Error("no such overload: a function got an argument of the wrong type");
}

/// Reads RFC 3339 text, "2009-02-13T23:31:30.5Z"; an error where it is none or out of range.
Value ParseTimestamp(std::string_view text);
/// Reads "1h30m", "-1.5s", "10ns"; an error where it is none or out of range.
Value ParseDuration(std::string_view text);
std::string TimestampText(Instant t);
std::string DurationText(int64_t nanos);
std::string AddressText(const NetAddress& address, bool with_prefix);
/// Shortest text that reads back the same, as the specification's string(double) gives it.
std::string RealText(double value);

}  // namespace weir::cel
