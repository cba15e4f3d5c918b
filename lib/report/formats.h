// What machines read: one file a format.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "lib/report/report.h"

namespace weir::report {

/// SARIF 2.1.0 (OASIS), for code scanning: rules with their texts, results with places, fingerprints, fixes, suppressions. Columns count
/// Unicode code points.
std::string Sarif(const scan::Report& report, const Fixes& fixes);
/// JUnit's XML: a test suite a file, a test case a finding that blocks or warns; a scan that was not completed is an error.
std::string Junit(const scan::Report& report, const Fixes& fixes);
/// GitLab's code quality report (a subset of Code Climate's): an array of issues, for merge requests.
std::string Gitlab(const scan::Report& report, const Fixes& fixes);
/// GitHub's workflow commands: an annotation a line for what blocks (error) or warns.
std::string Github(const scan::Report& report, const Fixes& fixes);

struct Format {
  std::string_view name;
  std::string (*write)(const scan::Report&, const Fixes&);
};
/// All but text, sorted by name.
std::span<const Format> Formats();
/// By name, or null.
const Format* FindFormat(std::string_view name);
/// "text, github, … and sarif", for help and errors.
std::string FormatNames();

}  // namespace weir::report
