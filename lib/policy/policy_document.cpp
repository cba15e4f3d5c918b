#include "lib/policy/policy_document.h"

#include <algorithm>

#include <yaml-cpp/yaml.h>

namespace weir::policy {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

Place PlaceOf(const YAML::Node& node) {
  const YAML::Mark mark = node.Mark();
  if (mark.is_null()) return {1, 1, 0};
  return {mark.line + 1, mark.column + 1, size_t(mark.pos)};
}

// White space of one side stands against white space of the other (a fold, an indentation); what only the source has is a quote,
// an escape or the head of a block scalar.
Place PlaceInScalar(std::string_view source, const PlacedText& scalar, size_t offset) {
  const std::string_view value = std::string_view(scalar.text).substr(0, offset);
  Place at = scalar.at;
  if (at.offset >= source.size()) return at;
  const auto step = [&] {
    if (source[at.offset++] == '\n') ++at.line, at.column = 1;
    else ++at.column;
  };
  if (source[at.offset] == '|' || source[at.offset] == '>')
    while (at.offset < source.size() && source[at.offset] != '\n') step();
  const auto skip_space = [&] {
    while (at.offset < source.size() && IsSpace(source[at.offset])) step();
  };
  for (size_t i = 0; i < value.size(); ++i) {
    if (IsSpace(value[i])) {
      skip_space();
      continue;
    }
    if (i == 0 || IsSpace(value[i - 1])) skip_space();
    while (at.offset < source.size() && source[at.offset] != value[i] && source[at.offset] != '\n') step();
    if (at.offset < source.size() && source[at.offset] == value[i]) {
      // '' in single quotes, \\ in double ones, stand for one character.
      const bool doubled = (value[i] == '\'' || value[i] == '\\') && at.offset + 1 < source.size() && source[at.offset + 1] == value[i] && (i + 1 == value.size() || value[i + 1] != value[i]);
      step();
      if (doubled) step();
    }
  }
  if (offset < scalar.text.size() && !IsSpace(scalar.text[offset])) {
    skip_space();
    while (at.offset < source.size() && source[at.offset] != scalar.text[offset] && source[at.offset] != '\n') step();
  }
  return at;
}

}  // namespace weir::policy
