// Any text as a policy file, in weir's form and in Checkov's: it compiles to an image that passes its own checks, or is refused with a place;
// any bytes as an image: refused, or harmless to look through.
#include <cstdlib>
#include <cstring>

#include "lib/policy/compile.h"

namespace weir::policy {
namespace {

constexpr const char* kDefinition = "metadata: {id: F_1, name: n}\ndefinition:\n";

void LookThrough(const Image& image) {
  std::vector<uint32_t> rules;
  image.RulesFor("terraform", "aws_s3_bucket", rules);
  (void)image.Find("F_1");
  for (const uint32_t rule : rules) (void)image.Text(image.rules()[rule].pass_text);
}

void Try(const std::string& text) {
  const Compiled compiled = Compile({{"f.yaml", text}}, {.examples = false});
  if (!compiled.errors.empty()) {
    for (const CompileError& e : compiled.errors)
      if (e.line < 1 || e.column < 1 || e.message.empty()) std::abort();
    return;
  }
  const auto image = Image::Open(compiled.image, false);
  if (!image.ok()) std::abort();
  LookThrough(*image);
}

}  // namespace
}  // namespace weir::policy

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  weir::policy::Try(text);
  std::string inside = weir::policy::kDefinition;
  for (const char c : text) {
    if (inside.back() == '\n') inside += "  ";
    inside += c;
  }
  weir::policy::Try(inside);
  std::vector<std::byte> bytes(size);
  if (size != 0) std::memcpy(bytes.data(), data, size);
  if (const auto image = weir::policy::Image::Open(bytes, false); image.ok()) weir::policy::LookThrough(*image);
  return 0;
}
