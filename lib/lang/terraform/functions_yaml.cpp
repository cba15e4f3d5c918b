// yamlencode() and yamldecode(), through libyaml: Terraform's own are a port of it.
#include <re2/re2.h>
#include <yaml.h>

#include <algorithm>
#include <map>

#include "lib/base/text.h"
#include "lib/lang/terraform/functions.h"

namespace weir::terraform {
namespace {

using enum BuiltIn::Unknowns;
using enum BuiltIn::Nulls;

// libyaml takes no null pointer, which an empty text may have.
yaml_char_t* Bytes(std::string_view text) { return reinterpret_cast<yaml_char_t*>(const_cast<char*>(text.empty() ? "" : text.data())); }

class Emitter {
 public:
  Emitter() {
    yaml_emitter_initialize(&emitter_);
    yaml_emitter_set_unicode(&emitter_, 1);
    yaml_emitter_set_output(&emitter_, [](void* out, unsigned char* data, size_t size) {
      static_cast<std::string*>(out)->append(reinterpret_cast<char*>(data), size);
      return 1;
    }, &text_);
  }
  Emitter(const Emitter&) = delete;
  Emitter& operator=(const Emitter&) = delete;
  ~Emitter() { yaml_emitter_delete(&emitter_); }

  bool Write(const Value& value, std::string& text) {
    yaml_event_t event;
    bool ok = yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING) && Emit(event);
    ok = ok && yaml_document_start_event_initialize(&event, nullptr, nullptr, nullptr, 1) && Emit(event) && Node(value);
    ok = ok && yaml_document_end_event_initialize(&event, 1) && Emit(event) && yaml_stream_end_event_initialize(&event) && Emit(event);
    yaml_emitter_flush(&emitter_);
    // The version that Terraform's is a port of marks the end of a document that is a plain scalar.
    const bool plain = value.kind == Kind::kNumber || value.kind == Kind::kBool || value.kind == Kind::kNull;
    text = text_ + (plain ? "...\n" : "");
    return ok;
  }

 private:
  bool Emit(yaml_event_t& event) { return yaml_emitter_emit(&emitter_, &event) != 0; }

  bool Scalar(std::string_view text, yaml_scalar_style_t style) {
    yaml_event_t event;
    const bool plain = style == YAML_PLAIN_SCALAR_STYLE;
    return yaml_scalar_event_initialize(&event, nullptr, nullptr, Bytes(text), int(text.size()), plain, !plain, style) && Emit(event);
  }
  bool Text(std::string_view text) {
    return Scalar(text, text.find('\n') != text.npos ? YAML_LITERAL_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
  }

  bool Node(const Value& v) {
    yaml_event_t event;
    switch (v.kind) {
      case Kind::kNull: return Scalar("null", YAML_PLAIN_SCALAR_STYLE);
      case Kind::kBool: return Scalar(v.boolean ? "true" : "false", YAML_PLAIN_SCALAR_STYLE);
      case Kind::kNumber: return v.number.IsFinite() && Scalar(v.number.ToString(), YAML_PLAIN_SCALAR_STYLE);
      case Kind::kString: return Text(v.text);
      case Kind::kList: case Kind::kSet: case Kind::kTuple:
        if (!yaml_sequence_start_event_initialize(&event, nullptr, nullptr, 1, YAML_BLOCK_SEQUENCE_STYLE) || !Emit(event)) return false;
        for (const Value* item : v.items)
          if (!Node(*item)) return false;
        return yaml_sequence_end_event_initialize(&event) && Emit(event);
      case Kind::kMap: case Kind::kObject:
        if (!yaml_mapping_start_event_initialize(&event, nullptr, nullptr, 1, YAML_BLOCK_MAPPING_STYLE) || !Emit(event)) return false;
        for (const Entry& e : v.entries)
          if (!Scalar(e.key, YAML_DOUBLE_QUOTED_SCALAR_STYLE) || !Node(*e.value)) return false;
        return yaml_mapping_end_event_initialize(&event) && Emit(event);
      case Kind::kUnknown: return false;
    }
    return false;
  }

  yaml_emitter_t emitter_;
  std::string text_;
};

const Value* YamlEncode(Args a, FunctionCallSite& site) {
  Value* out = nullptr;
  std::string text;
  if (ContainsUnknown(*a[0])) out = NewUnknown(site.context.arena, site.at);
  else if (!Emitter().Write(*a[0], text)) return Fail(site, "the value has no YAML text");
  else out = NewString(site.context.arena, site.context.arena.Copy(std::string_view(text)), site.at);
  out->structure = a[0];
  return out;
}

class Decoder {
 public:
  Decoder(std::string_view text, Span origin, FunctionCallSite& site) : site_(site), origin_(origin) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_input_string(&parser_, Bytes(text), text.size());
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }

  const Value* Run() {
    if (!Next() || !Next()) return Failed();
    if (event_.type != YAML_DOCUMENT_START_EVENT) return Fail(site_, "the document is empty");
    if (!Next()) return Failed();
    const Value* value = Node(0);
    if (value == nullptr) return Failed();
    if (!Next() || !Next()) return Failed();
    return event_.type == YAML_STREAM_END_EVENT ? value : Fail(site_, "there is more than one document");
  }

 private:
  static constexpr int kMaxDepth = 200;
  static constexpr size_t kMaxNodes = 1'000'000;  // aliases counted each time

  bool Next() {
    yaml_event_delete(&event_);
    if (yaml_parser_parse(&parser_, &event_)) return true;
    event_.type = YAML_NO_EVENT;
    return Explain(std::string(parser_.problem != nullptr ? parser_.problem : "no YAML") + " in line " + std::to_string(parser_.problem_mark.line + 1));
  }
  bool Explain(std::string why) {
    if (why_.empty()) why_ = std::move(why);
    return false;
  }
  const Value* Failed() { return Fail(site_, why_.empty() ? "no YAML text" : why_); }
  const Value* Wrong(std::string why) {
    Explain(std::move(why));
    return nullptr;
  }

  /// The node whose first event is the current one; afterwards the current event is its last.
  const Value* Node(int depth) {
    if (depth > kMaxDepth) return Wrong("the text is nested deeper than 200");
    if (++nodes_ > kMaxNodes || !site_.context.Spend(1, site_.at)) return Wrong("the text has too many nodes");
    switch (event_.type) {
      case YAML_ALIAS_EVENT: {
        const std::string name = reinterpret_cast<const char*>(event_.data.alias.anchor);
        const auto at = anchors_.find(name);
        return at != anchors_.end() ? at->second : Wrong("there is no anchor '" + name + "' before its use");
      }
      case YAML_SCALAR_EVENT: {
        const std::string anchor = AnchorOf(event_.data.scalar.anchor);
        return Anchored(anchor, Scalar());
      }
      case YAML_SEQUENCE_START_EVENT: {
        const std::string anchor = AnchorOf(event_.data.sequence_start.anchor);
        std::vector<const Value*> items;
        while (Next() && event_.type != YAML_SEQUENCE_END_EVENT) {
          items.push_back(Node(depth + 1));
          if (items.back() == nullptr) return nullptr;
        }
        if (event_.type != YAML_SEQUENCE_END_EVENT) return nullptr;
        return Anchored(anchor, NewSequence(site_.context.arena, Kind::kTuple, site_.context.arena.Copy(items), origin_));
      }
      case YAML_MAPPING_START_EVENT: return Mapping(depth);
      default: return Wrong("a value is missing");
    }
  }

  const Value* Mapping(int depth) {
    const std::string anchor = AnchorOf(event_.data.mapping_start.anchor);
    std::vector<Entry> merged, own;
    while (Next() && event_.type != YAML_MAPPING_END_EVENT) {
      const bool merge = event_.type == YAML_SCALAR_EVENT && event_.data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
                         std::string_view(reinterpret_cast<const char*>(event_.data.scalar.value), event_.data.scalar.length) == "<<";
      const Value* key = Node(depth + 1);
      if (key == nullptr) return nullptr;
      const Value* text = ToString(key, site_.context);
      if (text == nullptr || text->kind != Kind::kString) return Wrong("the key of a mapping is no text");
      if (!Next()) return nullptr;
      const Value* value = Node(depth + 1);
      if (value == nullptr) return nullptr;
      if (!merge) {
        own.push_back({text->text, value, {}});
      } else if (IsMapping(value->kind)) {
        merged.insert(merged.end(), value->entries.begin(), value->entries.end());
      } else {
        return Wrong("'<<' merges a mapping only");
      }
    }
    if (event_.type != YAML_MAPPING_END_EVENT) return nullptr;
    merged.insert(merged.end(), own.begin(), own.end());  // of equal keys the last one stays
    return Anchored(anchor, NewMapping(site_.context.arena, Kind::kObject, site_.context.arena.Copy(merged), origin_));
  }

  static std::string AnchorOf(const yaml_char_t* anchor) { return anchor != nullptr ? reinterpret_cast<const char*>(anchor) : ""; }
  const Value* Anchored(const std::string& anchor, const Value* value) {
    if (!anchor.empty() && value != nullptr) anchors_[anchor] = value;
    return value;
  }

  const Value* Scalar() {
    const auto& scalar = event_.data.scalar;
    const std::string_view text = site_.context.arena.Copy(std::string_view(reinterpret_cast<const char*>(scalar.value), scalar.length));
    const std::string tag = scalar.tag != nullptr ? reinterpret_cast<const char*>(scalar.tag) : "";
    Arena& arena = site_.context.arena;
    if (tag.empty()) {
      if (scalar.style != YAML_PLAIN_SCALAR_STYLE) return NewString(arena, text, origin_);
      return Plain(text);
    }
    constexpr std::string_view kCore = "tag:yaml.org,2002:";
    const std::string_view type = std::string_view(tag).starts_with(kCore) ? std::string_view(tag).substr(kCore.size()) : std::string_view();
    const bool core = type == "str" || type == "binary" || type == "int" || type == "float" || type == "bool" || type == "null" || type == "timestamp";
    if (core && (scalar.style != YAML_PLAIN_SCALAR_STYLE || type == "str" || type == "binary")) return NewString(arena, text, origin_);
    if (core) return Plain(text);
    return Wrong("the tag '" + tag + "' is not supported");
  }

  const Value* Plain(std::string_view text) {
    static constexpr std::string_view kNulls[] = {"", "~", "null", "Null", "NULL"};
    static constexpr std::string_view kTrue[] = {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"};
    static constexpr std::string_view kFalse[] = {"n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"};
    Arena& arena = site_.context.arena;
    const auto is = [&](std::span<const std::string_view> words) { return std::ranges::find(words, text) != words.end(); };
    if (is(kNulls)) return NewNull(arena, origin_);
    if (is(kTrue)) return NewBool(arena, true, origin_);
    if (is(kFalse)) return NewBool(arena, false, origin_);
    if (const auto number = NumberOfText(text)) return NewNumber(arena, *number, origin_);
    if (const std::string time = TimeOfText(text); !time.empty()) return NewString(arena, arena.Copy(std::string_view(time)), origin_);
    return NewString(arena, text, origin_);
  }

  /// A date ("2001-1-1") or a moment ("2001-12-14t21:59:43.1-05:00") as RFC 3339 has it, without fractions; empty where `text` is none.
  static std::string TimeOfText(std::string_view text) {
    static const RE2 pattern(R"((\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|[-+]\d{2}:\d{2}))?)");
    std::string year, month, day, hour, minute, second, zone;
    if (text.size() < 8 || text.size() > 40 || !RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern, &year, &month, &day, &hour, &minute, &second, &zone)) return {};
    const auto two = [](const std::string& s) { return s.size() < 2 ? "0" + s : s; };
    const std::string date = year + "-" + two(month) + "-" + two(day);
    return hour.empty() ? date + "T00:00:00Z" : date + "T" + two(hour) + ":" + minute + ":" + second + zone;
  }

  std::optional<Number> NumberOfText(std::string_view text) {
    Arena& arena = site_.context.arena;
    std::string_view digits = text;
    const bool sign = digits[0] == '-' || digits[0] == '+';
    if (sign) digits.remove_prefix(1);
    if (digits.empty() || !((digits[0] >= '0' && digits[0] <= '9') || digits[0] == '.')) return std::nullopt;
    if (digits == ".inf" || digits == ".Inf" || digits == ".INF") return Number::Divide(Number::FromInt(text[0] == '-' ? -1 : 1), Number(), arena);
    constexpr std::pair<std::string_view, int> kBases[] = {{"0x", 16}, {"0o", 8}};
    for (const auto& [prefix, base] : kBases)
      if (text.starts_with(prefix)) return Number::ParseInteger(text.substr(2), base, arena);
    return Number::Parse(text, arena);
  }

  FunctionCallSite& site_;
  Span origin_;
  yaml_parser_t parser_;
  yaml_event_t event_{};
  std::map<std::string, const Value*, std::less<>> anchors_;
  size_t nodes_ = 0;
  std::string why_;
};

const Value* YamlDecode(Args a, FunctionCallSite& site) {
  std::string_view text;
  if (!TextOf(a[0], site, text)) return Fail(site, "a text is needed");
  return Decoder(text, a[0]->origin, site).Run();
}

constexpr BuiltIn kFunctions[] = {
    {"yamldecode", 1, 1, kAny, YamlDecode},
    {"yamlencode", 1, 1, kSelf, YamlEncode, kAllowed},
};

}  // namespace

std::span<const BuiltIn> YamlFunctions() { return kFunctions; }

}  // namespace weir::terraform
