#include "lib/lang/tfplan/reader.h"

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <string>

#include "lib/base/text.h"

namespace weir::tfplan {
namespace {

// Which of the two sections with values is kept.
enum class Section : uint8_t { kChanges, kPlannedValues };

struct Read {
  PlanText plan;
  const Value* format_version = nullptr;
  const Value* errored = nullptr;
  const Value* planned_values = nullptr;
  bool has_changes = false, has_planned_values = false, is_state = false;
};

// RapidJSON's events. Depths: 1 is the plan's object, 3 an element of resource_changes, 4 its `change`.
class Handler {
 public:
  Handler(std::string_view text, FileId file, const rapidjson::StringStream& stream, Section section, Arena& arena, const Limits& limits, Read& out)
      : text_(text), file_(file), stream_(stream), section_(section), arena_(arena), limits_(limits), out_(out) {}

  bool Null() { return Scalar([&] { return NewNull(arena_, Before(4)); }); }
  bool Bool(bool b) { return Scalar([&] { return NewBool(arena_, b, Before(b ? 4 : 5)); }); }
  bool RawNumber(const char* s, rapidjson::SizeType n, bool) {
    return Scalar([&] {
      const Span at{file_, uint32_t(stream_.Tell()), n};
      const auto number = Number::Parse({s, n}, arena_);
      return number ? NewNumber(arena_, *number, at) : NewUnknown(arena_, at);
    });
  }
  bool String(const char* s, rapidjson::SizeType n, bool) {
    return Scalar([&] {
      utf8_ &= IsValidUtf8({s, n});
      return NewString(arena_, arena_.Copy(std::string_view(s, n)), StringSpan());
    });
  }
  // Numbers come as text.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }

  bool Key(const char* s, rapidjson::SizeType n, bool) {
    const std::string_view key(s, n);
    if (!frames_.empty()) {
      frames_.back().key = arena_.Copy(key);
      frames_.back().key_span = StringSpan();
    } else if (depth_ == 1) {
      top_ = key == "resource_changes" ? Top::kChanges : Top::kOther;
      out_.has_changes |= top_ == Top::kChanges;
      out_.has_planned_values |= key == "planned_values";
      out_.is_state |= key == "values";
      slot_ = key == "format_version"   ? &out_.format_version
              : key == "errored"        ? &out_.errored
              : key == "configuration" ? &out_.plan.configuration
              : key == "planned_values" && section_ == Section::kPlannedValues ? &out_.planned_values
                                                                                : nullptr;
    } else if (top_ == Top::kChanges && section_ == Section::kChanges && (depth_ == 3 || depth_ == 4)) {
      slot_ = depth_ == 3 ? OfChange(key) : in_change_ ? OfAction(key) : nullptr;
      if (depth_ == 3) in_change_ = key == "change";
    }
    return true;
  }

  bool StartObject() { return Start(true); }
  bool StartArray() { return Start(false); }
  bool EndObject(rapidjson::SizeType) { return End(true); }
  bool EndArray(rapidjson::SizeType) { return End(false); }

  bool utf8() const { return utf8_; }
  bool too_deep() const { return too_deep_; }
  bool too_large() const { return too_large_; }

 private:
  enum class Top : uint8_t { kOther, kChanges };
  struct Frame {
    size_t start;              // byte of the brace
    size_t first;              // of its entries
    std::string_view key;      // of the value that comes next
    Span key_span;
  };

  const Value** OfChange(std::string_view key) {
    Change& c = out_.plan.changes.back();
    if (key == "address") return &c.address;
    if (key == "module_address") return &c.module_address;
    if (key == "mode") return &c.mode;
    if (key == "type") return &c.type;
    if (key == "name") return &c.name;
    if (key == "index") return &c.index;
    return key == "deposed" ? &c.deposed : nullptr;
  }
  const Value** OfAction(std::string_view key) {
    Change& c = out_.plan.changes.back();
    if (key == "actions") return &c.actions;
    if (key == "after") return &c.after;
    if (key == "after_unknown") return &c.after_unknown;
    return key == "after_sensitive" ? &c.after_sensitive : nullptr;
  }

  // RapidJSON reads texts and numbers on a copy of the stream: at their event it still stands where they begin; at all others, behind.
  Span StringSpan() const {
    const size_t start = stream_.Tell();
    size_t end = start + 1;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    return {file_, uint32_t(start), uint32_t(std::min(end + 1, text_.size()) - start)};
  }
  Span Before(uint32_t bytes) const { return {file_, uint32_t(stream_.Tell()) - bytes, bytes}; }
  Span SpanFrom(size_t start) const { return {file_, uint32_t(start), uint32_t(stream_.Tell() - start)}; }

  template <typename Make>
  bool Scalar(Make make) {
    if (slot_ != nullptr || !frames_.empty()) Deliver(make());
    return !too_large_;
  }

  bool Start(bool object) {
    if (++depth_ > limits_.depth) return too_deep_ = true, false;
    if (slot_ != nullptr || !frames_.empty()) {
      frames_.push_back({stream_.Tell() - 1, entries_.size(), {}, {}});
    } else if (object && depth_ == 3 && top_ == Top::kChanges && section_ == Section::kChanges) {
      out_.plan.changes.emplace_back().span = Before(1);
      in_change_ = false;
    }
    return true;
  }

  bool End(bool object) {
    --depth_;
    if (!frames_.empty()) {
      const Frame frame = frames_.back();
      frames_.pop_back();
      const Span span = SpanFrom(frame.start);
      const std::span<const Entry> own(entries_.data() + frame.first, entries_.size() - frame.first);
      const Value* made = nullptr;
      if (object) {
        auto entries = arena_.NewArray<Entry>(own.size());
        std::copy(own.begin(), own.end(), entries.begin());
        made = NewMapping(arena_, Kind::kObject, entries, span);
      } else {
        auto items = arena_.NewArray<const Value*>(own.size());
        for (size_t i = 0; i < own.size(); ++i) items[i] = own[i].value;
        made = NewSequence(arena_, Kind::kTuple, items, span);
      }
      entries_.resize(frame.first);
      Deliver(made);
    } else if (object && depth_ == 2 && top_ == Top::kChanges && section_ == Section::kChanges && !out_.plan.changes.empty()) {
      Change& c = out_.plan.changes.back();
      c.span = SpanFrom(c.span.offset);
    }
    return !too_large_;
  }

  void Deliver(const Value* value) {
    if (frames_.empty()) {
      *slot_ = value;
      slot_ = nullptr;
      too_large_ = arena_.bytes_reserved() > limits_.scope_memory;
    } else {
      entries_.push_back({frames_.back().key, value, frames_.back().key_span});
    }
  }

  std::string_view text_;
  FileId file_;
  const rapidjson::StringStream& stream_;
  Section section_;
  Arena& arena_;
  const Limits& limits_;
  Read& out_;
  uint32_t depth_ = 0;
  Top top_ = Top::kOther;
  bool in_change_ = false, utf8_ = true, too_deep_ = false, too_large_ = false;
  const Value** slot_ = nullptr;  // where the value that comes next is kept; null: it is read over
  std::vector<Frame> frames_;     // of the value that is being made
  std::vector<Entry> entries_;
};

Status Parse(std::string_view text, FileId file, Section section, Arena& arena, const Limits& limits, Read& out) {
  rapidjson::StringStream stream(text.data());
  Handler handler(text, file, stream, section, arena, limits, out);
  rapidjson::Reader reader;
  reader.Parse<rapidjson::kParseNumbersAsStringsFlag>(stream, handler);
  if (handler.too_deep()) return {Code::kLimit, "the plan is nested more deeply than " + std::to_string(limits.depth) + " levels"};
  if (handler.too_large()) return {Code::kLimit, "what the plan will create takes more memory than is allowed (limits.scope_memory)"};
  if (reader.HasParseError() || stream.Tell() < text.size()) {
    const bool cut = reader.GetErrorOffset() >= text.size();
    return {Code::kInvalid, cut ? "the JSON ends in the middle of the plan, after " + std::to_string(text.size()) + " bytes; it was cut off"
                                : "no JSON: " + std::string(rapidjson::GetParseError_En(reader.GetParseErrorCode())) + " (byte " + std::to_string(reader.GetErrorOffset()) + ")"};
  }
  if (!handler.utf8()) return {Code::kInvalid, "the plan is not UTF-8 text"};
  return {};
}

/// Resources of planned_values, as if each was to be created.
void AddPlanned(const Value* module, std::vector<Change>& out) {
  if (module == nullptr || !IsMapping(module->kind)) return;
  if (const Value* resources = module->Get("resources"); resources != nullptr && IsSequence(resources->kind))
    for (const Value* r : resources->items) {
      Change c;
      c.address = r->Get("address");
      c.module_address = module->Get("address");
      c.mode = r->Get("mode");
      c.type = r->Get("type");
      c.name = r->Get("name");
      c.index = r->Get("index");
      c.after = r->Get("values");
      c.after_sensitive = r->Get("sensitive_values");
      c.span = r->origin;
      out.push_back(c);
    }
  if (const Value* children = module->Get("child_modules"); children != nullptr && IsSequence(children->kind))
    for (const Value* child : children->items) AddPlanned(child, out);
}

bool Supported(std::string_view version) { return version.starts_with("0.") || version.starts_with("1."); }

}  // namespace

Result<PlanText> ReadPlanText(std::string_view text, FileId file, Arena& arena, const Limits& limits) {
  if (text.starts_with("PK")) return Status(Code::kInvalid, "this is a saved plan; give weir what `terraform show -json` makes of it");
  Read read;
  if (Status status = Parse(text, file, Section::kChanges, arena, limits, read); !status.ok()) return status;
  const bool version = read.format_version != nullptr && read.format_version->kind == Kind::kString;
  if (!version) return Status(Code::kInvalid, "the JSON is no plan: it has no format_version; give weir what `terraform show -json PLANFILE` prints");
  if (!Supported(read.format_version->text))
    return Status(Code::kInvalid, "the plan's format_version is " + std::string(read.format_version->text.substr(0, 20)) + "; weir reads 0.1 to 1.x");
  if (!read.has_changes && !read.has_planned_values)
    return Status(Code::kInvalid, read.is_state ? "this is a state, not a plan: `terraform show -json` needs the plan's file" : "the plan has neither resource_changes nor planned_values");
  if (!read.has_changes) {
    if (Status status = Parse(text, file, Section::kPlannedValues, arena, limits, read); !status.ok()) return status;
    if (read.planned_values != nullptr) AddPlanned(read.planned_values->Get("root_module"), read.plan.changes);
  }
  read.plan.errored = read.errored != nullptr && read.errored->kind == Kind::kBool && read.errored->boolean;
  return std::move(read.plan);
}

}  // namespace weir::tfplan
