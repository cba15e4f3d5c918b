// Variables in the texts of a Compose file (https://docs.docker.com/reference/compose-file/interpolation/). Internal.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "lib/base/arena.h"
#include "lib/model/value.h"

namespace weir::compose {

using Variables = std::map<std::string, std::string, std::less<>>;

/// NAME=value lines of an `.env` file; comments and quotes as usual.
Variables ReadEnvFile(std::string_view text);

/// The value with every text in it interpolated; the same value where nothing is to be done. A text with a variable that nobody
/// sets is unknown, its beginning known.
const Value* Interpolate(const Value& value, const Variables& variables, Arena& arena);

}  // namespace weir::compose
