#include "lib/lang/terraform/json_body.h"

#include <algorithm>
#include <unordered_set>

#include "lib/base/text.h"

namespace weir::terraform {
namespace {

using hcl::As;
using hcl::Expr;
using hcl::If;

/// A recursive descent over JSON that makes expressions at once. After the first error every call returns
/// quickly.
class Reader {
 public:
  Reader(std::string_view source, FileId file, Arena& arena, const Limits& limits, bool templates)
      : source_(source), file_(file), arena_(arena), limits_(limits), templates_(templates) {
    if (source_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
  }

  const hcl::ObjectCons* ReadFile() {
    SkipSpace();
    if (at_ < source_.size() && source_[at_] != '{' && source_[at_] != '[')
      Fail("Unexpected value", "The root of a JSON configuration file must be an object.");
    const Expr* root = ReadValue(0);
    SkipSpace();
    if (!failed_ && at_ != source_.size())
      Fail("Extraneous data after value", "Only one value may be in the file.");
    return If<hcl::ObjectCons>(root);
  }

  std::vector<hcl::SyntaxError> TakeErrors() { return std::move(errors_); }

 private:
  Span From(size_t start) const { return {file_, uint32_t(start), uint32_t(at_ - start)}; }

  void SkipSpace() {
    while (at_ < source_.size() &&
           (source_[at_] == ' ' || source_[at_] == '\n' || source_[at_] == '\r' || source_[at_] == '\t'))
      ++at_;
  }

  const Expr* Fail(std::string_view summary, std::string_view detail) {
    const size_t start = std::min(at_, source_.size());
    if (!failed_)
      errors_.push_back({{file_, uint32_t(start), start < source_.size() ? 1u : 0u}, summary, detail});
    failed_ = true;
    at_ = source_.size();
    auto* error = arena_.New<hcl::ErrorExpr>();
    error->kind = hcl::ExprKind::kError;
    error->span = {file_, uint32_t(start), 0};
    return error;
  }

  template <typename T>
  T* Make(Span span, uint32_t height = 1) {
    T* node = arena_.New<T>();
    node->kind = T::kKind;
    node->span = span;
    node->height = uint16_t(std::min<uint32_t>(height, UINT16_MAX));
    return node;
  }

  const Expr* ReadValue(uint32_t depth) {
    SkipSpace();
    if (at_ >= source_.size()) return Fail("Missing value", "The JSON data ends before its value.");
    if (depth > limits_.depth) return Fail("Nesting too deep", "Values are nested deeper than weir reads.");
    switch (source_[at_]) {
      case '{':
        return ReadObject(depth);
      case '[':
        return ReadArray(depth);
      case '"':
        return ReadStringValue();
      default:
        return ReadWord();
    }
  }

  const Expr* ReadWord() {
    const size_t start = at_;
    while (at_ < source_.size() &&
           std::string_view(" \t\r\n,]}:").find(source_[at_]) == std::string_view::npos)
      ++at_;
    const std::string_view word = source_.substr(start, at_ - start);
    auto* literal = Make<hcl::LiteralValue>(From(start));
    literal->text = word;
    if (word == "true" || word == "false") {
      literal->type = hcl::LiteralType::kBool;
      literal->boolean = word == "true";
    } else if (word == "null") {
      literal->type = hcl::LiteralType::kNull;
    } else if (IsNumber(word)) {
      literal->type = hcl::LiteralType::kNumber;
    } else {
      at_ = start;
      return Fail("Invalid JSON keyword",
                  "Only true, false, null, numbers, strings, arrays and objects are values.");
    }
    return literal;
  }

  static bool IsNumber(std::string_view word) {
    size_t at = !word.empty() && word[0] == '-' ? 1 : 0;
    const auto digits = [&] {
      const size_t start = at;
      while (at < word.size() && word[at] >= '0' && word[at] <= '9') ++at;
      return at > start;
    };
    if (!digits()) return false;
    if (at < word.size() && word[at] == '.' && (++at, !digits())) return false;
    if (at < word.size() && (word[at] == 'e' || word[at] == 'E')) {
      if (++at < word.size() && (word[at] == '+' || word[at] == '-')) ++at;
      if (!digits()) return false;
    }
    return at == word.size();
  }

  /// Reads a string and decodes it; a view into the source where it holds no escapes.
  std::string_view ReadString() {
    const size_t start = ++at_;
    bool escaped = false;
    while (at_ < source_.size() && source_[at_] != '"' && source_[at_] != '\n') {
      if (source_[at_] == '\\') {
        escaped = true;
        ++at_;
      }
      ++at_;
    }
    if (at_ >= source_.size() || source_[at_] != '"') {
      at_ = start - 1;
      Fail("Invalid string", "The string is not closed on its line.");
      return {};
    }
    const std::string_view raw = source_.substr(start, at_ - start);
    ++at_;
    return escaped ? Decode(raw) : raw;
  }

  static int Hex4(std::string_view raw, size_t at) {
    if (at + 4 > raw.size()) return -1;
    int value = 0;
    for (size_t i = at; i < at + 4; ++i) {
      const char c = raw[i];
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return -1;
      value = value * 16 + digit;
    }
    return value;
  }

  std::string_view Decode(std::string_view raw) {
    std::string out;
    for (size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] != '\\' || i + 1 >= raw.size()) {
        out += raw[i];
        continue;
      }
      const char c = raw[++i];
      constexpr std::string_view kFrom = "nrtbf\"\\/", kTo = "\n\r\t\b\f\"\\/";
      if (const size_t which = kFrom.find(c); which != std::string_view::npos) {
        out += kTo[which];
        continue;
      }
      int code = c == 'u' ? Hex4(raw, i + 1) : -1;
      if (code < 0) {
        Fail("Invalid escape sequence",
             "A backslash in a JSON string must be doubled or begin a known escape.");
        return {};
      }
      i += 4;
      if (code >= 0xD800 && code < 0xDC00 && i + 2 < raw.size() && raw[i + 1] == '\\' && raw[i + 2] == 'u') {
        const int low = Hex4(raw, i + 3);
        if (low >= 0xDC00 && low < 0xE000) {
          code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
          i += 6;
        }
      }
      AppendUtf8(out, char32_t(code));
    }
    return arena_.Copy(std::string_view(out));
  }

  static bool HasSequence(std::string_view text) {
    return text.find("${") != std::string_view::npos || text.find("%{") != std::string_view::npos;
  }

  const Expr* ReadStringValue() {
    const size_t start = at_;
    const std::string_view text = ReadString();
    return StringExpr(text, From(start));
  }

  const Expr* StringExpr(std::string_view text, Span span) {
    if (templates_ && !failed_ && HasSequence(text)) {
      // Between the quotes, where the text stands there as it is; the whole string where escapes moved it.
      const Span inside = {file_, span.offset + 1, span.length - 2};
      const auto parsed =
          hcl::ParseTemplate(text, inside.length == text.size() ? inside : span, arena_, limits_);
      errors_.insert(errors_.end(), parsed.errors.begin(), parsed.errors.end());
      return parsed.expr;
    }
    auto* literal = Make<hcl::LiteralValue>({file_, span.offset + 1, span.length >= 2 ? span.length - 2 : 0});
    literal->type = hcl::LiteralType::kString;
    literal->text = text;
    auto* whole = Make<hcl::Template>(span, 2);
    auto parts = arena_.NewArray<const Expr*>(1);
    parts[0] = literal;
    whole->parts = parts;
    return whole;
  }

  const Expr* ReadArray(uint32_t depth) {
    const size_t start = at_++;
    std::vector<const Expr*> items;
    uint32_t height = 0;
    SkipSpace();
    if (at_ < source_.size() && source_[at_] == ']') {
      ++at_;
    } else {
      while (!failed_) {
        items.push_back(ReadValue(depth + 1));
        height = std::max<uint32_t>(height, items.back()->height);
        SkipSpace();
        if (at_ < source_.size() && source_[at_] == ']') {
          ++at_;
          break;
        }
        if (at_ >= source_.size() || source_[at_] != ',')
          Fail("Missing comma", "Elements need commas between them.");
        ++at_;
      }
    }
    if (failed_) at_ = source_.size();
    auto* tuple = Make<hcl::TupleCons>(From(start), height + 1);
    tuple->items = arena_.Copy(items);
    return tuple;
  }

  const Expr* ReadObject(uint32_t depth) {
    const size_t start = at_++;
    std::vector<hcl::ObjectItem> items;
    uint32_t height = 0;
    SkipSpace();
    if (at_ < source_.size() && source_[at_] == '}') {
      ++at_;
    } else {
      while (!failed_) {
        SkipSpace();
        if (at_ >= source_.size() || source_[at_] != '"') {
          Fail("Invalid object", "A property name must be a string in quotes.");
          break;
        }
        const size_t key_start = at_;
        const std::string_view key = ReadString();
        const Span key_span = From(key_start);
        SkipSpace();
        if (failed_ || at_ >= source_.size() || source_[at_] != ':') {
          Fail("Missing property value colon", "A colon must stand between a property's name and its value.");
          break;
        }
        ++at_;
        const Expr* value = ReadValue(depth + 1);
        items.push_back({MakeKey(key, key_span), value});
        height = std::max<uint32_t>(height, value->height);
        SkipSpace();
        if (at_ < source_.size() && source_[at_] == '}') {
          ++at_;
          break;
        }
        if (at_ >= source_.size() || source_[at_] != ',')
          Fail("Missing comma", "Properties need commas between them.");
        ++at_;
      }
    }
    if (failed_) at_ = source_.size();
    auto* object = Make<hcl::ObjectCons>(From(start), height + 1);
    object->items = arena_.Copy(items);
    return object;
  }

  const hcl::ObjectKey* MakeKey(std::string_view text, Span span) {
    auto* key = Make<hcl::ObjectKey>(span, 3);
    if (text.empty() || (templates_ && HasSequence(text)))
      key->wrapped = StringExpr(text, span);
    else
      key->literal_name = text;
    return key;
  }

  std::string_view source_;
  FileId file_;
  Arena& arena_;
  const Limits& limits_;
  bool templates_;
  size_t at_ = 0;
  bool failed_ = false;
  std::vector<hcl::SyntaxError> errors_;
};

/// Number of labels that a top-level block has; -1 where there is no such block.
int LabelsOf(std::string_view type) {
  if (type == "resource" || type == "data" || type == "ephemeral") return 2;
  if (type == "variable" || type == "output" || type == "module" || type == "provider" || type == "check")
    return 1;
  if (type == "locals" || type == "terraform" || type == "moved" || type == "removed" || type == "import")
    return 0;
  return -1;
}

/// Which properties of a body are blocks: none (all are values), those that Terraform itself knows, or also
/// what looks like a provider's.
enum class Nesting : uint8_t { kNone, kOwn, kAny };

class Converter {
 public:
  Converter(FileId file, Arena& arena, const Limits& limits, std::vector<hcl::SyntaxError>& errors)
      : file_(file), arena_(arena), limits_(limits), errors_(errors) {}

  void Top(const hcl::ObjectCons& root, std::vector<const hcl::Block*>& out) {
    for (const hcl::ObjectItem& item : root.items) {
      const std::string_view type = item.key->literal_name;
      if (type == "//") continue;
      const int labels = LabelsOf(type);
      if (labels < 0) {
        errors_.push_back(
            {item.key->span, "Unsupported block type", "No block of this name is expected here."});
        continue;
      }
      hcl::Label none[2];
      Descend(type, item.key->span, *item.value, {none, 0}, labels, none, NestingOf(type), out);
    }
  }

  /// The properties of the body of a block of `type`: blocks where `nesting` tells that they are, else
  /// attributes.
  const hcl::Body* MakeBody(const hcl::ObjectCons& object, std::string_view type, Nesting nesting) {
    std::vector<const hcl::Attribute*> attributes;
    std::vector<const hcl::Block*> blocks;
    std::unordered_set<std::string_view> seen;
    for (const hcl::ObjectItem& item : object.items) {
      const std::string_view name = item.key->literal_name;
      if (name.empty() || name == "//") continue;
      Nesting inner = nesting;
      const int labels = NestedLabels(type, name, *item.value, nesting, inner);
      if (labels >= 0) {
        hcl::Label storage[2];
        Descend(name, item.key->span, *item.value, {storage, 0}, labels, storage, inner, blocks);
        continue;
      }
      if (!seen.insert(name).second) {
        errors_.push_back({item.key->span, "Duplicate argument", "The argument is set already; each may be set only once."});
        continue;
      }
      auto* attribute = arena_.New<hcl::Attribute>();
      attribute->name = name;
      attribute->name_span = item.key->span;
      attribute->equals_span = {file_, item.key->span.end(), 0};
      attribute->expr = type == "variable" && name == "type" ? TypeOf(*item.value) : item.value;
      attribute->span = Cover(item.key->span, item.value->span);
      attributes.push_back(attribute);
    }
    auto* body = arena_.New<hcl::Body>();
    body->attributes = arena_.Copy(attributes);
    body->blocks = arena_.Copy(blocks);
    body->span = object.span;
    return body;
  }

 private:
  // A property may hold one object or an array of them at every level.
  void Descend(std::string_view type, Span header, const Expr& value, std::span<const hcl::Label> labels,
               int missing, hcl::Label* storage, Nesting nesting, std::vector<const hcl::Block*>& out) {
    if (const auto* array = If<hcl::TupleCons>(&value)) {
      for (const Expr* item : array->items)
        if (item->kind != hcl::ExprKind::kTuple)
          Descend(type, header, *item, labels, missing, storage, nesting, out);
      return;
    }
    const auto* object = If<hcl::ObjectCons>(&value);
    if (object == nullptr) {
      if (value.kind != hcl::ExprKind::kError)
        errors_.push_back(
            {value.span, "Incorrect JSON value type", "An object or an array of objects must be here."});
      return;
    }
    if (missing > 0) {
      for (const hcl::ObjectItem& item : object->items) {
        storage[labels.size()] = {item.key->literal_name, item.key->span, true};
        const Nesting of = type == "resource" && item.key->literal_name == "terraform_data" ? Nesting::kOwn : nesting;
        Descend(type, item.key->span, *item.value, {storage, labels.size() + 1}, missing - 1, storage, of, out);
      }
      return;
    }
    auto* block = arena_.New<hcl::Block>();
    block->type = type;
    block->type_span = header;
    auto copies = arena_.NewArray<hcl::Label>(labels.size());
    std::copy(labels.begin(), labels.end(), copies.begin());
    block->labels = copies;
    block->header_span = header;
    block->body_span = object->span;
    block->span = Cover(header, object->span);
    block->body = MakeBody(*object, type, nesting);
    out.push_back(block);
  }

  static Nesting NestingOf(std::string_view type) {
    if (type == "resource" || type == "data" || type == "ephemeral" || type == "provider") return Nesting::kAny;
    return type == "locals" || type == "module" ? Nesting::kNone : Nesting::kOwn;
  }

  /// How many labels the block has that the property `name` of a `type` block stands for; -1 where it is an
  /// argument. `inner` becomes what holds inside of it.
  static int NestedLabels(std::string_view type, std::string_view name, const Expr& value, Nesting nesting,
                          Nesting& inner) {
    if (nesting == Nesting::kNone) return -1;
    if (!IsObjects(value)) return -1;
    if (name == "dynamic") return 1;
    if (name == "content" && type == "dynamic") return 0;
    inner = Nesting::kOwn;
    if (name == "provisioner" || (type == "terraform" && name == "backend") || (type == "terraform" && name == "provider_meta")) return 1;
    if (type == "check" && name == "data") return inner = Nesting::kAny, 2;
    constexpr std::string_view kOwn[] = {"lifecycle", "precondition", "postcondition", "connection", "validation", "assert", "cloud",
                                         "workspaces", "required_providers", "timeouts"};
    if (std::find(std::begin(kOwn), std::end(kOwn), name) != std::end(kOwn)) return 0;
    inner = nesting;
    if (nesting == Nesting::kOwn || type == "dynamic") return -1;
    return LooksLikeBlocks(name, value) ? 0 : -1;
  }

  /// One object, or an array of nothing but objects.
  static bool IsObjects(const Expr& value) {
    if (value.kind == hcl::ExprKind::kObject) return true;
    const auto* array = If<hcl::TupleCons>(&value);
    return array != nullptr && !array->items.empty() &&
           std::all_of(array->items.begin(), array->items.end(),
                       [](const Expr* item) { return item->kind == hcl::ExprKind::kObject; });
  }

  // Without a provider's schema an object may be a block or a map. A schema's names are lower-case words; keys
  // of maps are mostly not, and the arguments that are maps of such words have few names.
  static bool LooksLikeBlocks(std::string_view name, const Expr& value) {
    if (value.kind == hcl::ExprKind::kTuple) return true;
    constexpr std::string_view kEndings[] = {"tags",     "labels",  "annotations", "variables", "parameters", "templates", "headers",
                                             "triggers", "keepers", "app_settings", "selector", "attributes", "requests",  "limits",
                                             "tags_all", "inputs",  "vars",        "arguments", "map",       "secrets"};
    for (const std::string_view ending : kEndings)
      if (name == ending || (name.size() > ending.size() && name.ends_with(ending) && name[name.size() - ending.size() - 1] == '_'))
        return false;
    const auto schema_name = [](const hcl::ObjectItem& item) {
      const std::string_view key = item.key->literal_name;
      return key == "//" || (!key.empty() && key[0] >= 'a' && key[0] <= 'z' && std::all_of(key.begin(), key.end(), [](char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      }));
    };
    const auto& items = As<hcl::ObjectCons>(value).items;
    return std::all_of(items.begin(), items.end(), schema_name);
  }

  // Type constraints are written as strings.
  const Expr* TypeOf(const Expr& value) {
    const auto* text = If<hcl::Template>(&value);
    if (text == nullptr || text->literal() == nullptr) return &value;
    const auto parsed =
        hcl::ParseExpression(text->literal()->text, file_, text->literal()->span.offset, arena_, limits_);
    errors_.insert(errors_.end(), parsed.errors.begin(), parsed.errors.end());
    return parsed.expr;
  }

  FileId file_;
  Arena& arena_;
  const Limits& limits_;
  std::vector<hcl::SyntaxError>& errors_;
};

hcl::Tree Parse(std::string_view source, FileId file, Arena& arena, const Limits& limits, bool config) {
  Reader reader(source, file, arena, limits, config);
  const hcl::ObjectCons* root = reader.ReadFile();
  std::vector<hcl::SyntaxError> errors = reader.TakeErrors();
  hcl::Tree tree;
  tree.source = source;
  tree.file = file;
  Converter converter(file, arena, limits, errors);
  auto* body = arena.New<hcl::Body>();
  body->span = {file, 0, uint32_t(source.size())};
  if (root != nullptr && config) {
    std::vector<const hcl::Block*> blocks;
    converter.Top(*root, blocks);
    body->blocks = arena.Copy(blocks);
  } else if (root != nullptr) {
    body->attributes = converter.MakeBody(*root, "locals", Nesting::kNone)->attributes;
  }
  tree.root = body;
  tree.errors = arena.Copy(errors);
  return tree;
}

}  // namespace

hcl::Tree ParseJsonConfig(std::string_view source, FileId file, Arena& arena, const Limits& limits) {
  return Parse(source, file, arena, limits, true);
}

hcl::Tree ParseJsonVariables(std::string_view source, FileId file, Arena& arena, const Limits& limits) {
  return Parse(source, file, arena, limits, false);
}

}  // namespace weir::terraform
