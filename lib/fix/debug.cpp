#include "lib/fix/debug.h"

#include "lib/fix/edit_json.h"
#include "lib/fix/fix.h"
#include "lib/fix/operation.h"

namespace weir::fix {
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
    JsonWriter out(buffer);
    out.StartObject();
    WriteField(out, "policy", f.policy);
    WriteField(out, "resource", f.resource);
    WriteField(out, "file", f.file);
    out.Key("blame");
    out.StartArray();
    for (const std::string& path : f.blame) out.String(path.c_str());
    out.EndArray();
    out.Key("safe"), out.Bool(rule && !rule->suggest);
    out.Key("verified"), out.Bool(fix.has_value());
    if (!fix) WriteField(out, "why", why);
    WriteEdits(out, fix ? fix->edits : std::vector<Edit>());
    out.EndObject();
    (text += std::string_view(buffer.GetString(), buffer.GetSize())) += '\n';
  }
  return text + (report.incomplete.empty() ? "{\"complete\":true}\n" : "{\"complete\":false}\n");
}

}  // namespace weir::fix
