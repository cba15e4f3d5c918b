// One template, evaluated: parameters, mappings, conditions and intrinsic functions become values, resources are declared.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
//
// A parameter is worth what a calling stack gives it, else its default; without one it is unknown. A resource under a condition is
// declared unless the condition is false whatever the parameters are, because a template is deployed with other values than its
// defaults; `Fn::If` follows the defaults, and where its condition is unknown gives what both branches agree on.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/limits.h"
#include "lib/base/sources.h"
#include "lib/git/snapshot.h"
#include "lib/model/document.h"
#include "lib/syntax/yaml/yaml.h"

namespace weir::cloudformation {

using Values = std::map<std::string_view, const Value*>;

/// What the templates of one evaluation share.
struct Context {
  const git::Snapshot& snapshot;
  SourceMap& sources;
  Arena& arena;
  const Limits& limits;
  Document& out;
  uint64_t steps = 0;
  uint64_t resources = 0;
  bool exhausted = false;

  /// False where the evaluation has done more than it may; it says so once.
  bool Spend(Span at);
  void Diagnose(Diagnostic::Kind kind, Span at, std::string summary, std::string detail);
};

class Template {
 public:
  /// `root` is a template's mapping (or the part of a serverless.yml that is one). `stack` is what its addresses begin with ("" or
  /// "Network/"); `inputs` are the parameters that a calling stack gives; `callers` the paths of the templates that led here.
  Template(Context& context, std::string path, const yaml::Node& root, std::string stack, Values inputs, std::vector<std::string> callers);

  /// Declares the resources, those of nested stacks behind the stack.
  void Publish();

  /// An output's value; null where there is none.
  const Value* Output(std::string_view name);

  /// What `resolve` gives for scalars (the Serverless Framework's `${…}`) in place of their text, unless it is null.
  void UseVariables(std::function<const Value*(const yaml::Node&)> resolve) { resolve_ = std::move(resolve); }

  /// The value of a node with its intrinsic functions. Null for AWS::NoValue. `origin` is where a mapping stands (its key).
  const Value* Evaluate(const yaml::Node& node, Span origin = {});

 private:
  using Node = yaml::Node;
  enum class Ask { kWithDefaults, kWhateverIsGiven };
  struct Binding {
    std::string name, text;
    const Value* value;
  };
  struct Declared {
    std::string_view name;
    const yaml::Node* key;
    const yaml::Node* node;
    std::vector<Binding> bindings;  // of Fn::ForEach
    Resource* resource = nullptr;
  };

  // sections (template.cpp)
  void Declare(const Node& resources, std::vector<Binding>& bindings, int depth);
  void PublishResource(Declared& declared);
  void Add(const Declared& declared, std::string_view type, std::string_view name, const Value* body);
  const Value* Body(const Declared& declared);
  const Value* Parameter(std::string_view name, Span use);
  const Value* ParameterDefault(const Node& parameter);
  const Value* Mapping(const Node& node, Span origin);
  void Nested(const Declared& declared, const Value& body, std::string_view location_key);
  std::string Bound(std::string_view key) const;

  // intrinsic functions (intrinsics.cpp); at: the whole call
  const Value* Call(std::string_view name, const Node& argument, Span at);
  const Value* CallOnValues(std::string_view name, const Value& argument, Span at);
  const Value* Plain(const Node& node, Span origin);  // without a look at its tag
  const Value* Ref(std::string_view name, Span at);
  const Value* GetAtt(std::string_view name, std::string_view attribute, Span at);
  const Value* Sub(const Node& argument, Span at);
  const Value* Join(const Node& argument, Span at);
  const Value* FindInMap(const Node& argument, Span at);
  const Value* If(const Node& argument, Span at);
  const Value* Concat(const std::vector<const Value*>& parts, Span at);
  const Value* Agreed(const Value* a, const Value* b, Span at);
  std::optional<bool> Condition(const Node& node, Ask ask, int depth = 0);
  std::optional<bool> Named(std::string_view name, Ask ask, int depth);
  const Value* Unknown(Span at, const Resource* target = nullptr, std::string_view attribute = {});
  const Resource* Find(std::string_view name) const;

  /// Calls `each` with the body of a Fn::ForEach for every element, its variable added to `bindings`.
  template <typename Sink>
  void ForEach(const Node& argument, std::vector<Binding>& bindings, Sink each);

  // SAM (sam.cpp)
  const Value* WithGlobals(std::string_view type, const Value* body);
  void PublishServerless(const Declared& declared, const Value& body);

  Context& context_;
  Arena& arena_;
  std::string path_, stack_;
  const Node& root_;
  Values inputs_;
  std::vector<std::string> callers_;
  const Node* parameters_;
  const Node* mappings_;
  const Node* conditions_;
  bool serverless_ = false;
  bool ignore_defaults_ = false;
  std::vector<Declared> declared_;
  std::map<std::string_view, const Resource*> by_name_;
  std::map<std::string_view, Template*> nested_;
  std::map<std::string_view, const Value*> parameter_values_;
  std::map<std::pair<std::string_view, Ask>, std::optional<bool>> named_;
  std::vector<std::string_view> asking_;
  std::vector<Binding> bindings_;
  std::vector<std::unique_ptr<Template>> owned_;
  std::function<const Value*(const yaml::Node&)> resolve_;
};

/// The texts "true" and "false", numbers and booleans as text; nothing for what is unknown or no scalar.
std::optional<std::string> TextOf(const Value& value);
/// A soft object of `entries` (null values are left out).
Value* NewObject(Arena& arena, std::vector<Entry> entries, Span origin);

}  // namespace weir::cloudformation
