#include "lib/lang/yaml_text.h"

#include <algorithm>
#include <vector>

namespace weir {

MappedText TextOf(const yaml::Node& scalar, std::string_view source, Arena& arena) {
  const std::string_view text = scalar.text;
  std::vector<MappedText::Segment> segments;
  const auto inside = [&] { return text.data() >= source.data() && text.data() + text.size() <= source.data() + source.size(); };
  if (!text.empty() && inside()) {
    segments.push_back({0, uint32_t(text.data() - source.data())});
    return {text, arena.Copy(segments), scalar.span.file};
  }
  const size_t end = std::min<size_t>(scalar.span.end(), source.size());
  size_t at = std::min<size_t>(scalar.content, end);
  const bool block = scalar.style == yaml::Style::kLiteral || scalar.style == yaml::Style::kFolded;
  if (block) at = std::min(source.find('\n', at), end);  // behind the header
  else if (at < end && (source[at] == '"' || source[at] == '\'')) ++at;
  if (scalar.style == yaml::Style::kLiteral) {
    for (size_t line = 0; line < text.size();) {
      const size_t stop = std::min(text.find('\n', line), text.size());
      const std::string_view content = text.substr(line, stop - line);
      const size_t found = content.empty() ? std::string_view::npos : source.substr(0, end).find(content, at);
      if (found != std::string_view::npos) {
        segments.push_back({uint32_t(line), uint32_t(found)});
        at = found + content.size();
      }
      line = stop + 1;
    }
    return {text, arena.Copy(segments), scalar.span.file};
  }
  // Folded and quoted: blanks of the text may be line breaks, and quotes and escapes stand between.
  const auto blank = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; };
  bool follows = false;
  for (size_t i = 0; i < text.size() && at < end; ++i) {
    if (blank(text[i])) {
      follows = follows && source[at] == text[i];
      if (!follows) {
        segments.push_back({uint32_t(i), uint32_t(at)});
        while (at + 1 < end && blank(source[at]) && blank(source[at + 1]) && (i + 1 >= text.size() || !blank(text[i + 1]))) ++at;
      }
      ++at;
      continue;
    }
    const size_t was = at;
    while (at < end && source[at] != text[i] && (blank(source[at]) || source[at] == '\\' || source[at] == '\'' || source[at] == '"')) ++at;
    if (at >= end) break;
    if (!follows || at != was) segments.push_back({uint32_t(i), uint32_t(at)});
    follows = true;
    ++at;
  }
  return {text, arena.Copy(segments), scalar.span.file};
}

}  // namespace weir
