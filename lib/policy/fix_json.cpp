#include "lib/policy/fix_json.h"

#include <charconv>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <yaml-cpp/yaml.h>

namespace weir::policy {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void WriteValue(const YAML::Node& node, Writer& out) {
  if (node.IsSequence()) {
    out.StartArray();
    for (const auto& item : node) WriteValue(item, out);
    out.EndArray();
    return;
  }
  if (node.IsMap()) {
    out.StartObject();
    for (const auto& item : node) {
      out.Key(item.first.Scalar().c_str());
      WriteValue(item.second, out);
    }
    out.EndObject();
    return;
  }
  const std::string text = node.IsNull() ? "" : node.Scalar();
  const bool plain = node.Tag() != "!";
  int64_t integer = 0;
  const auto number = std::from_chars(text.data(), text.data() + text.size(), integer);
  if (node.IsNull()) out.Null();
  else if (plain && (text == "true" || text == "false")) out.Bool(text == "true");
  else if (plain && !text.empty() && number.ec == std::errc() && number.ptr == text.data() + text.size()) out.Int64(integer);
  else out.String(text.c_str(), rapidjson::SizeType(text.size()));
}

struct Gathered {
  bool suggest = false;
  std::string reason;
};

bool WriteEdits(const YAML::Node& fix, Writer& out, Gathered& gathered, std::string& why) {
  for (const auto& item : fix) {
    const std::string op = item.first.Scalar();
    if (op == "suggest") {
      gathered.suggest = item.second.Scalar() == "true";
    } else if (op == "reason") {
      gathered.reason = item.second.Scalar();
    } else if (op == "set" || op == "append" || op == "replace" || op == "add_block" || op == "rename") {
      if (!item.second.IsMap()) return why = "'" + op + "' needs a mapping from paths to values", false;
      for (const auto& entry : item.second) {
        out.StartObject();
        out.Key("op"), out.String(op.c_str());
        out.Key("path"), out.String(entry.first.Scalar().c_str());
        out.Key("value"), WriteValue(entry.second, out);
        out.EndObject();
      }
    } else if (op == "remove") {
      if (!item.second.IsSequence()) return why = "'remove' needs a list of paths", false;
      for (const auto& path : item.second) {
        out.StartObject();
        out.Key("op"), out.String("remove");
        out.Key("path"), out.String(path.Scalar().c_str());
        out.EndObject();
      }
    } else if (op == "add_resource") {
      if (!item.second.IsMap() || !item.second["type"]) return why = "'add_resource' needs type, name and body", false;
      out.StartObject();
      out.Key("op"), out.String("add_resource");
      out.Key("value"), WriteValue(item.second, out);
      out.EndObject();
    } else {
      return why = "there is no edit '" + op + "'; there is set, remove, append, replace, rename, add_block, add_resource, suggest and reason", false;
    }
  }
  return true;
}

}  // namespace

std::string FixToJson(const YAML::Node& fix, std::string& why) {
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  Gathered gathered;
  out.StartObject();
  out.Key("edits");
  out.StartArray();
  if (fix.IsSequence()) {
    for (const auto& part : fix)
      if (!WriteEdits(part, out, gathered, why)) return {};
  } else if (!fix.IsMap() || !WriteEdits(fix, out, gathered, why)) {
    if (why.empty()) why = "'fix' is a mapping of edits, or a list of them";
    return {};
  }
  out.EndArray();
  out.Key("suggest"), out.Bool(gathered.suggest);
  out.Key("reason"), out.String(gathered.reason.c_str());
  out.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace weir::policy
