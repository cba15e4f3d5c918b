#include <vector>

#include "lib/syntax/json/json.h"
#include "lib/syntax/yaml/yaml.h"

namespace weir::yaml {
namespace {

const Node* Convert(const json::Value& value, Arena& arena) {
  Node* node = arena.New<Node>();
  node->span = value.span;
  node->content = value.span.offset;
  switch (value.kind) {
    case json::Kind::kNull: node->text = "null"; break;
    case json::Kind::kBool: node->text = value.boolean ? "true" : "false"; break;
    case json::Kind::kNumber: node->text = value.text; break;
    case json::Kind::kString:
      node->style = Style::kDoubleQuoted;
      node->text = value.text;
      break;
    case json::Kind::kArray: {
      node->kind = Kind::kSequence;
      node->style = Style::kFlow;
      const auto items = arena.NewArray<const Node*>(value.items.size());
      for (size_t i = 0; i < items.size(); ++i) items[i] = Convert(*value.items[i], arena);
      node->SetItems(items);
      break;
    }
    case json::Kind::kObject: {
      node->kind = Kind::kMapping;
      node->style = Style::kFlow;
      const auto pairs = arena.NewArray<Pair>(value.members.size());
      for (size_t i = 0; i < pairs.size(); ++i) {
        const json::Member& member = value.members[i];
        Node* key = arena.New<Node>();
        key->style = Style::kDoubleQuoted;
        key->span = member.key_span;
        key->content = member.key_span.offset;
        key->text = member.key;
        pairs[i] = {key, Convert(*member.value, arena)};
      }
      node->SetPairs(pairs);
      break;
    }
  }
  return node;
}

}  // namespace

Tree ParseJson(std::string_view source, FileId file, Arena& arena, const Limits& limits) {
  Tree tree{source, file, true, {}, {}};
  const json::Tree parsed = json::Parse(source, file, arena, limits);
  std::vector<Error> errors;
  for (const json::Error& e : parsed.errors) errors.push_back({e.span, e.message, e.limit});
  for (const Span& key : parsed.repeated) errors.push_back({key, "This key occurs twice in its object; the last one counts.", false});
  const auto documents = arena.NewArray<Document>(1);
  const bool failed = !parsed.errors.empty();
  documents[0] = {failed ? nullptr : Convert(*parsed.root, arena), failed || parsed.root == nullptr ? Span{file, 0, uint32_t(source.size())} : parsed.root->span, failed};
  tree.documents = documents;
  tree.errors = arena.Copy(errors);
  return tree;
}

Tree ParseEither(std::string_view path, std::string_view source, FileId file, Arena& arena, const Limits& limits) {
  if (path.ends_with(".json")) return ParseJson(source, file, arena, limits);
  const size_t first = source.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first != std::string_view::npos && source[first] == '{') {
    const Tree tree = ParseJson(source, file, arena, limits);
    if (tree.documents[0].root != nullptr) return tree;
  }
  return Parse(source, file, arena, limits);
}

}  // namespace weir::yaml
