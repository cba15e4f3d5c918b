#include <map>

#include "lib/base/text.h"
#include "lib/report/formats.h"

namespace weir::report {
namespace {

// What XML 1.0 may hold, escaped; other characters become U+FFFD.
std::string Xml(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = DecodeUtf8(text, at);
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      case '\t': out += "&#9;"; break;
      default: AppendUtf8(out, c < 0x20 || c == 0xFFFE || c == 0xFFFF ? 0xFFFD : c);
    }
  }
  return out;
}

}  // namespace

std::string Junit(const scan::Report& report, const Fixes& fixes) {
  std::map<std::string_view, std::vector<size_t>> by_file;
  for (size_t i = 0; i < report.findings.size(); ++i)
    if (report.findings[i].action != scan::Action::kNone) by_file[report.findings[i].file].push_back(i);
  const size_t failures = report.summary.blocking + report.summary.warnings, errors = report.incomplete.size();
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"weir\" tests=\"" + std::to_string(failures + 1) + "\" failures=\"" + std::to_string(failures) + "\" errors=\"" +
                    std::to_string(errors > 0 ? 1 : 0) + "\">\n";
  // A report without a test reads as one that did not run.
  out += "  <testsuite name=\"weir scan\" tests=\"1\" failures=\"0\" errors=\"" + std::to_string(errors > 0 ? 1 : 0) + "\">\n    <testcase classname=\"weir\" name=\"the scan was completed\"";
  if (errors == 0) {
    out += "/>\n";
  } else {
    std::string text;
    for (const std::string& reason : report.incomplete) text += reason + "\n";
    out += ">\n      <error message=\"" + Xml(report.incomplete.front()) + "\">" + Xml(text) + "</error>\n    </testcase>\n";
  }
  out += "  </testsuite>\n";
  for (const auto& [file, indices] : by_file) {
    const std::string count = std::to_string(indices.size());
    out += "  <testsuite name=\"" + Xml(file) + "\" tests=\"" + count + "\" failures=\"" + count + "\" errors=\"0\">\n";
    for (const size_t i : indices) {
      const scan::Finding& f = report.findings[i];
      const std::string place = std::string(f.file) + ":" + std::to_string(f.start.line) + ":" + std::to_string(f.start.column);
      std::string text = place + "  " + std::string(policy::SeverityName(f.severity)) + "  " + std::string(f.policy) + "\n" + std::string(f.message) + "\n";
      if (!f.blame.empty()) text += "in " + std::string(f.resource) + ", " + f.blame.front() + "\n";
      if (fixes.contains(i)) text += "weir fix shows a fix\n";
      out += "    <testcase classname=\"" + Xml(f.policy) + "\" name=\"" + Xml(std::string(f.resource) + " (" + place + ")") + "\">\n      <failure type=\"" + std::string(policy::SeverityName(f.severity)) +
             "\" message=\"" + Xml(f.message) + "\">" + Xml(text) + "</failure>\n    </testcase>\n";
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace weir::report
