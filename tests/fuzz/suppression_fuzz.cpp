// Any bytes as a source in any format: its comments lie in it and in its lines, what they say is read within bounds, and an outline
// never ends a thing before its beginning. Any text as an annotation and as a pattern.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lib/policy/exceptions.h"
#include "lib/scan/comments.h"
#include "lib/scan/suppression_grammar.h"

namespace weir::scan {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

void One(std::string_view source, CommentFormat format) {
  const auto lines = uint32_t(std::ranges::count(source, '\n') + 1);
  uint32_t before = 0;
  for (const CommentLine& comment : FindComments(source, format)) {
    Check(comment.line >= before && comment.line <= lines);
    before = comment.line;
    Check(comment.offset <= source.size() && comment.text.size() <= source.size() - comment.offset);
    Check(source.substr(comment.offset, comment.text.size()) == comment.text);
    for (const Suppression& s : ParseSuppressions(comment, format)) {
      Check(s.line == comment.line && (!s.ids.empty() || !s.problem.empty()));
      Check(s.until.empty() || policy::IsDate(s.until) || !s.problem.empty());
      for (const std::string& id : s.ids) policy::NamesPolicy(id, "aws-s3-public-acl");
    }
  }
  const Outline outline = OutlineOf(source, format);
  for (uint32_t line = 1; line <= lines; ++line) Check(outline.EndOf(line) >= line && outline.EndOf(line) <= lines && outline.StartOf(line) <= line);
}

}  // namespace
}  // namespace weir::scan

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  using namespace weir::scan;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr CommentFormat kFormats[] = {CommentFormat::kHcl, CommentFormat::kYaml, CommentFormat::kDockerfile};
  One(text, kFormats[data[0] % 3]);
  Suppression annotation;
  const size_t split = text.find('\n');
  ParseAnnotation(text.substr(0, split), split == std::string_view::npos ? std::string_view() : text.substr(split + 1), annotation);
  if (text.size() < 256) weir::policy::NamesPolicy(text, "AVD-AWS-0092");
  return 0;
}
