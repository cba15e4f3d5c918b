#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>

#include "lib/lang/terraform/debug_resources.h"
#include "tests/support/test.h"

namespace weir::terraform {
namespace {

using Json = rapidjson::Value;

/// Equal as JSON, numbers as the doubles that the expectation holds.
bool Same(const Json& a, const Json& b) {
  if (a.IsNumber() && b.IsNumber())
    return std::abs(a.GetDouble() - b.GetDouble()) <= 1e-12 * std::max(1.0, std::abs(a.GetDouble()));
  if (a.GetType() != b.GetType()) return false;
  if (a.IsArray()) {
    if (a.Size() != b.Size()) return false;
    for (rapidjson::SizeType i = 0; i < a.Size(); ++i)
      if (!Same(a[i], b[i])) return false;
    return true;
  }
  if (!a.IsObject()) return a == b;
  if (a.MemberCount() != b.MemberCount()) return false;
  for (const auto& member : a.GetObject()) {
    const auto other = b.FindMember(member.name);
    if (other == b.MemberEnd() || !Same(member.value, other->value)) return false;
  }
  return true;
}

std::string Text(const Json& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return buffer.GetString();
}

TEST_CASE("resources are planned as the reference plans them") {
  const auto root = test::Conformance("terraform/modules");
  if (!root) return;
  size_t cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*root)) {
    if (!std::filesystem::exists(entry.path() / "expected.json")) continue;
    INFO(entry.path().filename().string());
    ++cases;
    const auto snapshot = git::OpenFolderSnapshot(entry.path().string());
    REQUIRE(snapshot.ok());
    const auto text = DebugResources(**snapshot, "");
    CHECK(text.status().message() == "");
    if (!text.ok()) continue;
    rapidjson::Document got, expected;
    got.Parse(text->c_str());
    INFO(*text);
    REQUIRE(!got.HasParseError());
    expected.Parse(test::ReadFile(entry.path() / "expected.json").c_str());
    INFO(Text(expected));
    CHECK(Same(got, expected));
  }
  CHECK(cases > 0);
}

}  // namespace
}  // namespace weir::terraform
