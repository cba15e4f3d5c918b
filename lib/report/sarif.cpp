#include <map>

#include "lib/base/json_writer.h"
#include "lib/policy/baseline.h"
#include "lib/report/formats.h"

namespace weir::report {
namespace {

using scan::Finding;
using scan::FindingStatus;
using scan::Verdict;

// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; `security-severity` is what GitHub sorts by.
constexpr const char* kLevels[] = {"note", "warning", "error", "error"};
constexpr const char* kScores[] = {"3.0", "5.5", "8.0", "9.5"};

// A path as a relative reference (RFC 3986).
std::string Uri(std::string_view path) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) out += c;
    else ((out += '%') += kHex[(c >> 4) & 15]) += kHex[c & 15];
  }
  return out;
}

class SarifWriter {
 public:
  SarifWriter(const scan::Report& report, const Fixes& fixes) : report_(report), fixes_(fixes), out_(buffer_) {}

  std::string Run() {
    for (const Finding& f : report_.findings)
      if (Taken(f) && rules_.emplace(f.policy, rules_.size()).second) first_.push_back(&f);
    out_.StartObject();
    WriteField(out_, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    WriteField(out_, "version", "2.1.0");
    out_.Key("runs");
    out_.StartArray();
    out_.StartObject();
    Tool();
    WriteField(out_, "columnKind", "unicodeCodePoints");
    Invocation();
    out_.Key("results");
    out_.StartArray();
    for (size_t i = 0; i < report_.findings.size(); ++i)
      if (Taken(report_.findings[i])) Result(report_.findings[i], i);
    out_.EndArray();
    out_.EndObject();
    out_.EndArray();
    out_.EndObject();
    return std::string(buffer_.GetString(), buffer_.GetSize()) + "\n";
  }

 private:
  static bool Taken(const Finding& f) { return f.status != FindingStatus::kFixed && (f.verdict == Verdict::kFail || f.verdict == Verdict::kSuppressed || f.action != scan::Action::kNone); }

  void Message(const char* key, std::string_view text) {
    out_.Key(key);
    out_.StartObject();
    WriteField(out_, "text", text);
    out_.EndObject();
  }

  void Tool() {
    out_.Key("tool");
    out_.StartObject();
    out_.Key("driver");
    out_.StartObject();
    WriteField(out_, "name", "weir");
    WriteField(out_, "semanticVersion", WEIR_VERSION);
    out_.Key("rules");
    out_.StartArray();
    for (const Finding* f : first_) Rule(*f);
    out_.EndArray();
    out_.EndObject();
    out_.EndObject();
  }

  void Rule(const Finding& f) {
    out_.StartObject();
    WriteField(out_, "id", f.policy);
    Message("shortDescription", f.message);
    std::string category = "correctness";
    if (f.rule != nullptr) {
      const policy::PolicyRecord& p = f.image->policies()[f.rule->policy];
      category = f.image->Text(p.category);
      Message("fullDescription", f.image->Text(p.why));
      Message("help", std::string(f.image->Text(p.why)) + "\n\nweir explain " + std::string(f.policy) + " shows examples and the fix.");
      WriteField(out_, "helpUri", f.image->Text(p.docs));
    }
    out_.Key("defaultConfiguration");
    out_.StartObject();
    WriteField(out_, "level", kLevels[size_t(f.severity)]);
    out_.EndObject();
    out_.Key("properties");
    out_.StartObject();
    WriteField(out_, "security-severity", kScores[size_t(f.severity)]);
    out_.Key("tags");
    out_.StartArray();
    WriteText(out_, "security");
    WriteText(out_, category);
    for (const std::string_view alias : scan::AliasesOf(f)) WriteText(out_, alias);
    out_.EndArray();
    out_.EndObject();
    out_.EndObject();
  }

  void Invocation() {
    out_.Key("invocations");
    out_.StartArray();
    out_.StartObject();
    out_.Key("executionSuccessful"), out_.Bool(report_.incomplete.empty());
    if (!report_.incomplete.empty()) {
      out_.Key("toolExecutionNotifications");
      out_.StartArray();
      for (const std::string& reason : report_.incomplete) {
        out_.StartObject();
        WriteField(out_, "level", "error");
        Message("message", reason);
        out_.EndObject();
      }
      out_.EndArray();
    }
    out_.EndObject();
    out_.EndArray();
  }

  void Artifact(std::string_view file) {
    out_.Key("artifactLocation");
    out_.StartObject();
    WriteField(out_, "uri", Uri(file));
    WriteField(out_, "uriBaseId", "%SRCROOT%");
    out_.EndObject();
  }

  void Region(const char* key, const Position& start, const Position& end) {
    out_.Key(key);
    out_.StartObject();
    out_.Key("startLine"), out_.Uint(start.line);
    out_.Key("startColumn"), out_.Uint(start.column);
    out_.Key("endLine"), out_.Uint(end.line);
    out_.Key("endColumn"), out_.Uint(end.column);
    out_.EndObject();
  }

  void Result(const Finding& f, size_t index) {
    out_.StartObject();
    WriteField(out_, "ruleId", f.policy);
    out_.Key("ruleIndex"), out_.Uint64(rules_.find(f.policy)->second);
    WriteField(out_, "level", kLevels[size_t(f.severity)]);
    Message("message", f.in != nullptr ? std::string(f.message) + " (" + std::string(f.resource) + ")" : std::string(f.message));
    out_.Key("locations");
    out_.StartArray();
    out_.StartObject();
    out_.Key("physicalLocation");
    out_.StartObject();
    Artifact(f.file);
    Region("region", f.start, f.end);
    out_.EndObject();
    out_.Key("logicalLocations");
    out_.StartArray();
    out_.StartObject();
    WriteField(out_, "fullyQualifiedName", f.resource);
    WriteField(out_, "kind", "resource");
    out_.EndObject();
    out_.EndArray();
    out_.EndObject();
    out_.EndArray();
    if (f.file != f.block_file()) Declared(f);
    out_.Key("partialFingerprints");
    out_.StartObject();
    WriteField(out_, "weir/v1", policy::FingerprintText(f.fingerprint));
    out_.EndObject();
    WriteField(out_, "baselineState", f.status == FindingStatus::kIntroduced ? "new" : "unchanged");
    if (f.verdict == Verdict::kSuppressed) {
      out_.Key("suppressions");
      out_.StartArray();
      out_.StartObject();
      WriteField(out_, "kind", "inSource");
      if (!f.reason.empty()) WriteField(out_, "justification", f.reason);
      out_.EndObject();
      out_.EndArray();
    }
    if (const auto fix = fixes_.find(index); fix != fixes_.end()) Fix(f, fix->second);
    out_.EndObject();
  }

  // What is blamed stands in another file than the resource: a viewer leads from one to the other.
  void Declared(const Finding& f) {
    out_.Key("relatedLocations");
    out_.StartArray();
    out_.StartObject();
    out_.Key("id"), out_.Uint(1);
    out_.Key("physicalLocation");
    out_.StartObject();
    Artifact(f.block_file());
    Region("region", f.block_start, f.block_end);
    out_.EndObject();
    Message("message", "Declaration of " + std::string(f.resource));
    out_.EndObject();
    out_.EndArray();
  }

  void Fix(const Finding& f, const fix::Fix& fix) {
    std::map<std::string, FileId> files;
    for (FileId id = 0; id < f.evaluation->sources.size(); ++id) files[f.evaluation->sources.path(id)] = id;
    for (const fix::Edit& e : fix.edits)
      if (!files.contains(e.file)) return;
    out_.Key("fixes");
    out_.StartArray();
    out_.StartObject();
    Message("description", fix.safe ? "Verified by weir" : fix.reason.empty() ? "Choose the value" : fix.reason);
    out_.Key("artifactChanges");
    out_.StartArray();
    for (size_t i = 0; i < fix.edits.size();) {
      const std::string& file = fix.edits[i].file;
      out_.StartObject();
      Artifact(file);
      out_.Key("replacements");
      out_.StartArray();
      for (; i < fix.edits.size() && fix.edits[i].file == file; ++i) {
        const fix::Edit& e = fix.edits[i];
        const SourceMap& sources = f.evaluation->sources;
        out_.StartObject();
        Region("deletedRegion", sources.PositionOf(files[file], e.start), sources.PositionOf(files[file], e.end));
        Message("insertedContent", e.text);
        out_.EndObject();
      }
      out_.EndArray();
      out_.EndObject();
    }
    out_.EndArray();
    out_.EndObject();
    out_.EndArray();
  }

  const scan::Report& report_;
  const Fixes& fixes_;
  rapidjson::StringBuffer buffer_;
  JsonWriter out_;
  std::map<std::string, size_t, std::less<>> rules_;
  std::vector<const Finding*> first_;
};

}  // namespace

std::string Sarif(const scan::Report& report, const Fixes& fixes) { return SarifWriter(report, fixes).Run(); }

}  // namespace weir::report
