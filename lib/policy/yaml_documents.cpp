#include "lib/policy/yaml_documents.h"

#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace weir::policy {
namespace {

constexpr size_t kMaxBytes = 1 << 20;
constexpr int kMaxDepth = 64;

// Looks at the events before a tree is made of them.
class Guard : public YAML::EventHandler {
 public:
  bool ok() const { return problem_.empty(); }
  const std::string& problem() const { return problem_; }
  const YAML::Mark& mark() const { return mark_; }

  // yaml-cpp does not step over some bytes that it cannot read, and gives empty documents at the same place without end.
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0 && mark.pos == start_.pos) Problem(mark, "this cannot be read as YAML");
    start_ = mark;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { Anchor(mark, anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override { Anchor(mark, anchor); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, const std::string&) override { Anchor(mark, anchor); }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override { Open(mark, anchor); }
  void OnSequenceEnd() override { --depth_; }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override { Open(mark, anchor); }
  void OnMapEnd() override { --depth_; }

 private:
  void Anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) Problem(mark, "anchors and aliases are not read here: write the value out");
  }
  void Open(const YAML::Mark& mark, YAML::anchor_t anchor) {
    Anchor(mark, anchor);
    if (++depth_ > kMaxDepth) Problem(mark, "nested deeper than " + std::to_string(kMaxDepth));
  }
  void Problem(const YAML::Mark& mark, std::string text) {
    if (problem_.empty()) problem_ = std::move(text), mark_ = mark;
  }
  std::string problem_;
  YAML::Mark mark_, start_;
  size_t documents_ = 0;
  int depth_ = 0;
};

}  // namespace

std::vector<YAML::Node> ReadDocuments(const std::string& text, Problems& problems) {
  if (text.size() > kMaxBytes) return problems.Add(Place{1, 1, 0}, "such a file has at most 1 MiB"), std::vector<YAML::Node>();
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    Guard guard;
    while (guard.ok() && parser.HandleNextDocument(guard)) {
    }
    if (guard.ok()) return YAML::LoadAll(text);
    problems.Add(Place{guard.mark().line + 1, guard.mark().column + 1, 0}, guard.problem());
  } catch (const YAML::Exception& e) {
    problems.Add(Place{e.mark.line + 1, e.mark.column + 1, 0}, e.msg);
  }
  return {};
}

}  // namespace weir::policy
