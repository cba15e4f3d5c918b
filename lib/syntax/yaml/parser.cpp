#include <yaml.h>

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "lib/base/text.h"
#include "lib/syntax/yaml/yaml.h"

namespace weir::yaml {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr size_t kMostErrors = 100;  // of one file; nobody reads more

bool IsBreak(char c) { return c == '\n' || c == '\r'; }
bool IsBlank(char c) { return c == ' ' || c == '\t' || IsBreak(c); }

/// As libyaml has them: an anchor may stand directly before `:`, a tag before `,`.
bool IsAnchorCharacter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; }
bool EndsTag(char c) { return IsBlank(c) || c == ',' || c == '[' || c == ']' || c == '{' || c == '}'; }

std::string_view View(const yaml_char_t* text) { return text != nullptr ? reinterpret_cast<const char*>(text) : std::string_view(); }

/// The first line at or after `from` that begins with a document's marker; the text's end where there is none.
size_t NextMarker(std::string_view text, size_t from) {
  for (size_t at = from; at < text.size();) {
    const bool starts_line = at == 0 || text[at - 1] == '\n';
    if (starts_line && text.compare(at, 3, "---") == 0 && (at + 3 == text.size() || IsBlank(text[at + 3]))) return at;
    at = text.find("\n---", at);
    if (at == std::string_view::npos) break;
    ++at;
  }
  return text.size();
}

/// libyaml counts characters; its marks come nearly in order.
class Marks {
 public:
  explicit Marks(std::string_view text) : text_(text), ascii_(std::ranges::none_of(text, [](char c) { return (c & 0x80) != 0; })) {}

  size_t ByteOf(size_t character) {
    if (ascii_) return std::min(character, text_.size());
    while (character_ < character && byte_ < text_.size()) {
      ++character_;
      do ++byte_;
      while (byte_ < text_.size() && IsTail(text_[byte_]));
    }
    while (character_ > character && byte_ > 0) {
      --character_;
      do --byte_;
      while (byte_ > 0 && IsTail(text_[byte_]));
    }
    return byte_;
  }

 private:
  static bool IsTail(char c) { return (c & 0xC0) == 0x80; }
  std::string_view text_;
  bool ascii_;
  size_t character_ = 0, byte_ = 0;
};

/// libyaml's parser of a part of the text.
class Events {
 public:
  explicit Events(std::string_view text) {
    usable_ = yaml_parser_initialize(&parser_) != 0;
    if (!usable_) return;
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.empty() ? "" : text.data()), text.size());  // no null pointer
  }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;
  ~Events() {
    yaml_event_delete(&event_);
    if (usable_) yaml_parser_delete(&parser_);
  }
  bool Next() {
    yaml_event_delete(&event_);
    if (usable_ && yaml_parser_parse(&parser_, &event_)) return true;
    event_.type = YAML_NO_EVENT;
    return false;
  }
  const yaml_event_t& event() const { return event_; }
  const yaml_parser_t& parser() const { return parser_; }

 private:
  yaml_parser_t parser_{};
  yaml_event_t event_{};
  bool usable_ = false;
};

class Reader {
 public:
  Reader(std::string_view source, FileId file, Arena& arena, const Limits& limits) : source_(source), file_(file), arena_(arena), limits_(limits) {}

  Tree Run() {
    Tree tree{source_, file_, false, {}, {}};
    if (source_.size() > UINT32_MAX / 2) {
      Fail(0, 0, "This file is too large to be read.", true);
    } else if (source_.starts_with("\xFF\xFE") || source_.starts_with("\xFE\xFF")) {
      Fail(0, 2, "This file is UTF-16; save it as UTF-8.");
    } else {
      Part(source_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0, source_.size());
    }
    tree.documents = arena_.Copy(documents_);
    std::ranges::stable_sort(errors_, {}, [](const Error& e) { return e.span.offset; });
    tree.errors = arena_.Copy(errors_);
    return tree;
  }

 private:
  struct Open {
    Node* node;
    size_t first;  // of its children in children_
  };
  struct Anchor {
    const Node* node;
    bool open;
  };

  Span SpanOf(size_t from, size_t to) const { return {file_, uint32_t(from), uint32_t(to - from)}; }

  void Fail(size_t at, size_t length, std::string_view message, bool limit = false) {
    at = std::min(at, source_.size());
    errors_.push_back({SpanOf(at, std::min(at + length, source_.size())), message, limit});
  }

  /// Reads [from, to), and goes on behind a document that fails.
  void Part(size_t from, size_t to) {
    while (from < to) {
      if (errors_.size() >= kMostErrors) return Fail(from, 1, "This file has more than 100 errors; the rest of it was not read.", true);
      const size_t next = Stream(from, to);
      if (limit_reached_) return;
      if (next <= from) return;
      from = next;
    }
  }

  /// Reads documents from `from` until one fails; gives where to go on: `to` where nothing is left.
  size_t Stream(size_t from, size_t to) {
    const std::string_view text = source_.substr(from, to - from);
    Events events(text);
    Marks marks(text);
    events_ = &events;
    marks_ = &marks;
    base_ = from;
    document_start_ = from;
    while (events.Next()) {
      if (events.event().type == YAML_STREAM_END_EVENT) return to;
      if (!Take(events.event())) return Abandon(to);
    }
    return Explain(from, to);
  }

  /// The last line in (from, before] that begins with a document's marker; `from` where there is none.
  size_t MarkerBefore(size_t from, size_t before) const {
    for (size_t at = before; at > from;) {
      at = source_.rfind("\n---", at - 1);
      if (at == std::string_view::npos || at < from) return from;
      if (at + 4 == source_.size() || IsBlank(source_[at + 4])) return at + 1;
    }
    return from;
  }

  size_t Byte(const yaml_mark_t& mark) const { return base_ + marks_->ByteOf(mark.index); }

  /// The present document is given up.
  size_t Abandon(size_t to) {
    const size_t error = errors_.empty() ? document_start_ : errors_.back().span.offset;
    open_.clear();
    children_.clear();
    anchors_.clear();
    size_t line = std::max(error, document_start_);
    while (line > document_start_ && source_[line - 1] != '\n') --line;
    if (line <= document_start_) line = document_start_ + 1;
    const size_t next = limit_reached_ ? to : NextMarker(source_.substr(0, to), line);
    documents_.push_back({nullptr, SpanOf(document_start_, next), true});
    return next;
  }

  size_t Explain(size_t from, size_t to) {
    const yaml_parser_t& parser = events_->parser();
    const std::string problem = parser.problem != nullptr ? parser.problem : "it cannot be read";
    if (parser.error == YAML_MEMORY_ERROR) limit_reached_ = true;
    if (parser.error == YAML_READER_ERROR) {
      // libyaml reads ahead: the documents before the one with this byte have not been seen yet.
      const size_t bad = std::min(from + parser.problem_offset, to);
      const size_t start = document_start_;
      open_.clear();
      children_.clear();
      if (const size_t marker = MarkerBefore(start, bad); marker > start) {
        Part(start, marker);
        return marker;
      }
      const bool binary = bad < source_.size() && (static_cast<unsigned char>(source_[bad]) < 0x20 || source_[bad] == 0x7F);
      Fail(bad, 1, binary ? "A control character may not stand in YAML; is this a binary file?" : "This byte is not valid UTF-8.");
      return Abandon(to);
    }
    std::string message = "This is not valid YAML: " + problem;
    if (parser.context != nullptr) {
      message += std::string(", ") + parser.context;
      if (parser.context_mark.line != parser.problem_mark.line)
        message += " that begins in line " + std::to_string(1 + std::count(source_.begin(), source_.begin() + long(Byte(parser.context_mark)), '\n'));
    }
    size_t at = Byte(parser.problem_mark);
    // The end of the file is no place to show: its last line is.
    if (at >= source_.size() && at > 0) at = source_.find_last_not_of(" \t\r\n") + 1;
    Fail(at > 0 && at >= source_.size() ? at - 1 : at, 1, arena_.Copy(std::string_view(message + ".")));
    return Abandon(to);
  }

  bool Take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT:
        document_start_ = Byte(event.start_mark);
        last_end_ = event.data.document_start.implicit ? document_start_ : Byte(event.end_mark);
        anchors_.clear();
        return true;
      case YAML_DOCUMENT_END_EVENT: return Close(event);
      case YAML_ALIAS_EVENT: return Alias(event);
      case YAML_SCALAR_EVENT: return Scalar(event);
      case YAML_SEQUENCE_START_EVENT: {
        const auto& data = event.data.sequence_start;
        return Start(event, Kind::kSequence, data.style == YAML_FLOW_SEQUENCE_STYLE, View(data.tag), View(data.anchor));
      }
      case YAML_MAPPING_START_EVENT: {
        const auto& data = event.data.mapping_start;
        return Start(event, Kind::kMapping, data.style == YAML_FLOW_MAPPING_STYLE, View(data.tag), View(data.anchor));
      }
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT: return End(event);
      default: return true;
    }
  }

  bool Close(const yaml_event_t& event) {
    const size_t end = event.data.document_end.implicit ? last_end_ : Byte(event.end_mark);
    const Node* root = children_.empty() ? nullptr : children_.back();
    children_.clear();
    // Nothing was written: libyaml makes an empty scalar of it.
    if (root != nullptr && root->kind == Kind::kScalar && root->span.length == 0 && root->style == Style::kPlain) root = nullptr;
    documents_.push_back({root, SpanOf(document_start_, std::max(end, document_start_)), false});
    document_start_ = std::max(end, document_start_);
    return true;
  }

  /// Where the node begins after its tag and its anchor.
  size_t Content(size_t at, size_t end, bool tag, bool anchor) const {
    while (at < end && (tag || anchor)) {
      const char c = source_[at];
      if (IsBlank(c)) {
        ++at;
      } else if (c == '#') {
        while (at < end && !IsBreak(source_[at])) ++at;
      } else if (c == '!' && tag) {
        const bool verbatim = at + 1 < end && source_[at + 1] == '<';
        while (at < end && (verbatim ? source_[at] != '>' : !EndsTag(source_[at]))) ++at;
        if (verbatim && at < end) ++at;
        tag = false;
      } else if (c == '&' && anchor) {
        for (++at; at < end && IsAnchorCharacter(source_[at]);) ++at;
        anchor = false;
      } else {
        return at;
      }
    }
    while (at < end) {
      if (source_[at] == '#' && IsBlank(source_[at - 1])) {
        while (at < end && !IsBreak(source_[at])) ++at;
      } else if (IsBlank(source_[at])) {
        ++at;
      } else {
        break;
      }
    }
    return at;
  }

  Node* Make(const yaml_event_t& event, Kind kind, Style style, std::string_view tag, std::string_view anchor) {
    Node* node = arena_.New<Node>();
    node->kind = kind;
    node->style = style;
    const size_t start = Byte(event.start_mark), end = std::max(Byte(event.end_mark), start);
    node->span = SpanOf(start, end);
    node->content = uint32_t(start);
    if (!tag.empty() || !anchor.empty()) node->SetProperties(arena_.New<Node::Properties>(arena_.Copy(tag), arena_.Copy(anchor)));
    return node;
  }

  void Add(const Node* node) {
    children_.push_back(node);
    last_end_ = std::max<size_t>(last_end_, node->span.end());
  }

  bool Scalar(const yaml_event_t& event) {
    const auto& data = event.data.scalar;
    const Style style = data.style == YAML_SINGLE_QUOTED_SCALAR_STYLE   ? Style::kSingleQuoted
                        : data.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE ? Style::kDoubleQuoted
                        : data.style == YAML_LITERAL_SCALAR_STYLE       ? Style::kLiteral
                        : data.style == YAML_FOLDED_SCALAR_STYLE        ? Style::kFolded
                                                                        : Style::kPlain;
    Node* node = Make(event, Kind::kScalar, style, View(data.tag), View(data.anchor));
    size_t end = node->span.end();
    if (!node->tag().empty() || !node->anchor().empty()) node->content = uint32_t(Content(node->span.offset, end, !node->tag().empty(), !node->anchor().empty()));
    if (style == Style::kLiteral || style == Style::kFolded) {
      while (end > node->content + 1 && IsBlank(source_[end - 1])) --end;
      node->span.length = uint32_t(end - node->span.offset);
    }
    // Nothing is written: libyaml puts it where the next token begins, which may be far below.
    if (node->span.length == 0 && node->span.offset > last_end_ && source_[node->span.offset - 1] != ':' && source_[node->span.offset - 1] != '-')
      if (source_.substr(last_end_, node->span.offset - last_end_).find('\n') != std::string_view::npos) node->span.offset = node->content = uint32_t(last_end_);
    const std::string_view value(reinterpret_cast<const char*>(data.value), data.length);
    const size_t quote = style == Style::kSingleQuoted || style == Style::kDoubleQuoted ? 1 : 0;
    const std::string_view written = source_.substr(std::min(node->content + quote, source_.size()), value.size());
    node->text = written == value ? written : arena_.Copy(value);
    if (!node->anchor().empty()) anchors_[node->anchor()] = {node, false};
    Add(node);
    return true;
  }

  bool Alias(const yaml_event_t& event) {
    Node* node = Make(event, Kind::kAlias, Style::kPlain, {}, {});
    node->text = arena_.Copy(View(event.data.alias.anchor));
    const auto at = anchors_.find(node->text);
    if (at == anchors_.end()) {
      Fail(node->span.offset, node->span.length, "There is no anchor of this name before the alias.");
      return false;
    }
    if (at->second.open) {
      Fail(node->span.offset, node->span.length, "This alias stands inside of what it stands for.");
      return false;
    }
    node->SetTarget(at->second.node);
    if (!Grow(ExtentOf(node->Resolved()), node->span)) return false;
    Add(node);
    return true;
  }

  bool Start(const yaml_event_t& event, Kind kind, bool flow, std::string_view tag, std::string_view anchor) {
    Node* node = Make(event, kind, flow ? Style::kFlow : Style::kBlock, tag, anchor);
    if (open_.size() >= limits_.depth) {
      limit_reached_ = true;
      Fail(node->span.offset, 1, "This is nested more deeply than the limit on nesting allows.", true);
      return false;
    }
    last_end_ = std::max<size_t>(last_end_, node->span.end());
    open_.push_back({node, children_.size()});
    if (!node->anchor().empty()) anchors_[node->anchor()] = {node, true};
    return true;
  }

  bool End(const yaml_event_t& event) {
    const Open open = open_.back();
    open_.pop_back();
    Node* node = open.node;
    const size_t count = children_.size() - open.first;
    const size_t last = count > 0 ? children_.back()->span.end() : node->span.end();
    // A block collection, and a pair in a flow sequence, end with their last child; libyaml says: where the next token begins.
    const bool closed = node->style == Style::kFlow && IsBracket(Byte(event.end_mark));
    const size_t end = closed ? Byte(event.end_mark) : last;
    node->span.length = uint32_t(std::max<size_t>(end, node->span.offset) - node->span.offset);
    node->content = node->tag().empty() && node->anchor().empty() ? node->span.offset
                                                              : uint32_t(Content(node->span.offset, node->span.end(), !node->tag().empty(), !node->anchor().empty()));
    if (node->kind == Kind::kSequence) {
      std::span<const Node*> items = arena_.NewArray<const Node*>(count);
      std::copy_n(children_.begin() + long(open.first), count, items.begin());
      node->SetItems(items);
    } else {
      std::span<Pair> pairs = arena_.NewArray<Pair>(count / 2);
      for (size_t i = 0; i < pairs.size(); ++i) pairs[i] = {children_[open.first + 2 * i], children_[open.first + 2 * i + 1]};
      node->SetPairs(pairs);
      NoteRepeated(pairs);
    }
    children_.resize(open.first);
    if (!node->anchor().empty()) {
      const auto at = anchors_.find(node->anchor());
      if (at != anchors_.end() && at->second.node == node) at->second.open = false;
    }
    Add(node);
    return true;
  }

  bool IsBracket(size_t end) const { return end > 0 && (source_[end - 1] == ']' || source_[end - 1] == '}') && Byte(events_->event().start_mark) < end; }

  static bool IsMerge(const Node& key) { return key.kind == Kind::kScalar && key.style == Style::kPlain && key.text == "<<"; }

  void NoteRepeated(std::span<const Pair> pairs) {
    const auto tell = [&](const Node& key) { Fail(key.span.offset, key.span.length, arena_.Copy(std::string_view("The key \"" + TerminalSafe(key.text.substr(0, 80)) + "\" occurs twice in this mapping; the last one counts."))); };
    if (errors_.size() >= kMostErrors) return;
    if (pairs.size() <= 8) {
      for (size_t i = 1; i < pairs.size(); ++i) {
        const Node& key = *pairs[i].key;
        if (key.kind != Kind::kScalar || IsMerge(key)) continue;
        for (size_t j = 0; j < i; ++j)
          if (pairs[j].key->kind == Kind::kScalar && pairs[j].key->text == key.text && pairs[j].key->tag() == key.tag()) {
            tell(key);
            break;
          }
      }
      return;
    }
    std::unordered_set<std::string_view> seen;
    for (const Pair& pair : pairs)
      if (pair.key->kind == Kind::kScalar && !IsMerge(*pair.key) && !seen.insert(pair.key->text).second) tell(*pair.key);
  }

  struct Extent {
    uint64_t nodes = 1;
    uint32_t depth = 0;
    void Include(const Extent& child) {
      nodes = std::min<uint64_t>(nodes + child.nodes, UINT32_MAX);
      depth = std::max(depth, child.depth + 1);
    }
  };

  /// Of a node with its aliases expanded. What an alias in it stands for was measured when the alias was read.
  Extent ExtentOf(const Node& node) {
    if (node.kind == Kind::kScalar) return {};
    if (const auto at = extents_.find(&node); at != extents_.end()) return at->second;
    Extent extent;
    for (const Node* item : node.items()) extent.Include(ExtentOf(item->Resolved()));
    for (const Pair& pair : node.pairs()) {
      extent.Include(ExtentOf(pair.key->Resolved()));
      extent.Include(ExtentOf(pair.value->Resolved()));
    }
    extents_.emplace(&node, extent);
    return extent;
  }

  bool Grow(const Extent& by, Span at) {
    expanded_ += by.nodes;
    const bool deep = open_.size() + by.depth > limits_.depth;
    if (!deep && expanded_ <= limits_.alias_nodes) return true;
    limit_reached_ = true;
    Fail(at.offset, at.length, deep ? "With its aliases this is nested more deeply than the limit on nesting allows." : "The aliases of this file stand for more nodes than the limit on them allows.", true);
    return false;
  }

  std::string_view source_;
  FileId file_;
  Arena& arena_;
  const Limits& limits_;
  std::vector<Document> documents_;
  std::vector<Error> errors_;
  bool limit_reached_ = false;

  // Of the stream that is being read.
  Events* events_ = nullptr;
  Marks* marks_ = nullptr;
  size_t base_ = 0;
  // Of the document that is being read.
  size_t document_start_ = 0, last_end_ = 0;
  std::vector<Open> open_;
  std::vector<const Node*> children_;
  std::unordered_map<std::string_view, Anchor> anchors_;
  std::unordered_map<const Node*, Extent> extents_;
  uint64_t expanded_ = 0;
};

}  // namespace

const Pair* Node::FindPair(std::string_view key) const {
  const std::span<const Pair> all = pairs();
  for (size_t i = all.size(); i-- > 0;)
    if (all[i].key->kind == Kind::kScalar && all[i].key->text == key) return &all[i];
  return nullptr;
}

const Node* Node::Find(std::string_view key) const {
  const Pair* pair = FindPair(key);
  return pair != nullptr ? &pair->value->Resolved() : nullptr;
}

Tree Parse(std::string_view source, FileId file, Arena& arena, const Limits& limits) { return Reader(source, file, arena, limits).Run(); }

}  // namespace weir::yaml
