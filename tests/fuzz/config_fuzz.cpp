// Any text as `.weir.yaml` and as a baseline: read or refused with a sentence, never anything else. Where a configuration still reads after a
// waiver was added (yaml-cpp takes some texts for an empty document, to which nothing can be added), it has that waiver and all the
// others; a baseline that was read is written and read as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "lib/policy/baseline.h"
#include "lib/policy/compile.h"
#include "lib/policy/config.h"

namespace {

// Three policies with aliases: every kind of name, and no thousands to be indexed for each text.
const weir::policy::Image& Policies() {
  using namespace weir::policy;
  static const auto* compiled = [] {
    std::string text;
    for (const char* id : {"aws-s3-public-acl", "aws-s3-public-policy", "k8s-run-as-root"})
      text += std::string("---\nid: ") + id + "\ntitle: t\nseverity: high\ncategory: access\nwhy: w\naliases: [CKV_" + id +
              "]\nrules:\n  - terraform: [aws_s3_bucket]\n    pass: 'true'\n";
    return new Compiled(Compile({{"p.yaml", text}}, {.examples = false}));
  }();
  static const auto* image = new weir::Result<Image>(Image::Open(compiled->image, true));
  return **image;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::policy;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Image& image = Policies();
  const auto config = ParseConfig(".weir.yaml", text, image);
  if (config.ok()) {
    Waiver waiver;
    waiver.policies = {"aws-s3-public-acl"};
    waiver.owner = "web";
    waiver.reason = "a: b # c";
    waiver.until = "2199-12-31";
    if (const auto more = WithWaiver(text, waiver); more.ok()) {
      const auto again = ParseConfig(".weir.yaml", *more, image);
      if (again.ok() && (*again).waivers.size() != (*config).waivers.size() + 1) std::abort();
    }
  } else if (config.status().message().empty()) {
    std::abort();
  }
  if (const auto baseline = ParseBaseline("b", text); baseline.ok()) {
    const std::string written = WriteBaseline(*baseline);
    const auto again = ParseBaseline("b", written);
    if (!again.ok() || WriteBaseline(*again) != written) std::abort();
  }
  return 0;
}
