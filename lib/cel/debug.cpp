#include "lib/cel/debug.h"

#include <charconv>

#define RAPIDJSON_HAS_STDSTRING 1
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "lib/cel/functions.h"

namespace weir::cel {
namespace {

using Json = rapidjson::Value;
using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

std::string_view TextOf(const Json& json) {
  return json.IsString() ? std::string_view(json.GetString(), json.GetStringLength()) : std::string_view();
}

Value CallGlobal(EvalContext& context, std::string_view name, const Value& argument) {
  return context.functions.Find(name, false)->call({&argument, 1}, context);
}

// Numbers stand as text, as plain numbers or, for special doubles, as their names.
Value Converted(EvalContext& context, std::string_view to, const Json& json) {
  if (json.IsString()) return CallGlobal(context, to, Value::String(context.Keep(TextOf(json))));
  if (json.IsInt64()) return CallGlobal(context, to, Value::Int(json.GetInt64()));
  if (json.IsNumber()) return CallGlobal(context, to, Value::Double(json.GetDouble()));
  return Value::Error("a binding is no number");
}

Value Read(const Json& json, EvalContext& context, int depth) {
  if (!json.IsObject() || json.MemberCount() != 1 || depth > 100)
    return Value::Error("a binding is no typed value");
  const std::string_view kind = TextOf(json.MemberBegin()->name);
  const Json& v = json.MemberBegin()->value;
  if (kind == "null") return Value::Null();
  if (kind == "bool") return Value::Bool(v.IsBool() && v.GetBool());
  if (kind == "string") return Value::String(context.Keep(TextOf(v)));
  if (kind == "bytes") return CallGlobal(context, "base64.decode", Value::String(context.Keep(TextOf(v))));
  if (kind == "int" || kind == "uint" || kind == "double" || kind == "timestamp" || kind == "duration")
    return Converted(context, kind, v);
  if (kind == "type") return Value::TypeName(context.Keep(TextOf(v)));
  if (kind == "enum" && v.IsArray() && v.Size() == 2) return Converted(context, "int", v[1]);
  if (kind == "unknown") return Value::Unknown();
  if (kind == "list" && v.IsArray()) {
    auto items = context.NewList(v.Size());
    for (rapidjson::SizeType i = 0; i < v.Size(); ++i) items[i] = Read(v[i], context, depth + 1);
    return Value::List(items);
  }
  if (kind == "map" && v.IsArray()) {
    auto fields = context.arena.NewArray<MapEntry>(v.Size());
    for (rapidjson::SizeType i = 0; i < v.Size(); ++i)
      if (v[i].IsArray() && v[i].Size() == 2)
        fields[i] = {Read(v[i][0], context, depth + 1), Read(v[i][1], context, depth + 1)};
    return Value::Map(fields);
  }
  return Value::Error("a binding has an unknown type");
}

void Member(Writer& out, const char* name, std::string_view text) {
  out.Key(name);
  out.String(text.data(), rapidjson::SizeType(text.size()));
}

void Write(const Value& v, Writer& out, EvalContext& context) {
  out.StartObject();
  switch (v.type) {
    case Type::kNull:
      out.Key("null"), out.Bool(true);
      break;
    case Type::kBool:
      out.Key("bool"), out.Bool(v.boolean);
      break;
    case Type::kInt:
      Member(out, "int", std::to_string(v.integer));
      break;
    case Type::kUint:
      Member(out, "uint", std::to_string(v.natural));
      break;
    case Type::kDouble: {
      std::string text = RealText(v.real);
      if (text == "+Inf") text = "Infinity";
      if (text == "-Inf") text = "-Infinity";
      if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
      Member(out, "double", text);
      break;
    }
    case Type::kString:
      Member(out, "string", v.text);
      break;
    case Type::kBytes:
      Member(out, "bytes", CallGlobal(context, "base64.encode", v).text);
      break;
    case Type::kType:
      Member(out, "type", v.text);
      break;
    case Type::kTimestamp:
      Member(out, "timestamp", TimestampText(v.instant));
      break;
    case Type::kDuration:
      Member(out, "duration", DurationText(v.integer));
      break;
    case Type::kIp:
    case Type::kCidr:
      Member(out, v.is(Type::kIp) ? "ip" : "cidr", AddressText(*v.address, v.is(Type::kCidr)));
      break;
    case Type::kList:
      out.Key("list"), out.StartArray();
      for (size_t i = 0; i < v.size(); ++i) Write(v.At(i), out, context);
      out.EndArray();
      break;
    case Type::kMap:
      out.Key("map"), out.StartArray();
      for (size_t i = 0; i < v.size(); ++i) {
        out.StartArray();
        Write(v.At(i), out, context);
        Write(v.EntryAt(i), out, context);
        out.EndArray();
      }
      out.EndArray();
      break;
    case Type::kOptional:
      out.Key("optional");
      if (v.held == nullptr)
        out.Null();
      else
        Write(*v.held, out, context);
      break;
    case Type::kUnknown:
      out.Key("unknown"), out.Bool(true);
      break;
    case Type::kError:
      Member(out, "error", v.text);
      break;
  }
  out.EndObject();
}

}  // namespace

std::string DebugLine(std::string_view line) {
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  const auto failed = [&](std::string_view why) {
    out.StartObject();
    Member(out, "eval_error", why);
    out.EndObject();
    return std::string(buffer.GetString(), buffer.GetSize());
  };
  rapidjson::Document json;
  json.Parse<rapidjson::kParseIterativeFlag>(line.data(), line.size());
  if (json.HasParseError() || !json.IsObject() || !json.HasMember("expr"))
    return failed("the line is no JSON object with \"expr\"");
  const FunctionTable functions;
  EvalContext context(functions);
  Environment environment{{}, &functions};
  std::vector<Value> slots;
  if (json.HasMember("bindings") && json["bindings"].IsObject()) {
    const Json& bindings = json["bindings"];
    for (auto at = bindings.MemberBegin(), end = bindings.MemberEnd(); end - at > 0; ++at) {
      environment.variables.push_back(TextOf(at->name));
      slots.push_back(Read(at->value, context, 0));
    }
  }
  if (json.HasMember("container")) environment.container = TextOf(json["container"]);
  if (json.HasMember("disable_check"))
    environment.check = !(json["disable_check"].IsBool() && json["disable_check"].GetBool());
  CompileError error;
  const std::vector<std::byte> program = Compile(TextOf(json["expr"]), environment, error);
  if (program.empty()) return failed(std::to_string(error.offset) + ": " + error.message);
  const Value result = Evaluate(program, slots, context);
  if (result.is(Type::kError)) return failed(result.text);
  if (result.is(Type::kUnknown)) return "{\"unknown\":true}";
  out.StartObject();
  out.Key("value");
  Write(result, out, context);
  out.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace weir::cel
