// The comments of a source text, and where the things begin and end that they speak of.
//
// A comment is what the format's own grammar takes for one: "#" inside a string, a heredoc or a block scalar is text. JSON has
// none. A language that is added needs nothing here as long as its files are in one of the formats below.
//
// Lines count from 1. Time is linear in the text.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace weir::scan {

enum class CommentFormat : uint8_t { kNone, kHcl, kYaml, kDockerfile };

/// By the file's name: .tf, .tofu, .hcl, .tfvars; .yaml, .yml; Dockerfile, Containerfile and their variants. kNone for any other, and JSON.
CommentFormat FormatOf(std::string_view path);

/// One line of a comment: what stands behind "#", "//" or inside "/* */", without the marks and the spaces around it.
struct CommentLine {
  std::string_view text;  // into the source
  uint32_t offset = 0;    // of `text`, in bytes
  uint32_t line = 0;
  bool alone = false;     // nothing but comment stands on the line
};
std::vector<CommentLine> FindComments(std::string_view source, CommentFormat format);

/// Blocks, attributes and elements (HCL), entries and items (YAML), instructions (Dockerfile) by their lines.
struct Outline {
  std::vector<uint32_t> last;   // [line]: the last line of the largest that begins on the line; 0: none does
  std::vector<uint32_t> first;  // [line]: the first line of the largest value (no block) that ends on the line; 0: none does

  /// The last line of what begins on `line`; the line itself where nothing does.
  uint32_t EndOf(uint32_t line) const { return line < last.size() && last[line] != 0 ? last[line] : line; }
  uint32_t StartOf(uint32_t line) const { return line < first.size() && first[line] != 0 ? first[line] : line; }
};
Outline OutlineOf(std::string_view source, CommentFormat format);

}  // namespace weir::scan
