// What a scan says: one verdict of one policy on one resource, and where.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/sources.h"
#include "lib/model/document.h"
#include "lib/policy/custom.h"
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
  std::vector<std::shared_ptr<const policy::OwnPolicies>> own;  // whose texts findings show
};

/// The views are into the policies' image and into `evaluation`, which a finding keeps: a scan makes tens of thousands of them, and most are
/// only counted.
struct Finding {
  std::string_view policy;           // id; "syntax-error", "evaluation-error" and "not-read" are weir's own
  std::string_view message;
  std::string_view language, type, resource;  // resource: the address
  std::string_view scope;            // path of the unit that was evaluated
  std::string_view file;             // of `span`; block_file() is that of `block`
  policy::Severity severity = policy::Severity::kLow;
  Verdict verdict = Verdict::kFail;
  FindingStatus status = FindingStatus::kPersisting;
  Action action = Action::kNone;
  bool known = false;                // the baseline covers it
  Span span, block;                      // into evaluation->sources
  Position start, end, block_start, block_end;
  std::vector<std::string> blame;        // attribute paths
  std::string reason;                    // of a suppression
  std::string refused;                   // why a suppression or waiver that is there does not accept it: one sentence
  std::string since;                     // the commit of a push that brought it: 3f9a2ad "reach the bastion"; empty where it was not asked
  uint64_t fingerprint = 0;              // fingerprint.h

  std::shared_ptr<const Evaluation> evaluation;  // never null, but in tests
  const Document* document = nullptr;            // null where nothing was evaluated
  const Resource* in = nullptr;
  const policy::Image* image = nullptr;
  const policy::RuleRecord* rule = nullptr;
  const Value* value = nullptr;                  // whose origin `span` is; null: the resource's header
  std::vector<std::string> blamed_keys;          // of the first blamed value, from `self`: "ingress", "[0]", "cidr_blocks", "[0]"
  std::vector<std::string> element_keys;         // of `it`, from `self`

  /// Where the resource is declared: another file than `file` where what is blamed stands elsewhere, as a variable's default does.
  std::string_view block_file() const { return evaluation != nullptr && block.valid() ? std::string_view(evaluation->sources.path(block.file)) : file; }
};

/// The policy's ids in other tools.
std::vector<std::string_view> AliasesOf(const Finding& finding);
/// How the value that is wrong got to the resource, nearest first: "var.admin_cidr (main.tf:3)".
std::vector<std::string> ReachOf(const Finding& finding);

}  // namespace weir::scan
