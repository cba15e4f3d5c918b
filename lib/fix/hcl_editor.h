// Structural edits of one block of an HCL file, as byte edits that keep everything else: comments, order, indentation,
// line endings, and the alignment of `=` as `terraform fmt` leaves it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <rapidjson/document.h>

#include "lib/fix/fix.h"
#include "lib/syntax/hcl/tree.h"

namespace weir::fix {

class HclEditor {
 public:
  /// `source` is the text of `file`, `block` a block of its tree; both must outlive the editor. `self` is what "=self.x" means.
  HclEditor(std::string_view source, std::string file, const hcl::Block& block, std::string self, std::vector<Edit>& out)
      : source_(source), file_(std::move(file)), block_(block), self_(std::move(self)), out_(out), newline_(source.find("\r\n") != std::string_view::npos ? "\r\n" : "\n") {}

  /// Keys are names, or "[i]" after the name of a block or list. False where the path cannot be edited.
  bool Set(std::vector<std::string> path, const rapidjson::Value& value);
  bool Remove(std::vector<std::string> path);
  bool Append(std::vector<std::string> path, const rapidjson::Value& value);
  bool Replace(std::vector<std::string> path, const rapidjson::Value& old_to_new);
  bool AddBlock(std::vector<std::string> path, const rapidjson::Value& body);
  /// After the block, a resource of `value` {type, name, body}.
  bool AddResource(const rapidjson::Value& value, std::string_view own_name);

  /// A value as an expression: text quoted, "=…" verbatim with `self` replaced.
  std::string Render(const rapidjson::Value& value, const std::string& indent) const;

 private:
  const hcl::Block* Descend(std::vector<std::string>& path) const;
  void Insert(const hcl::Block& into, const std::string& name, const std::string& value);
  void InsertBlock(const hcl::Block& into, const std::string& text);
  void Replace(Span span, std::string text) { out_.push_back({file_, span.offset, span.end(), std::move(text)}); }
  void DeleteLines(Span span);
  const hcl::Expr* Element(const hcl::Expr* expr, const std::vector<std::string>& path, size_t from) const;
  std::string BodyText(const rapidjson::Value& body, const std::string& indent) const;
  std::string IndentOf(uint32_t offset) const;
  uint32_t LineStart(uint32_t offset) const;

  std::string_view source_;
  std::string file_;
  const hcl::Block& block_;
  std::string self_;
  std::vector<Edit>& out_;
  std::string newline_;
};

}  // namespace weir::fix
