#include "lib/policy/waiver.h"

#include <algorithm>

#include "lib/base/text.h"
#include "lib/policy/image.h"

namespace weir::policy {
namespace {

// A scalar that reads as the text `value` wherever it stands in a block.
std::string Quoted(std::string_view value) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' || c == '-' || c == '_' || c == '.' || c == '/' || c == '@' || c == '(' || c == ')' || c == '+';
  };
  const bool letter = !value.empty() && ((value[0] >= 'a' && value[0] <= 'z') || (value[0] >= 'A' && value[0] <= 'Z'));
  if (letter && value.back() != ' ' && std::ranges::all_of(value, plain)) {
    std::string lower(value);
    for (char& c : lower)
      if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    static constexpr std::string_view kWords[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
    if (std::ranges::find(kWords, lower) == std::end(kWords)) return std::string(value);
  }
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') (out += '\\') += c;
    else if (static_cast<unsigned char>(c) < 0x20) out += ' ';
    else out += c;
  }
  return out + "\"";
}

std::string List(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) out += (out.size() > 1 ? ", " : "") + Quoted(item);
  return out + "]";
}

std::string Written(const Waiver& w, const std::string& indent, std::string_view end) {
  const std::string inner = indent + "  ";
  std::string out = indent + "- policy: " + (w.policies.size() == 1 ? Quoted(w.policies[0]) : List(w.policies)) + std::string(end);
  const auto line = [&](const char* key, const std::string& value) { out += inner + key + ": " + value + std::string(end); };
  line("owner", Quoted(w.owner));
  line("reason", Quoted(w.reason));
  line("until", w.until);
  if (!w.paths.empty()) line("paths", List(w.paths));
  if (!w.resources.empty()) line("resources", List(w.resources));
  return out;
}

}  // namespace

bool Waiver::Covers(std::string_view path, std::string_view resource) const {
  const auto any = [](const std::vector<std::string>& globs, std::string_view name) {
    return globs.empty() || std::ranges::any_of(globs, [&](const std::string& glob) { return glob == name || GlobMatches(glob, name); });
  };
  return any(paths, path) && any(resources, resource);
}

Result<std::string> WithWaiver(std::string_view text, const Waiver& waiver) {
  const std::string_view end = text.find("\r\n") != std::string_view::npos ? "\r\n" : "\n";
  std::string before(text);
  const auto finish_line = [&](std::string& out) {
    if (!out.empty() && out.back() != '\n') out += end;
  };
  // `waivers:` at the left margin, then its items, down to the next line at the margin that is neither an item nor a comment.
  size_t at = 0, list = std::string::npos, last_item_end = 0;
  std::string indent = "  ";
  bool inside = false, any = false;
  while (at < text.size()) {
    const size_t stop = std::min(text.find('\n', at), text.size() - 1) + 1;
    std::string_view line = text.substr(at, stop - at);
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    const size_t depth = std::min(line.find_first_not_of(' '), line.size());
    const std::string_view content = line.substr(depth);
    if (inside && !content.empty() && content[0] != '#') {
      const bool item = content == "-" || content.starts_with("- ");
      if (depth == 0 && !item) inside = false;
      else {
        if (item && !any) indent = std::string(depth, ' ');
        any = true;
        last_item_end = stop;
      }
    }
    if (depth == 0 && content.starts_with("waivers:") && list == std::string::npos) {
      std::string_view rest = content.substr(8);
      rest = rest.substr(0, rest.find(" #"));
      while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) rest.remove_prefix(1);
      while (!rest.empty() && rest.back() == ' ') rest.remove_suffix(1);
      if (!rest.empty() && rest != "[]")
        return Status(Code::kUsage, "'waivers' of .weir.yaml is written on one line; write it as a list with one waiver below the other, so that one can be added");
      list = at;
      inside = true;
      last_item_end = stop;
      if (rest == "[]") {
        const size_t space = text.find('[', at) - 1;
        before.erase(space, 3);
        last_item_end -= 3;
      }
    }
    at = stop;
  }
  if (list == std::string::npos) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) before = "version: 1" + std::string(end);
    finish_line(before);
    return before + "waivers:" + std::string(end) + Written(waiver, indent, end);
  }
  std::string out = before.substr(0, last_item_end);
  finish_line(out);
  return out + Written(waiver, indent, end) + before.substr(last_item_end);
}

}  // namespace weir::policy
