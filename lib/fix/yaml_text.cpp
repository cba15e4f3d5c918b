#include "lib/fix/yaml_text.h"

#include <algorithm>

namespace weir::fix {
namespace {

using Kind = NewValue::Kind;

std::string DoubleQuoted(std::string_view raw) {
  std::string out = "\"";
  for (const char c : raw) {
    if (c == '"' || c == '\\') (out += '\\') += c;
    else if (c == '\n') out += "\\n";
    else if (c == '\r') out += "\\r";
    else if (c == '\t') out += "\\t";
    else out += c;
  }
  return out + "\"";
}

std::string SingleQuoted(std::string_view raw) {
  std::string out = "'";
  for (const char c : raw) (out += c) += c == '\'' ? "'" : "";
  return out + "'";
}

/// Whether the text means itself to every reader when it is written without quotes.
bool IsPlain(std::string_view text) {
  static constexpr std::string_view kWords[] = {"true", "false", "yes", "no", "on", "off", "y", "n", "null", "~"};
  if (text.empty() || text.back() == ' ' || text.back() == ':') return false;
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
  if (std::ranges::find(kWords, lower) != std::end(kWords)) return false;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '/'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  // What begins with a digit is text only where a letter follows that no number has.
  if (is_digit(text[0])) {
    const bool octets = std::ranges::count(text, '.') >= 3;
    if (!octets && text.find_first_of("ghijklmnpqrstuvwyzGHIJKLMNPQRSTUVWYZ") == std::string_view::npos) return false;
  } else if (!is_letter(text[0])) {
    return false;
  }
  if (text.find(": ") != std::string_view::npos) return false;
  return std::ranges::all_of(text, [&](char c) { return is_letter(c) || is_digit(c) || std::string_view(" .:@+=-").find(c) != std::string_view::npos; });
}

std::string Scalar(const NewValue& value, const YamlStyle& style, yaml::Style like) {
  switch (value.kind) {
    case Kind::kNull: return "null";
    case Kind::kExpression: return WithSelf(value.text, style.self);
    case Kind::kText: break;
    default: return value.text;
  }
  if (style.json || like == yaml::Style::kDoubleQuoted) return DoubleQuoted(value.text);
  const bool printable = std::ranges::none_of(value.text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (like == yaml::Style::kSingleQuoted && printable) return SingleQuoted(value.text);
  return IsPlain(value.text) ? value.text : DoubleQuoted(value.text);
}

std::string Key(std::string_view name, const YamlStyle& style) {
  NewValue key;
  key.kind = Kind::kText;
  key.text = name.ends_with("=") ? name.substr(0, name.size() - 1) : name;
  return Scalar(key, style, yaml::Style::kPlain);
}

}  // namespace

std::string FlowText(const NewValue& value, const YamlStyle& style, yaml::Style like) {
  if (!value.is(Kind::kList) && !value.is(Kind::kMap)) return Scalar(value, style, like);
  const bool list = value.is(Kind::kList);
  std::string out = list ? "[" : "{";
  for (const NewValue& item : value.items) (out += out.size() > 1 ? ", " : "") += FlowText(item, style);
  for (const auto& [key, member] : value.members) (out += out.size() > 1 ? ", " : "") += Key(key, style) + ": " + FlowText(member, style);
  return out + (list ? "]" : "}");
}

std::string BlockText(const NewValue& value, const std::string& indent, const YamlStyle& style) {
  const bool collection = (value.is(Kind::kList) && !value.items.empty()) || (value.is(Kind::kMap) && !value.members.empty());
  if (!collection || style.json) return " " + FlowText(value, style);
  std::string out;
  for (const NewValue& item : value.items) out += style.newline + indent + ItemText(item, indent, style);
  for (const auto& [key, member] : value.members) out += style.newline + indent + PairText(key, member, indent, style);
  return out;
}

std::string PairText(std::string_view key, const NewValue& value, const std::string& indent, const YamlStyle& style) {
  return Key(key, style) + ":" + BlockText(value, indent + style.unit, style);
}

std::string ItemText(const NewValue& value, const std::string& indent, const YamlStyle& style) {
  if (!value.is(Kind::kMap) || value.members.empty()) return "- " + FlowText(value, style);
  std::string out = "- ";
  for (size_t i = 0; i < value.members.size(); ++i) {
    if (i > 0) out += style.newline + indent + "  ";
    out += PairText(value.members[i].first, value.members[i].second, indent + "  ", style);
  }
  return out;
}

}  // namespace weir::fix
