#include "lib/fix/edit_json.h"

namespace weir::fix {

void WriteEdits(JsonWriter& out, const std::vector<Edit>& edits) {
  out.Key("edits");
  out.StartArray();
  for (const Edit& e : edits) {
    out.StartObject();
    WriteField(out, "file", e.file);
    out.Key("start"), out.Uint(e.start);
    out.Key("end"), out.Uint(e.end);
    WriteField(out, "text", e.text);
    out.EndObject();
  }
  out.EndArray();
}

}  // namespace weir::fix
