// The conformance tests of the CEL specification, through the same door as `weir debug cel`. What does not
// agree must be named in tests/conformance/deviations-cel.tsv (file, section, name, reason), and what is
// named there must not agree.
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <set>

#include "lib/cel/debug.h"
#include "tests/support/test.h"

namespace weir::cel {
namespace {

using Json = rapidjson::Value;

std::string Print(const Json& json) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  json.Accept(writer);
  return buffer.GetString();
}

// A typed value as text in which equal values look equal: doubles by their bits, maps in an order.
std::string Canonical(const Json& typed) {
  if (!typed.IsObject() || typed.MemberCount() != 1) return Print(typed);
  const std::string kind = typed.MemberBegin()->name.GetString();
  const Json& v = typed.MemberBegin()->value;
  if (kind == "double") {
    const double real = v.IsString() ? std::strtod(v.GetString(), nullptr) : v.GetDouble();
    return "double " + std::to_string(real == 0 ? 0.0 : real) +
           (real != real ? "" : Print(Json(real == 0 || real - real != 0 ? 0.0 : real)));
  }
  if (kind == "list") {
    std::string out = "[";
    for (const Json& item : v.GetArray()) out += Canonical(item) + ",";
    return out + "]";
  }
  if (kind == "map") {
    std::vector<std::string> entries;
    for (const Json& entry : v.GetArray()) entries.push_back(Canonical(entry[0]) + ":" + Canonical(entry[1]));
    std::sort(entries.begin(), entries.end());
    std::string out = "{";
    for (const std::string& entry : entries) out += entry + ",";
    return out + "}";
  }
  return Print(typed);
}

bool Agrees(const Json& row) {
  rapidjson::Document got;
  got.Parse(DebugLine(Print(row)).c_str());
  if (got.HasParseError()) return false;
  const Json& expected = row["expected"];
  if (expected.HasMember("eval_error")) return got.HasMember("eval_error");
  if (expected.HasMember("unknown")) return got.HasMember("unknown");
  return expected.HasMember("value") && got.HasMember("value") &&
         Canonical(got["value"]) == Canonical(expected["value"]);
}

TEST_CASE("the specification's tests agree but for the named deviations") {
  const auto folder = test::Conformance("cel");
  if (!folder) return;
  std::set<std::string> deviations;
  std::istringstream lines(
      test::ReadFile(std::string(WEIR_SOURCE_DIR) + "/tests/conformance/deviations-cel.tsv"));
  for (std::string line; std::getline(lines, line);)
    if (!line.empty() && line[0] != '#') deviations.insert(line.substr(0, line.rfind('\t')));
  CHECK(deviations.size() <= 25);
  size_t rows = 0;
  for (const auto& file : std::filesystem::directory_iterator(*folder)) {
    rapidjson::Document json;
    json.Parse(test::ReadFile(file.path()).c_str());
    REQUIRE(json.IsArray());
    for (const Json& row : json.GetArray()) {
      if (row.HasMember("needs_protobuf") && row["needs_protobuf"].GetBool()) continue;
      ++rows;
      const std::string name = file.path().filename().string() + "\t" + row["section"].GetString() + "\t" +
                               row["name"].GetString();
      INFO(name << ": " << row["expr"].GetString() << " gives " << DebugLine(Print(row)));
      CHECK(Agrees(row) == (deviations.count(name) == 0));
    }
  }
  CHECK(rows == 1757);
}

}  // namespace
}  // namespace weir::cel
