// One evaluation of a root module: instances of modules, resources and their values, computed when first
// needed.
//
// A ModuleInstance is what names mean inside one instance of a module (eval.h, Scope). Everything in it is
// memoised; a thing that is needed while it is being computed is a cycle: one diagnostic, and unknown.
//
// A resource that another expression uses is an object of its written attributes, flagged kSoft, whose
// provenance refers to the instance as a whole (an empty attribute); each attribute's value refers to the
// instance and itself. What is not written is unknown and refers to the instance too (eval.h,
// ApplyAttribute).
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/lang/terraform/config.h"
#include "lib/lang/terraform/eval.h"

namespace weir::terraform {

class ModuleInstance;

enum class Repetition : uint8_t { kSingle, kCount, kForEach, kUnknown };

/// What one instance of a count or for_each is told apart by.
struct InstanceKey {
  Repetition repetition = Repetition::kSingle;
  const Value* key = nullptr;    // number or string; unknown for kUnknown; null for kSingle
  const Value* value = nullptr;  // each.value
  bool by_count = false;         // a kUnknown from count rather than for_each
};

/// State of something that is computed once.
enum class Progress : uint8_t { kNew, kBusy, kDone };

struct ResourceInstance {
  Resource* resource = nullptr;
  InstanceKey key;
  Progress progress = Progress::kNew;
  const Value* reference = nullptr;  // the object that others see
};

struct ResourceNode {
  const ResourceDecl* decl = nullptr;
  Progress progress = Progress::kNew;
  Repetition repetition = Repetition::kSingle;
  std::vector<ResourceInstance> instances;
  const Value* whole = nullptr;
};

struct CallNode {
  const hcl::Block* block = nullptr;
  Progress progress = Progress::kNew;
  Repetition repetition = Repetition::kSingle;
  const ModuleConfig* config = nullptr;  // null: its files are not there
  std::vector<InstanceKey> keys;
  std::vector<ModuleInstance*> instances;  // as many as keys, where config is not null
  const Value* whole = nullptr;            // all instances' outputs
};

/// What the instances of one scope share.
struct Evaluation {
  Evaluation(const git::Snapshot& snapshot_in, SourceMap& sources_in, Arena& arena_in,
             const Limits& limits_in, Document& document_in, std::string_view root_dir);

  /// The module at `dir`, read once; null where there is none.
  const ModuleConfig* Load(std::string_view dir, bool root);
  /// The directory where `terraform init` has put the module that `path` ("a.b") calls; empty where it has
  /// not.
  std::string InstalledDir(std::string_view path);
  /// False (and one diagnostic) once the scope has more instances than weir expands.
  bool CountInstances(size_t more, Span at);

  Document& document;
  Arena& arena;
  const Limits& limits;
  std::string_view root_dir;
  LoadContext load;
  std::unique_ptr<FileReader> files;
  EvalContext eval;
  std::deque<std::unique_ptr<ModuleInstance>> modules;
  std::unordered_map<const Value*, const Value*> soft;  // lists of objects that stand for blocks, as blocks read

 private:
  std::map<std::string, std::unique_ptr<ModuleConfig>, std::less<>> configs_;
  std::map<std::string, std::string, std::less<>> installed_;
  bool installed_read_ = false;
  size_t instances_ = 0;
};

/// While one lives, what is computed is a thing of its own, whoever asked for it: its errors are reported even where try() asked, and are
/// none of the expression that asked.
class OwnErrors {
 public:
  explicit OwnErrors(Evaluation& evaluation)
      : eval_(evaluation.eval), diagnostics_(eval_.diagnostics), errors_(eval_.errors) { eval_.diagnostics = &evaluation.document.diagnostics; }
  ~OwnErrors() { eval_.diagnostics = diagnostics_, eval_.errors = errors_; }
  OwnErrors(const OwnErrors&) = delete;

 private:
  EvalContext& eval_;
  std::vector<Diagnostic>* diagnostics_;
  uint32_t errors_;
};

class ModuleInstance final : public Scope {
 public:
  /// A root module: `parent` and `call` are null.
  ModuleInstance(Evaluation& evaluation, const ModuleConfig& config, ModuleInstance* parent,
                 const CallNode* call, const InstanceKey& key);

  const Value* Resolve(const hcl::ScopeTraversal& traversal, size_t& steps_used,
                       EvalContext& context) const override;

  /// Adds everything that this instance and what it calls declares to the document.
  void Publish();

  const Value* Variable(std::string_view name);  // null: not declared
  const Value* Local(std::string_view name);     // null: not declared
  const Value* Output(std::string_view name);    // null: not declared
  /// The value of `module.name` (all its outputs), with `attribute` only that output, of every instance.
  CallNode* Call(std::string_view name);
  ResourceNode* Node(std::string_view key);

  const ModuleConfig& config() const { return config_; }
  const std::string_view path() const { return path_; }
  Evaluation& evaluation() const { return evaluation_; }
  bool stands_for_all() const { return stands_for_all_; }
  std::string_view declared_path() const { return declared_; }

  /// "module.a.aws_x.y": an address within this instance.
  std::string_view Address(std::string_view local) const;
  std::string_view Declared(std::string_view local) const;

 private:
  struct Memo {
    Progress progress = Progress::kNew;
    const Value* value = nullptr;
  };

  const Value* ResolveResource(std::string_view type, const hcl::ScopeTraversal& traversal, size_t first,
                               size_t& steps_used, EvalContext& context);
  const Value* ResolveModule(const hcl::ScopeTraversal& traversal, size_t& steps_used, EvalContext& context);
  const Value* ComputeVariable(const hcl::Block& block);
  const Value* Cycle(Span at, std::string_view what);
  void ExpandNode(ResourceNode& node);
  void ExpandCall(CallNode& node);
  const ModuleConfig* Locate(const hcl::Block& call);
  /// Evaluates the body of an instance where that has not happened, and gives the object that others see.
  const Value* Reference(ResourceNode& node, ResourceInstance& instance);
  const Value* Whole(ResourceNode& node);
  /// The tags that the provider `name` ("aws", "aws.west") of this module gives to everything, through the
  /// providers that calls pass on; null where there are none.
  const Value* DefaultTags(std::string_view name);
  /// `body` of an AWS resource with `tags_all`, where the provider has default tags.
  const Value* WithTagsAll(std::string_view type, const Value* body);
  const Value* Outputs(CallNode& node, size_t index);
  void PublishBlock(const hcl::Block& block);
  void Add(std::string_view type, std::string_view name, std::string_view local_address,
           const hcl::Block& block, const Value* body);

  Evaluation& evaluation_;
  const ModuleConfig& config_;
  ModuleInstance* parent_;
  const CallNode* call_;
  InstanceKey key_;
  std::string_view path_, declared_;
  uint32_t depth_ = 0;
  bool stands_for_all_ = false;
  std::unordered_map<std::string_view, Memo> variables_, locals_, outputs_;
  std::unordered_map<std::string_view, ResourceNode> nodes_;
  std::unordered_map<std::string_view, CallNode> calls_;
  std::map<std::string, Memo, std::less<>> default_tags_;
};

}  // namespace weir::terraform
