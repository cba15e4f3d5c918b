#include <map>

#include "lib/base/json_writer.h"
#include "lib/policy/baseline.h"
#include "lib/report/formats.h"

namespace weir::report {

// https://docs.gitlab.com/ci/testing/code_quality: description, check_name, a fingerprint that is unique in the report, severity and location
// are required.
std::string Gitlab(const scan::Report& report, const Fixes&) {
  static constexpr const char* kSeverities[] = {"minor", "major", "critical", "blocker"};
  rapidjson::StringBuffer buffer;
  JsonWriter out(buffer);
  std::map<uint64_t, size_t> seen;
  out.StartArray();
  for (const scan::Finding& f : report.findings) {
    if (f.action == scan::Action::kNone) continue;
    const size_t before = seen[f.fingerprint]++;
    out.StartObject();
    WriteField(out, "description", f.in != nullptr ? std::string(f.message) + " (" + std::string(f.resource) + ")" : std::string(f.message));
    WriteField(out, "check_name", f.policy);
    WriteField(out, "fingerprint", policy::FingerprintText(f.fingerprint) + (before == 0 ? "" : "-" + std::to_string(before + 1)));
    WriteField(out, "severity", kSeverities[size_t(f.severity)]);
    out.Key("location");
    out.StartObject();
    WriteField(out, "path", f.file);
    out.Key("lines");
    out.StartObject();
    out.Key("begin"), out.Uint(f.start.line);
    out.Key("end"), out.Uint(f.end.line);
    out.EndObject();
    out.EndObject();
    out.EndObject();
  }
  out.EndArray();
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace weir::report
