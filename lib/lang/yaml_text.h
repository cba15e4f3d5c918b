// The bytes of a YAML scalar's text: where in the source each of them stands, block scalars, quotes and folded lines included.
#pragma once

#include <string_view>

#include "lib/base/arena.h"
#include "lib/syntax/text_map.h"
#include "lib/syntax/yaml/yaml.h"

namespace weir {

/// The scalar's text with a map to the source; bytes that an escape made are mapped to the escape. Linear.
MappedText TextOf(const yaml::Node& scalar, std::string_view source, Arena& arena);

}  // namespace weir
