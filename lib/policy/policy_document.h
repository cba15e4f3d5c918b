// A policy as its file has it, before it is compiled: what the readers of weir's own form (policy_reader.h) and of Checkov's
// (checkov.h) have in common. Internal to lib/policy/.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/policy/compile.h"
#include "lib/policy/image.h"

namespace YAML {
class Node;
}

namespace weir::policy {

/// A place in a policy file: line and column from 1, offset in bytes.
struct Place {
  int line = 0, column = 0;
  size_t offset = 0;
};
Place PlaceOf(const YAML::Node& node);

/// A text of the file and where it begins.
struct PlacedText {
  std::string text;
  Place at;
  bool present() const { return at.line != 0; }
};

/// The place of text[offset] of a scalar that begins at `scalar.at` of `source`, quotes, escapes and folding considered.
Place PlaceInScalar(std::string_view source, const PlacedText& scalar, size_t offset);

struct RuleDocument {
  std::string language;
  std::vector<PlacedText> types;
  std::vector<PlacedText> aliases;  // in place of the policy's, for what this rule finds
  std::vector<std::pair<std::string, PlacedText>> narrow;  // an alias and a type: the alias means these types of the rule only; "": none
  PlacedText when, each, pass;  // CEL; `each` is the document's `for`
  std::string fix;              // JSON of fix_json.h, or empty
  Place at;
};

struct PolicyDocument {
  PlacedText id;
  std::string title, message, why, docs, category;
  Severity severity = Severity::kLow;
  std::vector<PlacedText> aliases;
  std::vector<std::pair<std::string, std::string>> compliance;  // framework, control
  std::string examples;                                         // YAML
  std::vector<RuleDocument> rules;
  Place at;
};

/// What is wrong with the file that is being read.
class Problems {
 public:
  Problems(std::string path, std::vector<CompileError>& errors) : path_(std::move(path)), errors_(errors) {}
  void Add(const Place& at, std::string message) { errors_.push_back({path_, at.line, at.column, std::move(message)}); }
  void Add(const YAML::Node& at, std::string message) { Add(PlaceOf(at), std::move(message)); }
  const std::string& path() const { return path_; }
  size_t count() const { return errors_.size(); }

 private:
  std::string path_;
  std::vector<CompileError>& errors_;
};

}  // namespace weir::policy
