// A rule's fix made for one finding: its operations as edits of the files, not yet proven. Internal to lib/fix/.
#pragma once

#include <string>
#include <vector>

#include "lib/fix/edit.h"
#include "lib/fix/operation.h"
#include "lib/scan/finding.h"

namespace weir::fix {

/// Where an operation on a value is made: where the value was defined, or at the resource itself.
enum class Where : uint8_t { kOrigin, kResource };

struct Made {
  std::vector<Edit> edits;  // sorted by file and start, without overlap
  std::string why;          // not empty: it cannot be made
  bool moved = false;       // something of it stands outside of the finding's block
  bool in_block = false;    // something of it stands in the finding's block
};

/// The finding has a rule with this fix, a resource and a block.
Made Make(const scan::Finding& finding, const RuleFix& rule, Where where);

}  // namespace weir::fix
