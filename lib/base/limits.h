// Every bound that weir sets on its input, in one place, with its reason. Exceeding one is Code::kLimit, "not
// completed", exit status 3: never a pass.
#pragma once

#include <cstdint>

namespace weir {

struct Limits {
  // Hand-written infrastructure files are kilobytes; 8 MiB leaves room for generated ones.
  uint64_t file_size = 8u << 20;
  // Plans of Terraform are made by a program: thousands of resources are 100 MB, and spans reach to 4 GiB.
  uint64_t plan_size = 1u << 30;
  // Deepest nesting of blocks, brackets and templates. Keeps recursive parsers and evaluators within a small stack.
  uint32_t depth = 200;
  // Nodes that the aliases of one YAML file may stand for, all of them expanded.
  uint64_t alias_nodes = 100'000;
  // Instances that one count or for_each may expand to; more are judged by one instance that stands for all.
  uint32_t instances = 10'000;
  // Steps that the evaluation of one expression of a policy may take.
  uint64_t steps = 1'000'000;
  // Bytes that the evaluations of one policy on one resource may allocate; one value of them has at most 1 MiB of text.
  uint64_t policy_memory = 256u << 20;
  // Steps that all policies together may take on one scope: seconds. Thousands of resources need a hundredth of it.
  uint64_t scope_steps = 500'000'000;
  // Bytes that evaluating one scope may allocate.
  uint64_t scope_memory = 512u << 20;
  // Calls of modules inside modules.
  uint32_t module_depth = 32;
};

}  // namespace weir
