// policies/functions.md, run: every row of its tables, and every function of the table in it.
#include <fstream>
#include <sstream>

#include "tests/policy/functions/support.h"

namespace weir::policy {
namespace {

std::string Page() {
  std::ifstream in(std::string(WEIR_SOURCE_DIR) + "/policies/functions.md");
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

struct Row {
  std::string expression, value;
};

// | `expression` | `value` |
std::vector<Row> Rows() {
  std::vector<Row> rows;
  std::istringstream lines(Page());
  for (std::string line; std::getline(lines, line);) {
    const size_t middle = line.rfind("` | `");
    if (!line.starts_with("| `") || !line.ends_with("` |") || middle == std::string::npos) continue;
    rows.push_back({line.substr(3, middle - 3), line.substr(middle + 5, line.size() - middle - 8)});
  }
  return rows;
}

TEST_CASE("every row of the documentation of functions holds") {
  const auto rows = Rows();
  REQUIRE(rows.size() > 100);
  for (const Row& row : rows) {
    test::Bench bench;
    INFO(row.expression << " should be " << row.value);
    if (row.value == "error") CHECK(bench.Run(row.expression) == "error");
    else CHECK(bench.Run("(" + row.expression + ") == (" + row.value + ")") == "true");
  }
}

TEST_CASE("every function is documented, and has a row unless it needs a resource") {
  const std::string page = Page();
  const auto rows = Rows();
  for (const cel::Function& f : DomainFunctions()) {
    const std::string call = std::string(f.name) + "(";
    INFO(f.name);
    CHECK(page.find("`" + call) != std::string::npos);
    const bool alone = f.name.find('.') != std::string_view::npos;
    bool shown = !alone;
    for (const Row& row : rows) shown |= row.expression.find(call) != std::string::npos;
    CHECK(shown);
  }
}

}  // namespace
}  // namespace weir::policy
