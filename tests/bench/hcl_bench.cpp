// How fast HCL is parsed: hcl_bench FILE… reads the files, parses them all again and again on one core, and
// prints MB/s beside that of a pass which only copies the bytes and counts newlines.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "lib/syntax/hcl/parser.h"

namespace {

template <typename Work>
double BestSeconds(Work work) {
  double best = 1e9;
  for (int round = 0; round < 15; ++round) {
    const auto start = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  std::string text;
  size_t files = 0, invalid = 0;
  for (int i = 1; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    std::stringstream content;
    content << in.rdbuf();
    const std::string one = content.str();
    weir::Arena arena;
    if (!weir::hcl::Parse(one, 0, arena).errors.empty()) {
      ++invalid;
      continue;
    }
    // Attributes at the top level may stand in several files: in one block each they are no repetition.
    const size_t mark = one.compare(0, 3, "\xEF\xBB\xBF") == 0 ? 3 : 0;
    text += "file {\n" + one.substr(mark) + "\n}\n";
    ++files;
  }
  if (text.empty()) {
    std::fputs("usage: hcl_bench FILE.tf…\n", stderr);
    return 2;
  }
  weir::Limits limits;
  limits.file_size = text.size();
  weir::Arena arena;
  size_t errors = 0;
  const double parse = BestSeconds([&] {
    arena.Reset();
    errors = weir::hcl::Parse(text, 0, arena, limits).errors.size();
  });
  std::string copy(text.size(), '\0');
  size_t lines = 0;
  const double baseline = BestSeconds([&] {
    std::memcpy(copy.data(), text.data(), text.size());
    lines = static_cast<size_t>(std::count(copy.begin(), copy.end(), '\n'));
  });
  const double megabytes = static_cast<double>(text.size()) / 1e6;
  std::printf("%zu files, %.2f MB, %zu lines, %zu left out as invalid, %zu errors\n", files, megabytes, lines,
              invalid, errors);
  std::printf("parse %.0f MB/s; copy and count newlines %.0f MB/s; ratio %.1f; arena %.2f MB\n",
              megabytes / parse, megabytes / baseline, parse / baseline,
              static_cast<double>(arena.bytes_reserved()) / 1e6);
  return errors == 0 ? 0 : 1;
}
