#include "lib/fix/debug.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "lib/base/text.h"
#include "lib/fix/fix.h"
#include "lib/fix/operation.h"

namespace weir::fix {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void Field(Writer& out, const char* key, std::string_view text) {
  std::string clean;
  for (size_t at = 0; at < text.size();) AppendUtf8(clean, DecodeUtf8(text, at));
  out.Key(key);
  out.String(clean.data(), rapidjson::SizeType(clean.size()));
}

}  // namespace

std::string DebugFixes(const git::Snapshot& snapshot, scan::Options& options) {
  const scan::Report report = scan::ScanTree(snapshot, "", options);
  Proposer proposer(snapshot, options);
  std::string text;
  for (const scan::Finding& f : report.findings) {
    if (f.verdict != scan::Verdict::kFail || f.rule == nullptr || f.rule->fix.length == 0) continue;
    std::string why;
    const auto fix = proposer.Propose(f, &why);
    const auto rule = ReadRuleFix(f.image->Text(f.rule->fix));
    rapidjson::StringBuffer buffer;
    Writer out(buffer);
    out.StartObject();
    Field(out, "policy", f.policy);
    Field(out, "resource", f.resource);
    Field(out, "file", f.file);
    out.Key("blame");
    out.StartArray();
    for (const std::string& path : f.blame) out.String(path.c_str());
    out.EndArray();
    out.Key("safe"), out.Bool(rule && !rule->suggest);
    out.Key("verified"), out.Bool(fix.has_value());
    if (!fix) Field(out, "why", why);
    out.Key("edits");
    out.StartArray();
    if (fix)
      for (const Edit& e : fix->edits) {
        out.StartObject();
        Field(out, "file", e.file);
        out.Key("start"), out.Uint(e.start);
        out.Key("end"), out.Uint(e.end);
        Field(out, "text", e.text);
        out.EndObject();
      }
    out.EndArray();
    out.EndObject();
    (text += std::string_view(buffer.GetString(), buffer.GetSize())) += '\n';
  }
  return text + (report.incomplete.empty() ? "{\"complete\":true}\n" : "{\"complete\":false}\n");
}

}  // namespace weir::fix
