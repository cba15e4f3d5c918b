// Values written as YAML.
#pragma once

#include <string>
#include <string_view>

#include "lib/fix/operation.h"
#include "lib/syntax/yaml/yaml.h"

namespace weir::fix {

/// How the surroundings of a new value are written.
struct YamlStyle {
  std::string newline = "\n";
  std::string unit = "  ";      // one step of indentation
  bool json = false;            // keys in double quotes: JSON, or YAML written like it
  std::string self;             // what `self` stands for in an expression
};

/// On one line: scalars, and collections in flow style. `like` is how the text that it takes the place of is written.
std::string FlowText(const NewValue& value, const YamlStyle& style, yaml::Style like = yaml::Style::kPlain);

/// What stands behind `key:` or `-`: " value", or a block below, whose lines are indented by `indent`.
std::string BlockText(const NewValue& value, const std::string& indent, const YamlStyle& style);

/// "key: value" with everything below it, the first line without indentation; the key stands at `indent`.
std::string PairText(std::string_view key, const NewValue& value, const std::string& indent, const YamlStyle& style);

/// A list's element with its dash at `indent`, the first line without indentation.
std::string ItemText(const NewValue& value, const std::string& indent, const YamlStyle& style);

}  // namespace weir::fix
