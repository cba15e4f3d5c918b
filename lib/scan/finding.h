// What a scan says: one verdict of one policy on one resource, and where.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/sources.h"
#include "lib/model/document.h"
#include "lib/policy/image.h"

namespace weir::scan {

enum class Verdict : uint8_t { kPass, kFail, kUnknown, kSuppressed };
enum class FindingStatus : uint8_t { kIntroduced, kPersisting, kFixed };
enum class Action : uint8_t { kNone, kWarn, kBlock };

/// One side of a change, evaluated. Everything that findings point to lives here.
struct Evaluation {
  Arena arena{64 * 1024};
  SourceMap sources;
  std::vector<std::unique_ptr<Document>> documents;
};

struct Finding {
  std::string policy;                // id; "syntax-error", "evaluation-error" and "not-read" are weir's own
  std::vector<std::string> aliases;
  std::string message;
  policy::Severity severity = policy::Severity::kLow;
  Verdict verdict = Verdict::kFail;
  FindingStatus status = FindingStatus::kPersisting;
  Action action = Action::kNone;
  std::string language, type, resource;  // resource: the address
  std::string scope;                     // path of the unit that was evaluated
  std::string file;                      // of `span`; block_file() is that of `block`
  Span span, block;                      // into evaluation->sources
  Position start, end, block_start, block_end;
  std::vector<std::string> blame;        // attribute paths
  std::vector<std::string> reach;        // how the value got to the resource, nearest first: "var.admin_cidr"
  std::string reason;                    // of a suppression
  std::string refused;                   // why a suppression or waiver that is there does not accept it: one sentence
  std::string since;                     // the commit of a push that brought it: 3f9a2ad "reach the bastion"; empty where it was not asked
  uint64_t fingerprint = 0;              // fingerprint.h
  bool known = false;                    // the baseline covers it

  std::shared_ptr<const Evaluation> evaluation;  // null for findings that were made without one
  const Document* document = nullptr;
  const Resource* in = nullptr;
  const policy::Image* image = nullptr;
  const policy::RuleRecord* rule = nullptr;
  std::vector<std::string> blamed_keys;          // of the first blamed value, from `self`: "ingress", "[0]", "cidr_blocks", "[0]"
  std::vector<std::string> element_keys;         // of `it`, from `self`

  /// Where the resource is declared: another file than `file` where what is blamed stands elsewhere, as a variable's default does.
  const std::string& block_file() const { return evaluation != nullptr && block.valid() ? evaluation->sources.path(block.file) : file; }
};

}  // namespace weir::scan
