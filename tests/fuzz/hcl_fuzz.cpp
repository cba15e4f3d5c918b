// Any bytes parse without a crash and are printed back; as an expression and as a template too.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lib/syntax/hcl/parser.h"
#include "lib/syntax/json/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const auto length = static_cast<uint32_t>(size);
  weir::Arena arena;
  if (weir::hcl::Print(weir::hcl::Parse(source, 0, arena)) != source) std::abort();
  weir::hcl::ParseExpression(source, 0, 0, arena);
  weir::hcl::ParseTemplate(source, {0, 0, length}, arena);
  weir::json::Parse(source, 0, arena);
  return 0;
}
