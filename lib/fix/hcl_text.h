// New HCL as text, and the columns that `terraform fmt` puts things in. Internal to the HCL editor.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/fix/edited_text.h"
#include "lib/fix/operation.h"

namespace weir::fix::hcl_text {

/// How new text is laid out.
struct Style {
  std::string indent;  // of the line that the text begins on
  std::string unit;    // one step more
  std::string newline;
  std::string self;    // what `self` means in expressions
};

std::string Quote(std::string_view text);
/// A name as the key of an object: quoted where it must be.
std::string Key(std::string_view name);
/// As an expression; a map of several lines unless it is empty.
std::string Expression(const NewValue& value, const Style& style);
/// The lines of a block's body, without its braces, each indented as `style` says. Mappings are blocks unless their name ends in "=".
std::string Body(const NewValue& body, const Style& style);

/// Puts `=` and trailing comments of the lines around `made` (in terms of `before`, which became text.text()) into the columns
/// of `terraform fmt`, where they were in them before.
void Align(EditedText& text, const std::string& before, const std::vector<Edit>& made);

}  // namespace weir::fix::hcl_text
