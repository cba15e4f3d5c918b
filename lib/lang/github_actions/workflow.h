// From one workflow or action file to its resources. Internal to lib/lang/github_actions/.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "lib/base/limits.h"
#include "lib/lang/github_actions/expression.h"
#include "lib/lang/yaml_value.h"
#include "lib/model/document.h"

namespace weir::github_actions {

/// What a name of `env`, `inputs` or `matrix` may hold.
struct Taint {
  std::vector<std::string> attackers, inputs;
};
using Taints = std::map<std::string, Taint, std::less<>>;  // by name in lower case

/// A file of this repository that a job or step runs: which of its inputs become code, and which it needs.
struct Callee {
  bool found = false;
  std::set<std::string, std::less<>> code_inputs, inputs, required;
};

class FileReader {
 public:
  FileReader(const git::Snapshot& snapshot, SourceMap& sources, Arena& arena, const Limits& limits, Document& out)
      : snapshot_(snapshot), sources_(sources), arena_(arena), limits_(limits), out_(out) {}

  void ReadWorkflow(const std::string& path);
  void ReadAction(const std::string& path);
  void ReadDependabot(const std::string& path);

 private:
  struct Scope {  // what holds around a step
    std::string address;       // of what holds the steps
    std::string job;
    Taints env;
    Taints matrix;
    std::string shell;         // in force where the step names none
    bool windows = false;
    const Value* event_names = nullptr;
    const Value* permissions = nullptr;
    std::set<std::string, std::less<>> step_ids, needs;  // in lower case
    bool matrix_known = false;         // it lists all that it has
    bool in_job = false;
    bool releases = false;             // runs for a release or a tag
    const Value* scripts = nullptr;    // every `run` and every `uses` of the workflow
    const Value* actions = nullptr;
  };

  const yaml::Node* Open(const std::string& path);
  void ListSteps(const yaml::Node* jobs, Scope& scope);
  /// The span with the blank lines that follow it.
  Span WithBlankLines(Span span) const;
  const Value* Events(const yaml::Node* on);
  void ReadJob(const yaml::Pair& pair, const Scope& around);
  const Value* ReadSteps(const yaml::Node* steps, const Scope& scope);
  const Value* ReadStep(const yaml::Node& step, size_t index, const Scope& scope);
  const Value* ActionOf(const yaml::Node& uses);
  static void ReadMatrix(const yaml::Node* matrix, Scope& scope);
  static void AddStepIds(const yaml::Node* steps, Scope& scope);
  const Value* RunsOn(const yaml::Node* node, Scope& scope);
  void AddEnv(const yaml::Node* env, Taints& taints, const Scope& scope);
  const Value* EnvList(const yaml::Node* env);
  /// The expressions of a node, `skip` below it left out. `code` says of a key whether its text is run.
  const Value* Expressions(const yaml::Node& node, const Scope& scope, std::string_view skip, const std::set<std::string, std::less<>>& code);
  void Collect(const yaml::Node& node, const std::string& key, const Scope& scope, const std::set<std::string, std::less<>>& code, std::vector<const Value*>& out, int depth);
  /// Why a context that a correct expression reads does not exist here; empty where it may.
  std::string Missing(const Expression& e, const Scope& scope) const;
  Taint TaintOf(const Expression& e, const Scope& scope) const;
  void ReadInputs(const yaml::Node* inputs);
  const Callee& CalleeOf(std::string_view reference);
  std::set<std::string, std::less<>> CodeKeys(std::string_view uses);

  const Value* Text(std::string_view text, Span span) { return NewString(arena_, arena_.Copy(text), span); }
  const Value* Texts(const std::vector<std::string>& texts, Span span);
  const Value* List(const std::vector<const Value*>& items, Span span) { return NewSequence(arena_, Kind::kList, arena_.Copy(items), span); }
  const Value* Object(std::vector<Entry> entries, Span span);
  /// The pairs of a mapping as values, those under `skip` and `skip_too` left out.
  std::vector<Entry> EntriesOf(const yaml::Node& node, std::string_view skip = {}, std::string_view skip_too = {});
  void Declare(std::string_view type, std::string_view name, std::string_view address, const Value* body, Span block, Span header);

  const git::Snapshot& snapshot_;
  SourceMap& sources_;
  Arena& arena_;
  const Limits& limits_;
  Document& out_;
  std::string path_;
  std::string_view source_;
  std::set<std::string, std::less<>> safe_inputs_;  // numbers, booleans, choices
  std::set<std::string, std::less<>> inputs_;       // all that are declared
  bool inputs_known_ = false;                       // the file says which there are
  std::vector<const Resource*> steps_;              // of the job that is being read
  std::map<std::string, Callee, std::less<>> callees_;
  size_t declared_ = 0;
};

}  // namespace weir::github_actions
