// Build tool: compiles the policy library and writes the image that is linked into weir.
//
//   weir_embed OUTPUT FILE…
#include <cstdio>
#include <string>
#include <vector>

#include "lib/base/file.h"
#include "lib/policy/compile.h"

int main(int argc, char** argv) {
  std::vector<weir::policy::SourceFile> files;
  for (int i = 2; i < argc; ++i) {
    const auto blob = weir::ReadFile(argv[i], 8u << 20);
    if (!blob.ok()) return std::fprintf(stderr, "%s\n", blob.status().message().c_str()), 3;
    files.push_back({argv[i], std::string(blob->text())});
  }
  const auto compiled = weir::policy::Compile(files, {.docs = true});
  for (const auto& e : compiled.errors) std::fprintf(stderr, "%s:%d:%d: error: %s\n", e.path.c_str(), e.line, e.column, e.message.c_str());
  if (!compiled.errors.empty()) return 2;
  std::FILE* out = std::fopen(argv[1], "wb");
  if (out == nullptr) return std::perror(argv[1]), 3;
  const bool ok = std::fwrite(compiled.image.data(), 1, compiled.image.size(), out) == compiled.image.size();
  return std::fclose(out) == 0 && ok ? 0 : 3;
}
