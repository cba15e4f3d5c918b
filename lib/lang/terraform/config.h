// The files of one Terraform (or OpenTofu) module directory as one set of declarations, before anything is
// evaluated.
//
// What is read: *.tf, *.tf.json, *.tofu, *.tofu.json (a .tofu file stands in for the .tf file of the same
// name), with override files merged in (https://developer.hashicorp.com/terraform/language/files/override),
// and for a root module terraform.tfvars, terraform.tfvars.json and *.auto.tfvars(.json) in lexical order.
//
// A syntax error, a duplicate, a misplaced block is one diagnostic; everything else is there. A resource that is declared
// again is there as well, so that it is judged; references mean the first.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/limits.h"
#include "lib/base/sources.h"
#include "lib/git/snapshot.h"
#include "lib/model/document.h"
#include "lib/syntax/hcl/tree.h"

namespace weir::terraform {

/// A resource or data block. `type` is as Resource::type has it: "aws_s3_bucket", "data.aws_ami".
struct ResourceDecl {
  const hcl::Block* block = nullptr;
  std::string_view type;
  std::string_view name;
  std::string_view key;   // "aws_s3_bucket.x", "data.aws_ami.x": the address within the module
  std::string_view node;  // the same; of an address that is declared already one of its own, which nothing refers to
};

/// A value set for a root variable by a file; of several the last one counts.
struct Setting {
  const hcl::Expr* expr = nullptr;
  Span span;
};

struct ModuleConfig {
  std::string_view dir;                   // path in the snapshot, "" for its root
  std::vector<ResourceDecl> resources;    // resource, data and ephemeral blocks, by file and position
  std::vector<const hcl::Block*> blocks;  // all others, by file and position
  std::unordered_map<std::string_view, size_t> resource_index;  // by key, into `resources`
  std::unordered_map<std::string_view, const hcl::Block*> variables, outputs, calls;
  std::unordered_map<std::string_view, const hcl::Attribute*> locals;
  std::unordered_map<std::string_view, Setting> settings;  // tfvars; root modules only
  bool incomplete =
      false;  // a file is a link, or could not be read or parsed: what is not declared here may be declared there
};

/// Everything that loading needs; outlives what is loaded.
struct LoadContext {
  const git::Snapshot& snapshot;
  SourceMap& sources;
  Arena& arena;
  const Limits& limits;
  std::vector<Diagnostic>& diagnostics;
};

/// Loads the module at `dir`. Null where the directory does not exist or holds no configuration file.
std::unique_ptr<ModuleConfig> LoadModule(const LoadContext& context, std::string_view dir, bool root);

/// True for names of files that Terraform reads in a module's directory: configuration and variable files.
bool IsConfigFile(std::string_view name);
bool IsVariableFile(std::string_view name);

/// `path` (may begin with "./" or "../") from the directory `base`, in normal form; "" is the root. False
/// where it leaves the root.
bool JoinPath(std::string_view base, std::string_view path, std::string& out);

}  // namespace weir::terraform
