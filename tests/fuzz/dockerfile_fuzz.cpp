// Any bytes as a Dockerfile and as a shell script: every byte comes back, every place lies within the text, and the evaluation ends.
#include <cstdlib>

#include "lib/lang/dockerfile/dockerfile.h"
#include "lib/syntax/dockerfile/parser.h"
#include "lib/syntax/shell/shell.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Arena arena;
  const dockerfile::Tree tree = dockerfile::Parse(text, 0, arena);
  if (dockerfile::Print(tree) != text) std::abort();
  for (const dockerfile::Instruction* i : tree.instructions) {
    if (i->span.end() > size) std::abort();
    for (const dockerfile::Word& w : i->words)
      if (w.span.end() > size) std::abort();
  }
  for (const shell::Command& c : shell::ParseLeniently(text, arena).commands)
    if (c.begin > c.end || c.end > size) std::abort();
  const auto snapshot = git::NewMemorySnapshot({{"Dockerfile", std::string(text)}});
  SourceMap sources;
  Document document;
  dockerfile::Dockerfile().Evaluate("Dockerfile", *snapshot, sources, arena, {}, document);
  return 0;
}
