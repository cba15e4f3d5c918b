// Structural edits of one file: operations in a resource's terms become byte edits that keep everything else (comments, order,
// quoting, indentation, line endings).
//
// One implementation a format, chosen by the file's name; the languages of lib/lang/ share them (Terraform writes HCL and JSON).
// A new format is a class with these seven operations, a file `<format>_editor.cpp`, and a line in editors.cpp.
//
//   EditedText text(source);
//   const auto editor = NewEditor("main.tf", text, target);
//   if (editor == nullptr || !editor->Do(Operation::Op::kSet, {"acl"}, value)) …  // the text is as before
//   text.Edits("main.tf");
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/fix/edited_text.h"
#include "lib/fix/operation.h"

namespace weir::fix {

/// Where paths begin.
struct Target {
  enum class Kind : uint8_t { kResource, kValue };
  Kind kind = Kind::kResource;
  uint32_t start = 0, end = 0;  // of the declaration (Resource::block), or of a value that stands by itself (Value::origin), in the
                                // original text
  std::string language;         // Resource::language
  std::string type, name;       // Resource::type and ::name
  std::string self;             // how an expression names the resource: "aws_s3_bucket.logs"
  std::string repetition;       // "count" or "for_each" where the declaration stands for several, else empty
};

class Editor {
 public:
  Editor(EditedText& text, Target target) : text_(text), target_(std::move(target)) {}
  virtual ~Editor() = default;

  /// Makes one operation at `path` (not used by kAddResource). False where it cannot be made here (a path through something that
  /// is computed, a format without such a thing); then the text is as before. Operations may follow each other: each sees what
  /// the one before left. With Target::kValue the empty path is the value itself.
  bool Do(Operation::Op op, const Path& path, const NewValue& value);

 protected:
  virtual bool Set(const Path& path, const NewValue& value) = 0;  // adds what is missing on the way
  virtual bool Remove(const Path& path) = 0;                      // of something absent: true
  virtual bool Append(const Path& path, const NewValue& value) = 0;  // a list's elements, if `value` is one; makes the list
  virtual bool Replace(const Path& path, const NewValue& old_to_new) = 0;  // a text, or a list's texts; false: none of them is there
  virtual bool AddBlock(const Path& path, const NewValue& body) = 0;
  virtual bool AddResource(std::string_view type, std::string_view name, const NewValue& body) = 0;
  virtual bool Rename(const Path& path, std::string_view name) = 0;  // the last key of the path
  /// After the changes of one operation were made: `made` are they, in terms of `before`.
  virtual void Settle(const std::string& before, const std::vector<Edit>& made);

  /// The file as it is, and the target in it. Operations read them and call Change; nothing moves until the operation returns true.
  const std::string& text() const { return text_.text(); }
  uint32_t start() const { return text_.Now(target_.start); }
  uint32_t end() const { return target_.end == target_.start ? start() : text_.Now(target_.end - 1) + 1; }
  const Target& target() const { return target_; }
  void Change(uint32_t start, uint32_t end, std::string with) { changes_.push_back({{}, start, end, std::move(with)}); }
  EditedText& edited() { return text_; }

 private:
  EditedText& text_;
  const Target target_;
  std::vector<Edit> changes_;
};

/// The editor for the file, or null where its format has none.
std::unique_ptr<Editor> NewEditor(std::string_view path, EditedText& text, Target target);

/// Whether the text is wholly valid in its file's format and comes back byte for byte when it is read and printed; true for formats
/// that have no editor.
bool IsWellFormed(std::string_view path, std::string_view text);

/// Small helpers that several formats need.
namespace layout {
inline bool IsIndex(std::string_view key) { return !key.empty() && key[0] == '['; }
/// Of "[3]"; SIZE_MAX where it is none.
size_t IndexOf(std::string_view key);
/// Start of the line that `offset` is on; end of it, before its line ending; start of the next one.
uint32_t LineStart(std::string_view text, uint32_t offset);
uint32_t LineEnd(std::string_view text, uint32_t offset);
uint32_t NextLine(std::string_view text, uint32_t offset);
/// The white space that the line of `offset` begins with.
std::string IndentOf(std::string_view text, uint32_t offset);
/// "\r\n" where the text has one, else "\n".
std::string_view NewlineOf(std::string_view text);
/// One step of indentation: what the text's first indented line begins with ("\t", "    "), else `otherwise`.
std::string IndentUnit(std::string_view text, std::string_view otherwise);
}  // namespace layout

}  // namespace weir::fix
