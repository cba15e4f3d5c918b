// From policy documents (YAML, policies/README.md) to an image.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/policy/image.h"

namespace weir::policy {

struct SourceFile {
  std::string path;
  std::string text;
};

/// What is wrong with a policy file; lines and columns from 1.
struct CompileError {
  std::string path;
  int line = 0, column = 0;
  std::string message;
  /// "path:line:column: message".
  std::string ToString() const { return path + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + message; }
};

struct CompileOptions {
  /// The library that the policies will stand beside: its ids and aliases are taken. Null: none is.
  const Image* built_in = nullptr;
  /// A failing example is demanded, as `weir policies test` and the build do; a scan does without.
  bool examples = true;
  /// The vendor's page is demanded, as in weir's own library.
  bool docs = false;
};

/// Where a rule of the image was written.
struct RulePlace {
  std::string path;
  int line = 0, column = 0;
  bool with_examples = true;  // false in Checkov's form, which has none
};

struct Compiled {
  std::vector<std::byte> image;  // empty where there are errors
  std::vector<CompileError> errors;
  std::vector<RulePlace> rules;  // by number
};

/// Compiles the documents of all `files`, in weir's form or Checkov's. Every error is reported, not only the first.
Compiled Compile(const std::vector<SourceFile>& files, const CompileOptions& options = {});

/// One example of a policy, as its file has it. Lines and columns are the policy file's, from 1.
struct Example {
  std::string policy, language, text, file;  // file: where the text stands in the tree that is judged
  struct Statement {
    std::string resource;  // its address
    std::vector<std::string> stated;  // of `fail`: the paths that are blamed; of `refused`: why its fix does not verify
    int line = 0, column = 0;
  };
  std::vector<Statement> pass, fail, unknown, refused;
  std::string path;
  int line = 0, column = 0;
};
/// The examples of all files; files with errors give none.
std::vector<Example> Examples(const std::vector<SourceFile>& files);

}  // namespace weir::policy
