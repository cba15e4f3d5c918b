#include "lib/base/json_writer.h"

#include <string>

#include "lib/base/text.h"

namespace weir {

void WriteText(JsonWriter& out, std::string_view text) {
  if (IsValidUtf8(text)) {
    out.String(text.data(), rapidjson::SizeType(text.size()));
    return;
  }
  std::string clean;
  for (size_t at = 0; at < text.size();) AppendUtf8(clean, DecodeUtf8(text, at));
  out.String(clean.data(), rapidjson::SizeType(clean.size()));
}

void WriteField(JsonWriter& out, const char* key, std::string_view value) {
  out.Key(key);
  WriteText(out, value);
}

}  // namespace weir
