// Text of any bytes as JSON: what every machine-readable output uses.
#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string_view>

namespace weir {

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

/// JSON is UTF-8; bytes that are not become the replacement character.
void WriteText(JsonWriter& out, std::string_view text);
void WriteField(JsonWriter& out, const char* key, std::string_view value);

}  // namespace weir
