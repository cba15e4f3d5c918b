#include "lib/fix/operation.h"

#include <rapidjson/document.h>

namespace weir::fix {
namespace {

using Kind = NewValue::Kind;
using Op = Operation::Op;

NewValue Convert(const rapidjson::Value& json) {
  NewValue out;
  if (json.IsBool()) {
    out.kind = Kind::kBool;
    out.text = json.GetBool() ? "true" : "false";
  } else if (json.IsInt64()) {
    out.kind = Kind::kNumber;
    out.text = std::to_string(json.GetInt64());
  } else if (json.IsString()) {
    out.text.assign(json.GetString(), json.GetStringLength());
    out.kind = out.text.starts_with("=") ? Kind::kExpression : Kind::kText;
    if (out.kind == Kind::kExpression) out.text.erase(0, 1);
  } else if (json.IsArray()) {
    out.kind = Kind::kList;
    for (const auto& item : json.GetArray()) out.items.push_back(Convert(item));
  } else if (json.IsObject()) {
    out.kind = Kind::kMap;
    for (const auto& m : json.GetObject()) out.members.emplace_back(m.name.GetString(), Convert(m.value));
  }
  return out;
}

bool IsWord(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

}  // namespace

NewValue::NewValue() = default;
NewValue::NewValue(const NewValue&) = default;
NewValue::NewValue(NewValue&&) noexcept = default;
NewValue& NewValue::operator=(const NewValue&) = default;
NewValue& NewValue::operator=(NewValue&&) noexcept = default;
NewValue::~NewValue() = default;

const NewValue* NewValue::Find(std::string_view name) const {
  for (const auto& [key, value] : members)
    if (key == name) return &value;
  return nullptr;
}

NewValue NewValue::List(NewValue only) {
  NewValue list;
  list.kind = Kind::kList;
  list.items.push_back(std::move(only));
  return list;
}

NewValue NewValue::Nested(std::span<const std::string> keys, const NewValue& value) {
  if (keys.empty()) return value;
  NewValue map;
  map.kind = Kind::kMap;
  map.members.emplace_back(keys[0], Nested(keys.subspan(1), value));
  return map;
}

std::optional<RuleFix> ReadRuleFix(std::string_view json) {
  static constexpr std::pair<std::string_view, Op> kOps[] = {{"set", Op::kSet}, {"remove", Op::kRemove}, {"append", Op::kAppend}, {"replace", Op::kReplace},
                                                             {"add_block", Op::kAddBlock}, {"add_resource", Op::kAddResource}, {"rename", Op::kRename}};
  rapidjson::Document document;
  document.Parse(json.data(), json.size());
  if (document.HasParseError() || !document.IsObject() || !document.HasMember("edits")) return std::nullopt;
  RuleFix fix;
  fix.suggest = document["suggest"].GetBool();
  fix.reason = document["reason"].GetString();
  for (const auto& edit : document["edits"].GetArray()) {
    Operation operation;
    bool known = false;
    for (const auto& [name, op] : kOps)
      if (name == edit["op"].GetString()) operation.op = op, known = true;
    if (!known) return std::nullopt;
    if (edit.HasMember("path")) operation.target = edit["path"].GetString();
    if (edit.HasMember("value")) operation.value = Convert(edit["value"]);
    fix.operations.push_back(std::move(operation));
  }
  return fix;
}

Path SplitPath(std::string_view path) {
  Path keys;
  while (!path.empty()) {
    const size_t end = path.find_first_of(".[", 1);
    std::string_view key = path.substr(0, end);
    path.remove_prefix(key.size());
    if (key[0] == '.') key.remove_prefix(1);
    if (!key.empty()) keys.emplace_back(key);
    if (path.starts_with(".")) path.remove_prefix(1);
  }
  return keys;
}

std::string WithSelf(std::string_view expression, std::string_view self) {
  std::string out;
  for (size_t at = 0; at < expression.size();) {
    const bool word = at == 0 || (!IsWord(expression[at - 1]) && expression[at - 1] != '.');
    if (word && expression.substr(at, 4) == "self" && (at + 4 == expression.size() || !IsWord(expression[at + 4]))) {
      out += self;
      at += 4;
    } else {
      out += expression[at++];
    }
  }
  return out;
}

}  // namespace weir::fix
