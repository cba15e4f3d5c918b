#include "lib/report/formats.h"

namespace weir::report {
namespace {

// https://docs.github.com/actions/reference/workflow-commands-for-github-actions: line breaks and "%" are escaped everywhere, ":" and "," in
// a property too.
std::string Escaped(std::string_view text, bool property) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','))) ((out += '%') += kHex[(c >> 4) & 15]) += kHex[c & 15];
    else out += c;
  }
  return out;
}

}  // namespace

std::string Github(const scan::Report& report, const Fixes& fixes) {
  std::string out;
  for (size_t i = 0; i < report.findings.size(); ++i) {
    const scan::Finding& f = report.findings[i];
    if (f.action == scan::Action::kNone) continue;
    out += f.action == scan::Action::kBlock ? "::error" : "::warning";
    out += " file=" + Escaped(f.file, true) + ",line=" + std::to_string(f.start.line);
    // Columns are shown only within one line.
    if (f.end.line == f.start.line && f.end.column > f.start.column) out += ",col=" + std::to_string(f.start.column) + ",endColumn=" + std::to_string(f.end.column);
    else if (f.end.line > f.start.line) out += ",endLine=" + std::to_string(f.end.line);
    out += ",title=" + Escaped(std::string(policy::SeverityName(f.severity)) + " " + std::string(f.policy), true);
    std::string text(f.message);
    if (f.in != nullptr) text += "\nin " + std::string(f.resource);
    if (fixes.contains(i)) text += "\nweir fix shows a fix";
    text += "\nweir explain " + std::string(f.policy);
    out += "::" + Escaped(text, false) + "\n";
  }
  for (const std::string& reason : report.incomplete) out += "::error title=weir%3A the scan was not completed::" + Escaped(reason, false) + "\n";
  return out;
}

}  // namespace weir::report
