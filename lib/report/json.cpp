#include "lib/base/json_writer.h"
#include "lib/fix/edit_json.h"
#include "lib/report/report.h"

namespace weir::report {
namespace {

using Writer = JsonWriter;
using scan::Finding;

constexpr const char* kVerdicts[] = {"pass", "fail", "unknown", "suppressed"};
constexpr const char* kStatuses[] = {"introduced", "persisting", "fixed"};
constexpr const char* kActions[] = {"none", "warn", "block"};

void WritePosition(Writer& out, const char* key, const Position& p) {
  out.Key(key);
  out.StartObject();
  out.Key("line"), out.Uint(p.line);
  out.Key("column"), out.Uint(p.column);
  out.Key("byte"), out.Uint(p.byte);
  out.EndObject();
}

void WriteFinding(Writer& out, const Finding& f, const fix::Fix* fix) {
  out.StartObject();
  WriteField(out, "policy", f.policy);
  out.Key("aliases");
  out.StartArray();
  for (const std::string_view alias : scan::AliasesOf(f)) WriteText(out, alias);
  out.EndArray();
  WriteField(out, "severity", policy::SeverityName(f.severity));
  out.Key("verdict"), out.String(kVerdicts[size_t(f.verdict)]);
  out.Key("status"), out.String(kStatuses[size_t(f.status)]);
  out.Key("action"), out.String(kActions[size_t(f.action)]);
  WriteField(out, "language", f.language);
  WriteField(out, "type", f.type);
  WriteField(out, "resource", f.resource);
  WriteField(out, "file", f.block_file());
  out.Key("span");
  out.StartObject();
  if (f.file != f.block_file()) WriteField(out, "file", f.file);
  WritePosition(out, "start", f.start);
  WritePosition(out, "end", f.end);
  out.EndObject();
  out.Key("block");
  out.StartObject();
  WritePosition(out, "start", f.block_start);
  WritePosition(out, "end", f.block_end);
  out.EndObject();
  out.Key("blame");
  out.StartArray();
  for (const std::string& path : f.blame) WriteText(out, path);
  out.EndArray();
  WriteField(out, "message", f.message);
  if (!f.reason.empty()) WriteField(out, "reason", f.reason);
  if (!f.refused.empty()) WriteField(out, "refused", f.refused);
  if (f.known) out.Key("baseline"), out.Bool(true);
  if (!f.since.empty()) WriteField(out, "since", f.since);
  if (fix != nullptr) {
    out.Key("fix");
    out.StartObject();
    out.Key("safe"), out.Bool(fix->safe);
    if (!fix->reason.empty()) WriteField(out, "reason", fix->reason);
    fix::WriteEdits(out, fix->edits);
    out.EndObject();
  }
  WriteField(out, "fingerprint", policy::FingerprintText(f.fingerprint));
  out.EndObject();
}

void WriteSuppressions(Writer& out, const std::vector<scan::SuppressionState>& states) {
  out.Key("suppressions");
  out.StartArray();
  for (const scan::SuppressionState& s : states) {
    out.StartObject();
    WriteField(out, "state", scan::SuppressionKindName(s.kind));
    WriteField(out, "file", s.file);
    out.Key("line"), out.Uint(s.line);
    WriteField(out, "text", s.text);
    WriteField(out, "note", s.note);
    out.Key("findings"), out.Uint64(s.findings);
    out.EndObject();
  }
  out.EndArray();
}

const fix::Fix* FixOf(const Fixes& fixes, size_t i) {
  const auto at = fixes.find(i);
  return at != fixes.end() ? &at->second : nullptr;
}

}  // namespace

std::string JsonLines(const scan::Report& report, const Fixes& fixes) {
  std::string text;
  for (size_t i = 0; i < report.findings.size(); ++i) {
    rapidjson::StringBuffer buffer;
    Writer out(buffer);
    WriteFinding(out, report.findings[i], FixOf(fixes, i));
    (text += std::string_view(buffer.GetString(), buffer.GetSize())) += '\n';
  }
  return text;
}

std::string Json(const scan::Report& report, const Fixes& fixes) {
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  out.StartObject();
  out.Key("version"), out.Int(1);
  out.Key("findings");
  out.StartArray();
  for (size_t i = 0; i < report.findings.size(); ++i) WriteFinding(out, report.findings[i], FixOf(fixes, i));
  out.EndArray();
  if (!report.suppressions.empty()) WriteSuppressions(out, report.suppressions);
  out.Key("summary");
  out.StartObject();
  const scan::Summary& s = report.summary;
  for (const auto& [key, value] : {std::pair("blocking", s.blocking), {"warnings", s.warnings}, {"persisting", s.persisting}, {"fixed", s.fixed},
                                   {"suppressed", s.suppressed}, {"baseline", s.known}, {"files", s.files}, {"resources", s.resources}, {"fixes_not_tried", fixes.untried}}) {
    out.Key(key), out.Uint64(value);
  }
  out.Key("complete"), out.Bool(report.incomplete.empty());
  out.EndObject();
  out.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace weir::report
